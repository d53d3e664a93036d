/** Owns `fraud_decision`: one judgement of one act, with all it rests on. */
import { Buffer } from "node:buffer";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import type { Assessment } from "../../core/plugin.ts";
import type { Act, Evidence } from "../../ml/fraud/features/evidence.ts";
import type { OnlineCalibration } from "../../ml/fraud/model.ts";
import type { Reason } from "../../ml/fraud/scored.ts";
import type { SignalKeys } from "./evidence/keys.ts";
import type { DecisionKind, Level } from "./policy.ts";
import { type Signal, signalInsert } from "./signal.ts";

export type Verdict = "good" | "bad" | "unsure";

export interface Decision {
  decision_id: string;
  reference: string;
  act: Act;
  account_id: string | null;
  flow_id: string | null;
  session_id: string | null;
  request_id: string | null;
  created_at: Date;
  feature_version: number;
  model_version: string;
  model_hash: string;
  model_kind: Assessment["model"]["kind"];
  fallback: string | null;
  online: OnlineCalibration | null;
  fraud_score: number;
  confidence: number;
  anomaly: number;
  risk_level: Level;
  decision: DecisionKind;
  reasons: Reason[];
  shadow: boolean;
  took_ms: number;
  keys: DecisionKeys;
  verdict: Verdict | null;
  outcome: "good" | "bad" | null;
  waiting: boolean;
}

/** Hashes of what an act came with, and where it seemed to come from. */
export interface DecisionKeys
  extends Pick<SignalKeys, "block" | "client" | "machine" | "device" | "password"> {
  /** Of the address's form; see `addressShape`. */
  shape: string | null;
  asn: number | null;
  country: string | null;
  latitude: number | null;
  longitude: number | null;
}

const columns = [
  ...["decision_id", "reference", "act", "account_id", "flow_id", "session_id", "request_id", "created_at"],
  ...["feature_version", "model_version", "model_hash", "model_kind", "fallback", "online", "fraud_score"],
  ...["confidence", "anomaly", "risk_level", "decision", "reasons", "shadow", "took_ms", "keys", "verdict"],
  ...["outcome", "waiting"],
];

export interface NewDecision extends Omit<Decision, "verdict" | "outcome" | "created_at"> {
  evidence: Evidence;
  features: Float32Array;
}

const evidenceContext = (decision_id: string) => `fraud_decision.evidence/${decision_id}`;

/**
 * With its signal or not at all. Nobody waits for the disk: what a crash takes away is half a second of decisions. False:
 * there was one for this act of the flow already, which stands.
 *
 * @param signal null: the act was counted before
 */
export async function insertDecision(
  sql: Sql,
  keys: Keys,
  made: NewDecision,
  signal: Signal | null,
): Promise<boolean> {
  const { evidence, features, reasons, online, keys: seen, ...row } = made;
  const sealed = keys.seal(Buffer.from(JSON.stringify(evidence)), evidenceContext(made.decision_id));
  const rows = await sql`
    with stored as (insert into fraud_decision ${
    sql({
      ...row,
      evidence: sealed,
      features: Buffer.from(features.buffer, features.byteOffset, features.byteLength),
      reasons: sql.json(reasons as never) as never,
      online: (online === null ? null : sql.json(online as never)) as never,
      keys: sql.json(seen as never) as never,
    })
  } on conflict (flow_id, act) where flow_id is not null do nothing returning 1)
    ${signal ? sql`, counted as (${signalInsert(sql, [signal])} where exists (select 1 from stored))` : sql``}
    select set_config('synchronous_commit', 'off', true) from stored`;
  return rows.length === 1;
}

/** By id or by reference code. */
export async function findDecision(
  sql: Sql,
  by: { decision_id: string } | { reference: string },
): Promise<Decision | null> {
  const where = "decision_id" in by ? sql`decision_id = ${by.decision_id}` : sql`reference = ${by.reference}`;
  const [row] = await sql<Decision[]>`select ${sql(columns)} from fraud_decision where ${where}`;
  return row ?? null;
}

