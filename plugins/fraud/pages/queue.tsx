import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import type { FormState } from "../../../ui/types.ts";
import { riskPaths, withParameters } from "./paths.ts";
import type { DecisionJson, DecisionsJson, OverviewJson } from "./shapes.ts";
import { giveVerdict } from "./verdict.ts";
import { Queue } from "./views/queue.tsx";

const afterMost = "4";

/** The most urgent of those that wait. @param before where the page begins; undefined: at the first */
const waiting = ({ load }: Visit, limit: string, before?: string): Promise<DecisionsJson> =>
  load(withParameters("/fraud/decisions", { waiting: "true", order: "score", limit, before }));

/** Empty when all that came there has its verdict: then it is gone back to the first. */
async function begin(visit: Visit): Promise<{ head: DecisionsJson; from?: string }> {
  const { from } = visit.query;
  const head = await waiting(visit, "1", from);
  return from && head.decisions.length === 0 ? { head: await waiting(visit, "1") } : { head, from };
}

async function show(visit: Visit, form?: FormState, status = 200): Promise<PageAnswer> {
  const { t, load, query } = visit;
  const { head: { decisions: [first], next }, from } = await begin(visit);
  const [overview, now, after]: [OverviewJson, DecisionJson | null, DecisionsJson] = await Promise.all([
    load("/fraud/overview"),
    first ? load(`/fraud/decisions/${encodeURIComponent(first.decision_id)}`) : null,
    next ? waiting(visit, afterMost, next) : { decisions: [], next: null },
  ]);
  return {
    status,
    title: t.fraud.queue.title,
    nav: "operate",
    view: (
      <Queue
        t={t}
        now={now}
        after={after.decisions}
        later={next}
        more={after.next}
        putOff={from !== undefined}
        left={Math.max(overview.queue, (now ? 1 : 0) + after.decisions.length)}
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
      const { from } = visit.query;
      return { redirect: withParameters(riskPaths.queue, { saved: "1", from }), cookies: answer.cookies };
    }
    return await show(visit, formState(visit.t, answer, visit.form), answer.status);
  },
};
