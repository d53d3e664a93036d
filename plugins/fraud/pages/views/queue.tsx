/** `/operate/fraud/queue`: one case at a time, the most urgent first. */
import { Alert, Card, DefinitionList, EmptyState } from "../../../../ui/components/basics.tsx";
import { ErrorSummary } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { riskPaths, withParameters } from "../paths.ts";
import type { DecisionJson, DecisionRow } from "../shapes.ts";
import { DecisionList, Reasons, ScoreLine, WouldBe } from "./parts.tsx";
import { VerdictForm } from "./verdict.tsx";

interface QueueProps {
  t: Strings;
  /** The case that is looked at; null: none is left. */
  now: DecisionJson | null;
  /** Those after it. */
  after: DecisionRow[];
  /** The place after the case, where "later" leads; null: none waits there. */
  later: string | null;
  /** The place after all that is shown; null: that is all. */
  more: string | null;
  /** More urgent ones were put off. */
  putOff: boolean;
  left: number;
  saved?: boolean;
  form?: FormState;
}

const placeIn = (from: string) => withParameters(riskPaths.queue, { from });

export function Queue({ t, now, after, later, more, putOff, left, saved, form }: QueueProps) {
  const q = t.fraud.queue;
  return (
    <OperatorLayout t={t} current={riskPaths.queue} title={q.title} lead={q.lead}>
      {saved && now ? <Alert tone="good">{q.saved}</Alert> : null}
      <ErrorSummary t={t} errors={{}} problem={form?.problem} />
      {now === null
        ? (
          <Card>
            <EmptyState title={q.empty}>{q.empty_text}</EmptyState>
          </Card>
        )
        : (
          <div class="split">
            <Case t={t} one={now} left={left} later={later} putOff={putOff} note={form?.values?.note} />
            <div class="stack">
              <Beside t={t} one={now} />
              {after.length > 0
                ? (
                  <Card id="after" title={q.after}>
                    <DecisionList t={t} decisions={after} />
                    {more
                      ? (
                        <p>
                          <a href={placeIn(more)}>{q.more}</a>
                        </p>
                      )
                      : null}
                  </Card>
                )
                : null}
            </div>
          </div>
        )}
    </OperatorLayout>
  );
}

function Case(
  { t, one, left, later, putOff, note }: {
    t: Strings;
    one: DecisionJson;
    left: number;
    later: string | null;
    putOff: boolean;
    note?: string;
  },
) {
  const { queue: q, acts, nobody } = t.fraud;
  return (
    <Card id="case" title={`${acts[one.act]}: ${one.email ?? nobody}`}>
      <div class="stack">
        <p class="muted small row">
          <Time t={t} when={one.created_at} />
          <span class="mono">{one.reference}</span>
          <span>{q.left(left)}</span>
        </p>
        <ScoreLine t={t} of={one} />
        <WouldBe t={t} of={one} />
        <Reasons t={t} factors={one.risk_factors} most={8} />
        <VerdictForm t={t} decision_id={one.decision_id} note={note} />
        <p class="row">
          <a href={riskPaths.decision(one.decision_id)}>{q.whole}</a>
          {later ? <a href={placeIn(later)}>{q.skip}</a> : null}
          {putOff ? <a href={riskPaths.queue}>{q.first}</a> : null}
        </p>
      </div>
    </Card>
  );
}

/** The account, as far as it helps to judge. */
export function Beside({ t, one }: { t: Strings; one: DecisionJson }) {
  const o = t.fraud.one;
  const { account, history } = one;
  return (
    <Card id="history" title={o.history} lead={account ? o.history_lead : undefined}>
      {account === null
        ? <EmptyState title={o.no_account}>{o.no_account_text}</EmptyState>
        : (
          <div class="stack">
            <DefinitionList
              facts={{
                [t.fields.email]: account.email,
                [o.since]: <Time t={t} when={account.created_at} />,
                [o.state]: account.state,
              }}
            />
            {history.length === 0
              ? <p class="muted">{o.history_none}</p>
              : <DecisionList t={t} decisions={history} />}
            <p>
              <a href={withParameters(riskPaths.decisions, { account_id: account.account_id })}>
                {o.all_of_account}
              </a>
            </p>
          </div>
        )}
    </Card>
  );
}
