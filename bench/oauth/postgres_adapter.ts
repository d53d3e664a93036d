/**
 * Where the yardstick keeps its things: the adapter that `oidc-provider` asks its operators to write, for Postgres, in
 * one table, with what its documentation names as secondary keys. Each call is one statement by a primary key or index.
 */
import type postgres from "postgres";

type Payload = Record<string, unknown>;

export async function createTable(sql: postgres.Sql): Promise<void> {
  await sql`
    create table oidc_payload (
      type text not null, id text not null, payload jsonb not null, grant_id text, user_code text, uid text,
      expires_at timestamptz, consumed_at timestamptz, primary key (type, id))`;
  await sql`create index on oidc_payload (grant_id) where grant_id is not null`;
  await sql`create index on oidc_payload (uid) where uid is not null`;
  await sql`create index on oidc_payload (user_code) where user_code is not null`;
}

interface Row {
  payload: Payload;
  consumed_at: Date | null;
}

const payloadOf = (rows: Row[]): Payload | undefined => {
  if (rows.length === 0) return undefined;
  const [{ payload, consumed_at }] = rows;
  return consumed_at ? { ...payload, consumed: Math.floor(consumed_at.getTime() / 1000) } : payload;
};

/** What the provider calls once for each of its models. */
export function postgresAdapter(sql: postgres.Sql) {
  return (type: string) => ({
    async upsert(id: string, payload: Payload, expires_in?: number): Promise<void> {
      const { grantId = null, userCode = null, uid = null } = payload as Record<string, string | null>;
      const json = sql.json(payload as never);
      const expires_at = expires_in === undefined ? null : new Date(Date.now() + expires_in * 1000);
      await sql`
        insert into oidc_payload (type, id, payload, grant_id, user_code, uid, expires_at)
        values (${type}, ${id}, ${json}, ${grantId}, ${userCode}, ${uid}, ${expires_at})
        on conflict (type, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
          user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`;
    },
    async find(id: string): Promise<Payload | undefined> {
      return payloadOf(
        await sql<Row[]>`
          select payload, consumed_at from oidc_payload
          where type = ${type} and id = ${id} and (expires_at is null or expires_at > now())`,
      );
    },
    async findByUid(uid: string): Promise<Payload | undefined> {
      return payloadOf(
        await sql<Row[]>`
          select payload, consumed_at from oidc_payload
          where type = ${type} and uid = ${uid} and (expires_at is null or expires_at > now())`,
      );
    },
    async findByUserCode(user_code: string): Promise<Payload | undefined> {
      return payloadOf(
        await sql<Row[]>`
          select payload, consumed_at from oidc_payload
          where type = ${type} and user_code = ${user_code} and (expires_at is null or expires_at > now())`,
      );
    },
    async consume(id: string): Promise<void> {
      await sql`update oidc_payload set consumed_at = now() where type = ${type} and id = ${id}`;
    },
    async destroy(id: string): Promise<void> {
      await sql`delete from oidc_payload where type = ${type} and id = ${id}`;
    },
    async revokeByGrantId(grant_id: string): Promise<void> {
      await sql`delete from oidc_payload where type = ${type} and grant_id = ${grant_id}`;
    },
  });
}
