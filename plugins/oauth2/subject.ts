/** Owns the table `pairwise_subject`: as whom a client knows an account (OpenID Connect Core §8). */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Client } from "./client.ts";

type Subjects = Pick<Client, "client_id" | "subject_type" | "sector_identifier_uri" | "redirect_uris">;

/**
 * Clients of one sector know a person as the same `sub` (Core §8.1): the host of `sector_identifier_uri`, or of the
 * redirect URIs, which then have one host. Without a host, as devices and apps are, a client is its own sector.
 */
export function sectorOf(client: Subjects): string {
  const uri = client.sector_identifier_uri ?? client.redirect_uris[0];
  const host = uri === undefined ? "" : URL.parse(uri)?.host ?? "";
  return host === "" ? `client_id ${client.client_id}` : host;
}

/** The account's `sub` for this client: its id, or for pairwise clients one that is made at the first call. */
export async function subjectFor(sql: Sql, client: Subjects, account_id: string): Promise<string> {
  if (client.subject_type === "public") return account_id;
  const sector_identifier = sectorOf(client);
  const [known] = await sql<{ sub: string }[]>`
    select sub from pairwise_subject
    where sector_identifier = ${sector_identifier} and account_id = ${account_id}`;
  if (known) return known.sub;
  // Of two that come first at the same time, the second is given what the first made.
  const [made] = await sql<{ sub: string }[]>`
    insert into pairwise_subject (sector_identifier, account_id, sub)
    values (${sector_identifier}, ${account_id}, ${randomBytes(32).toString("base64url")})
    on conflict (sector_identifier, account_id) do update set sub = pairwise_subject.sub returning sub`;
  return made.sub;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whom a client means by a `sub`; null when nobody. */
export async function accountFor(sql: Sql, client: Subjects, sub: string): Promise<string | null> {
  if (client.subject_type === "public") {
    if (!uuid.test(sub)) return null;
    const [row] = await sql`select 1 from account where account_id = ${sub}`;
    return row ? sub : null;
  }
  if (sub.length > 255) return null;
  const [row] = await sql<{ account_id: string }[]>`
    select account_id from pairwise_subject where sector_identifier = ${sectorOf(client)} and sub = ${sub}`;
  return row?.account_id ?? null;
}
