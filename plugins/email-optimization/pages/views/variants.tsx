/** `/operate/mail/variants`: what mails may say, and a new wording. */
import { Alert, Button, Card, StatusDot, type Tone } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form, SelectField } from "../../../../ui/components/form.tsx";
import { OperatorLayout, Time } from "../../../../ui/components/layouts.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { mailPaths } from "../paths.ts";
import type { VariantJson, VariantsJson } from "../shapes.ts";
import { aboutOf, wordOf } from "./parts.tsx";

export interface VariantsProps extends FormState {
  t: Strings;
  json: VariantsJson;
  /** Of which there are wordings. */
  kinds: string[];
  done?: "decided" | "proposed" | null;
}

/** Those a wording may be written in, each by its own name. */
export const languages = { en: "English", de: "Deutsch" } as const;
export const languageNames = Object.entries(languages);

export const tones: Record<VariantJson["state"], Tone | "calm"> = {
  shipped: "calm",
  draft: "warn",
  approved: "good",
  rejected: "calm",
};

export function Variants({ t, json, kinds, done, ...form }: VariantsProps) {
  const w = t.email_pages.wordings;
  const drafts = json.variants.filter(({ state }) => state === "draft").length;
  return (
    <OperatorLayout t={t} current={mailPaths.variants} title={w.title} lead={w.lead}>
      {done ? <Alert tone="good">{w[done]}</Alert> : null}
      <ErrorSummary t={t} errors={form.errors} problem={form.problem} labels={labelsOf(t)} />
      <Card id="list" title={w.list} lead={drafts === 0 ? w.no_drafts : w.drafts(drafts)}>
        <ul class="versions">
          {json.variants.map((one) => <Row key={`${one.kind}/${one.variant}`} t={t} one={one} />)}
        </ul>
      </Card>
      <Card id="write" title={w.write} lead={w.write_lead}>
        <Write t={t} kinds={kinds} {...form} />
      </Card>
    </OperatorLayout>
  );
}

function Row({ t, one }: { t: Strings; one: VariantJson }) {
  const { kind, variant, state, origin, model, created_at } = one;
  const { email_pages: e } = t;
  const w = e.wordings;
  return (
    <li>
      <div>
        <a href={mailPaths.variant(kind, variant)}>{wordOf(e.variants, variant)}</a>{" "}
        <span class="muted small">
          {[wordOf(e.kinds, kind), aboutOf(t, one)].filter(Boolean).join(" · ")}
        </span>
      </div>
      <div>
        <StatusDot tone={tones[state]}>{w.states[state]}</StatusDot>{" "}
        <span class="muted small">
          {[origin === "service" ? null : w.origins[origin], model].filter(Boolean).join(" · ")}{" "}
          {created_at ? <Time t={t} when={created_at} /> : null}
        </span>
      </div>
    </li>
  );
}

function labelsOf(t: Strings): Record<string, { label: string }> {
  const w = t.email_pages.wordings;
  return {
    kind: { label: t.email_pages.experiments.kind },
    variant: { label: w.name },
    about: { label: w.about },
    ...Object.fromEntries(languageNames.flatMap(([locale, name]) => [
      [`subject_${locale}`, { label: w.subject(name) }],
      [`paragraphs_${locale}`, { label: w.paragraphs(name) }],
    ])),
  };
}

function Write({ t, kinds, values, errors }: FormState & { t: Strings; kinds: string[] }) {
  const { email_pages: e } = t;
  const w = e.wordings;
  const given = (name: string) => ({ name, value: values?.[name], error: errors?.[name] });
  return (
    <Form intent="write">
      <SelectField
        {...given("kind")}
        label={e.experiments.kind}
        options={kinds.map((kind) => [kind, wordOf(e.kinds, kind)])}
      />
      <Field
        {...given("variant")}
        label={w.name}
        hint={w.name_hint}
        max_length={40}
        autocomplete="off"
        required
      />
      <Field {...given("about")} label={w.about} max_length={300} autocomplete="off" />
      {languageNames.map(([locale, name]) => (
        <>
          <Field
            {...given(`subject_${locale}`)}
            label={w.subject(name)}
            max_length={120}
            autocomplete="off"
          />
          <Field
            {...given(`paragraphs_${locale}`)}
            label={w.paragraphs(name)}
            hint={w.paragraphs_hint}
            max_length={3000}
            rows={5}
          />
        </>
      ))}
      <SelectField
        {...given("above")}
        label={w.code_first}
        options={[["no", w.code_first_no], ["yes", w.code_first_yes]]}
      />
      <div>
        <Button>{w.submit}</Button>
      </div>
    </Form>
  );
}
