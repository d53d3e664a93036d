/** `/operate/mail/messages/{id}`: one mail's way from the decision to the goal. */
import { Card, DefinitionList } from "../../../../ui/components/basics.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { EventJson, MessageJson } from "../shapes.ts";
import { percent, wordOf } from "./parts.tsx";

export function Message({ t, message, events }: { t: Strings; message: MessageJson; events: EventJson[] }) {
  const { email_pages: e } = t;
  const m = e.message;
  const held = message.optimal_timing?.held_until ?? null;
  return (
    <OperatorLayout t={t} current={mailPaths.overview} title={m.title} lead={m.lead}>
      <div class="halves">
        <Card id="decision" title={m.decision}>
          <DefinitionList
            facts={{
              [m.facts.kind]: wordOf(e.kinds, message.kind),
              [m.facts.variant]: wordOf(e.variants, message.variant),
              [m.facts.experiment]: message.experiment_id
                ? (
                  <a href={mailPaths.experiment(message.experiment_id)}>
                    {message.experiment_id.slice(0, 8)}
                  </a>
                )
                : null,
              [m.facts.chance]: percent(t, message.propensity),
              [m.facts.context]: message.context,
              [m.facts.address]: message.domain_class,
              [m.facts.model]: message.model_version,
              [m.facts.hour]: held ? t.format.dateTime(held) : m.at_once,
              [m.facts.score]: message.deliverability_score === null
                ? null
                : percent(t, message.deliverability_score, 0),
            }}
          />
          <h3 class="after-list">{m.why}</h3>
          <ul>{message.reasons.map((reason) => <li key={reason}>{wordOf(m.reasons, reason)}</li>)}</ul>
          <ScoreReasons t={t} message={message} />
        </Card>
        <Card id="events" title={m.events}>
          <ol class="events">
            {events.map((event, i) => <OneEvent key={i} t={t} event={event} />)}
          </ol>
        </Card>
      </div>
    </OperatorLayout>
  );
}

function OneEvent({ t, event: { type, at, detail } }: { t: Strings; event: EventJson }) {
  const said = [detail.reason, detail.detail].find((one) => typeof one === "string") as string | undefined;
  return (
    <li>
      <strong>{wordOf(t.email_pages.message.types, type)}</strong>{" "}
      <span class="muted small">
        <Time t={t} when={at} />
      </span>
      {said ? <p class="small">{said}</p> : null}
    </li>
  );
}

function ScoreReasons({ t, message }: { t: Strings; message: MessageJson }) {
  const words = t.message_score as Record<string, unknown>;
  if (message.deliverability_reasons.length === 0) return null;
  return (
    <>
      <h3 class="after-list">{t.email_pages.message.score_why}</h3>
      <ul>
        {message.deliverability_reasons.map(({ name, text_key }) => {
          const text = words[text_key] ?? words[name];
          return <li key={name}>{typeof text === "string" ? text : name.replaceAll("_", " ")}</li>;
        })}
      </ul>
    </>
  );
}
