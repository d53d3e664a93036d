/** Takes away what is over, table by table, in batches small enough that nobody waits for them. */
import type { Sql } from "../../core/db/postgres.ts";
import { sweepUnused } from "./client.ts";
import { leftOpen, sweepClientSessions } from "./client_session.ts";
import { sweepDeviceCodes } from "./device_code.ts";
import { endAtClients } from "./logout/begin.ts";
import { sweepDeliveries } from "./logout/delivery.ts";
import { noticeExpiring } from "./secret_notice.ts";
import type { OAuth2Ctx } from "./runtime.ts";

const batch = 1000;
/** So many batches of one table in one sweep; what is left goes in the next, ten minutes later. */
const batchesMax = 50;

/** A client that registered itself has so long to be used for the first time. */
const unusedDays = 14;

/** Deletes at most `limit` rows that are over; answers how many. */
type Sweeper = (sql: Sql, limit: number) => Promise<number>;

/** Tables whose rows name their own end. A little longer for those whose reuse is still to be noticed. */
const simple: { table: string; key: string; over: string }[] = [
  { table: "initial_access_token", key: "token_hash", over: "expires_at < now() or uses_left = 0" },
  { table: "authorization_request", key: "request_hash", over: "expires_at < now()" },
  { table: "authorization_code", key: "code_hash", over: "expires_at < now() - interval '1 hour'" },
  { table: "oauth_refresh_token", key: "token_hash", over: "expires_at < now()" },
  { table: "oauth_access_token", key: "token_hash", over: "expires_at < now()" },
  { table: "revoked_access_token", key: "jti", over: "expires_at < now()" },
];

const simpleSweeper = ({ table, key, over }: typeof simple[number]): Sweeper => async (sql, limit) => {
  const { count } = await sql`
    delete from ${sql(table)} where ${sql(key)} in (
      select ${sql(key)} from ${sql(table)} where ${sql.unsafe(over)} limit ${limit})`;
  return count;
};

/**
 * A grant is over when it has ended, or when nothing hangs on it any more: no code, no token that is stored, and no
 * JWT, since its last one was issued longer ago than one lives. An unknown grant counts as one that has ended.
 */
const grantSweeper = (jwt_minutes: number): Sweeper => async (sql, limit) => {
  const { count } = await sql`
    delete from oauth_grant where grant_id in (
      select g.grant_id from oauth_grant g
      where (g.expires_at < now() or g.revoked_at < now() - make_interval(mins => ${jwt_minutes})
        or g.created_at < now() - make_interval(mins => ${jwt_minutes + 60})
          and not exists (select 1 from oauth_refresh_token r where r.grant_id = g.grant_id)
          and not exists (select 1 from oauth_access_token t where t.grant_id = g.grant_id)
          and not exists (select 1 from authorization_code c where c.grant_id = g.grant_id)
          and not exists (select 1 from device_code d where d.grant_id = g.grant_id))
      limit ${limit})`;
  return count;
};

/** Apps that joined a session in the instant it ended are told, too; answers how many sessions there were. */
async function closeLeftOpen(ctx: OAuth2Ctx): Promise<number> {
  const sessions = await leftOpen(ctx.sql, 100);
  for (const session_id of sessions) {
    await ctx.sql.begin((tx) => endAtClients(tx, ctx, { session_id, reason: "session_ended" }));
  }
  return sessions.length;
}

/** Every table of the plugin that grows, in the order in which rows let go of each other. */
export async function sweepOAuth2(ctx: OAuth2Ctx): Promise<void> {
  await closeLeftOpen(ctx);
  await noticeExpiring(ctx);
  const sweepers: Sweeper[] = [
    ...simple.map(simpleSweeper),
    sweepDeviceCodes,
    grantSweeper(ctx.core.jwt_access_token_expire_minutes),
    sweepClientSessions,
    sweepDeliveries,
    (sql, limit) => sweepUnused(sql, unusedDays, limit),
  ];
  for (const sweeper of sweepers) {
    for (let batches = 0; batches < batchesMax; batches++) {
      if (await sweeper(ctx.sql, batch) < batch) break;
    }
  }
}
