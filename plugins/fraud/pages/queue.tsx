import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import type { FormState } from "../../../ui/types.ts";
import { riskPaths, withParameters } from "./paths.ts";
import type { DecisionsJson, OverviewJson } from "./shapes.ts";
import { giveVerdict } from "./verdict.ts";
import { Queue } from "./views/queue.tsx";

const afterMost = 4;
/** As many as the API gives at once; of them the most urgent comes first. */
const waitingMost = 100;

/** How many cases were put off: the one after them is looked at. */
const skipOf = (text: string | undefined): number =>
  Math.min(waitingMost, /^\d{1,3}$/.test(text ?? "") ? Number(text) : 0);

async function show(visit: Visit, form?: FormState, status = 200): Promise<PageAnswer> {
  const { t, load, query } = visit;
  const skip = skipOf(query.skip);
  const [overview, json]: [OverviewJson, DecisionsJson] = await Promise.all([
    load("/fraud/overview"),
    load(withParameters("/fraud/decisions", { waiting: "true", limit: String(waitingMost) })),
  ]);
  const decisions = json.decisions.toSorted((a, b) => b.fraud_score - a.fraud_score);
  // Whoever put off the last one begins again.
  const from = skip < decisions.length ? skip : 0;
  const [first, ...after] = decisions.slice(from, from + 1 + afterMost);
  const now = first ? await load(`/fraud/decisions/${encodeURIComponent(first.decision_id)}`) : null;
  return {
    status,
    title: t.fraud.queue.title,
    nav: "operate",
    view: (
      <Queue
        t={t}
        now={now}
        after={after}
        skip={after.length > 0 ? String(from + 1) : null}
        left={Math.max(overview.queue, decisions.length)}
        saved={query.saved === "1"}
        form={form}
      />
    ),
  };
}

export const queuePage: Page = {
  path: riskPaths.queue,
  access: "operator",
  nav: { section: "operator", key: "risk_queue", order: 11 },
  get: (visit) => show(visit),
  async post(visit) {
    const answer = await giveVerdict(visit);
    if (answer.ok) {
      const skip = skipOf(visit.query.skip);
      return {
        redirect: withParameters(riskPaths.queue, { saved: "1", skip: skip > 0 ? String(skip) : undefined }),
        cookies: answer.cookies,
      };
    }
    return await show(visit, formState(visit.t, answer, visit.form), answer.status);
  },
};
