import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import type { FormState } from "../../../ui/types.ts";
import { riskPaths, withParameters } from "./paths.ts";
import type { RingJson } from "./ring_shapes.ts";
import { RingView } from "./views/ring.tsx";
import { Rings } from "./views/rings.tsx";

const ringsPage: Page = {
  path: riskPaths.rings,
  access: "operator",
  nav: { section: "operator", key: "risk_rings", order: 13 },
  async get({ t, load }) {
    const { rings } = await load("/fraud/rings?limit=100");
    return { title: t.fraud.rings.title, nav: "operate", view: <Rings t={t} rings={rings} /> };
  },
};

async function show(visit: Visit, form?: FormState, status = 200): Promise<PageAnswer> {
  const { t, load, params, query } = visit;
  const ring: RingJson = await load(`/fraud/rings/${encodeURIComponent(params.ring_id)}`);
  const r = t.fraud.rings;
  const count = /^\d{1,6}$/.test(query.count ?? "") ? Number(query.count) : 0;
  const done = query.done === "freeze"
    ? r.done_frozen(count)
    : query.done === "unfreeze"
    ? r.done_unfrozen(count)
    : null;
  return {
    status,
    title: r.one(ring.account_count),
    nav: "operate",
    view: <RingView t={t} ring={ring} done={form ? null : done} form={form} />,
  };
}

const ringPage: Page = {
  path: `${riskPaths.rings}/{ring_id}`,
  access: "operator",
  get: (visit) => show(visit),
  async post(visit) {
    const { t, form, params, api } = visit;
    const { intent } = form;
    if (intent !== "freeze" && intent !== "unfreeze") return await show(visit, {}, 422);
    const reason = form.reason?.trim() ?? "";
    if (reason === "") return await show(visit, { errors: { reason: t.fraud.rings.reason_missing } }, 422);
    const path = `/fraud/rings/${encodeURIComponent(params.ring_id)}/${intent}`;
    const answer = await api("POST", path, { reason });
    if (!answer.ok) return await show(visit, formState(t, answer, form), answer.status);
    const count = String(answer.body.frozen ?? answer.body.unfrozen);
    return { redirect: withParameters(riskPaths.ring(params.ring_id), { done: intent, count }) };
  },
};

export const ringPages: Page[] = [ringsPage, ringPage];