export async function findOfFlow(sql: Sql, flow_id: string, act: Act): Promise<Decision | null> {
  const [row] = await sql<Decision[]>`
    select ${sql(columns)} from fraud_decision where flow_id = ${flow_id} and act = ${act}`;
  return row ?? null;
}

/**
 * What led to the challenge that is answered now: the account's newest sign-in of the last 15 minutes that went on, by the
 * same kind of client from the same place. Somebody else's is not meant: what they are thought of is not the owner's.
 */
export async function findRecentSignIn(
  sql: Sql,
  account_id: string,
  machine: string | null,
): Promise<Decision | null> {
  const [row] = await sql<Decision[]>`
    select ${sql(columns)} from fraud_decision
    where account_id = ${account_id} and act = 'sign_in' and created_at > now() - interval '15 minutes'
      and decision <> 'deny' and keys ->> 'machine' is not distinct from ${machine}::text
    order by created_at desc limit 1`;
  return row ?? null;
}

/** Of the account's newest sign-in within 15 minutes. */
export async function newestLevel(sql: Sql, account_id: string): Promise<Level | null> {
  const [row] = await sql<{ risk_level: Level }[]>`
    select risk_level from fraud_decision
    where account_id = ${account_id} and act = 'sign_in' and created_at > now() - interval '15 minutes'
    order by created_at desc limit 1`;
  return row?.risk_level ?? null;
}

/** What a decision rests on. @throws SealError when it was altered */
export async function findEvidence(
  sql: Sql,
  keys: Keys,
  decision_id: string,
): Promise<{ evidence: Evidence; features: Float32Array } | null> {
  const [row] = await sql<{ evidence: Uint8Array; features: Uint8Array }[]>`
    select evidence, features from fraud_decision where decision_id = ${decision_id}`;
  if (!row) return null;
  const plain = Buffer.from(keys.open(row.evidence, evidenceContext(decision_id))).toString();
  return { evidence: JSON.parse(plain), features: floatsOf(row.features) };
}

/** A copy, since a view needs its bytes to begin at a multiple of four. */
export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer);

export interface Filters {
  act?: Act;
  decision?: DecisionKind;
  risk_level?: Level;
  account_id?: string;
  verdict?: Verdict;
  /** Has a verdict, or has none. */
  reviewed?: boolean;
  waiting?: boolean;
  from?: Date;
  until?: Date;
  /** Newest first (default), or the highest score first, for which there is an index of those that wait only. */
  order?: "newest" | "score";
  /** The last of the page before: only what follows it. */
  before?: Pick<Decision, "fraud_score" | "created_at" | "decision_id">;
  limit: number;
}

export async function listDecisions(sql: Sql, filters: Filters): Promise<Decision[]> {
  const { act, decision, risk_level, account_id, verdict, reviewed, waiting, from, until, before, limit } =
    filters;
  const by_score = filters.order === "score";
  return await sql<Decision[]>`
    select ${sql(columns)} from fraud_decision
    where true
      ${act ? sql`and act = ${act}` : sql``}
      ${decision ? sql`and decision = ${decision}` : sql``}
      ${risk_level ? sql`and risk_level = ${risk_level}` : sql``}
      ${account_id ? sql`and account_id = ${account_id}` : sql``}
      ${verdict ? sql`and verdict = ${verdict}` : sql``}
      ${reviewed === undefined ? sql`` : reviewed ? sql`and verdict is not null` : sql`and verdict is null`}
      ${waiting === undefined ? sql`` : waiting ? sql`and waiting` : sql`and not waiting`}
      ${from ? sql`and created_at >= ${from}` : sql``}
      ${until ? sql`and created_at < ${until}` : sql``}
      ${
    !before ? sql`` : by_score
      ? sql`and (fraud_score, created_at, decision_id) <
          (${before.fraud_score}, ${before.created_at}, ${before.decision_id}::uuid)`
      : sql`and (created_at, decision_id) < (${before.created_at}, ${before.decision_id}::uuid)`
  }
    order by ${by_score ? sql`fraud_score desc,` : sql``} created_at desc, decision_id desc limit ${limit}`;
}

