/** `/operate/fraud`: what happened today, what waits, and what answers. */
import { ButtonLink, Card, EmptyState } from "../../../../ui/components/basics.tsx";
import { ErrorSummary } from "../../../../ui/components/form.tsx";
import { OperatorLayout } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { riskPaths } from "../paths.ts";
import type { DecisionKind, DecisionRow, OverviewJson } from "../shapes.ts";
import { FindForm } from "./find.tsx";
import { DecisionDot, DecisionList, InUse, ShadowBanner } from "./parts.tsx";

interface OverviewProps {
  t: Strings;
  json: OverviewJson;
  /** The newest. */
  decisions: DecisionRow[];
  find?: FormState;
}

const kinds: DecisionKind[] = ["allow", "challenge", "review", "deny"];

export function Overview({ t, json, decisions, find }: OverviewProps) {
  const { overview: o, ...f } = t.fraud;
  return (
    <OperatorLayout t={t} current={riskPaths.overview} title={o.title} lead={o.lead}>
      <ErrorSummary t={t} errors={find?.errors} labels={{ reference: { label: f.find.label } }} />
      <ShadowBanner t={t} shadow={json.shadow} />
      <div class="split">
        <div class="stack">
          <Card id="today" title={o.last_day}>
            <ul class="tallies">
              {kinds.map((kind) => (
                <li key={kind}>
                  <a href={`${riskPaths.decisions}?decision=${kind}`}>
                    <span class="tallies__number tabular">{t.format.number(json.today[kind])}</span>
                    <DecisionDot t={t} decision={kind} />
                  </a>
                </li>
              ))}
            </ul>
          </Card>
          <Card id="newest" title={o.newest}>
            {decisions.length === 0 ? <EmptyState title={o.none_yet}>{o.none_yet_text}</EmptyState> : (
              <>
                <DecisionList t={t} decisions={decisions} />
                <p class="after-list">
                  <a href={riskPaths.decisions}>{o.to_decisions}</a>
                </p>
              </>
            )}
          </Card>
        </div>
        <div class="stack">
          <Card id="waiting" title={f.queue.title}>
            <div class="stack">
              <p>{json.queue > 0 ? o.waiting(json.queue) : o.nothing_waits}</p>
              {json.queue > 0
                ? (
                  <div>
                    <ButtonLink href={riskPaths.queue}>{o.to_queue}</ButtonLink>
                  </div>
                )
                : null}
            </div>
          </Card>
          <Card id="answering" title={o.answering}>
            <div class="stack">
              <InUse t={t} model={json.model} fallback={json.fallback} />
              <p>
                <a href={riskPaths.models}>{o.to_models}</a>
              </p>
            </div>
          </Card>
          <Card id="find" title={f.find.title}>
            <FindForm t={t} {...find} />
          </Card>
          <p>
            <a href={riskPaths.docs}>{o.docs}</a>
          </p>
        </div>
      </div>
    </OperatorLayout>
  );
}
