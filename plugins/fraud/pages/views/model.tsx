/** One model: what it is, how well it tells fraud apart, and what it looks at. */
import type { ComponentChildren } from "preact";
import {
  Alert,
  Button,
  Card,
  DefinitionList,
  EmptyState,
  StatusDot,
} from "../../../../ui/components/basics.tsx";
import { Bar, Charts, type Line, LineChart } from "../../../../ui/components/chart.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";
import type { CardView, EvaluationView, ModelJson, ReportView } from "../shapes.ts";
import { decimals, percent, wordsOf } from "./parts.tsx";

export function Model({ t, model, problem }: { t: Strings; model: ModelJson; problem?: string | null }) {
  const m = t.fraud.models;
  return (
    <OperatorLayout t={t} current={riskPaths.models} title={`${m.version} ${model.version}`} lead={m.lead}>
      <ErrorSummary t={t} errors={{}} problem={problem} />
      <CardOf t={t} model={model}>
        {model.current
          ? null
          : (
            <Form intent="promote" hidden={{ version: model.version }} label={m.aria_promote(model.version)}>
              <div>
                <Button look="quiet">{m.promote}</Button>
              </div>
            </Form>
          )}
      </CardOf>
      <Curves t={t} model={model} />
      <TopFeatures t={t} features={model.card.top_features} />
      <p>
        <a href={riskPaths.models}>{m.all_versions}</a>
      </p>
    </OperatorLayout>
  );
}

export function CardOf(
  { t, model, children }: { t: Strings; model: ModelJson; children?: ComponentChildren },
) {
  const { models: m, kinds } = t.fraud;
  const { card } = model;
  const n = t.format.number;
  return (
    <Card id="card" title={m.card}>
      <div class="stack">
        <p class="row">
          <strong class="mono">{model.version}</strong>
          <StatusDot tone={model.kind === "trained" ? "good" : "calm"}>{kinds[model.kind]}</StatusDot>
          {model.current ? <StatusDot tone="good">{m.current}</StatusDot> : null}
        </p>
        {model.kind === "prior" ? <Alert tone="info">{m.this_is_prior}</Alert> : null}
        <DefinitionList
          facts={{
            [m.trained_on]: card.trained_on ? <span lang="en">{card.trained_on}</span> : null,
            [m.limits]: card.limits ? <span lang="en">{card.limits}</span> : null,
            [m.rows]: m.rows_of(n(card.rows), n(card.frauds)),
            [m.period]: `${t.format.date(card.from)} – ${t.format.date(card.until)}`,
            [m.trained_at]: <Time t={t} when={model.created_at} />,
            [m.took]: card.training_seconds === null ? null : t.format.duration(card.training_seconds),
            [m.from_verdicts]: model.online && n(model.online.verdicts),
            [m.hash]: <span class="mono">{model.hash}</span>,
          }}
        />
        {children}
      </div>
    </Card>
  );
}

export function TopFeatures({ t, features }: { t: Strings; features: CardView["top_features"] }) {
  const m = t.fraud.models;
  if (features.length === 0) return null;
  const most = Math.max(...features.map(({ effect }) => effect));
  return (
    <Card id="top" title={m.top} lead={m.top_lead}>
      <ul class="measures">
        {features.slice(0, 12).map(({ feature, effect }) => (
          <li key={feature}>
            <p>{wordsOf(t, feature)?.label ?? feature}</p>
            <Bar part={most > 0 ? effect / most : 0} tone="accent" />
            <p class="muted small tabular">{decimals(t, effect, 2)}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The full report of later rows where there is one, else what the card keeps of it. */
export function Curves({ t, model }: { t: Strings; model: ModelJson }) {
  const m = t.fraud.models;
  const tested = model.report ?? model.card.evaluation;
  if (!tested) {
    return (
      <Card id="curves" title={m.how_well}>
        <EmptyState title={m.not_tested}>{m.not_tested_text}</EmptyState>
      </Card>
    );
  }
  return (
    <Card
      id="curves"
      title={m.how_well}
      lead={m.how_well_lead(t.format.number(tested.rows), t.format.number(tested.frauds))}
    >
      <div class="stack">
        <Figures t={t} of={tested} />
        {model.report ? <Drawings t={t} report={model.report} /> : null}
      </div>
    </Card>
  );
}

function Drawings({ t, report }: { t: Strings; report: ReportView }) {
  const m = t.fraud.models;
  const guess: Line = { name: "=", look: "guess", points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] };
  const plain = { print: (value: number) => percent(t, value), as_table: m.as_table };
  const bins = report.calibration.map(({ mean, rate }) => ({ x: mean, y: rate }));
  return (
    <Charts>
      <LineChart
        {...plain}
        id="roc"
        title={m.roc}
        about={m.roc_about}
        x={m.false_alarms}
        y={m.caught}
        lines={[guess, { name: m.caught, look: "main", points: report.roc }]}
      />
      <LineChart
        {...plain}
        id="pr"
        title={m.pr}
        about={m.pr_about}
        x={m.caught}
        y={m.precision}
        lines={[{ name: m.precision, look: "main", points: report.pr }]}
      />
      <LineChart
        {...plain}
        id="calibration"
        title={m.calibration}
        about={m.calibration_about}
        x={m.said}
        y={m.was}
        lines={[guess, { name: m.was, look: "main", points: bins, dots: true }]}
      />
    </Charts>
  );
}

const measures = [
  ["auc", "auc"],
  ["average_precision", "average_precision"],
  ["recall_1", "recall_at_1_percent"],
  ["recall_01", "recall_at_01_percent"],
  ["calibration_error", "calibration_error"],
] as const;

function Figures({ t, of }: { t: Strings; of: ReportView | EvaluationView }) {
  const m = t.fraud.models;
  return (
    <dl class="figures">
      {measures.map(([name, field]) => {
        const measured = of[field];
        const interval = typeof measured === "number" ? null : measured;
        return (
          <div key={name}>
            <dt>{m.measures[name]}</dt>
            <dd>
              <span class="tabular figures__number">
                {decimals(t, typeof measured === "number" ? measured : measured.value, 3)}
              </span>
              {interval
                ? (
                  <span class="muted small tabular">
                    {m.between(decimals(t, interval.low, 3), decimals(t, interval.high, 3))}
                  </span>
                )
                : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
