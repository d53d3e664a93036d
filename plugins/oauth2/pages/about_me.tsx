/** What apps may know of a person beyond name and address. Works without script. */
import type { Strings } from "../../../core/i18n/mod.ts";
import type { Page } from "../../../core/http/route.ts";
import { Alert, Button, Card } from "../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form } from "../../../ui/components/form.tsx";
import { AccountLayout } from "../../../ui/components/layouts.tsx";
import { formState } from "../../../ui/form_state.ts";
import type { FormState } from "../../../ui/types.ts";

const path = "/account/about";

const plain = [
  ...["nickname", "middle_name", "gender", "birthdate", "zoneinfo"],
  ...["phone_number", "website", "profile", "picture"],
] as const;
const place = ["street_address", "postal_code", "locality", "region", "country"] as const;
type Name = typeof plain[number] | typeof place[number];

const autocomplete: Partial<Record<Name, string>> = {
  ...{ nickname: "nickname", middle_name: "additional-name", phone_number: "tel", website: "url" },
  ...{ street_address: "street-address", postal_code: "postal-code", locality: "address-level2" },
  ...{ region: "address-level1", country: "country-name" },
};

function AboutMe(
  { t, saved, values = {}, errors = {}, problem }: FormState & { t: Strings; saved: boolean },
) {
  const a = t.oauth_account.about;
  const field = (name: Name) => (
    <Field
      key={name}
      name={name}
      label={a.fields[name]}
      hint={Object.hasOwn(a.hints, name) ? a.hints[name as keyof typeof a.hints] : undefined}
      value={values[name]}
      error={errors[name]}
      autocomplete={autocomplete[name]}
      max_length={500}
      rows={name === "street_address" ? 2 : 1}
    />
  );
  const labels = Object.fromEntries([...plain, ...place].map((name) => [name, { label: a.fields[name] }]));
  return (
    <AccountLayout t={t} current={path} title={a.title} lead={a.lead}>
      {saved ? <Alert tone="good">{t.account.profile_saved}</Alert> : null}
      <Form>
        <div class="stack">
          <ErrorSummary t={t} errors={errors} problem={problem} labels={labels} />
          <Card title={a.person} lead={a.person_lead}>
            <div class="stack">{plain.map(field)}</div>
          </Card>
          <Card title={a.address} lead={a.address_lead}>
            <div class="stack">{place.map(field)}</div>
          </Card>
          <div>
            <Button>{t.common.save}</Button>
          </div>
        </div>
      </Form>
    </AccountLayout>
  );
}

/** `address.country` of the API is `country` in the form. */
function flat(t: Strings, { errors, values, problem }: FormState, form: Record<string, string>): FormState {
  const entries = Object.entries(errors ?? {}).map(([name, text]) =>
    name.startsWith("address.")
      ? [name.slice("address.".length), t.oauth_account.about.address_problem]
      : [name, text]
  );
  return {
    problem,
    // No code that is secret, though its name ends so.
    values: { ...values, postal_code: form.postal_code ?? "" },
    errors: errors && Object.fromEntries(entries),
  };
}

export const aboutMePage: Page = {
  path,
  access: "session",
  nav: { section: "account", key: "about", order: 25 },
  async get({ t, load, query }) {
    const { claims: { address, ...claims } } = await load("/users/me/claims");
    const values = Object.fromEntries(
      Object.entries({ ...claims, ...address }).map(([name, value]) => [name, String(value ?? "")]),
    );
    const { title } = t.oauth_account.about;
    return { title, nav: "account", view: <AboutMe t={t} saved={query.saved === "1"} values={values} /> };
  },
  async post({ t, api, form }) {
    const pick = (names: readonly Name[]) =>
      Object.fromEntries(names.map((name) => [name, form[name] ?? ""]));
    const answer = await api("PUT", "/users/me/claims", { ...pick(plain), address: pick(place) });
    if (answer.ok) return { redirect: `${path}?saved=1` };
    const state = flat(t, formState(t, answer, form), form);
    return {
      status: answer.status,
      title: t.oauth_account.about.title,
      nav: "account",
      view: <AboutMe t={t} saved={false} {...state} />,
    };
  },
};
