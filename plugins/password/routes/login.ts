/** POST /auth/login: proves a password; everything after that is `signIn.complete()`'s. */
import { z } from "zod";
import { findByEmailKey } from "../../../core/account.ts";
import { findDevice } from "../../../core/device.ts";
import type { ClientEvidence } from "../../../core/client_evidence.ts";
import { provenKey } from "../../../core/dpop/proven_key.ts";
import { Problem } from "../../../core/http/problem.ts";
import type { Answer, Call } from "../../../core/http/route.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { callerOf } from "../../../core/sign_in/caller.ts";
import { renderOutcome, signInOutcomeSchema } from "../../../core/sign_in/render.ts";
import type { PasswordConfig } from "../config.ts";
import { guarded } from "../guard.ts";
import { type Proof, provePassword } from "../login.ts";
import { isKnownSource, rememberSuccess } from "../login_backoff.ts";
import { emailField, passwordField, readEmail } from "../person.ts";
import type { PasswordCtx } from "../runtime.ts";
import { identifierTag, passwordTag } from "../tags.ts";

const body = z.object({
  email: emailField,
  password: passwordField,
  transport: z.enum(["token", "cookie"]).default("token")
    .describe("`token`: a token pair for programs; `cookie`: an opaque session cookie for browsers"),
});

async function handle(
  call: Call<z.infer<typeof body>>,
  ctx: PasswordCtx,
  path: string,
): Promise<Answer> {
  const dpop_jkt = await provenKey(call, ctx, path);
  const { email_key } = readEmail(call.body.email);
  const auth_time = new Date();
  const proof = await guarded(
    ctx,
    call,
    { subject: email_key, known_source: await knows(call, ctx, email_key) },
    () => provePassword(ctx, email_key, call.body.password, call.signal),
    ({ kind }) => kind === "wrong",
  );
  const client = {
    ...call.client,
    password_tag: passwordTag(ctx.keys, call.body.password),
    identifier_tag: identifierTag(ctx.keys, email_key),
  };
  if (proof.kind !== "right") {
    if (proof.kind === "wrong") await noteWrong(ctx, email_key, client);
    throw refusal(ctx, proof);
  }
  const { account_id } = proof.account;
  const outcome = await ctx.sign_in.complete({
    ...callerOf(call, ctx.core, dpop_jkt),
    account_id,
    amr: ["pwd"],
    auth_time,
    transport: call.body.transport,
    client,
  });
  ctx.metrics.inc("password_login_total", { result: outcome.kind });
  // Only who comes all the way in makes a place known: a password alone may be stolen.
  if (outcome.kind === "session") await rememberPlace(ctx, account_id, email_key, call.ip);
  return renderOutcome(outcome, ctx.flows.methodNow("direct_login"), ctx.core);
}

/** The session is there by now, and is theirs: what only spares them a later wait keeps nobody from it. */
async function rememberPlace(ctx: PasswordCtx, account_id: string, email_key: string, ip: string | null) {
  try {
    await rememberSuccess(ctx.sql, ctx.keys, account_id, email_key, ip);
  } catch (error) {
    ctx.log.warn("password.place_not_remembered", { account_id, error });
  }
}

/** An unknown name takes one look into the database, as a known one does. */
async function noteWrong(ctx: PasswordCtx, email_key: string, client: ClientEvidence): Promise<void> {
  const risk = ctx.optional("risk");
  if (!risk) return;
  const account = await findByEmailKey(ctx.sql, email_key);
  risk.note({
    kind: account ? "password_wrong" : "unknown_account",
    account_id: account?.account_id ?? null,
    identifier_tag: identifierTag(ctx.keys, email_key),
    client,
  });
}

/**
 * The account is signed in here now, or has signed in from this address before, or with this device: after a second
 * factor only the device tells, since the sign-in ended elsewhere.
 */
async function knows(call: Call, ctx: PasswordCtx, email_key: string): Promise<boolean> {
  if (!ctx.core.rate_limits) return false;
  const account = await findByEmailKey(ctx.sql, email_key);
  if (!account) return false;
  return call.visitor?.account_id === account.account_id ||
    await isKnownSource(ctx.sql, ctx.keys, account.account_id, call.ip) ||
    await findDevice(ctx.sql, account.account_id, callerOf(call, ctx.core).device_secrets ?? []) !== null;
}

function refusal(ctx: PasswordCtx, proof: Exclude<Proof, { kind: "right" }>): Problem {
  ctx.metrics.inc("password_login_total", { result: proof.kind });
  if (proof.kind === "wrong") {
    return new Problem(401, "invalid_credentials", "Address and password do not match.");
  }
  const { registration_id } = proof;
  return new Problem(403, "email_unverified", "The address is not confirmed yet. Use the mail we sent.", {
    members: { registration_id },
  });
}

const route = (path: string, summary: string): Route =>
  defineRoute<PasswordConfig, typeof body>({
    method: "POST",
    path,
    summary,
    description:
      "An unknown address and a wrong password get one answer, in one time. With a proof in the header " +
      "DPoP (RFC 9449), the tokens work only with proofs by the same key.",
    tags: ["Sign-in"],
    access: "public",
    body,
    limits: [{ pool: "login", points: 600, per_seconds: 60, by: "ip" }],
    answers: {
      200: { description: "A session, or a challenge to answer first", schema: signInOutcomeSchema },
      401: {
        description: "Address and password do not match",
        problem_codes: ["invalid_credentials", "invalid_dpop_proof", "use_dpop_nonce"],
      },
      403: {
        description: "The password is right, but the address is not confirmed, or policy says no",
        problem_codes: ["email_unverified", "sign_in_denied"],
      },
      429: { description: "Too many wrong passwords", problem_codes: ["too_many_requests"] },
      503: { description: "No room to hash", problem_codes: ["hash_queue_full"] },
    },
    handle: (call, ctx) => handle(call, ctx, path),
  });

export const login = route("/auth/login", "Sign in with a password");
export const loginOlderName = route("/user/login", "Sign in with a password (older name)");
