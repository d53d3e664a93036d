/** Owns `fraud_verdict`: what operators say of decisions, and what is learnt from it at once. */
import type postgres from "postgres";
import type { Sql } from "../../core/db/postgres.ts";
import { offlineScore, updateCalibration } from "../../ml/fraud/online.ts";
import type { Decision, Verdict } from "./decision.ts";
import { lockCurrent, storeOnline } from "./model/model_store.ts";
import { noteVerdict } from "./rings/mod.ts";

export interface StoredVerdict {
  verdict: Verdict;
  note: string | null;
  given_by: string;
  created_at: Date;
}

export interface NewVerdict {
  decision_id: string;
  verdict: Verdict;
  note: string | null;
  given_by: string;
}

/**
 * The newest verdict counts, all are kept. The same said again is noted and teaches nothing; of two at once the second is
 * the one that counts. False: there is no such decision.
 */
export async function giveVerdict(sql: postgres.Sql, given: NewVerdict): Promise<boolean> {
  const { decision_id, verdict, note, given_by } = given;
  return await sql.begin(async (tx) => {
    const [decision] = await tx<
      Pick<Decision, "verdict" | "account_id" | "model_hash" | "fraud_score" | "online">[]
    >`
      select verdict, account_id, model_hash, fraud_score, online from fraud_decision
      where decision_id = ${decision_id} for update`;
    if (!decision) return false;
    await tx`
      insert into fraud_verdict (decision_id, verdict, note, given_by)
      values (${decision_id}, ${verdict}, ${note}, ${given_by})`;
    await tx`
      update fraud_decision set verdict = ${verdict}, waiting = false where decision_id = ${decision_id}`;
    if (decision.verdict === verdict) return true;
    if (decision.account_id !== null) await noteVerdict(tx, decision.account_id, verdict);
    await learn(tx, decision, verdict);
    return true;
  });
}

/** Between two trainings the model that answers is moved a little. A verdict on another model's score moves nothing. */
async function learn(
  tx: Sql,
  { model_hash, fraud_score, online }: Pick<Decision, "model_hash" | "fraud_score" | "online">,
  verdict: Verdict,
): Promise<void> {
  if (verdict === "unsure") return;
  const current = await lockCurrent(tx);
  if (current?.hash !== model_hash) return;
  const heard = {
    fraud_score: offlineScore(online, fraud_score),
    label: verdict === "bad" ? 1 as const : 0 as const,
  };
  await storeOnline(tx, current.version, updateCalibration(current.online, [heard]));
}

/** Newest first, at most 50. */
export async function verdictsOf(sql: Sql, decision_id: string): Promise<StoredVerdict[]> {
  return await sql<StoredVerdict[]>`
    select verdict, note, given_by, created_at from fraud_verdict
    where decision_id = ${decision_id} order by created_at desc limit 50`;
}
