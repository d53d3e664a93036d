/** What several pages of risk show: a score, its reasons, and a list of decisions. */
import { Alert, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { Bar, type BarTone, SignedBar } from "../../../../ui/components/chart.tsx";
import { Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";
import type { DecisionKind, DecisionRow, Factor, Level, ModelInUse } from "../shapes.ts";

type Words = Strings["fraud"];
type FeatureName = keyof Words["features"];

/** Words of a feature; undefined for one of another version of the service. */
export const wordsOf = (t: Strings, name: string): Words["features"][FeatureName] | undefined =>
  Object.hasOwn(t.fraud.features, name) ? t.fraud.features[name as FeatureName] : undefined;

const fixed = (t: Strings, value: number, digits: number) =>
  value.toLocaleString(t.locale === "de" ? "de-DE" : "en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

/** 0.82 */
export const score = (t: Strings, value: number): string => fixed(t, value, 2);
export const decimals = fixed;
export const percent = (t: Strings, value: number): string =>
  value.toLocaleString(t.locale === "de" ? "de-DE" : "en-GB", {
    style: "percent",
    maximumFractionDigits: Math.abs(value) < 0.1 && value !== 0 ? 1 : 0,
  });
/** +2.3, −0.7 */
export const signed = (t: Strings, value: number): string =>
  `${value < 0 ? "−" : "+"}${fixed(t, Math.abs(value), 1)}`;

const levelTones: Record<Level, [Tone | "calm", BarTone]> = {
  low: ["good", "good"],
  medium: ["calm", "calm"],
  high: ["warn", "warn"],
  critical: ["bad", "bad"],
};
const decisionTones: Record<DecisionKind, Tone | "calm"> = {
  allow: "good",
  challenge: "warn",
  review: "calm",
  deny: "bad",
};

export const LevelDot = ({ t, level }: { t: Strings; level: Level }) => (
  <StatusDot tone={levelTones[level][0]}>{t.fraud.levels[level]}</StatusDot>
);

export const DecisionDot = ({ t, decision }: { t: Strings; decision: DecisionKind }) => (
  <StatusDot tone={decisionTones[decision]}>{t.fraud.decisions[decision]}</StatusDot>
);

type Scored = Pick<DecisionRow, "fraud_score" | "confidence" | "risk_level" | "decision" | "shadow">;

/** The score as large as it matters, with how far it can be relied on. */
export function ScoreLine({ t, of }: { t: Strings; of: Scored }) {
  const f = t.fraud;
  return (
    <div class="score">
      <p class="score__line">
        <span class="score__number">
          <span class="visually-hidden">{f.score}</span>
          {score(t, of.fraud_score)}
        </span>
        <LevelDot t={t} level={of.risk_level} />
        <span class="muted small">{f.confidence(percent(t, of.confidence))}</span>
        <span class="score__decision">
          <DecisionDot t={t} decision={of.decision} />
        </span>
      </p>
      <Bar part={of.fraud_score} tone={levelTones[of.risk_level][1]} />
      {of.shadow ? <p class="muted small">{f.shadow_one}</p> : null}
    </div>
  );
}

/** In the reader's language where the catalogue knows the feature; else as the API says it. */
export const factorText = (t: Strings, { name, text, value }: Factor): string =>
  wordsOf(t, name)?.says(value) ?? text;

/** Sentences, each with a bar to the side that it speaks for. */
export function Reasons({ t, factors, most = 20 }: { t: Strings; factors: Factor[]; most?: number }) {
  const f = t.fraud;
  if (factors.length === 0) return <p class="muted">{f.no_factors}</p>;
  const strongest = Math.max(...factors.map(({ effect }) => Math.abs(effect)), 1);
  return (
    <ul class="reasons">
      {factors.slice(0, most).map((factor) => (
        <li key={factor.name}>
          <p>{factorText(t, factor)}</p>
          <SignedBar value={factor.effect} most={strongest} />
          <p class="muted small tabular">
            <span class="visually-hidden">{factor.effect > 0 ? f.towards : f.away}</span>{" "}
            {signed(t, factor.effect)}
          </p>
        </li>
      ))}
    </ul>
  );
}

/** "0.82; would be 0.31 had this device been seen before.": the change that would have lowered it most. */
export function WouldBe({ t, of }: { t: Strings; of: Pick<DecisionRow, "fraud_score" | "risk_factors"> }) {
  const now = score(t, of.fraud_score);
  const best = of.risk_factors
    .flatMap((factor) => factor.counterfactual && wordsOf(t, factor.name) ? [factor] : [])
    .filter(({ counterfactual }) =>
      counterfactual!.fraud_score < of.fraud_score && score(t, counterfactual!.fraud_score) !== now
    )
    .sort((a, b) => a.counterfactual!.fraud_score - b.counterfactual!.fraud_score)[0];
  if (!best) return null;
  const { value, fraud_score } = best.counterfactual!;
  const had = wordsOf(t, best.name)!.had(value, best.value);
  return <p class="would-be">{t.fraud.would_be(now, score(t, fraud_score), had)}</p>;
}

/** A list of decisions; on a narrow screen each is a small card of its own. */
export function DecisionList({ t, decisions }: { t: Strings; decisions: DecisionRow[] }) {
  const f = t.fraud;
  return (
    <ul class="decisions">
      {decisions.map((one) => (
        <li key={one.decision_id}>
          <p class="decisions__score tabular">
            <span class="visually-hidden">{f.score}</span>
            {score(t, one.fraud_score)}
          </p>
          <div class="decisions__what">
            <p>
              <a href={riskPaths.decision(one.decision_id)}>
                {f.acts[one.act]}
                <span class="visually-hidden">, {one.reference}</span>
              </a>{" "}
              <bdi>{one.email ?? f.nobody}</bdi>
            </p>
            <p class="muted small">
              {one.risk_factors.length > 0 ? factorText(t, one.risk_factors[0]) : f.no_factors}
            </p>
            <p class="muted small">
              <Time t={t} when={one.created_at} /> · <span class="mono">{one.reference}</span>
              {one.verdict ? ` · ${f.verdict}: ${f.verdicts[one.verdict]}` : null}
              {one.shadow ? ` · ${f.shadow_one}` : null}
            </p>
          </div>
          <p>
            <DecisionDot t={t} decision={one.decision} />
          </p>
        </li>
      ))}
    </ul>
  );
}

export function ShadowBanner({ t, shadow }: { t: Strings; shadow: boolean }) {
  if (!shadow) return null;
  return (
    <Alert tone="info">
      <h2>{t.fraud.shadow_title}</h2>
      <p>{t.fraud.shadow}</p>
    </Alert>
  );
}

/** Which model answers, said plainly. */
export function InUse(
  { t, model, fallback }: { t: Strings; model: ModelInUse; fallback: string | null },
) {
  const f = t.fraud;
  return (
    <div class="stack stack--tight">
      <p>
        <StatusDot tone={model.kind === "trained" ? "good" : model.kind === "prior" ? "calm" : "warn"}>
          {f.kinds[model.kind]}
        </StatusDot>{" "}
        <span class="mono">{model.version}</span>
      </p>
      <p>{f.in_use[model.kind]}</p>
      {fallback ? <p class="muted small">{f.fallback(fallback)}</p> : null}
    </div>
  );
}
