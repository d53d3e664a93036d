/** `/operate/fraud/models`: what scores, how it came to be, and what to do about it. */
import { Alert, Button, Card, EmptyState, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";
import type { DriftJson, ModelJson, ModelRow, ModelsJson, Training } from "../shapes.ts";
import { Drift } from "./drift.tsx";
import { CardOf, Curves, TopFeatures } from "./model.tsx";
import { decimals } from "./parts.tsx";

export interface ModelsProps {
  t: Strings;
  json: ModelsJson;
  /** The one in use; null: rules answer. */
  current: ModelJson | null;
  drift: DriftJson;
  done?: "trained" | "promoted" | null;
  problem?: string | null;
}

export function Models({ t, json, current, drift, done, problem }: ModelsProps) {
  const m = t.fraud.models;
  return (
    <OperatorLayout t={t} current={riskPaths.models} title={m.title} lead={m.lead}>
      {done ? <Alert tone="good">{done === "trained" ? m.train_begun : m.promoted}</Alert> : null}
      <ErrorSummary t={t} errors={{}} problem={problem} />
      {current
        ? (
          <>
            <CardOf t={t} model={current} />
            <Curves t={t} model={current} />
          </>
        )
        : (
          <Card>
            <EmptyState title={m.none}>{m.none_text}</EmptyState>
          </Card>
        )}
      <div class="halves">
        <Train t={t} running={json.trainings.some(({ outcome }) => outcome === "running")} />
        <Versions t={t} models={json.models} />
        {current ? <TopFeatures t={t} features={current.card.top_features} /> : null}
        <Drift t={t} drift={drift} />
      </div>
      <Log t={t} trainings={json.trainings} />
    </OperatorLayout>
  );
}

function Train({ t, running }: { t: Strings; running: boolean }) {
  const m = t.fraud.models;
  return (
    <Card id="train" title={m.train_title} lead={m.train_lead}>
      {running
        ? (
          <p>
            <StatusDot tone="live">{m.outcomes.running}</StatusDot> {m.training}
          </p>
        )
        : (
          <Form intent="train">
            <div>
              <Button>{m.train}</Button>
            </div>
          </Form>
        )}
    </Card>
  );
}

function Versions({ t, models }: { t: Strings; models: ModelRow[] }) {
  const m = t.fraud.models;
  const newestOfUse = models.findIndex(({ current }) => current);
  const actOf = (i: number) => newestOfUse >= 0 && i > newestOfUse ? m.roll_back : m.promote;
  return (
    <Card id="versions" title={m.versions} lead={m.versions_lead}>
      {models.length === 0 ? <EmptyState title={m.none} /> : (
        <ul class="versions">
          {models.map((model, i) => (
            <li key={model.version}>
              <div>
                <p>
                  <a class="mono" href={riskPaths.model(model.version)}>{model.version}</a>
                </p>
                <p class="muted small">
                  {t.fraud.kinds[model.kind]} · <Time t={t} when={model.created_at} />
                  {model.auc === null ? null : ` · ${m.auc} ${decimals(t, model.auc, 3)}`}
                </p>
              </div>
              {model.current ? <StatusDot tone="good">{m.current}</StatusDot> : (
                <Form
                  intent="promote"
                  hidden={{ version: model.version }}
                  label={m.aria_promote(model.version)}
                >
                  <Button look="quiet" small aria-label={`${actOf(i)}: ${model.version}`}>
                    {actOf(i)}
                  </Button>
                </Form>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const outcomeTones: Record<Training["outcome"], Tone | "calm" | "live"> = {
  running: "live",
  promoted: "good",
  kept: "calm",
  too_little: "calm",
  failed: "bad",
};

function Log({ t, trainings }: { t: Strings; trainings: Training[] }) {
  const m = t.fraud.models;
  return (
    <Card id="log" title={m.log}>
      {trainings.length === 0
        ? <EmptyState title={m.log_none}>{m.log_none_text}</EmptyState>
        : (
          <ul class="versions">
            {trainings.map((one) => (
              <li key={one.training_id}>
                <div>
                  <p>
                    <Time t={t} when={one.started_at} />
                    <span class="muted">, {m.asked[one.asked_by]}</span>{" "}
                    {one.version ? <span class="mono">{one.version}</span> : null}
                  </p>
                  {one.detail ? <p class="muted small" lang="en">{one.detail}</p> : null}
                </div>
                <StatusDot tone={outcomeTones[one.outcome]}>{m.outcomes[one.outcome]}</StatusDot>
              </li>
            ))}
          </ul>
        )}
    </Card>
  );
}
