/** Owns the table `device_code`: devices without a keyboard that wait for a person elsewhere (RFC 8628). */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import { hashSecret } from "../../core/session/session.ts";
import { newUserCode } from "./user_code.ts";

/** Seconds between two questions of a device, unless it was told to slow down (RFC 8628 §3.2). */
export const pollSeconds = 5;
/** RFC 8628 §3.5. */
const slowDownSeconds = 5;
/** A device that keeps to its interval may be a little early by our clock. */
const earlySeconds = 1;
/** Of the few codes that are open at a time one may come up twice. */
const triesMax = 5;

export interface DeviceCode {
  client_id: string;
  scope: string[];
  resource: string[];
  /** Of the proof that came with the device's first request; then only that key gets tokens. */
  dpop_jkt: string | null;
  expires_at: Date;
}

/** Of 34 bits, so a plain hash could be tried out: without the key a stolen table tells nothing. */
const hashUserCode = (keys: Keys, user_code: string) => keys.hmac("device_code.user_code", user_code);

/** Answers both codes; only their hashes are stored. */
export async function insertDeviceCode(
  sql: Sql,
  keys: Keys,
  { lifetime_seconds, ...given }: Omit<DeviceCode, "expires_at"> & { lifetime_seconds: number },
): Promise<{ device_code: string; user_code: string }> {
  const device_code = `fsd_${randomBytes(32).toString("base64url")}`;
  for (let tries = 0; tries < triesMax; tries++) {
    const user_code = newUserCode();
    const rows = await sql`
      insert into device_code ${
      sql({
        ...given,
        device_code_hash: hashSecret(device_code),
        user_code_hash: hashUserCode(keys, user_code),
        interval_seconds: pollSeconds,
        expires_at: new Date(Date.now() + lifetime_seconds * 1000),
      })
    } on conflict (user_code_hash) do nothing returning 1`;
    if (rows.length === 1) return { device_code, user_code };
  }
  throw new Error("no user code is free");
}

/** The device that waits for this code. Null when there is none, or it was answered, or is over. */
export async function findWaiting(sql: Sql, keys: Keys, user_code: string): Promise<DeviceCode | null> {
  const [row] = await sql<DeviceCode[]>`
    select client_id, scope, resource, dpop_jkt, expires_at from device_code
    where user_code_hash in ${
    sql(keys.hmacAll("device_code.user_code", user_code))
  } and state = 'pending' and expires_at > now()`;
  return row ?? null;
}

/** Stores the person's answer: of any number at the same time one gets true. A grant says yes, null no. */
export async function answerDevice(
  tx: Sql,
  keys: Keys,
  user_code: string,
  grant_id: string | null,
): Promise<boolean> {
  const rows = await tx`
    update device_code set state = ${grant_id === null ? "denied" : "allowed"}, grant_id = ${grant_id}
    where user_code_hash in ${
    tx(keys.hmacAll("device_code.user_code", user_code))
  } and state = 'pending' and expires_at > now() returning 1`;
  return rows.length === 1;
}

export type Poll =
  | { kind: "allowed"; grant_id: string }
  | { kind: "pending" | "slow_down" | "denied" | "expired" | "unknown" | "other_key" }
  /** Shown again although it was used; `late` when that is no mere repetition. */
  | { kind: "used"; grant_id: string; late: boolean };

/** A device asks. Only its own client can, and the yes is claimed once. */
export async function pollDevice(
  sql: Sql,
  { device_code, client_id, dpop_jkt }: { device_code: string; client_id: string; dpop_jkt: string | null },
): Promise<Poll> {
  const device_code_hash = hashSecret(device_code);
  const [claimed] = await sql<{ grant_id: string }[]>`
    update device_code set state = 'used', polled_at = now()
    where device_code_hash = ${device_code_hash} and client_id = ${client_id} and state = 'allowed'
      and expires_at > now() and (dpop_jkt is null or dpop_jkt = ${dpop_jkt}) returning grant_id`;
  if (claimed) return { kind: "allowed", ...claimed };
  const [waiting] = await sql<{ too_fast: boolean }[]>`
    with seen as (
      select coalesce(polled_at > now() - make_interval(secs => interval_seconds - ${earlySeconds}), false) as too_fast
      from device_code
      where device_code_hash = ${device_code_hash} and client_id = ${client_id} and state = 'pending'
        and expires_at > now() for update
    )
    update device_code set polled_at = now(),
      interval_seconds = interval_seconds + case when too_fast then ${slowDownSeconds}::int else 0 end
    from seen where device_code_hash = ${device_code_hash} and state = 'pending' returning too_fast`;
  if (waiting) return { kind: waiting.too_fast ? "slow_down" : "pending" };
  return await whyNot(sql, device_code_hash, client_id, dpop_jkt);
}

interface Refused {
  state: "pending" | "allowed" | "denied" | "used";
  grant_id: string | null;
  over: boolean;
  other_key: boolean;
  late: boolean;
}

async function whyNot(
  sql: Sql,
  device_code_hash: Uint8Array,
  client_id: string,
  dpop_jkt: string | null,
): Promise<Poll> {
  const [row] = await sql<Refused[]>`
    select state, grant_id, expires_at <= now() as over,
           dpop_jkt is not null and dpop_jkt is distinct from ${dpop_jkt}::text as other_key,
           coalesce(polled_at < now() - make_interval(secs => ${pollSeconds}), false) as late
    from device_code where device_code_hash = ${device_code_hash} and client_id = ${client_id}`;
  if (!row) return { kind: "unknown" };
  if (row.state === "used") return { kind: "used", grant_id: row.grant_id!, late: row.late };
  if (row.over) return { kind: "expired" };
  if (row.state === "denied") return { kind: "denied" };
  if (row.state === "allowed" && row.other_key) return { kind: "other_key" };
  // Answered between the two looks: the next question finds it.
  return { kind: "pending" };
}

/** Takes away what was over an hour ago: until then a device hears why. At most `limit` rows. */
export async function sweepDeviceCodes(sql: Sql, limit: number): Promise<number> {
  const { count } = await sql`
    delete from device_code where device_code_hash in (
      select device_code_hash from device_code where expires_at < now() - interval '1 hour' limit ${limit})`;
  return count;
}
