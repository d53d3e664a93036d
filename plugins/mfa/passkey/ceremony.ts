/** Owns the table `webauthn_ceremony`: challenges that were handed out (Web Authentication Level 3 §13.4.3), each good once. */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../../core/db/postgres.ts";
import { hashSecret } from "../../../core/session/session.ts";

export type CeremonyKind = "registration" | "authentication";

export interface Ceremony {
  kind: CeremonyKind;
  /** Whose it is; null: whoever signs in will say. */
  account_id: string | null;
  /** The challenge of a sign-in that it answers. */
  challenge_id: string | null;
  user_verification: "required" | "preferred";
}

export const CEREMONY_SECONDS = 300;

/** Answers the challenge: 32 random bytes, base64url. */
export async function beginCeremony(sql: Sql, ceremony: Ceremony): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  await sql`
    insert into webauthn_ceremony ${
    sql({
      ...ceremony,
      challenge_hash: hashSecret(challenge),
      expires_at: new Date(Date.now() + CEREMONY_SECONDS * 1000),
    })
  }`;
  return challenge;
}

/** Claims a challenge, once. Null when it is unknown, expired, used, or of another kind. */
export async function claimCeremony(
  sql: Sql,
  kind: CeremonyKind,
  challenge: string,
): Promise<Ceremony | null> {
  const [row] = await sql<Ceremony[]>`
    delete from webauthn_ceremony
    where challenge_hash = ${hashSecret(challenge)} and kind = ${kind} and expires_at > now()
    returning kind, account_id, challenge_id, user_verification`;
  return row ?? null;
}

/** Takes away what is over, in small batches. */
export async function sweepCeremonies(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from webauthn_ceremony where challenge_hash in (
      select challenge_hash from webauthn_ceremony where expires_at < now() limit 1000)`;
  return rows.count;
}