export interface Overview {
  today: Record<DecisionKind, number>;
  queue: number;
}

export async function overviewOf(sql: Sql): Promise<Overview> {
  const [rows, [{ queue }]] = await Promise.all([
    sql<{ decision: DecisionKind; n: number }[]>`
      select decision, count(*)::int as n from fraud_decision
      where created_at > now() - interval '1 day' group by decision`,
    sql<{ queue: number }[]>`
      select count(*)::int as queue from (select 1 from fraud_decision where waiting limit 10000) as counted`,
  ]);
  const today = { allow: 0, challenge: 0, review: 0, deny: 0 };
  for (const { decision, n } of rows) today[decision] = n;
  return { today, queue };
}

/** What was judged before its account or its session was there. */
export async function recordAccount(tx: Sql, flow_id: string, account_id: string): Promise<Decision | null> {
  const [row] = await tx<Decision[]>`
    update fraud_decision set account_id = ${account_id}
    where flow_id = ${flow_id} and act = 'register' and account_id is null returning ${tx(columns)}`;
  return row ?? null;
}

/** The newest judged sign-in of the account that has no session yet led to this one. */
export async function recordSession(
  tx: Sql,
  { account_id, session_id, started_at }: { account_id: string; session_id: string; started_at: Date },
): Promise<Decision | null> {
  const [row] = await tx<Decision[]>`
    update fraud_decision set session_id = ${session_id} where decision_id = (
      select decision_id from fraud_decision
      where account_id = ${account_id} and act = 'sign_in' and session_id is null
        and created_at between ${started_at}::timestamptz - interval '15 minutes' and ${started_at}::timestamptz + interval '2 seconds'
      order by created_at desc limit 1)
    returning ${tx(columns)}`;
  return row ?? null;
}

/** What came of the sign-in that led to a session. False: that much was known, and the same is told again. */
export async function recordOutcome(tx: Sql, session_id: string, outcome: "good" | "bad"): Promise<boolean> {
  const rows = await tx`
    update fraud_decision set outcome = ${outcome}, outcome_at = now(), waiting = waiting or
      (${outcome} = 'bad' and verdict is null)
    where session_id = ${session_id} and outcome is distinct from 'bad' returning 1`;
  if (rows.length > 0) return true;
  const known = await tx`select 1 from fraud_decision where session_id = ${session_id} limit 1`;
  return known.length === 0;
}

/**
 * Sign-ups that were verified, and sign-ins, of two weeks ago that nobody complained about are most likely good ones.
 * In small batches.
 */
export async function sweepOutcomes(sql: Sql): Promise<number> {
  const rows = await sql`
    update fraud_decision set outcome = 'good', outcome_at = now() where decision_id in (
      select d.decision_id from fraud_decision d
      join account a on a.account_id = d.account_id and a.status = 'active'
      left join fraud_account f on f.account_id = d.account_id
      left join fraud_standing s on s.account_id = d.account_id
      where d.created_at between now() - interval '21 days' and now() - interval '14 days'
        and d.outcome is null and d.verdict is null and coalesce(s.verdict <> 'bad', true)
        and coalesce(f.disowned_at = '{}', true)
        and (d.session_id is not null
          or d.act = 'register' and exists (select 1 from fraud_past_sign_in p where p.account_id = d.account_id))
      limit 1000)`;
  return rows.count;
}

export async function sweepDecisions(sql: Sql, retention_days: number): Promise<number> {
  const rows = await sql`
    delete from fraud_decision where decision_id in (
      select decision_id from fraud_decision
      where created_at < now() - make_interval(days => ${retention_days}) order by created_at limit 1000)`;
  return rows.count;
}
