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
  /** What the browser or app has to keep from now on, beside what it has; null when it has it already. */
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

/** Of one account; programs that keep no secret are a new one each time. */
const devicesMax = 200;

/**
 * @param secrets all that a browser keeps: one for each account that was used there. One that was copied from another
 *   account's browser is nobody's here
 */
export async function findDevice(sql: Sql, account_id: string, secrets: string[]): Promise<Device | null> {
  if (secrets.length === 0) return null;
  const [row] = await sql<Device[]>`
    select ${sql(columns)} from device
    where account_id = ${account_id} and secret_hash in ${sql(secrets.map(hashSecret) as never)}
    order by last_seen_at desc limit 1`;
  return row ?? null;
}

export async function findDeviceById(sql: Sql, device_id: string): Promise<Device | null> {
  const [row] = await sql<Device[]>`select ${sql(columns)} from device where device_id = ${device_id}`;
  return row ?? null;
}

/**
 * Notes that an account signs in with a device, in the transaction that makes the session. One that is not known gets a
 * secret of our own making: what it shows may have been put there by somebody who knows it.
 */
export async function seeDevice(
  tx: Sql,
  seen: {
    account_id: string;
    secrets: string[];
    user_agent: string | null;
    ip: string | null;
    /** Whole seconds to remember it for; null: as it was. */
    remember_seconds: number | null;
  },
): Promise<SeenDevice> {
  const { account_id, ip, remember_seconds } = seen;
  const user_agent = seen.user_agent?.slice(0, 400) ?? null;
  const until = remember_seconds === null
    ? tx`null::timestamptz`
    : tx`now() + make_interval(secs => ${remember_seconds})`;
  const known = await findDevice(tx, account_id, seen.secrets);
  if (known) {
    const [row] = await tx<Device[]>`
      update device set user_agent = ${user_agent}, last_seen_at = now(), last_seen_ip = ${ip},
        remembered_until = coalesce(${until}, remembered_until)
      where device_id = ${known.device_id} returning ${tx(columns)}`;
    if (row) return { ...row, secret: null, is_new: false };
  }
  const secret = randomBytes(32).toString("base64url");
  const [{ others, ...device }] = await tx<(Device & { others: boolean })[]>`
    insert into device (account_id, secret_hash, user_agent, last_seen_ip, remembered_until)
    values (${account_id}, ${hashSecret(secret)}, ${user_agent}, ${ip}, ${until})
    returning ${tx(columns)}, exists (select 1 from device where account_id = ${account_id}) as others`;
  await dropOldest(tx, account_id);
  return { ...device, secret, is_new: others };
}

/** What was not used for longest gives way; a session that was started with it goes on. */
async function dropOldest(tx: Sql, account_id: string): Promise<void> {
  await tx`
    delete from device where device_id in (
      select device_id from device where account_id = ${account_id}
      order by last_seen_at desc, device_id offset ${devicesMax} limit 1000 for update skip locked)`;
}

export const isRemembered = (device: Pick<Device, "remembered_until"> | null): boolean =>
  (device?.remembered_until ?? new Date(0)) > new Date();

export async function listDevices(sql: Sql, account_id: string): Promise<Device[]> {
  return await sql<Device[]>`
    select ${sql(columns)} from device where account_id = ${account_id}
    order by last_seen_at desc limit ${devicesMax}`;
}

/** Asks for a second factor there again: on one device, or on all but one. Answers how many were remembered. */
export async function forgetRemembered(
  tx: Sql,
  account_id: string,
  which: { device_id?: string; except?: string } = {},
): Promise<number> {
  const rows = await tx`
    update device set remembered_until = null
    where account_id = ${account_id} and remembered_until > now()
      ${which.device_id ? tx`and device_id = ${which.device_id}` : tx``}
      ${which.except ? tx`and device_id <> ${which.except}` : tx``}`;
  return rows.count;
}

/** Takes away, in small batches, what nobody has signed in with for longer than a browser keeps a cookie. */
export async function sweepDevices(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from device where device_id in (
      select device_id from device where last_seen_at < now() - interval '400 days' limit 1000)`;
  return rows.count;
}
