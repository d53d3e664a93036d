/** The form in which a wording is written. */
import { Button } from "../../../../ui/components/basics.tsx";
import { Field, Form, SelectField } from "../../../../ui/components/form.tsx";
import type { FormState, Strings } from "../../../../ui/types.ts";
import { wordOf } from "./parts.tsx";

/** Those a wording may be written in, each by its own name. */
export const languages = { en: "English", de: "Deutsch" } as const;
export const languageNames = Object.entries(languages);

/** Beside the subject and the text; most wordings leave them as they are. */
const further = ["preheader", "heading", "button"] as const;
/** What is written on one line. */
export const lineParts = ["subject", ...further] as const;
const longest = { subject: 120, preheader: 200, heading: 120, button: 60 };

export function labelsOf(t: Strings): Record<string, { label: string }> {
  const w = t.email_pages.wordings;
  const parts = [...lineParts, "paragraphs"] as const;
  return {
    kind: { label: t.email_pages.experiments.kind },
    variant: { label: w.name },
    about: { label: w.about },
    sender_name: { label: w.sender_name },
    ...Object.fromEntries(
      languageNames.flatMap(([locale, name]) =>
        parts.map((part) => [`${part}_${locale}`, { label: w[part](name) }])
      ),
    ),
  };
}

export function Write({ t, kinds, ...form }: FormState & { t: Strings; kinds: string[] }) {
  const { email_pages: e } = t;
  const w = e.wordings;
  const given = givenBy(form);
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
      <div class="halves">
        {languageNames.map(([locale, name]) => (
          <Words key={locale} t={t} language={[locale, name]} {...form} />
        ))}
      </div>
      <Field
        {...given("sender_name")}
        label={w.sender_name}
        hint={w.sender_name_hint}
        max_length={60}
        autocomplete="off"
      />
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

const givenBy = ({ values, errors }: FormState) => (name: string) => ({
  name,
  value: values?.[name],
  error: errors?.[name],
});

function Words(
  { t, language: [locale, name], ...form }: FormState & { t: Strings; language: [string, string] },
) {
  const w = t.email_pages.wordings;
  const given = givenBy(form);
  const line = (part: typeof lineParts[number]) => (
    <Field
      key={part}
      {...given(`${part}_${locale}`)}
      label={w[part](name)}
      max_length={longest[part]}
      autocomplete="off"
    />
  );
  const used = further.map((part) => given(`${part}_${locale}`)).some(({ value, error }) => value || error);
  return (
    <div class="form">
      {line("subject")}
      <Field
        {...given(`paragraphs_${locale}`)}
        label={w.paragraphs(name)}
        hint={w.paragraphs_hint}
        max_length={3000}
        rows={5}
      />
      <details class="more" open={used}>
        <summary>{w.further(name)}</summary>
        <div class="form">{further.map(line)}</div>
      </details>
    </div>
  );
}
