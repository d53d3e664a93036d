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
import type { CardView, Interval, ModelJson, ReportView } from "../shapes.ts";
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
      <Curves t={t} report={model.report} />
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

export function Curves({ t, report }: { t: Strings; report: ReportView | null }) {
  const m = t.fraud.models;
  if (!report) {
    return (
      <Card id="curves" title={m.how_well}>
        <EmptyState title={m.not_tested}>{m.not_tested_text}</EmptyState>
      </Card>
    );
  }
  const print = (value: number) => percent(t, value);
  const guess: Line = { name: "=", look: "guess", points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] };
  const plain = { print, as_table: m.as_table };
  return (
    <Card
      id="curves"
      title={m.how_well}
      lead={m.how_well_lead(t.format.number(report.rows), t.format.number(report.frauds))}
    >
      <div class="stack">
        <Figures t={t} report={report} />
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
            lines={[guess, { name: m.was, look: "main", points: report.calibration, dots: true }]}
          />
        </Charts>
      </div>
    </Card>
  );
}

function Figures({ t, report }: { t: Strings; report: ReportView }) {
  const m = t.fraud.models;
  const said = ({ value, low, high }: Interval) => (
    <>
      <span class="tabular figures__number">{decimals(t, value, 3)}</span>
      {low === null || high === null
        ? null
        : <span class="muted small tabular">{m.between(decimals(t, low, 3), decimals(t, high, 3))}</span>}
    </>
  );
  const rows: [string, ComponentChildren][] = [
    [m.measures.auc, said(report.auc)],
    [m.measures.average_precision, said(report.average_precision)],
    [m.measures.recall_1, said(report.recall_at_1_percent)],
    [m.measures.recall_01, said(report.recall_at_01_percent)],
    [m.measures.calibration_error, said({ value: report.calibration_error, low: null, high: null })],
  ];
  return (
    <dl class="figures">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
