/** `/operate/fraud/rings/{ring_id}`: one ring, drawn and in tables, with the buttons that stop it. */
import { Alert, Button, Card, DefinitionList, Table } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { riskPaths, withParameters } from "../paths.ts";
import type { RingJson } from "../ring_shapes.ts";
import { percent, score } from "./parts.tsx";
import { RingDrawing } from "./ring_drawing.tsx";
import { RiskDot } from "./rings.tsx";

export interface RingProps {
  t: Strings;
  ring: RingJson;
  /** What has just been done, in a sentence. */
  done?: string | null;
  form?: FormState;
}

export function RingView({ t, ring, done, form }: RingProps) {
  const r = t.fraud.rings;
  return (
    <OperatorLayout
      t={t}
      current={riskPaths.rings}
      title={r.one(ring.account_count)}
      lead={r.one_lead(score(t, ring.risk))}
    >
      {done ? <Alert tone="good">{done}</Alert> : null}
      <ErrorSummary
        t={t}
        errors={form?.errors ?? {}}
        problem={form?.problem}
        labels={{ reason: { label: r.reason } }}
      />
      {ring.cut_off ? <Alert tone="info">{r.cut_off}</Alert> : null}
      <div class="split">
        <Card id="drawing" title={r.drawing}>
          <RingDrawing t={t} ring={ring} />
        </Card>
        <div class="stack">
          <Act t={t} ring={ring} form={form} />
          <History t={t} ring={ring} />
        </div>
      </div>
      <Shared t={t} ring={ring} />
      <Members t={t} ring={ring} />
      <p>
        <a href={riskPaths.rings}>{r.back}</a>
      </p>
    </OperatorLayout>
  );
}

function Act({ t, ring, form }: Pick<RingProps, "t" | "ring" | "form">) {
  const r = t.fraud.rings;
  return (
    <Card id="act" title={r.act} lead={r.act_lead}>
      <div class="stack">
        <DefinitionList
          facts={{
            [r.frozen]: r.frozen_of(ring.frozen_count, ring.account_count),
            [r.bad_share]: percent(t, ring.bad_share),
            [r.since]: <Time t={t} when={ring.created_at} />,
            [r.changed]: <Time t={t} when={ring.changed_at} />,
          }}
        />
        <Form label={r.act}>
          <Field
            name="reason"
            label={r.reason}
            hint={r.reason_hint}
            max_length={500}
            required
            value={form?.values?.reason}
            error={form?.errors?.reason}
          />
          <div class="row">
            {ring.frozen_count < ring.account_count
              ? <Button look="danger" name="intent" value="freeze">{r.freeze}</Button>
              : null}
            {ring.frozen_count > 0
              ? <Button look="quiet" name="intent" value="unfreeze">{r.unfreeze}</Button>
              : null}
          </div>
        </Form>
      </div>
    </Card>
  );
}

function History({ t, ring }: Pick<RingProps, "t" | "ring">) {
  const r = t.fraud.rings;
  if (ring.freezes.length === 0) return null;
  const when = (time: string) => t.format.dateTime(time);
  return (
    <Card id="history" title={r.history}>
      <ul class="notes">
        {ring.freezes.map((one, at) => (
          <li key={at}>
            <p>{r.history_frozen(one.frozen_by ?? r.somebody, one.account_count, when(one.frozen_at))}</p>
            <p class="muted">{one.reason}</p>
            {one.undone_at
              ? (
                <>
                  <p>{r.history_undone(one.undone_by ?? r.somebody, when(one.undone_at))}</p>
                  <p class="muted">{one.undone_reason}</p>
                </>
              )
              : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Shared({ t, ring }: Pick<RingProps, "t" | "ring">) {
  const r = t.fraud.rings;
  return (
    <Card id="shared" title={r.shared} lead={r.shared_lead}>
      <Table
        caption={r.shared}
        columns={{ what: r.what, by: r.shared_by, weight: r.weight }}
        rows={ring.shared.map(({ kind, account_count, weight }, at) => ({
          key: `${at}`,
          cells: { what: r.kinds[kind], by: r.accounts(account_count), weight: score(t, weight) },
        }))}
      />
    </Card>
  );
}

/** More are for the API: nobody reads them on a page. */
const listedMax = 100;

function Members({ t, ring }: Pick<RingProps, "t" | "ring">) {
  const r = t.fraud.rings;
  const listed = ring.accounts.slice(0, listedMax);
  const lead = listed.length === ring.account_count ? undefined : r.members_more(listed.length);
  return (
    <Card id="members" title={r.members} lead={lead}>
      <Table
        caption={r.members}
        columns={{ account: r.account, risk: r.risk, group: r.group, state: r.state, created: r.created }}
        rows={listed.map((one) => ({
          key: one.account_id,
          cells: {
            account: (
              <a href={withParameters(riskPaths.decisions, { account_id: one.account_id })}>
                <bdi>{one.email}</bdi>
              </a>
            ),
            risk: <RiskDot t={t} risk={one.risk} />,
            group: one.community + 1,
            state: one.frozen ? r.frozen : one.verdict ? r.verdicts[one.verdict] : r.nothing,
            created: <Time t={t} when={one.created_at} />,
          },
        }))}
      />
    </Card>
  );
}
