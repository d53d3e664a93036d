/** The operator's pages about wordings. */
import type { ApiAnswer, Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { formState } from "../../../ui/form_state.ts";
import type { FormState, Strings } from "../../../ui/types.ts";
import { mailPaths } from "./paths.ts";
import type { ExperimentsJson, VariantJson, VariantsJson } from "./shapes.ts";
import { titleOf, Variant } from "./views/variant.tsx";
import { Variants } from "./views/variants.tsx";
import { languages, lineParts } from "./views/write.tsx";

const nav = "operate";
const dones = ["decided", "proposed"] as const;

async function list(visit: Visit, status = 200, form: FormState = {}): Promise<PageAnswer> {
  const { t, load, query } = visit;
  const [json, { kinds }]: [VariantsJson, ExperimentsJson] = await Promise.all([
    load("/email/variants"),
    load("/email/experiments"),
  ]);
  return {
    status,
    title: t.email_pages.wordings.title,
    nav,
    view: (
      <Variants
        t={t}
        json={json}
        kinds={kinds.map(({ kind }) => kind)}
        done={dones.find((one) => one === query.done) ?? null}
        {...form}
      />
    ),
  };
}

/** What was filled in for a language; null: nothing. */
function textsOf(form: Record<string, string>, locale: string) {
  const lines = lineParts.flatMap((part) => {
    const line = form[`${part}_${locale}`]?.trim();
    return line ? [[part, line]] : [];
  });
  const paragraphs = (form[`paragraphs_${locale}`] ?? "").split(/\r?\n\s*\r?\n/)
    .map((text) => text.replaceAll(/\s+/g, " ").trim()).filter((text) => text !== "");
  if (lines.length === 0 && paragraphs.length === 0) return null;
  return { ...Object.fromEntries(lines), ...paragraphs.length > 0 ? { paragraphs } : {} };
}

/** The API says `texts.en.paragraphs.2` of what is the field `paragraphs_en` here; each says what it takes. */
function draftState(t: Strings, answer: ApiAnswer, form: Record<string, string>): FormState {
  const state = formState(t, answer, form);
  if (answer.body?.code !== "invalid_request") return state;
  const wants = t.email_pages.wordings.wants;
  const errors = Object.entries(state.errors ?? {}).map(([name, text]) => {
    const [, locale, part = name] = /^texts\.(\w+)\.(\w+)/.exec(name) ?? [];
    return [locale ? `${part}_${locale}` : part, Object.hasOwn(wants, part) ? wants[part] : text];
  });
  return { ...state, errors: Object.fromEntries(errors) };
}

export const variantsPage: Page = {
  path: mailPaths.variants,
  access: "operator",
  nav: { section: "operator", key: "mail_variants", order: 22 },
  get: (visit) => list(visit),
  async post(visit) {
    const { form, api, t } = visit;
    const { kind = "", variant = "" } = form;
    const texts = Object.keys(languages).flatMap((locale) => {
      const own = textsOf(form, locale);
      return own ? [[locale, own]] : [];
    });
    const answer = await api("POST", "/email/variants", {
      ...{ kind, variant: variant.trim(), texts: Object.fromEntries(texts) },
      ...form.about?.trim() ? { about: form.about.trim() } : {},
      ...form.sender_name?.trim() ? { sender_name: form.sender_name.trim() } : {},
      code_first: form.above === "yes",
    });
    if (answer.ok) {
      return { redirect: `${mailPaths.variant(kind, variant.trim())}?done=written`, cookies: answer.cookies };
    }
    return await list(visit, answer.status, draftState(t, answer, form));
  },
};

const apiPath = ({ params: { kind, variant } }: Visit) =>
  `/email/variants/${encodeURIComponent(kind)}/${encodeURIComponent(variant)}`;

async function show(visit: Visit, status = 200, problem: string | null = null): Promise<PageAnswer> {
  const { t, load, query, params } = visit;
  const asked = query.locale ?? t.locale;
  const locale = Object.hasOwn(languages, asked) ? asked : "en";
  const [{ variants }, preview] = await Promise.all([
    load("/email/variants"),
    load(`${apiPath(visit)}/preview?locale=${locale}`),
  ]);
  const { kind, variant } = params;
  const standard: VariantJson = {
    ...{ kind, variant, state: "shipped", origin: "service" },
    ...{ about: t.email_pages.wordings.standard, model: null, created_at: null },
  };
  const found = variants.find((one: VariantJson) => one.kind === kind && one.variant === variant);
  const one = found ?? standard;
  return {
    status,
    title: titleOf(t, one),
    nav,
    view: (
      <Variant
        t={t}
        one={one}
        preview={preview}
        locale={locale}
        written={query.done === "written"}
        problem={problem}
      />
    ),
  };
}

export const variantPage: Page = {
  path: `${mailPaths.variants}/{kind}/{variant}`,
  access: "operator",
  get: (visit) => show(visit),
  async post(visit) {
    const { form, api, t } = visit;
    const verb = form.intent === "approve" ? "approve" : "reject";
    const answer = await api("POST", `${apiPath(visit)}/${verb}`);
    if (answer.ok) return { redirect: `${mailPaths.variants}?done=decided`, cookies: answer.cookies };
    return await show(visit, answer.status, formState(t, answer, form).problem);
  },
};
