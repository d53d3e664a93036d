/** The plugin with everything real under it, for its tests: people who sign up and in from public addresses. */
import { expect } from "expect";
import { testPlugins } from "../../core/testing/plugins.ts";
import emailVerification from "../email-verification/mod.ts";
import mfa from "../mfa/mod.ts";
import password from "../password/mod.ts";
import { configure } from "../../core/plugin.ts";
import type { FraudConfig } from "./config.ts";
import type { FraudCtx } from "./ctx.ts";
import { runtimeOf } from "./runtime.ts";
import fraud from "./mod.ts";

export async function testFraud(options: Partial<FraudConfig> = {}) {
  const h = await testPlugins([
    configure(password, { bcrypt_cost: 4 }),
    emailVerification,
    mfa,
    configure(fraud, options),
  ], { core: { trusted_proxies: [] } });
  const ctx: FraudCtx = h.ctxOf("fraud");
  let people = 0;
  const secret = "a long walk along the river";
  const signUp = async (email: string, ip = "198.51.100.20") =>
    await h.api("POST", "/auth/register", { email, password: secret }, { ip });
  /** A verified account with its token, noted from the machine itself. */
  async function person({ operator = false } = {}) {
    const email = `person${++people}@example.org`;
    expect((await signUp(email, "127.0.0.1")).status).toBe(202);
    await h.turn();
    await h.sql`update account set status = 'active', email_verified_at = now(),
      roles = ${operator ? ["operator"] : []} where email = ${email}`;
    const { body } = await h.api("POST", "/auth/login", { email, password: secret }, { ip: "127.0.0.1" });
    await h.turn();
    const [{ account_id }] = await h.sql<{ account_id: string }[]>`
      select account_id from account where email = ${email}`;
    return { email, account_id, token: body.access_token as string };
  }
  return {
    ...h,
    ctx,
    secret,
    signUp,
    person,
    signIn: (email: string, ip = "198.51.100.20", typed = secret) =>
      h.api("POST", "/auth/login", { email, password: typed }, { ip }),
    flush: () => runtimeOf(ctx).notes.flush(),
  };
}
