/** Owns the table `oauth_client`: the apps that may ask. */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import type { ClientMetadata } from "./metadata.ts";

export interface Client extends ClientMetadata {
  client_id: string;
  client_secret_sealed: Uint8Array | null;
  client_secret_expires_at: Date | null;
  origin: "setting" | "command" | "registration" | "demo";
  /** Goes up with every change of the metadata. */
  revision: number;
  created_at: Date;
  updated_at: Date;
}

interface Row extends Omit<Client, keyof ClientMetadata> {
  metadata: ClientMetadata;
}

const columns = [
  "client_id",
  "metadata",
  "client_secret_sealed",
  "client_secret_expires_at",
  "origin",
  "revision",
  "created_at",
  "updated_at",
];

const fromRow = ({ metadata, ...row }: Row): Client => ({ ...metadata, ...row });

/** 256 bits. */
export const newSecret = () => `fss_${randomBytes(32).toString("base64url")}`;

const sealContext = (client_id: string) => `oauth_client.client_secret/${client_id}`;

export function sealSecret(keys: Keys, client_id: string, client_secret: string): Uint8Array {
  return keys.seal(new TextEncoder().encode(client_secret), sealContext(client_id));
}

/** Null for a client without one, and for one whose secret has expired (RFC 7591 §3.2.1). */
export function openSecret(keys: Keys, client: Client, now = Date.now()): string | null {
  const { client_secret_sealed: sealed, client_secret_expires_at: end } = client;
  if (!sealed || end && end.getTime() <= now) return null;
  return new TextDecoder().decode(keys.open(sealed, sealContext(client.client_id)));
}

export async function findClient(sql: Sql, client_id: string): Promise<Client | null> {
  const [row] = await sql<Row[]>`select ${sql(columns)} from oauth_client where client_id = ${client_id}`;
  return row ? fromRow(row) : null;
}

/** Newest first. */
export async function listClients(sql: Sql, { limit = 1000 } = {}): Promise<Client[]> {
  const rows = await sql<Row[]>`
    select ${sql(columns)} from oauth_client order by created_at desc, client_id limit ${limit}`;
  return rows.map(fromRow);
}

export interface NewClient {
  client_id: string;
  metadata: ClientMetadata;
  client_secret_sealed: Uint8Array | null;
  client_secret_expires_at: Date | null;
  registration_access_token_hash: Uint8Array | null;
  origin: Client["origin"];
}

/** Null when the `client_id` is taken. */
export async function insertClient(tx: Sql, client: NewClient): Promise<Client | null> {
  const [row] = await tx<Row[]>`
    insert into oauth_client ${tx({ ...client, metadata: tx.json(client.metadata as never) as never })}
    on conflict (client_id) do nothing returning ${tx(columns)}`;
  return row ? fromRow(row) : null;
}

/** Writes new metadata; the revision goes up when anything in it is new. Null when the client is gone. */
export async function updateClient(
  tx: Sql,
  client_id: string,
  metadata: ClientMetadata,
): Promise<Client | null> {
  const json = tx.json(metadata as never) as never;
  const [row] = await tx<Row[]>`
    update oauth_client set metadata = ${json}, updated_at = now(),
      revision = revision + case when metadata = ${json}::jsonb then 0 else 1 end
    where client_id = ${client_id} returning ${tx(columns)}`;
  return row ? fromRow(row) : null;
}

/** Puts a new secret in the place of the old one, which ends at once. False when the client is gone. */
export async function replaceSecret(
  tx: Sql,
  client_id: string,
  secret: { client_secret_sealed: Uint8Array | null; client_secret_expires_at: Date | null },
): Promise<boolean> {
  const rows = await tx`
    update oauth_client set client_secret_sealed = ${secret.client_secret_sealed}, updated_at = now(),
      client_secret_expires_at = ${secret.client_secret_expires_at}, expiry_noticed_at = null
    where client_id = ${client_id} returning 1`;
  return rows.length === 1;
}

/** It was given a token. Kept to the hour: it tells those that are used from those that never were. */
export async function noteUse(sql: Sql, client_id: string): Promise<void> {
  await sql`
    update oauth_client set used_at = now()
    where client_id = ${client_id} and (used_at is null or used_at < now() - interval '1 hour')`;
}

/** Clients that registered themselves and never got a token; counts no further than `limit`. */
export async function countUnused(sql: Sql, limit: number): Promise<number> {
  const [{ count }] = await sql<{ count: number }[]>`
    select count(*)::int as count from (
      select 1 from oauth_client where origin = 'registration' and used_at is null limit ${limit}) unused`;
  return count;
}

/** Forgets those that are older than this and for which nobody ever signed in; answers how many. */
export async function sweepUnused(sql: Sql, days: number, limit: number): Promise<number> {
  const { count } = await sql`
    delete from oauth_client where client_id in (
      select client_id from oauth_client c
      where origin = 'registration' and used_at is null and created_at < now() - make_interval(days => ${days})
        and not exists (select 1 from oauth_grant g where g.client_id = c.client_id)
      order by created_at limit ${limit})`;
  return count;
}

export interface Expiring {
  client_id: string;
  client_name: string;
  contacts: string[];
  client_secret_expires_at: Date;
}

/** Clients whose secret ends within so many days; each is answered once for each secret. */
export async function claimExpiring(tx: Sql, days: number, limit: number): Promise<Expiring[]> {
  return await tx<Expiring[]>`
    update oauth_client set expiry_noticed_at = now()
    where client_id in (
      select client_id from oauth_client
      where client_secret_expires_at between now() and now() + make_interval(days => ${days})
        and expiry_noticed_at is null
      order by client_secret_expires_at limit ${limit} for update skip locked)
    returning client_id, metadata ->> 'client_name' as client_name, client_secret_expires_at,
      array(select jsonb_array_elements_text(metadata -> 'contacts')) as contacts`;
}

/** With everything it was given: grants, tokens, consents and requests go too. */
export async function deleteClient(tx: Sql, client_id: string): Promise<boolean> {
  const rows = await tx`delete from oauth_client where client_id = ${client_id} returning 1`;
  return rows.length === 1;
}

/** The client whose registration this token manages (RFC 7592 §3). */
export async function findByRegistrationToken(sql: Sql, token_hash: Uint8Array): Promise<Client | null> {
  const [row] = await sql<Row[]>`
    select ${sql(columns)} from oauth_client where registration_access_token_hash = ${token_hash}`;
  return row ? fromRow(row) : null;
}
