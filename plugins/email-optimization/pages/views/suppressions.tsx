/** `/operate/mail/suppressions`: addresses that get no mail, why, and how to let them. */
import { Alert, Button, Card, EmptyState, Table } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form } from "../../../../ui/components/form.tsx";
import { OperatorLayout } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { SuppressionJson } from "../shapes.ts";
import { wordOf } from "./parts.tsx";

export interface SuppressionsProps extends FormState {
  t: Strings;
  rows: SuppressionJson[];
  lifted?: number | null;
}

export function Suppressions({ t, rows, lifted = null, values, errors, problem }: SuppressionsProps) {
  const s = t.email_pages.suppressions;
  return (
    <OperatorLayout t={t} current={mailPaths.suppressions} title={s.title} lead={s.lead}>
      {lifted === null ? null : <Alert tone={lifted > 0 ? "good" : "info"}>{s.done(lifted)}</Alert>}
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{ email: { label: s.lift_label } }} />
      <Card id="list">
        {rows.length === 0
          ? <EmptyState title={s.none} icon="mail">{s.none_text}</EmptyState>
          : <Rows t={t} rows={rows} />}
      </Card>
      <Card id="lift" title={s.lift_title}>
        <Form intent="lift">
          <Field
            name="email"
            type="email"
            label={s.lift_label}
            hint={s.lift_hint}
            value={values?.email}
            error={errors?.email}
            max_length={320}
            autocomplete="off"
          />
          <div>
            <Button look="quiet">{s.lift}</Button>
          </div>
        </Form>
      </Card>
    </OperatorLayout>
  );
}

function Rows({ t, rows }: { t: Strings; rows: SuppressionJson[] }) {
  const s = t.email_pages.suppressions;
  return (
    <Table
      caption={s.title}
      columns={s.columns}
      rows={rows.map((row) => ({
        key: row.address_tag + row.reason,
        cells: {
          reason: wordOf(s.reasons, row.reason),
          scope: wordOf(s.scopes, row.scope),
          detail: row.detail,
          since: t.format.dateTime(row.created_at),
          until: row.until === null ? "–" : t.format.dateTime(row.until),
          act: row.lifted_at !== null
            ? s.lifted
            : row.reason === "unsubscribed"
            ? ""
            : (
              <Form intent="lift" hidden={{ address_tag: row.address_tag }}>
                <div>
                  <Button look="quiet" small>{s.lift_short}</Button>
                </div>
              </Form>
            ),
        },
      }))}
    />
  );
}
