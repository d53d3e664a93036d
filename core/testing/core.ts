/** The parts under sign-in, real and assembled without a service: for tests of one of them. */
import { randomUUID } from "node:crypto";
import { insertPending } from "../account.ts";
import { coreConfig } from "../config.ts";
import { parseEmail } from "../email_address.ts";
import { createFlows } from "../flow/flows.ts";
import { createStepRunner } from "../flow/step.ts";
import { createKeys } from "../keys/keys.ts";
import { createSigningKeys } from "../keys/signing_keys.ts";
import { silentLog } from "../observe/log.ts";
import { createWork } from "../observe/work.ts";
import type { AnyCtx, AnyPlugin } from "../plugin.ts";
import { createSessions } from "../session/sessions.ts";
import { createTokens } from "../session/tokens.ts";
import { createGates } from "../sign_in/gates.ts";
import { createSignIn } from "../sign_in/sign_in.ts";
import { testDatabase } from "./postgres.ts";

/** @param plugins what they gate and which factors they bring */
export async function testCore(
  plugins: Partial<AnyPlugin>[] = [],
  options: Parameters<typeof coreConfig>[0] = {},
) {
  const database = await testDatabase({ pool: 8 });
  const { sql } = database;
  const core = coreConfig(options);
  const log = silentLog;
  const keys = createKeys([crypto.getRandomValues(new Uint8Array(32))]);
  const signing_keys = createSigningKeys({ sql, core, keys, log });
  await signing_keys.ensure();
  const work = createWork(log);
  const ctx = { sql, core, log } as AnyCtx;
  const withCtx = plugins.map((plugin) => ({ plugin: plugin as AnyPlugin, ctx }));
  const published: string[] = [];
  const publish: AnyCtx["events"]["publish"] = (_tx, name) => Promise.resolve(void published.push(name));
  const flows = createFlows({
    sql,
    log,
    metrics: { inc() {}, set() {}, observe() {} } as never,
    temporal: { ready: () => false } as never,
    stories: new Map(),
    run: createStepRunner(sql, new Map()),
    background: work.background,
  });
  const tokens = createTokens({ sql, core, keys, signing_keys });
  const sessions = createSessions({ sql, tokens, flows, publish });
  const gates = createGates(withCtx, log);
  const sign_in = createSignIn({ sql, core, tokens, gates, flows, publish, plugins: withCtx, log });
  return {
    sql,
    core,
    keys,
    tokens,
    sessions,
    sign_in,
    published,
    /** A verified account. */
    async account(email = `${randomUUID()}@example.com`): Promise<string> {
      const parsed = parseEmail(email);
      if ("problem" in parsed) throw new Error(parsed.detail);
      const profile = { username: null, first_name: null, last_name: null, locale: "en" };
      const { account_id } = await insertPending(sql, { ...parsed, ...profile });
      await sql`update account set status = 'active' where account_id = ${account_id}`;
      return account_id;
    },
    async [Symbol.asyncDispose]() {
      await work.drain(5_000);
      await database[Symbol.asyncDispose]();
    },
  };
}
