import type { Page } from "../../../core/http/route.ts";
import { riskPaths, withParameters } from "./paths.ts";
import { Decisions, filterNames, type Filters } from "./views/decisions.tsx";

export const decisionsPage: Page = {
  path: riskPaths.decisions,
  access: "operator",
  nav: { section: "operator", key: "risk_decisions", order: 12 },
  async get({ t, load, query }) {
    const filters: Filters = Object.fromEntries(
      filterNames.flatMap((name) => query[name]?.trim() ? [[name, query[name].trim()]] : []),
    );
    const json = await load(
      withParameters("/fraud/decisions", { ...filters, before: query.before, limit: "25" }),
    );
    return {
      title: t.fraud.decided.title,
      nav: "operate",
      view: <Decisions t={t} json={json} filters={filters} later={Boolean(query.before)} />,
    };
  },
};
