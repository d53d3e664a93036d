/** How far what comes in is from what the model was trained on. */
import { Card, EmptyState, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { Bar, type BarTone } from "../../../../ui/components/chart.tsx";
import { Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import type { DriftJson } from "../shapes.ts";
import { decimals, wordsOf } from "./parts.tsx";

export type DriftWord = "small" | "notable" | "large";

/** The customary bounds of a population stability index. */
export const driftWord = (psi: number): DriftWord => psi < 0.1 ? "small" : psi < 0.25 ? "notable" : "large";

const tones: Record<DriftWord, [Tone, BarTone]> = {
  small: ["good", "good"],
  notable: ["warn", "warn"],
  large: ["bad", "bad"],
};
const shownMost = 10;
/** Fills the bar. */
const psiMost = 0.5;

export function Drift({ t, drift }: { t: Strings; drift: DriftJson }) {
  const m = t.fraud.models;
  const { measured_at, features } = drift;
  if (measured_at === null || features.length === 0) {
    return (
      <Card id="drift" title={m.drift} lead={m.drift_lead}>
        <EmptyState title={m.drift_none}>{m.drift_none_text}</EmptyState>
      </Card>
    );
  }
  const most = driftWord(Math.max(...features.map(({ psi }) => psi)));
  return (
    <Card id="drift" title={m.drift} lead={m.drift_lead}>
      <div class="stack">
        <p>{m.drift_said[most]}</p>
        <ul class="measures">
          {features.slice(0, shownMost).map(({ feature, psi }) => {
            const word = driftWord(psi);
            return (
              <li key={feature}>
                <p>{wordsOf(t, feature)?.label ?? feature}</p>
                <Bar part={psi / psiMost} tone={tones[word][1]} />
                <p class="small tabular">
                  <StatusDot tone={tones[word][0]}>{m.drift_words[word]}</StatusDot>{" "}
                  <span class="muted">{m.psi} {decimals(t, psi, 2)}</span>
                </p>
              </li>
            );
          })}
        </ul>
        <p class="muted small">
          <Time t={t} when={measured_at} />
        </p>
      </div>
    </Card>
  );
}
