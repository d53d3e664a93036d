/** The operator's pages about mail; each reads the JSON API. */
import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import { mailPaths } from "./paths.ts";
import type { DomainJson } from "./shapes.ts";
import { variantPage, variantsPage } from "./variants.tsx";
import { Domain } from "./views/domain.tsx";
import { Experiment } from "./views/experiment.tsx";
import { Experiments } from "./views/experiments.tsx";
import { Message } from "./views/message.tsx";
import { Overview } from "./views/overview.tsx";
import { Suppressions } from "./views/suppressions.tsx";

const nav = "operate";
const at = (key: string, order: number): Page["nav"] => ({ section: "operator", key, order });

const overview: Page = {
  path: mailPaths.overview,
  access: "operator",
  nav: at("mail", 20),
  async get({ t, load, query }) {
    const q = query.q?.trim();
    const [json, domain, found] = await Promise.all([
      load("/email/insights"),
      load("/email/domain"),
      q ? load(`/email/messages?q=${encodeURIComponent(q.slice(0, 128))}`) : null,
    ]);
    return {
      title: t.email_pages.overview.title,
      nav,
      view: <Overview t={t} json={json} domain={domain} q={q} found={found?.messages ?? null} />,
    };
  },
};

const hundredth = (text: string | undefined) => {
  const percent = Number((text ?? "").replace("%", "").trim() || "0");
  return Number.isFinite(percent) ? percent / 100 : -1;
};

async function experimentList(visit: Visit, status = 200, state = {}): Promise<PageAnswer> {
  const { t, load, query } = visit;
  const json = await load("/email/experiments");
  return {
    status,
    title: t.email_pages.experiments.title,
    nav,
    view: <Experiments t={t} json={json} begun={query.done === "begun"} {...state} />,
  };
}

const experiments: Page = {
  path: mailPaths.experiments,
  access: "operator",
  nav: at("mail_experiments", 21),
  get: (visit) => experimentList(visit),
  async post(visit) {
    const { form, api, t } = visit;
    const variants = Object.keys(form).filter((name) => name.startsWith("variant_"))
      .map((name) => name.slice("variant_".length));
    const answer = await api("POST", "/email/experiments", {
      ...{ kind: form.kind, variants, stop: form.stop },
      hold_out: hundredth(form.hold_out),
    });
    if (answer.ok) return { redirect: `${mailPaths.experiments}?done=begun`, cookies: answer.cookies };
    return await experimentList(visit, answer.status, formState(t, answer, form));
  },
};

const dones = ["promoted", "ended"] as const;
const apiPath = (visit: Visit) => `/email/experiments/${encodeURIComponent(visit.params.experiment_id)}`;

async function oneExperiment(visit: Visit, status = 200, problem: string | null = null): Promise<PageAnswer> {
  const { t, load, query } = visit;
  const [json, { generator }] = await Promise.all([load(apiPath(visit)), load("/email/variants")]);
  return {
    status,
    title: t.email_pages.experiments.title,
    nav,
    view: (
      <Experiment
        t={t}
        json={json}
        done={dones.find((one) => one === query.done) ?? null}
        problem={problem}
        generator={generator}
      />
    ),
  };
}

const experiment: Page = {
  path: `${mailPaths.experiments}/{experiment_id}`,
  access: "operator",
  get: (visit) => oneExperiment(visit),
  async post(visit) {
    const { form, api, t, params } = visit;
    if (form.intent === "propose") {
      const proposed = await api("POST", `${apiPath(visit)}/drafts`);
      return proposed.ok
        ? { redirect: `${mailPaths.variants}?done=proposed`, cookies: proposed.cookies }
        : await oneExperiment(visit, proposed.status, formState(t, proposed, form).problem);
    }
    const ends = form.intent === "end";
    const answer = ends
      ? await api("POST", `${apiPath(visit)}/end`)
      : await api("POST", `${apiPath(visit)}/promote`, { variant: form.variant ?? "" });
    if (answer.ok) {
      const done = ends ? "ended" : "promoted";
      return {
        redirect: `${mailPaths.experiment(params.experiment_id)}?done=${done}`,
        cookies: answer.cookies,
      };
    }
    return await oneExperiment(visit, answer.status, formState(t, answer, form).problem);
  },
};

const message: Page = {
  path: "/operate/mail/messages/{mail_id}",
  access: "operator",
  async get({ t, load, params }) {
    const { message, events } = await load(`/email/messages/${encodeURIComponent(params.mail_id)}`);
    return {
      title: t.email_pages.message.title,
      nav,
      view: <Message t={t} message={message} events={events} />,
    };
  },
};

const domainView = (
  t: Visit["t"],
  json: DomainJson,
  status = 200,
  problem: string | null = null,
): PageAnswer => ({
  ...{ status, nav },
  title: t.email_pages.domain.title,
  view: <Domain t={t} json={json} problem={problem} />,
});

const domain: Page = {
  path: mailPaths.domain,
  access: "operator",
  nav: at("mail_domain", 23),
  get: async ({ t, load }) => domainView(t, await load("/email/domain")),
  async post({ t, form, api, load }) {
    const answer = await api("POST", form.intent === "key" ? "/email/domain/keys" : "/email/domain/check");
    if (answer.ok) return { redirect: mailPaths.domain, cookies: answer.cookies };
    return domainView(t, await load("/email/domain"), answer.status, formState(t, answer, form).problem);
  },
};

async function suppressionList(visit: Visit, status = 200, state = {}): Promise<PageAnswer> {
  const { t, load, query } = visit;
  const { suppressions } = await load("/email/suppressions?limit=100");
  const lifted = /^\d{1,3}$/.test(query.lifted ?? "") ? Number(query.lifted) : null;
  return {
    status,
    title: t.email_pages.suppressions.title,
    nav,
    view: <Suppressions t={t} rows={suppressions} lifted={lifted} {...state} />,
  };
}

const suppressions: Page = {
  path: mailPaths.suppressions,
  access: "operator",
  nav: at("mail_suppressions", 24),
  get: (visit) => suppressionList(visit),
  async post(visit) {
    const { form, api, t } = visit;
    const which = form.address_tag ? { address_tag: form.address_tag } : { email: form.email ?? "" };
    const answer = await api("POST", "/email/suppressions/lift", which);
    if (answer.ok) {
      return { redirect: `${mailPaths.suppressions}?lifted=${answer.body.lifted}`, cookies: answer.cookies };
    }
    return await suppressionList(visit, answer.status, formState(t, answer, form));
  },
};

export const operatorPages: Page[] = [
  overview,
  experiments,
  experiment,
  variantsPage,
  variantPage,
  message,
  domain,
  suppressions,
];
