/** `/operate/fraud/decisions/{id}`: one decision, with everything it was made from. */
import { Alert, Card, DefinitionList } from "../../../../ui/components/basics.tsx";
import { ErrorSummary } from "../../../../ui/components/form.tsx";
import { OperatorLayout } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";
import type { DecisionJson } from "../shapes.ts";
import { decimals, percent, Reasons, ScoreLine, wordsOf, WouldBe } from "./parts.tsx";
import { Beside } from "./queue.tsx";
import { VerdictForm } from "./verdict.tsx";

interface DecisionProps {
  t: Strings;
  one: DecisionJson;
  saved?: boolean;
  form?: FormState;
}

export function Decision({ t, one, saved, form }: DecisionProps) {
  const { one: o, acts, nobody } = t.fraud;
  return (
    <OperatorLayout
      t={t}
      current={riskPaths.decisions}
      title={o.title(one.reference)}
      lead={o.lead(acts[one.act], t.format.dateTime(one.created_at))}
    >
      {saved ? <Alert tone="good">{o.saved}</Alert> : null}
      <ErrorSummary t={t} errors={{}} problem={form?.problem} />
      <div class="split">
        <div class="stack">
          <Card id="why" title={one.email ?? nobody} lead={o.why_lead}>
            <div class="stack">
              <ScoreLine t={t} of={one} />
              <WouldBe t={t} of={one} />
              <Reasons t={t} factors={one.risk_factors} />
              {one.ai_insights ? <p class="insight" lang="en">{one.ai_insights}</p> : null}
            </div>
          </Card>
          <How t={t} one={one} />
          <Evidence t={t} features={one.features} />
        </div>
        <div class="stack">
          <Verdict t={t} one={one} note={form?.values?.note} />
          <Beside t={t} one={one} />
        </div>
      </div>
      <p>
        <a href={riskPaths.decisions}>{o.back}</a>
      </p>
    </OperatorLayout>
  );
}

function Verdict({ t, one, note }: { t: Strings; one: DecisionJson; note?: string }) {
  const { one: o, verdicts } = t.fraud;
  return (
    <Card id="verdict" title={o.verdict_title} lead={o.verdict_lead}>
      <div class="stack">
        {one.verdicts.length > 0
          ? (
            <ul class="notes">
              {one.verdicts.map(({ verdict, by, note, created_at }) => (
                <li key={created_at}>
                  <p>{o.given(verdicts[verdict], by ?? o.somebody, t.format.dateTime(created_at))}</p>
                  {note ? <p class="muted">{note}</p> : null}
                </li>
              ))}
            </ul>
          )
          : null}
        <VerdictForm t={t} decision_id={one.decision_id} note={note} />
      </div>
    </Card>
  );
}

const paths = (t: Strings, method: string | null) => {
  const o = t.fraud.one;
  return method === null ? o.within_request : method.startsWith("temporal") ? o.by_temporal : o.directly;
};

function How({ t, one }: { t: Strings; one: DecisionJson }) {
  const { one: o, kinds } = t.fraud;
  const { model, client, place } = one;
  return (
    <Card id="how" title={o.how}>
      <DefinitionList
        facts={{
          [o.outcome]: one.outcome && o.outcomes[one.outcome],
          [o.kind]: kinds[model.kind],
          [o.model]: model.kind === "rules"
            ? <span class="mono">{model.version}</span>
            : <a class="mono" href={riskPaths.model(model.version)}>{model.version}</a>,
          [o.hash]: <span class="mono">{model.hash.slice(0, 16)}</span>,
          [o.fallback]: one.fallback,
          [o.path]: paths(t, one.method),
          [o.workflow]: one.workflow_id ? <span class="mono">{one.workflow_id}</span> : null,
          [o.took]: o.milliseconds(decimals(t, one.latency_ms, 1)),
          [o.anomaly]: percent(t, one.anomaly),
          [o.from]: client.ip ? <span class="mono">{client.ip}</span> : null,
          [o.place]: [place?.city, place?.country].filter(Boolean).join(", "),
          [o.surface]: o.surfaces[client.surface],
          [o.device]: t.format.device(client.user_agent) ?? client.user_agent,
          [o.ring]: one.ring_id
            ? <a href={`/operate/fraud/rings/${encodeURIComponent(one.ring_id)}`}>{o.to_ring}</a>
            : null,
        }}
      />
    </Card>
  );
}

/** What was measured, by what it is about; what is not known is only counted. */
function Evidence({ t, features }: { t: Strings; features: DecisionJson["features"] }) {
  const { one: o, groups } = t.fraud;
  const named = Object.keys(t.fraud.features).filter((feature) => Object.hasOwn(features, feature))
    .map((feature): [string, number | null] => [feature, features[feature]]);
  const others = Object.entries(features).filter(([feature]) => wordsOf(t, feature) === undefined);
  return (
    <Card id="evidence" title={o.evidence} lead={o.evidence_lead}>
      <div class="evidence">
        {Object.entries(groups).map(([group, name]) => {
          const own = named.filter(([feature]) => wordsOf(t, feature)?.group === group);
          const known = own.filter(([, value]) => value !== null);
          if (own.length === 0) return null;
          return (
            <details key={group} class="more">
              <summary>
                {name}
                <span class="muted small tabular">{o.only_known(known.length, own.length)}</span>
              </summary>
              <dl class="facts facts--measured">
                {own.map(([feature, value]) => {
                  const words = wordsOf(t, feature)!;
                  return (
                    <div key={feature}>
                      <dt>{words.label}</dt>
                      <dd class={value === null ? "muted tabular" : "tabular"}>{words.value(value)}</dd>
                    </div>
                  );
                })}
              </dl>
            </details>
          );
        })}
        <Unnamed t={t} features={others} />
      </div>
    </Card>
  );
}

/** Features of another version of the service, which the catalogue does not know. */
function Unnamed({ t, features }: { t: Strings; features: [string, number | null][] }) {
  if (features.length === 0) return null;
  return (
    <dl class="facts facts--measured">
      {features.map(([feature, value]) => (
        <div key={feature}>
          <dt class="mono">{feature}</dt>
          <dd class="tabular">{value === null ? t.common.unknown : decimals(t, value, 2)}</dd>
        </div>
      ))}
    </dl>
  );
}
