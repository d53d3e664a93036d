/** What signing in asks for besides: the account's own factors, and a new one where policy wants one and there is none. */
import type { ActSubject, Gate, Verdict } from "../../core/plugin.ts";
import { factorsOf } from "./authenticator.ts";
import type { MfaCtx } from "./ctx.ts";
import { requirementFor } from "./policy.ts";

const pass: Verdict = { kind: "pass" };
const asksFor = (...methods: string[]): Verdict => ({ kind: "require", methods });

type Shown = Pick<ActSubject["sign_in"], "account_id" | "amr" | "device">;

/** Two factors, or a passkey that verified its user, were shown. */
const isMfa = ({ amr }: Pick<Shown, "amr">) => amr.includes("mfa");

/** A second factor, where the account has one; a remembered device stands for it. */
async function secondFactor(shown: Shown, ctx: MfaCtx): Promise<Verdict> {
  if (isMfa(shown)) return pass;
  const { strong, email_code } = await factorsOf(ctx.sql, shown.account_id);
  if (strong > 0) return shown.device?.remembered ? pass : asksFor("mfa");
  // Before somebody sets up the first one: a stolen password alone must not choose what the account is held by.
  if ((await requirementFor(ctx.sql, ctx, shown.account_id)).required) return asksFor("email_code");
  return email_code && !shown.device?.remembered ? asksFor("email_code") : pass;
}

/** Where policy wants a factor and there is none, one is set up now; no device stands for what was never there. */
async function enrolment({ account_id }: Shown, ctx: MfaCtx): Promise<Verdict> {
  const { required } = await requirementFor(ctx.sql, ctx, account_id);
  if (!required) return pass;
  const { strong } = await factorsOf(ctx.sql, account_id);
  return strong > 0 ? pass : asksFor("enroll_passkey", "enroll_totp");
}

/** A session from before the factor, or before the policy, leads to nothing new. */
async function goOn(shown: Shown, ctx: MfaCtx): Promise<Verdict> {
  const { strong } = await factorsOf(ctx.sql, shown.account_id);
  if (strong > 0) return isMfa(shown) || shown.device?.remembered ? pass : asksFor("mfa");
  return await enrolment(shown, ctx);
}

export const gates: Gate[] = [
  { act: "sign_in", phase: "factor", name: "mfa.second_factor", decide: secondFactor as Gate["decide"] },
  { act: "sign_in", phase: "policy", name: "mfa.enrolment", decide: enrolment as Gate["decide"] },
  { act: "continue_session", phase: "factor", name: "mfa.go_on", decide: goOn as Gate["decide"] },
];
