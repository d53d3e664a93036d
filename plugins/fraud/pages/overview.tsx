import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import type { FormState } from "../../../ui/types.ts";
import { riskPaths, withParameters } from "./paths.ts";
import { Overview } from "./views/overview.tsx";

async function show(visit: Visit, find?: FormState, status = 200): Promise<PageAnswer> {
  const { t, load } = visit;
  const [json, { decisions }] = await Promise.all([
    load("/fraud/overview"),
    load(withParameters("/fraud/decisions", { limit: "5" })),
  ]);
  return {
    status,
    title: t.fraud.overview.title,
    nav: "operate",
    view: <Overview t={t} json={json} decisions={decisions} find={find} />,
  };
}

/** `?reference=` leads to the decision that has it. */
async function find(visit: Visit, written: string): Promise<PageAnswer> {
  const reference = written.trim();
  const answer = reference === ""
    ? null
    : await visit.api("GET", `/fraud/decisions/${encodeURIComponent(reference)}`);
  if (answer?.ok) return { redirect: riskPaths.decision(answer.body.decision_id) };
  const errors = { reference: visit.t.fraud.find.none };
  return await show(visit, { values: { reference: written }, errors }, answer?.status ?? 400);
}

export const overviewPage: Page = {
  path: riskPaths.overview,
  access: "operator",
  nav: { section: "operator", key: "risk", order: 10 },
  get: (visit) =>
    visit.query.reference === undefined ? show(visit) : find(visit, visit.query.reference.slice(0, 60)),
};
