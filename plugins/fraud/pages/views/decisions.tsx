/** `/operate/fraud/decisions`: every act that was scored. */
import { Button, Card, EmptyState } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, SelectField } from "../../../../ui/components/form.tsx";
import { OperatorLayout } from "../../../../ui/components/layouts.tsx";
import type { Strings } from "../../../../ui/types.ts";
import { riskPaths, withParameters } from "../paths.ts";
import type { DecisionsJson } from "../shapes.ts";
import { DecisionList } from "./parts.tsx";

export const filterNames = ["act", "decision", "risk_level", "account_id"] as const;
export type Filters = Partial<Record<typeof filterNames[number], string>>;

interface DecisionsProps {
  t: Strings;
  json: DecisionsJson;
  filters: Filters;
  /** This is not the first page. */
  later: boolean;
  /** What is wrong with the id of the account. */
  error?: string;
}

export function Decisions({ t, json, filters, later, error }: DecisionsProps) {
  const d = t.fraud.decided;
  const filtered = Object.values(filters).some(Boolean);
  const { decisions, next } = json;
  return (
    <OperatorLayout t={t} current={riskPaths.decisions} title={d.title} lead={d.lead}>
      <ErrorSummary
        t={t}
        errors={error ? { account_id: error } : {}}
        labels={{ account_id: { label: d.account_id } }}
      />
      <FilterForm t={t} filters={filters} clear={filtered} error={error} />
      <Card>
        {decisions.length === 0
          ? filtered || later
            ? <EmptyState title={d.none_found}>{d.none_found_text}</EmptyState>
            : <EmptyState title={d.none}>{d.none_text}</EmptyState>
          : <DecisionList t={t} decisions={decisions} />}
      </Card>
      {later || next
        ? (
          <p class="row">
            {later ? <a href={withParameters(riskPaths.decisions, filters)}>{d.newer}</a> : null}
            {next
              ? <a href={withParameters(riskPaths.decisions, { ...filters, before: next })}>{d.older}</a>
              : null}
          </p>
        )
        : null}
    </OperatorLayout>
  );
}

function FilterForm(
  { t, filters, clear, error }: { t: Strings; filters: Filters; clear: boolean; error?: string },
) {
  const f = t.fraud;
  const d = f.decided;
  const options = (words: Record<string, string>): [string, string][] => [
    ["", d.all],
    ...Object.entries(words),
  ];
  return (
    <form class="filters" method="get" role="search" aria-label={d.filter} noValidate>
      <SelectField name="act" label={f.act} value={filters.act} options={options(f.acts)} />
      <SelectField
        name="decision"
        label={f.decision}
        value={filters.decision}
        options={options(f.decisions)}
      />
      <SelectField name="risk_level" label={f.level} value={filters.risk_level} options={options(f.levels)} />
      <Field
        name="account_id"
        label={d.account_id}
        value={filters.account_id}
        max_length={40}
        error={error}
      />
      <p class="row">
        <Button look="quiet">{d.submit}</Button>
        {clear ? <a href={riskPaths.decisions}>{d.clear}</a> : null}
      </p>
    </form>
  );
}
