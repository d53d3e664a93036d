import type { Page } from "../../../core/http/route.ts";
import type { Strings } from "../../../ui/types.ts";
import { riskPaths, withParameters } from "./paths.ts";
import type { DecisionsJson } from "./shapes.ts";
import { Decisions, filterNames, type Filters } from "./views/decisions.tsx";

const idShape = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What was chosen; a choice that is none counts as no choice. */
function filtersOf({ fraud: f }: Strings, query: Record<string, string>): Filters {
  const choices: Record<string, object> = { act: f.acts, decision: f.decisions, risk_level: f.levels };
  return Object.fromEntries(filterNames.flatMap((name) => {
    const value = query[name]?.trim() ?? "";
    const known = name === "account_id" ? value !== "" : Object.hasOwn(choices[name], value);
    return known ? [[name, value]] : [];
  }));
}

export const decisionsPage: Page = {
  path: riskPaths.decisions,
  access: "operator",
  nav: { section: "operator", key: "risk_decisions", order: 12 },
  async get({ t, load, query }) {
    const filters = filtersOf(t, query);
    const wrong = filters.account_id !== undefined && !idShape.test(filters.account_id);
    const json: DecisionsJson = wrong
      ? { decisions: [], next: null }
      : await load(withParameters("/fraud/decisions", { ...filters, before: query.before, limit: "25" }));
    return {
      status: wrong ? 422 : 200,
      title: t.fraud.decided.title,
      nav: "operate",
      view: (
        <Decisions
          t={t}
          json={json}
          filters={filters}
          later={Boolean(query.before)}
          error={wrong ? t.fraud.decided.account_id_wrong : undefined}
        />
      ),
    };
  },
};
