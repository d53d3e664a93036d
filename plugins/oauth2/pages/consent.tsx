/** Which app, whose, and what it would see: asked once, in words. Works without script. */
import type { Page, PageView, Visit } from "../../../core/http/route.ts";
import type { Strings } from "../../../core/i18n/mod.ts";
import type { Interaction } from "../../../core/services/mod.ts";
import { Alert, Button, Card, DefinitionList } from "../../../ui/components/basics.tsx";
import { Form } from "../../../ui/components/form.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { lookUp } from "../../../ui/status.ts";
import { AppName, logoPolicy } from "./app_words.tsx";

const path = "/oauth/consent";

interface Asked {
  client: Interaction["client"] & { contacts: string[]; revision: number };
  scopes: { name: string; description: string | null }[];
  new_scopes: string[];
  claims: string[];
  resource: string[];
  values: Record<string, string>;
  leads_to: string;
  allowed_before: boolean;
}

function Consent(
  { t, asked, email, request, changed }: {
    t: Strings;
    asked: Asked;
    email: string;
    request: string;
    changed: boolean;
  },
) {
  const c = t.oauth.consent;
  const { client, values } = asked;
  const name = client.client_name;
  const back = encodeURIComponent(`/oauth/authorize/${request}`);
  return (
    <LonePage title={c.title(name)} lead={c.lead(name, email)}>
      {changed ? <Alert tone="warn">{c.changed}</Alert> : null}
      {asked.allowed_before && asked.new_scopes.length > 0
        ? <Alert tone="info">{c.again(name)}</Alert>
        : null}
      <Card>
        <div class="stack">
          <AppName app={client} />
          <DefinitionList
            facts={{
              [c.wants]: <Wants t={t} asked={asked} />,
              ...Object.keys(values).length > 0
                ? { [c.sees]: [...new Set(Object.values(values))].join(" · ") }
                : {},
              ...whose(t, client),
            }}
          />
          <Form action={path} hidden={{ request, revision: String(client.revision) }}>
            <div class="row">
              <Button id="allow" name="decision" value="allow">{c.allow}</Button>
              <Button id="deny" name="decision" value="deny" look="quiet">{c.deny}</Button>
            </div>
          </Form>
          <p class="small muted">{c.means(name)}</p>
        </div>
      </Card>
      <p>
        <a href={`/oauth/other-account?next=${back}`}>{c.other}</a>
      </p>
    </LonePage>
  );
}

function Wants({ t, asked }: { t: Strings; asked: Asked }) {
  const c = t.oauth.consent;
  const { scopes, new_scopes, claims, resource, allowed_before } = asked;
  if (scopes.length + claims.length + resource.length === 0) return <>{c.nothing}</>;
  return (
    <ul>
      {scopes.map(({ name, description }) => (
        <li key={name}>
          {description ?? lookUp(t.oauth_account.scopes, name)}
          {allowed_before && new_scopes.includes(name) ? <strong>{` (${c.new_mark})`}</strong> : null}
        </li>
      ))}
      {claims.length > 0 ? <li>{c.single(claims.map((claim) => claimWord(t, claim)).join(", "))}</li> : null}
      {resource.map((where) => <li key={where}>{c.resource(where)}</li>)}
    </ul>
  );
}

/** A claim's name where there are no words for it: it is what the app asked for, letter for letter. */
function claimWord(t: Strings, claim: string): string {
  const words: Record<string, string> = t.oauth_account.about.fields;
  return Object.hasOwn(words, claim) ? words[claim] : claim;
}

function whose(t: Strings, client: Asked["client"]) {
  const c = t.oauth.consent;
  const link = (label: string, href: string | null) =>
    href === null
      ? {}
      : { [label]: <a href={href} rel="noopener noreferrer" target="_blank">{new URL(href).host}</a> };
  return {
    ...link(c.whose, client.client_uri),
    ...client.contacts.length > 0 ? { [c.contact]: client.contacts.slice(0, 3).join(", ") } : {},
    ...link(c.policy, client.policy_uri),
    ...link(c.terms, client.tos_uri),
  };
}

async function show(visit: Visit, request: string, changed = false): Promise<PageView> {
  const { t, account, load } = visit;
  const asked: Asked = await load(`/oauth/interactions/${encodeURIComponent(request)}`);
  const title = t.oauth.consent.title(asked.client.client_name);
  return {
    title,
    status: changed ? 409 : 200,
    // The form leads to the app in the end, and browsers hold that against the policy of its page.
    policy: { "form-action": [asked.leads_to], ...logoPolicy([asked.client]) },
    view: <Consent t={t} asked={asked} email={account?.email ?? ""} request={request} changed={changed} />,
  };
}

export const consentPage: Page = {
  path,
  access: "session",
  for_apps: true,
  get: (visit) => show(visit, visit.query.request ?? ""),
  async post(visit) {
    const { form, api } = visit;
    const request = form.request ?? "";
    const { ok, status, body } = await api(
      "POST",
      `/oauth/interactions/${encodeURIComponent(request)}/decision`,
      {
        decision: form.decision === "allow" ? "allow" : "deny",
        ...form.revision && /^\d{1,9}$/.test(form.revision) ? { revision: Number(form.revision) } : {},
      },
    );
    if (ok) return { redirect: body.next };
    return await show(visit, request, status === 409);
  },
};
