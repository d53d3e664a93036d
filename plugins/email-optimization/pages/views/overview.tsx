/** `/operate/mail`: what mail led to, what runs, and how to find one mail. */
import { Button, ButtonLink, Card, EmptyState, StatusDot, Table } from "../../../../ui/components/basics.tsx";
import { Field } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { DomainJson, InsightsJson, MessageJson } from "../shapes.ts";
import { tones, worstOf } from "./domain.tsx";
import { ExperimentList } from "./experiments.tsx";
import { ofSent, percent, wordOf } from "./parts.tsx";

export interface OverviewProps {
  t: Strings;
  json: InsightsJson;
  domain: DomainJson;
  q?: string;
  found?: MessageJson[] | null;
}

export function Overview({ t, json, domain, q, found }: OverviewProps) {
  const { email_pages: e } = t;
  const { overview: o, suppressions: s } = e;
  const running = json.experiments.filter(({ state }) => state === "running");
  const stopped = Object.values(json.suppressed).reduce((sum, count) => sum + count, 0);
  return (
    <OperatorLayout t={t} current={mailPaths.overview} title={o.title} lead={o.lead}>
      <Card id="kinds" title={o.kinds}>
        {json.kinds.length === 0
          ? <EmptyState title={o.none} icon="mail">{o.none_text}</EmptyState>
          : <Kinds t={t} json={json} />}
      </Card>
      <div class="halves">
        <Card id="running" title={o.running}>
          <div class="stack">
            {running.length === 0 ? <p>{o.nothing_runs}</p> : <ExperimentList t={t} experiments={running} />}
            <div>
              <ButtonLink look="quiet" href={mailPaths.experiments}>{o.to_experiments}</ButtonLink>
            </div>
          </div>
        </Card>
        <Card id="stopped" title={s.title}>
          <div class="stack">
            <p>{stopped === 0 ? o.none_stopped : o.stopped(stopped)}</p>
            <div>
              <ButtonLink look="quiet" href={mailPaths.suppressions}>{o.to_stopped}</ButtonLink>
            </div>
          </div>
        </Card>
        <Card id="sender" title={e.domain.title}>
          <Sender t={t} domain={domain} />
        </Card>
        <Card id="find" title={o.find}>
          <form
            class="form"
            method="get"
            action={mailPaths.overview}
            role="search"
            aria-label={o.find}
            noValidate
          >
            <Field
              name="q"
              label={o.find_label}
              hint={o.find_hint}
              value={q}
              max_length={128}
              autocomplete="off"
            />
            <div>
              <Button look="quiet">{o.find_submit}</Button>
            </div>
          </form>
          {found ? <Found t={t} found={found} /> : null}
        </Card>
      </div>
    </OperatorLayout>
  );
}

function Sender({ t, domain }: { t: Strings; domain: DomainJson }) {
  const { email_pages: { overview: o }, mail_domain: words } = t;
  const worst = worstOf(domain);
  return (
    <div class="stack">
      <p>
        <StatusDot tone={worst ? tones[worst] : "calm"}>
          {worst ? words.states[worst] : o.not_checked}
        </StatusDot>{" "}
        {domain.domain}
      </p>
      <div>
        <ButtonLink look="quiet" href={mailPaths.domain}>{o.to_domain}</ButtonLink>
      </div>
    </div>
  );
}

function Kinds({ t, json }: { t: Strings; json: InsightsJson }) {
  const { email_pages: e } = t;
  return (
    <Table
      caption={e.overview.kinds}
      columns={e.overview.columns}
      rows={json.kinds.map((one) => ({
        key: one.kind,
        cells: {
          kind: wordOf(e.kinds, one.kind),
          sent: t.format.number(one.sent),
          pressed: one.goal === null ? "–" : ofSent(t, one.pressed, one.sent),
          goals: one.goal === null ? "–" : ofSent(t, one.goals, one.sent),
          bounced: t.format.number(one.bounced),
          median: one.seconds_to_goal === null ? "–" : t.format.duration(one.seconds_to_goal),
          score: one.deliverability_score === null ? "–" : percent(t, one.deliverability_score, 0),
        },
      }))}
    />
  );
}

function Found({ t, found }: { t: Strings; found: MessageJson[] }) {
  const { email_pages: e } = t;
  if (found.length === 0) return <p class="found" role="status">{e.overview.found_none}</p>;
  return (
    <ul class="versions found" aria-label={e.overview.found}>
      {found.map(({ mail_id, kind, variant, decided_at }) => (
        <li key={mail_id}>
          <a href={mailPaths.message(mail_id)}>{wordOf(e.kinds, kind)}</a>
          <span class="muted small">
            {wordOf(e.variants, variant)} · <Time t={t} when={decided_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
