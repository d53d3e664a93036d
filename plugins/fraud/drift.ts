/** Owns `fraud_drift`: whether what comes in is still like what the model that answers learnt from. */
import type { Sql } from "../../core/db/postgres.ts";
import { feature_version, featureNames } from "../../ml/fraud/features/mod.ts";
import { driftOf } from "../../ml/fraud/model.ts";
import type { FraudCtx } from "./ctx.ts";
import { floatsOf } from "./decision.ts";
import { runtimeOf } from "./runtime.ts";

export interface Drift {
  measured_at: Date;
  model_version: string;
  decisions: number;
  features: { feature: string; psi: number }[];
}

/** Of fewer decisions the index is noise. */
const decisionsMin = 200;
const decisionsMax = 2_000;

export async function newestDrift(sql: Sql): Promise<Drift | null> {
  const [row] = await sql<Drift[]>`
    select measured_at, model_version, decisions, features from fraud_drift order by measured_at desc limit 1`;
  return row ?? null;
}

/** At most once an hour, and when another model answers. */
export async function measureDrift(ctx: FraudCtx): Promise<void> {
  const { sql } = ctx;
  const { model } = await runtimeOf(ctx).serving.get();
  if (model === null) return;
  const last = await newestDrift(sql);
  const fresh = last && last.model_version === model.version &&
    Date.now() - last.measured_at.getTime() < 3_600_000;
  if (fresh) return;
  const rows = await sql<{ features: Uint8Array }[]>`
    select features from fraud_decision
    where feature_version = ${feature_version} and created_at > now() - interval '7 days'
    order by created_at desc limit ${decisionsMax}`;
  if (rows.length < decisionsMin) return;
  const width = featureNames.length;
  const x = new Float32Array(rows.length * width);
  rows.forEach(({ features }, i) => x.set(floatsOf(features).subarray(0, width), i * width));
  const features = driftOf(model, x);
  await sql`
    insert into fraud_drift (model_version, decisions, features)
    values (${model.version}, ${rows.length}, ${sql.json(features as never)})`;
  ctx.metrics.set("fraud_drift_psi_max", features[0]?.psi ?? 0);
}

export async function sweepDrift(sql: Sql, retention_days: number): Promise<void> {
  await sql`
    delete from fraud_drift where measured_at in (
      select measured_at from fraud_drift
      where measured_at < now() - make_interval(days => ${retention_days}) limit 1000)`;
}
