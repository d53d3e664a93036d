import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import type { FormState } from "../../../ui/types.ts";
import { riskPaths } from "./paths.ts";
import type { DecisionJson } from "./shapes.ts";
import { giveVerdict } from "./verdict.ts";
import { Decision } from "./views/decision.tsx";

async function show(visit: Visit, form?: FormState, status = 200): Promise<PageAnswer> {
  const { t, load, params, query } = visit;
  const one: DecisionJson = await load(`/fraud/decisions/${encodeURIComponent(params.decision_id)}`);
  return {
    status,
    title: t.fraud.one.title(one.reference),
    nav: "operate",
    view: <Decision t={t} one={one} saved={query.saved === "1"} form={form} />,
  };
}

export const decisionPage: Page = {
  path: `${riskPaths.decisions}/{decision_id}`,
  access: "operator",
  get: (visit) => show(visit),
  async post(visit) {
    const answer = await giveVerdict(visit);
    if (answer.ok) {
      const path = riskPaths.decision(visit.form.decision_id ?? "");
      return { redirect: `${path}?saved=1`, cookies: answer.cookies };
    }
    return await show(visit, formState(visit.t, answer, visit.form), answer.status);
  },
};
