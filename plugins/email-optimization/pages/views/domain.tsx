/** `/operate/mail/domain`: what receivers see of the sender, and what to publish. */
import { Button, Card, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import CopyText from "../../../../ui/islands/CopyText.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { DomainJson, PublishJson } from "../shapes.ts";
import { wordOf } from "./parts.tsx";

/** The worst that was found; null: nobody has looked yet. */
export function worstOf({ checks }: DomainJson): keyof typeof tones | null {
  return (["bad", "note", "unknown", "good"] as const).find((one) =>
    checks.some(({ state }) => state === one)
  ) ?? null;
}

export const tones: Record<DomainJson["checks"][number]["state"], Tone | "calm"> = {
  good: "good",
  note: "warn",
  bad: "bad",
  unknown: "calm",
};

export function Domain({ t, json, problem }: { t: Strings; json: DomainJson; problem?: string | null }) {
  const { email_pages: { domain: d }, mail_domain: words } = t;
  const says = words.says as Record<string, (params: Record<string, string>) => string>;
  return (
    <OperatorLayout t={t} current={mailPaths.domain} title={`${d.title}: ${json.domain}`} lead={d.lead}>
      <ErrorSummary t={t} errors={{}} problem={problem} />
      <Card id="check">
        <div class="spread">
          <p>
            {d.checked}: {json.checked_at ? <Time t={t} when={json.checked_at} /> : d.never}
          </p>
          <Form intent="check">
            <div>
              <Button>{d.check}</Button>
            </div>
          </Form>
        </div>
        <p class="muted small">{d.command}</p>
      </Card>
      {json.checks.map((check) => (
        <Card key={check.name} id={check.name} title={wordOf(words.names, check.name)}>
          <div class="stack">
            <p>
              <StatusDot tone={tones[check.state]}>{words.states[check.state]}</StatusDot>{" "}
              {Object.hasOwn(says, check.code) ? says[check.code](check.params) : check.text}
            </p>
            {check.found.length > 0 ? <pre class="record"><code>{check.found.join("\n")}</code></pre> : null}
            {check.publish.map((one) => <Record key={one.name + one.type} t={t} record={one} />)}
          </div>
        </Card>
      ))}
      <Card id="keys" title={d.keys} lead={d.keys_lead}>
        <div class="stack">
          {json.keys.map((key) => (
            <div key={key.selector}>
              <p>
                <strong>{key.selector}</strong> · {wordOf(d.key_states, key.state)}
              </p>
              {key.state === "new" ? <Record t={t} record={key.publish} /> : null}
            </div>
          ))}
          <Form intent="key">
            <div>
              <Button look="quiet">{d.make_key}</Button>
            </div>
          </Form>
        </div>
      </Card>
    </OperatorLayout>
  );
}

function Record({ t, record }: { t: Strings; record: PublishJson }) {
  const d = t.email_pages.domain;
  const text = record.zone ?? record.value;
  return (
    <div>
      <p class="small">
        <strong>{d.publish}</strong>{" "}
        <span class="muted">{record.type === "file" ? d.publish_file : d.publish_lead}</span> {record.name}
        {" "}
        ({record.type})
      </p>
      <pre class="record" tabIndex={0}><code>{text}</code></pre>
      <Island of={CopyText} props={{ text, t: { copy: d.copy, copied: d.copied } }} />
    </div>
  );
}
