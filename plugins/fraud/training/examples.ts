/** Decisions of which it is known what they were: what a model of this deployment learns from. */
import type { Sql } from "../../../core/db/postgres.ts";
import { feature_version, featureNames } from "../../../ml/fraud/features/mod.ts";
import type { Dataset } from "../../../ml/fraud/model.ts";
import { floatsOf } from "../decision.ts";

/** More is not learnt from at once: the newest count. */
export const examplesMax = 50_000;
/** At a time, so that nobody waits for the loop. */
const chunk = 500;

/**
 * How much a row counts. A verdict is a person's word. An owner who disowns a session is nearly one; that nobody
 * complained for two weeks is a guess.
 */
export const weights = { verdict: 1, outcome_bad: 0.9, outcome_good: 0.3 } as const;

export interface Example {
  features: Uint8Array;
  created_at: Date;
  verdict: "good" | "bad" | "unsure" | null;
  outcome: "good" | "bad" | null;
}

/** Null: what it was is not known. A verdict counts before what came of it. */
export function labelOf({ verdict, outcome }: Pick<Example, "verdict" | "outcome">) {
  if (verdict === "good" || verdict === "bad") {
    return { label: verdict === "bad" ? 1 : 0, weight: weights.verdict };
  }
  if (verdict === "unsure" || outcome === null) return null;
  return outcome === "bad"
    ? { label: 1, weight: weights.outcome_bad }
    : { label: 0, weight: weights.outcome_good };
}

export async function countExamples(sql: Sql, until: Date): Promise<{ examples: number; frauds: number }> {
  const [row] = await sql<{ examples: number; frauds: number }[]>`
    select count(*)::int as examples, count(*) filter (where fraud)::int as frauds from (
      select coalesce(verdict, outcome) = 'bad' as fraud from fraud_decision
      where (verdict is not null or outcome is not null) and verdict is distinct from 'unsure'
        and feature_version = ${feature_version} and created_at < ${until} limit ${examplesMax}) counted`;
  return row;
}

export async function loadExamples(sql: Sql, until: Date): Promise<Dataset> {
  const found: Example[] = [];
  let before = until;
  let last = "ffffffff-ffff-ffff-ffff-ffffffffffff";
  for (;;) {
    const rows = await sql<(Example & { decision_id: string })[]>`
      select decision_id, features, created_at, verdict, outcome from fraud_decision
      where (verdict is not null or outcome is not null) and feature_version = ${feature_version}
        and (created_at, decision_id) < (${before}, ${last}::uuid)
      order by created_at desc, decision_id desc limit ${chunk}`;
    found.push(...rows);
    const oldest = rows.at(-1);
    if (rows.length < chunk || found.length >= examplesMax || !oldest) return datasetOf(found);
    [before, last] = [oldest.created_at, oldest.decision_id];
  }
}

export function datasetOf(examples: Example[]): Dataset {
  const known = examples.flatMap((example) => {
    const told = labelOf(example);
    return told ? [{ ...told, example }] : [];
  });
  const width = featureNames.length;
  const x = new Float32Array(known.length * width);
  known.forEach(({ example }, i) => x.set(floatsOf(example.features).subarray(0, width), i * width));
  return {
    features: [...featureNames],
    feature_version,
    x,
    label: Uint8Array.from(known, ({ label }) => label),
    weight: Float32Array.from(known, ({ weight }) => weight),
    at_ms: Float64Array.from(known, ({ example }) => example.created_at.getTime()),
  };
}
