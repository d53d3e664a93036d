/** `/operate/mail/experiments/{id}`: what is known of each wording, how that came to be, and what to do about it. */
import { Alert, Button, Card, StatusDot, Table } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import { OperatorLayout } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import PosteriorPlot from "../../islands/PosteriorPlot.tsx";
import { mailPaths } from "../paths.ts";
import type { ArmJson, OneExperimentJson, TimelineJson } from "../shapes.ts";
import { likely, ofSent, percent, wordOf } from "./parts.tsx";

export interface ExperimentProps {
  t: Strings;
  json: OneExperimentJson;
  done?: "promoted" | "ended" | null;
  problem?: string | null;
  /** Somebody can be asked for a new wording. */
  generator?: boolean;
}

export function Experiment({ t, json, done, problem, generator }: ExperimentProps) {
  const { email_pages: e } = t;
  const x = e.experiment;
  const { experiment, arms, timeline } = json;
  const kind = wordOf(e.kinds, experiment.kind);
  const lead = x.lead(wordOf(e.goals, experiment.goal), experiment.window_hours);
  return (
    <OperatorLayout t={t} current={mailPaths.experiments} title={x.title(kind)} lead={lead}>
      {done ? <Alert tone="good">{done === "promoted" ? x.promoted : x.ended}</Alert> : null}
      <ErrorSummary t={t} errors={{}} problem={problem} />
      <Card id="known" title={x.so_far} lead={<Standing t={t} json={json} />}>
        <Arms t={t} arms={arms} />
      </Card>
      <Card id="posteriors" title={x.posteriors} lead={x.posteriors_about}>
        <Plot t={t} timeline={json.funnel.sent === 0 ? [] : timeline} />
      </Card>
      <div class="halves">
        <FunnelCard t={t} json={json} />
        {experiment.state === "running" ? <Decide t={t} json={json} /> : null}
      </div>
      {generator ? <Propose t={t} /> : null}
    </OperatorLayout>
  );
}

function Standing({ t, json: { experiment, verdict } }: { t: Strings; json: OneExperimentJson }) {
  const { email_pages: e } = t;
  const word = (variant: string | null) => variant === null ? "" : wordOf(e.variants, variant);
  if (experiment.winner !== null) {
    return <StatusDot tone="good">{e.experiments.winner(word(experiment.winner))}</StatusDot>;
  }
  if (experiment.state !== "running") return <StatusDot tone="calm">{e.experiments.states.ended}</StatusDot>;
  const says = e.experiment.verdicts[verdict.why];
  return (
    <>
      <StatusDot tone={verdict.stop ? "good" : "live"}>{e.experiments.states.running}</StatusDot>{" "}
      {says ? says(word(verdict.winner)) : verdict.why}
    </>
  );
}

function Arms({ t, arms }: { t: Strings; arms: ArmJson[] }) {
  const { email_pages: e } = t;
  const x = e.experiment;
  return (
    <Table
      caption={x.so_far}
      columns={x.columns}
      rows={arms.toSorted((a, b) => b.mean - a.mean).map((arm) => ({
        key: arm.variant,
        cells: {
          variant: <strong>{wordOf(e.variants, arm.variant)}</strong>,
          sent: t.format.number(arm.sent),
          pressed: ofSent(t, arm.pressed, arm.sent),
          goals: ofSent(t, arm.goals, arm.sent),
          pending: t.format.number(arm.pending),
          rate: (
            <span class="tabular">
              {percent(t, arm.mean)}{" "}
              <span class="muted small">({x.between(percent(t, arm.low), percent(t, arm.high))})</span>
            </span>
          ),
          best: likely(t, arm.probability_best),
          loss: percent(t, arm.expected_loss, 2),
        },
      }))}
    />
  );
}

function Plot({ t, timeline }: { t: Strings; timeline: TimelineJson[] }) {
  const { email_pages: e } = t;
  const x = e.experiment;
  if (timeline.length < 2) return <p class="muted">{x.posteriors_none}</p>;
  const names = timeline[0].arms.map(({ variant }) => variant);
  const of = (variant: string, key: "mean" | "low" | "high") =>
    timeline.map(({ arms }) => arms.find((arm) => arm.variant === variant)?.[key] ?? 0);
  return (
    <div class="stack">
      <Island
        of={PosteriorPlot}
        props={{
          times: timeline.map(({ at }) => Date.parse(at) / 1000),
          lines: names.map((variant) => ({
            name: wordOf(e.variants, variant),
            ...{ mean: of(variant, "mean"), low: of(variant, "low"), high: of(variant, "high") },
          })),
          locale: t.locale === "de" ? "de-DE" : "en-GB",
          rate: x.axis_rate,
          time: x.axis_time,
        }}
      />
      <details class="more">
        <summary>{x.as_table}</summary>
        <Table
          caption={x.posteriors}
          columns={{
            at: x.axis_time,
            ...Object.fromEntries(names.map((name) => [name, wordOf(e.variants, name)])),
          }}
          rows={timeline.map(({ at, arms }) => ({
            key: at,
            cells: {
              at: t.format.dateTime(at),
              ...Object.fromEntries(arms.map(({ variant, mean, low, high }) => [
                variant,
                `${percent(t, mean)} (${x.between(percent(t, low), percent(t, high))})`,
              ])),
            } as Record<string, string>,
          }))}
        />
      </details>
    </div>
  );
}

function FunnelCard({ t, json: { funnel } }: { t: Strings; json: OneExperimentJson }) {
  const x = t.email_pages.experiment;
  const steps = ["sent", "pressed", "goals"] as const;
  return (
    <Card id="funnel" title={x.funnel}>
      <ol class="funnel">
        {steps.map((step) => (
          <li key={step}>
            <span class="funnel__words">
              {x.steps[step]} <strong class="tabular">{ofSent(t, funnel[step], funnel.sent)}</strong>
            </span>
            <progress
              class="funnel__bar"
              max={Math.max(1, funnel.sent)}
              value={funnel[step]}
              aria-hidden="true"
            />
          </li>
        ))}
      </ol>
      <p class="muted small">{x.pressed_about}</p>
    </Card>
  );
}

function Propose({ t }: { t: Strings }) {
  const w = t.email_pages.wordings;
  return (
    <Card id="propose" title={w.propose} lead={w.propose_lead}>
      <Form intent="propose">
        <div>
          <Button look="quiet">{w.propose}</Button>
        </div>
      </Form>
    </Card>
  );
}

function Decide({ t, json: { arms } }: { t: Strings; json: OneExperimentJson }) {
  const { email_pages: e } = t;
  const x = e.experiment;
  const [best, ...others] = arms.toSorted((a, b) => b.probability_best - a.probability_best);
  return (
    <Card id="decide" title={x.act}>
      <div class="stack">
        {[best, ...others].map(({ variant }, i) => (
          <Form key={variant} intent="promote" hidden={{ variant }}>
            <div>
              <Button look={i === 0 ? undefined : "quiet"}>{x.promote(wordOf(e.variants, variant))}</Button>
            </div>
          </Form>
        ))}
        <Form intent="end">
          <div>
            <Button look="quiet">{x.end}</Button>
          </div>
        </Form>
      </div>
    </Card>
  );
}
