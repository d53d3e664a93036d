/** Judges one act: evidence, score, decision; what came of it is stored, counted and answered. */
import { randomUUID } from "node:crypto";
import { stringsFor } from "../../core/i18n/mod.ts";
import type { Assessment } from "../../core/plugin.ts";
import { feature_version, vectorOf } from "../../ml/fraud/features/mod.ts";
import { insightsOf, type InsightWords } from "../../ml/fraud/insights.ts";
import type { Scored } from "../../ml/fraud/scored.ts";
import type { FraudCtx } from "./ctx.ts";
import { type Decision, findOfFlow, insertDecision, type NewDecision } from "./decision.ts";
import { gather, type Gathered, localPartOf, type Subject } from "./evidence/gather.ts";
import { addressShape } from "./evidence/keys.ts";
import { inTime } from "./in_time.ts";
import { judgeVector } from "./judge.ts";
import { decide, levelOf, milder, stronger } from "./policy.ts";
import { newReference } from "./reference.ts";
import { runtimeOf } from "./runtime.ts";

export interface About {
  flow_id: string | null;
  session_id: string | null;
  request_id: string | null;
}

export type Judgement = Omit<Decision, "created_at">;

/**
 * One judgement. The database may be slow or away: then rules answer on what the request shows, `on_failure` is the least
 * that follows, and nothing is stored.
 *
 * @param earlier of the same act: nothing is counted again, and it is only stored when it is now worse
 */
export async function assess(
  subject: Subject,
  about: About,
  ctx: FraudCtx,
  earlier: Decision | null = null,
): Promise<Judgement> {
  const began = performance.now();
  const { config, metrics } = ctx;
  const { serving } = runtimeOf(ctx);
  const served = await inTime(serving.get(), config.evidence_milliseconds, null) ?? serving.now();
  const gathered = await gather(subject, ctx);
  const features = Float32Array.from(vectorOf(gathered.evidence));
  const { scored, fallback } = judgeVector(subject.act, features, served, config.model_milliseconds);
  const made: NewDecision = {
    ...about,
    decision_id: randomUUID(),
    reference: newReference(),
    ...{ act: subject.act, account_id: subject.account_id },
    ...{ evidence: gathered.evidence, features, feature_version },
    ...spread(scored),
    fallback: [gathered.missing, fallback].filter((why) => why !== null).join("; ") || null,
    online: fallback === null ? served.model?.online ?? null : null,
    risk_level: levelOf(scored.fraud_score),
    ...decided(subject, gathered, scored, ctx),
    took_ms: performance.now() - began,
    keys: keysOf(gathered, ctx),
  };
  if (earlier && rankOf(made) <= rankOf(earlier)) return earlier;
  const stored = await inTime(
    store(made, gathered, ctx, earlier !== null),
    config.evidence_milliseconds,
    true,
  );
  // Two that tell one story asked at the same time: what was stored first stands.
  const first = stored || made.flow_id === null ? null : await findOfFlow(ctx.sql, made.flow_id, made.act);
  if (first) return first;
  metrics.observe("fraud_score", made.fraud_score, { act: made.act });
  metrics.observe("fraud_decision_seconds", (performance.now() - began) / 1000, { act: made.act });
  metrics.inc("fraud_decisions_total", {
    ...{ act: made.act, decision: made.decision, model: made.model_kind },
    shadow: String(made.shadow),
  });
  return { ...made, verdict: null, outcome: null };
}

const rankOf = ({ decision }: Pick<Decision, "decision">) =>
  ["allow", "challenge", "review", "deny"].indexOf(decision);

const spread = ({ fraud_score, confidence, anomaly, reasons, model }: Scored) => ({
  ...{ fraud_score, confidence, anomaly, reasons },
  ...{ model_version: model.version, model_hash: model.hash, model_kind: model.kind },
});

function decided(
  subject: Subject,
  { judged, blind, missing, verify_next }: Gathered,
  scored: Scored,
  { config }: FraudCtx,
) {
  let decision = blind ? "allow" : decide(subject.act, scored, config);
  // What nobody has read speaks against nobody: who is refused for want of it is so by `on_failure` alone.
  if (missing !== null) decision = stronger(milder(decision, "review"), config.on_failure);
  // A sign-up that was challenged is let go on; whoever signs in with it shows that they read its mailbox.
  if (verify_next && subject.act === "sign_in") decision = stronger(decision, "challenge");
  return { decision, shadow: config.shadow || !judged, waiting: decision === "review" };
}

function keysOf({ keys, evidence: { email, network } }: Gathered, ctx: FraudCtx): Decision["keys"] {
  const { block, client, machine, device, password } = keys;
  const { asn, country, latitude, longitude } = network;
  return {
    ...{ block, client, machine, device, password, asn, country, latitude, longitude },
    shape: email && addressShape(ctx.keys, email.local_part, email.domain),
  };
}

/** False: the act had a decision already. One that cannot be stored holds all the same. */
async function store(
  made: NewDecision,
  { keys, evidence }: Gathered,
  ctx: FraudCtx,
  again: boolean,
): Promise<boolean> {
  const { sql, log, metrics } = ctx;
  const { decision_id, act } = made;
  const signal = {
    ...keys,
    ...{ kind: act, decision_id, at: new Date() },
    country: evidence.network.country,
    local_part: act === "register" ? localPartOf(evidence.email) : null,
  };
  try {
    return await insertDecision(sql, ctx.keys, made, again ? null : signal);
  } catch (error) {
    metrics.inc("fraud_decision_lost_total");
    log.error("fraud.decision_lost", { decision_id, act, decision: made.decision, error });
    return true;
  }
}

const english = stringsFor("en");

/** What operators, and developers, are shown of it. */
export function assessmentOf(decision: Judgement): Assessment {
  const { model_version: version, model_hash: hash, model_kind: kind, reasons, ...rest } = decision;
  const words: Record<string, InsightWords> = english.fraud.features;
  const model = { version, hash, kind };
  return {
    decision_id: rest.decision_id,
    reference: rest.reference,
    ...{ fraud_score: rest.fraud_score, confidence: rest.confidence },
    ...{ risk_level: rest.risk_level, decision: rest.decision },
    risk_factors: factorsOf(reasons),
    ai_insights: insightsOf({ ...rest, reasons, model }, words),
    model,
  };
}

export const factorsOf = (reasons: Decision["reasons"]) =>
  reasons.map(({ feature, value, effect, counterfactual }) => ({
    name: feature,
    text: textOf(feature, value),
    ...{ effect, value, counterfactual },
  }));

function textOf(feature: string, value: number | null): string {
  const words: Record<string, InsightWords> = english.fraud.features;
  return Object.hasOwn(words, feature) ? words[feature].says(value) : feature;
}
