/** Owns the table `client_session`: at which apps a browser's session is known, and as which `sid` by each. */
import type { Sql } from "../../core/db/postgres.ts";

export interface ClientSession {
  client_id: string;
  account_id: string;
  session_id: string;
  /** What this client knows the session as; another client knows another (Front-Channel Logout §3). */
  sid: string;
}

const columns = ["client_id", "account_id", "session_id", "sid"];

/** Answers the `sid` of a session at a client, the same at every call; made at the first. */
export async function joinSession(
  tx: Sql,
  { session_id, client_id, account_id }: Omit<ClientSession, "sid">,
): Promise<string> {
  // Nearly always it is there already, and reading costs no lock.
  const known = await sidOf(tx, session_id, client_id);
  if (known) return known;
  const [row] = await tx<{ sid: string }[]>`
    insert into client_session ${tx({ session_id, client_id, account_id })}
    on conflict (session_id, client_id) do update set account_id = excluded.account_id returning sid`;
  return row.sid;
}

/** Null when the session was never used for this client. */
export async function sidOf(sql: Sql, session_id: string, client_id: string): Promise<string | null> {
  const [row] = await sql<{ sid: string }[]>`
    select sid from client_session where session_id = ${session_id} and client_id = ${client_id}`;
  return row?.sid ?? null;
}

/** Which session a client knows by this `sid`; null when it is none of this client's. */
export async function findBySid(sql: Sql, client_id: string, sid: string): Promise<ClientSession | null> {
  const [row] = await sql<ClientSession[]>`
    select ${sql(columns)} from client_session where sid = ${sid} and client_id = ${client_id}`;
  return row ?? null;
}

/** The clients that know a session and have not been told of its end. */
export async function clientsOf(sql: Sql, session_id: string): Promise<ClientSession[]> {
  return await sql<ClientSession[]>`
    select ${sql(columns)} from client_session
    where session_id = ${session_id} and ended_at is null order by created_at, client_id`;
}

/** Marks them ended; answers those this call did, so that each client is told once. */
export async function closeClientSessions(tx: Sql, session_id: string): Promise<ClientSession[]> {
  return await tx<ClientSession[]>`
    update client_session set ended_at = now()
    where session_id = ${session_id} and ended_at is null returning ${tx(columns)}`;
}

/**
 * Sessions that are over while apps still count on them: an app joined in the instant they ended, or they are long
 * gone. At most `limit`.
 */
export async function leftOpen(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql<{ session_id: string }[]>`
    select distinct c.session_id from client_session c left join session s using (session_id)
    where c.ended_at is null and c.created_at < now() - interval '1 minute'
      and (s.session_id is null or s.ended_at is not null)
    limit ${limit}`;
  return rows.map(({ session_id }) => session_id);
}

/** Takes away what ended a day ago: an `id_token_hint` may still name it for a while. At most `limit` rows. */
export async function sweepClientSessions(sql: Sql, limit: number): Promise<number> {
  const { count } = await sql`
    delete from client_session where (session_id, client_id) in (
      select session_id, client_id from client_session
      where ended_at < now() - interval '1 day' limit ${limit})`;
  return count;
}
