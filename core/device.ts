/** Owns the table `device`: the browsers and apps that an account has signed in with, known by a secret they keep. */
import { randomBytes } from "node:crypto";
import type { Sql } from "./db/postgres.ts";
import { hashSecret } from "./session/session.ts";

export interface Device {
  device_id: string;
  account_id: string;
  user_agent: string | null;
  first_seen_at: Date;
  last_seen_at: Date;
  last_seen_ip: string | null;
  /** Until then no second factor is asked for here; null or past: one is. */
  remembered_until: Date | null;
}

export interface SeenDevice extends Device {
  /** What the browser or app has to keep; null when it has it already. */
  secret: string | null;
  /** Never seen before, by an account that has been seen on others. */
  is_new: boolean;
}

const columns = [
  "device_id",
  "account_id",
  "user_agent",
  "first_seen_at",
  "last_seen_at",
  "last_seen_ip",
  "remembered_until",
];

const devicesMax = 200;

/** Of this account only: a secret that was copied from another account's browser is unknown here. */
export async function findDevice(
  sql: Sql,
  account_id: string,
  secret: string | null | undefined,
): Promise<Device | null> {
  if (!secret) return null;
  const [row] = await sql<Device[]>`
    select ${sql(columns)} from device
    where account_id = ${account_id} and secret_hash = ${hashSecret(secret)}`;
  return row ?? null;
}

export async function findDeviceById(sql: Sql, device_id: string): Promise<Device | null> {
  const [row] = await sql<Device[]>`select ${sql(columns)} from device where device_id = ${device_id}`;
  return row ?? null;
}

/** Notes that an account signs in with a device, in the transaction that makes the session. */
export async function seeDevice(
  tx: Sql,
  seen: {
    account_id: string;
    /** What it showed; null: a new secret is made for it. */
    secret: string | null;
    user_agent: string | null;
    ip: string | null;
    /** Whole seconds to remember it for; null: as it was. */
    remember_seconds: number | null;
  },
): Promise<SeenDevice> {
  const secret = seen.secret ?? randomBytes(32).toString("base64url");
  const user_agent = seen.user_agent?.slice(0, 400) ?? null;
  const until = seen.remember_seconds === null
    ? tx`null`
    : tx`now() + make_interval(secs => ${seen.remember_seconds})`;
  const [row] = await tx<(Device & { inserted: boolean; others: boolean })[]>`
    with others as (
      select exists (select 1 from device where account_id = ${seen.account_id}) as others
    ), written as (
      insert into device as d (account_id, secret_hash, user_agent, last_seen_ip, remembered_until)
      values (${seen.account_id}, ${hashSecret(secret)}, ${user_agent}, ${seen.ip}, ${until})
      on conflict (account_id, secret_hash) do update set
        user_agent = excluded.user_agent, last_seen_at = now(), last_seen_ip = excluded.last_seen_ip,
        remembered_until = coalesce(excluded.remembered_until, d.remembered_until)
      returning ${tx(columns)}, xmax = 0 as inserted
    ) select written.*, others.others from written, others`;
  const { inserted, others, ...device } = row;
  return { ...device, secret: seen.secret === null ? secret : null, is_new: inserted && others };
}

export const isRemembered = (device: Pick<Device, "remembered_until"> | null): boolean =>
  (device?.remembered_until ?? new Date(0)) > new Date();

export async function listDevices(sql: Sql, account_id: string): Promise<Device[]> {
  return await sql<Device[]>`
    select ${sql(columns)} from device where account_id = ${account_id}
    order by last_seen_at desc limit ${devicesMax}`;
}

/** Asks for a second factor there again. Answers how many were remembered. */
export async function forgetRemembered(
  tx: Sql,
  account_id: string,
  which: { device_id?: string } = {},
): Promise<number> {
  const rows = await tx`
    update device set remembered_until = null
    where account_id = ${account_id} and remembered_until > now()
      ${which.device_id ? tx`and device_id = ${which.device_id}` : tx``}`;
  return rows.count;
}

/** Takes away, in small batches, what nobody has signed in with for longer than a browser keeps a cookie. */
export async function sweepDevices(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from device where device_id in (
      select device_id from device where last_seen_at < now() - interval '400 days' limit 1000)`;
  return rows.count;
}
