/** The parts under sign-in, real and assembled without a service: for tests of one of them. */
import { randomUUID } from "node:crypto";
import { insertPending } from "../account.ts";
import { coreConfig } from "../config.ts";
import type { Sql } from "../db/postgres.ts";
import { parseEmail } from "../email_address.ts";
import { createMachinery } from "../machinery.ts";
import { silentLog } from "../observe/log.ts";
import type { AnyPlugin } from "../plugin.ts";
import type { Mailer } from "../services/mod.ts";
import type { TemporalLink } from "../temporal/link.ts";
import { testDatabase } from "./postgres.ts";

/** A Temporal that is away. */
export const noTemporal = { ready: () => false } as TemporalLink;

/** A verified account, without anything that proves it; answers its id. */
export async function newAccount(sql: Sql, email = `${randomUUID()}@example.com`): Promise<string> {
  const parsed = parseEmail(email);
  if ("problem" in parsed) throw new Error(parsed.detail);
  const profile = { username: null, first_name: null, last_name: null, locale: "en" };
  const { account_id } = await insertPending(sql, { ...parsed, ...profile });
  await sql`update account set status = 'active' where account_id = ${account_id}`;
  return account_id;
}

/** @param plugins what they gate and which factors they bring; `published` collects the events there are */
export async function testCore(
  plugins: Partial<AnyPlugin>[] = [],
  options: Parameters<typeof coreConfig>[0] = {},
) {
  const database = await testDatabase({ pool: 8 });
  const { sql } = database;
  const listener: Partial<AnyPlugin> = {
    on: { "session.started": () => Promise.resolve(), "session.ended": () => Promise.resolve() },
  };
  const { ctx, work } = await createMachinery({
    sql,
    config: { core: coreConfig(options), plugins: {} },
    plugins: [listener, ...plugins].map((plugin, i) => ({
      name: `test-${i}`,
      about: "",
      config: {},
      ...plugin,
    })),
    log: silentLog,
    secrets: [crypto.getRandomValues(new Uint8Array(32))],
    mailer: () => ({}) as Mailer,
    temporal: () => noTemporal,
  });
  return {
    ...ctx,
    async published(): Promise<string[]> {
      const rows = await sql<{ event: string }[]>`
        select payload ->> 'event' as event from outbox where kind = 'event' order by outbox_id`;
      return rows.map(({ event }) => event);
    },
    /** A verified account. */
    account: (email?: string) => newAccount(sql, email),
    async [Symbol.asyncDispose]() {
      ctx.limiter.close();
      await work.drain(5_000);
      await database[Symbol.asyncDispose]();
    },
  };
}
