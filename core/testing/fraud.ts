/** `fraud` with everything real under it, for its tests: people who sign up and in from public addresses. */
import { randomUUID } from "node:crypto";
import type { ClientEvidence } from "../client_evidence.ts";
import { configure } from "../plugin.ts";
import { newAccount } from "./core.ts";
import { testPlugins, type TestPluginsOptions } from "./plugins.ts";
import emailVerification from "../../plugins/email-verification/mod.ts";
import mfa from "../../plugins/mfa/mod.ts";
import password from "../../plugins/password/mod.ts";
import type { FraudConfig } from "../../plugins/fraud/config.ts";
import type { FraudCtx } from "../../plugins/fraud/ctx.ts";
import fraud from "../../plugins/fraud/mod.ts";
import { runtimeOf } from "../../plugins/fraud/runtime.ts";

/** What a common browser shows. */
export const browser = (ip: string | null, more: Partial<ClientEvidence> = {}): ClientEvidence => ({
  ip,
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  surface: "page",
  at: new Date().toISOString(),
  locale: "en",
  header_names: ["host", "user-agent", "accept", "accept-language", "accept-encoding", "content-type"],
  headers: {
    accept: "text/html",
    "accept-language": "en-GB,en;q=0.5",
    "accept-encoding": "gzip, deflate, br",
  },
  form: null,
  password_tag: null,
  ...more,
});

export async function testFraud(options: Partial<FraudConfig> = {}, more: TestPluginsOptions = {}) {
  const h = await testPlugins([
    configure(password, { bcrypt_cost: 4 }),
    emailVerification,
    mfa,
    configure(fraud, options),
  ], more);
  const ctx: FraudCtx = h.ctxOf("fraud");

  /** As after a right password; from the machine itself, unless said. */
  const signIn = (account_id: string, client: ClientEvidence = browser("127.0.0.1")) =>
    ctx.sign_in.complete({
      ...{ account_id, client, amr: ["pwd"], auth_time: new Date(), transport: "token" as const },
      ...{ ip: client.ip, user_agent: client.user_agent, request_id: randomUUID() },
    });

  /** A verified account, signed in. */
  async function person({ operator = false, email = `${randomUUID()}@example.org` } = {}) {
    const account_id = await newAccount(h.sql, email);
    if (operator) await h.sql`update account set roles = '{operator}' where account_id = ${account_id}`;
    const outcome = await signIn(account_id);
    if (outcome.kind !== "session" || !outcome.tokens) throw new Error("a session was expected");
    return { account_id, email, token: outcome.tokens.access_token, session_id: outcome.session.session_id };
  }

  return {
    ...h,
    ...{ ctx, signIn, person },
    signUp: (email: string, ip = "198.51.100.20", headers: Record<string, string> = {}) =>
      h.api("POST", "/auth/register", { email, password: "a long walk along the river" }, { ip, headers }),
    /** Everything noted is written. */
    flush: () => runtimeOf(ctx).notes.flush(),
  };
}
