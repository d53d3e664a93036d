import type { ApiAnswer, Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import { riskPaths } from "./paths.ts";
import type { ModelsJson } from "./shapes.ts";
import { Model } from "./views/model.tsx";
import { Models, type ModelsProps } from "./views/models.tsx";

const modelPath = (version: string) => `/fraud/models/${encodeURIComponent(version)}`;

async function list(
  { t, load }: Visit,
  more: Pick<ModelsProps, "done" | "problem">,
  status = 200,
): Promise<PageAnswer> {
  const [json, drift] = await Promise.all([load("/fraud/models"), load("/fraud/drift")]);
  const { current }: ModelsJson = json;
  return {
    status,
    title: t.fraud.models.title,
    nav: "operate",
    view: (
      <Models
        t={t}
        json={json}
        current={current === null ? null : await load(modelPath(current))}
        drift={drift}
        {...more}
      />
    ),
  };
}

const promote = ({ api, form }: Visit): Promise<ApiAnswer> =>
  api("POST", `${modelPath(form.version ?? "")}/promote`, {});

const dones = { train: "trained", promote: "promoted" } as const;

export const modelsPage: Page = {
  path: riskPaths.models,
  access: "operator",
  nav: { section: "operator", key: "risk_models", order: 14 },
  get: (visit) =>
    list(visit, { done: Object.values(dones).find((done) => done === visit.query.done) ?? null }),
  async post(visit) {
    const intent = visit.form.intent === "train" ? "train" : "promote";
    const answer = intent === "train"
      ? await visit.api("POST", "/fraud/models/train", {})
      : await promote(visit);
    if (answer.ok) {
      return { redirect: `${riskPaths.models}?done=${dones[intent]}`, cookies: answer.cookies };
    }
    return await list(visit, { problem: formState(visit.t, answer, visit.form).problem }, answer.status);
  },
};

async function one(visit: Visit, problem: string | null = null, status = 200): Promise<PageAnswer> {
  const { t, load, params } = visit;
  const model = await load(modelPath(params.version));
  return {
    status,
    title: `${t.fraud.models.version} ${model.version}`,
    nav: "operate",
    view: <Model t={t} model={model} problem={problem} />,
  };
}

export const modelPage: Page = {
  path: `${riskPaths.models}/{version}`,
  access: "operator",
  get: (visit) => one(visit),
  async post(visit) {
    const answer = await promote(visit);
    if (answer.ok) return { redirect: `${riskPaths.models}?done=promoted`, cookies: answer.cookies };
    return await one(visit, formState(visit.t, answer, visit.form).problem, answer.status);
  },
};
