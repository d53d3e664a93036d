/** Owns the table `challenge`: an open question to somebody who signs in. Its id is also its flow's id. */
import type { Sql } from "../db/postgres.ts";

export interface Challenge {
  challenge_id: string;
  account_id: string;
  amr: string[];
  auth_time: Date;
  /** Groups of methods: of each group one has to be shown. */
  requirements: string[][];
  satisfied: string[];
  transport: "token" | "cookie";
  attempts: number;
  attempts_max: number;
  expires_at: Date;
  /** The key that the tokens will be bound to (RFC 9449 §6). */
  dpop_jkt: string | null;
  /** The session it raises; null: it leads to a new one. */
  session_id: string | null;
}

export interface NewChallenge {
  challenge_id: string;
  account_id: string;
  amr: string[];
  auth_time: Date;
  requirements: string[][];
  transport: "token" | "cookie";
  attempts_max: number;
  lifetime_seconds: number;
  dpop_jkt: string | null;
  session_id: string | null;
}

export async function insertChallenge(tx: Sql, challenge: NewChallenge): Promise<Challenge> {
  const { lifetime_seconds, requirements, ...given } = challenge;
  const [row] = await tx<Challenge[]>`
    insert into challenge ${
    tx({
      ...given,
      requirements: tx.json(requirements) as never,
      expires_at: new Date(Date.now() + lifetime_seconds * 1000),
    })
  } returning *`;
  return row;
}

/** Spends one attempt, before the answer is looked at. Null when unknown, expired, closed or out of attempts. */
export async function claimAttempt(sql: Sql, challenge_id: string): Promise<Challenge | null> {
  const [row] = await sql<Challenge[]>`
    update challenge set attempts = attempts + 1
    where challenge_id = ${challenge_id} and closed_at is null and expires_at > now() and attempts < attempts_max
    returning *`;
  return row ?? null;
}

/** Notes a method as shown; the attempt it took is given back. */
export async function satisfy(
  tx: Sql,
  challenge_id: string,
  method: string,
  amr: string[],
): Promise<Challenge | null> {
  const [row] = await tx<Challenge[]>`
    update challenge set satisfied = array(select distinct unnest(satisfied || ${[method]}::text[])),
      amr = array(select distinct unnest(amr || ${amr}::text[])), attempts = greatest(attempts - 1, 0)
    where challenge_id = ${challenge_id} and closed_at is null and expires_at > now() returning *`;
  return row ?? null;
}

/**
 * Closes it, once: of two that finish at the same time one gets true. Not when something was raised meanwhile that none
 * of the shown methods meets.
 */
export async function closeChallenge(tx: Sql, challenge: Challenge): Promise<boolean> {
  const rows = await tx`
    update challenge set closed_at = now()
    where challenge_id = ${challenge.challenge_id} and closed_at is null and expires_at > now()
      and requirements = ${tx.json(challenge.requirements)}::jsonb returning 1`;
  return rows.length === 1;
}

/**
 * Ends what waits to become a session of an account: what was shown for it holds no more. Answers the flows to be woken.
 */
export async function endChallenges(tx: Sql, account_id: string): Promise<string[]> {
  // Long ago, so that who is about to close one in a transaction begun before this one finds it over, too.
  const rows = await tx<{ challenge_id: string }[]>`
    update challenge set expires_at = now() - interval '1 hour'
    where account_id = ${account_id} and session_id is null and closed_at is null and expires_at > now()
    returning challenge_id`;
  return rows.map(({ challenge_id }) => challenge_id);
}

/** What an account has open on the way to a session; a handful at most. */
export async function openChallengesOf(sql: Sql, account_id: string): Promise<string[]> {
  const rows = await sql<{ challenge_id: string }[]>`
    select challenge_id from challenge
    where account_id = ${account_id} and session_id is null and closed_at is null and expires_at > now()
    order by expires_at desc limit 20`;
  return rows.map(({ challenge_id }) => challenge_id);
}

/** Adds a group to what an open challenge asks for, once. Null when it is not open any more. */
export async function raiseChallenge(
  tx: Sql,
  challenge_id: string,
  methods: string[],
): Promise<Challenge | null> {
  const [row] = await tx<Challenge[]>`
    update challenge set requirements = case
      when requirements @> ${tx.json([methods])}::jsonb then requirements
      else requirements || ${tx.json([methods])}::jsonb end
    where challenge_id = ${challenge_id} and closed_at is null and expires_at > now() returning *`;
  return row ?? null;
}

/** The groups that none of the shown methods has met yet. */
export function unmet(requirements: string[][], satisfied: string[]): string[][] {
  return requirements.filter((group) => !group.some((method) => satisfied.includes(method)));
}

export type ChallengeState = { state: "none" | "passed" | "ended" } | { state: "open"; expires_at: Date };

/** How a challenge stands; `none` when the sign-in needed no second step. */
export async function challengeState(sql: Sql, challenge_id: string): Promise<ChallengeState> {
  const [row] = await sql<{ closed: boolean; expired: boolean; expires_at: Date }[]>`
    select closed_at is not null as closed, expires_at <= now() or attempts >= attempts_max as expired, expires_at
    from challenge where challenge_id = ${challenge_id}`;
  if (!row) return { state: "none" };
  if (row.closed) return { state: "passed" };
  return row.expired ? { state: "ended" } : { state: "open", expires_at: row.expires_at };
}

export async function findOpen(sql: Sql, challenge_id: string): Promise<Challenge | null> {
  const [row] = await sql<Challenge[]>`
    select * from challenge
    where challenge_id = ${challenge_id} and closed_at is null and expires_at > now() and attempts < attempts_max`;
  return row ?? null;
}

export async function sweepChallenges(sql: Sql): Promise<number> {
  const rows = await sql`
    delete from challenge where challenge_id in (
      select challenge_id from challenge where expires_at < now() - interval '7 days' limit 1000)`;
  return rows.count;
}
