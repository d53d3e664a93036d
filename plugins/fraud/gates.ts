/** Where risk is asked about: each act has its gate in the phase `risk`. */
import { findFlowClient } from "../../core/flow/flow.ts";
import type { ActSubject, Gate, Verdict } from "../../core/plugin.ts";
import { assess, assessmentOf, type Judgement } from "./assess.ts";
import type { FraudCtx } from "./ctx.ts";
import { findOfFlow, findRecentSignIn } from "./decision.ts";
import { signalKeys } from "./evidence/keys.ts";
import { inTime } from "./in_time.ts";
import { isJudged } from "./local.ts";

const noSubject = { email: null, identifier_tag: null, device_known: null, except: null };

/** What is late or cannot be read is null, and `unread` names it: a judgement on less than there is says so. */
function reading({ config }: FraudCtx) {
  const unread: string[] = [];
  async function soon<T>(what: string, work: Promise<T>): Promise<T | null> {
    const read = await inTime(work, config.evidence_milliseconds, unread);
    if (read !== unread) return read as T;
    unread.push(what);
    return null;
  }
  return { soon, unread };
}

async function registerRisk({ flow_id }: ActSubject["register"], ctx: FraudCtx): Promise<Verdict> {
  const { sql } = ctx;
  const { soon, unread } = reading(ctx);
  const [client, person, earlier] = await Promise.all([
    soon("the request", findFlowClient(sql, flow_id)),
    soon("the sign-up", ctx.optional("registrations")?.describe(sql, flow_id) ?? Promise.resolve(null)),
    // A step that is told again asks again: what was decided stands.
    soon("an earlier decision", findOfFlow(sql, flow_id, "register")),
  ]);
  if (earlier) return verdictOf(earlier, []);
  const made = await assess(
    {
      ...noSubject,
      ...{ act: "register", account_id: null, client },
      identifier_tag: client?.identifier_tag ?? null,
      email: person?.email ?? null,
      unread,
    },
    { flow_id, session_id: null, request_id: null },
    ctx,
  );
  return verdictOf(made, []);
}

async function signInRisk(subject: ActSubject["sign_in"], ctx: FraudCtx): Promise<Verdict> {
  const { account_id, client, device, request_id, challenge_id } = subject;
  const { soon, unread } = reading(ctx);
  const earlier = challenge_id === null
    ? null
    : await soon("an earlier decision", findRecentSignIn(ctx.sql, account_id, machineOf(client, ctx)));
  const made = await assess(
    {
      ...noSubject,
      ...{ act: "sign_in", account_id, client },
      identifier_tag: client?.identifier_tag ?? null,
      // Programs keep no secret, so nothing is new about theirs; a browser without one was never here, or forgot.
      device_known: device !== null ? true : client?.surface === "api" ? null : false,
      except: earlier?.decision_id ?? null,
      unread,
    },
    { flow_id: null, session_id: null, request_id },
    ctx,
    earlier,
  );
  return verdictOf(made, methodsOf(ctx));
}

function machineOf(client: ActSubject["sign_in"]["client"], ctx: FraudCtx): string | null {
  const local = !isJudged(ctx, client?.ip ?? null);
  return signalKeys(ctx.keys, { client, local, account_id: null, identifier_tag: null, domain: null })
    .machine;
}

async function resetRisk(
  { flow_id, account_id }: ActSubject["reset_password"],
  ctx: FraudCtx,
): Promise<Verdict> {
  const { soon, unread } = reading(ctx);
  const [client, earlier] = await Promise.all([
    soon("the request", findFlowClient(ctx.sql, flow_id)),
    soon("an earlier decision", findOfFlow(ctx.sql, flow_id, "reset_password")),
  ]);
  if (earlier) return verdictOf(earlier, []);
  const made = await assess(
    { ...noSubject, act: "reset_password", account_id, client, unread },
    { flow_id, session_id: null, request_id: null },
    ctx,
  );
  return verdictOf(made, []);
}

async function changeRisk(
  { account_id, session_id, client }: ActSubject["change_email"],
  ctx: FraudCtx,
): Promise<Verdict> {
  const made = await assess(
    { ...noSubject, act: "change_email", account_id, client, unread: [] },
    { flow_id: null, session_id, request_id: null },
    ctx,
  );
  return verdictOf(made, methodsOf(ctx));
}

/** Those that some plugin brings; where none does, nothing can be asked for. */
export const methodsOf = ({ config, sign_in }: FraudCtx): string[] =>
  config.challenge_methods.filter((method) => method === "mfa" || sign_in.knows(method));

/** @param methods what a challenge asks for; none: the act takes no challenge, or nobody could answer it */
export function verdictOf(made: Judgement, methods: string[]): Verdict {
  const assessment = assessmentOf(made);
  if (made.shadow || made.decision === "allow") return { kind: "pass", assessment };
  if (made.decision === "deny") return { kind: "deny", reason: "risk", assessment };
  // `mfa` alone is no way for whoever has none: something that everybody has must stand beside it.
  const answerable = methods.some((method) => method !== "mfa");
  return answerable ? { kind: "require", methods, assessment } : { kind: "pass", assessment };
}

export const gates: Gate[] = [
  { act: "register", phase: "risk", name: "fraud.register", decide: registerRisk as Gate["decide"] },
  { act: "sign_in", phase: "risk", name: "fraud.sign_in", decide: signInRisk as Gate["decide"] },
  { act: "reset_password", phase: "risk", name: "fraud.reset_password", decide: resetRisk as Gate["decide"] },
  { act: "change_email", phase: "risk", name: "fraud.change_email", decide: changeRisk as Gate["decide"] },
];
