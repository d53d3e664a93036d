/** Apps that were allowed something, and taking it back. */
import type { Strings } from "../../../core/i18n/mod.ts";
import type { Page, PageView, Visit } from "../../../core/http/route.ts";
import {
  Alert,
  Button,
  ButtonLink,
  Card,
  DefinitionList,
  EmptyState,
} from "../../../ui/components/basics.tsx";
import { Form } from "../../../ui/components/form.tsx";
import { AccountLayout, Time } from "../../../ui/components/layouts.tsx";
import { formState } from "../../../ui/form_state.ts";
import { AppName, logoPolicy, ScopeList, type ShownApp } from "./app_words.tsx";

const path = "/account/apps";

interface App extends ShownApp {
  client_id: string;
  scopes: { name: string; description: string | null }[];
  offline: boolean;
  first_allowed_at: string;
  last_used_at: string;
  launch_uri: string | null;
}

function Apps(
  { t, apps, revoked, problem }: { t: Strings; apps: App[]; revoked: boolean; problem?: string },
) {
  const a = t.oauth_account.apps;
  return (
    <AccountLayout t={t} current={path} title={a.title} lead={a.lead}>
      {revoked ? <Alert tone="good">{a.revoked}</Alert> : null}
      {problem ? <Alert tone="bad">{problem}</Alert> : null}
      {apps.length === 0
        ? (
          <Card>
            <EmptyState title={a.empty}>{a.empty_text}</EmptyState>
          </Card>
        )
        : null}
      {apps.map((app) => <AppCard key={app.client_id} t={t} app={app} />)}
    </AccountLayout>
  );
}

function AppCard({ t, app }: { t: Strings; app: App }) {
  const a = t.oauth_account.apps;
  return (
    <Card>
      <div class="stack">
        <h2>
          <AppName app={app} />
        </h2>
        <DefinitionList
          facts={{
            [t.oauth_account.may]: <ScopeList t={t} scopes={app.scopes} />,
            [a.first_allowed]: <Time t={t} when={app.first_allowed_at} />,
            [a.last_used]: <Time t={t} when={app.last_used_at} />,
          }}
        />
        <p class="small">{a.revoke_means}</p>
        <Form intent="revoke" hidden={{ client_id: app.client_id }}>
          <div class="row">
            {app.launch_uri
              ? <ButtonLink small look="quiet" href={app.launch_uri}>{a.open}</ButtonLink>
              : null}
            <Button small look="danger" aria-label={a.revoke_app(app.client_name)}>{a.revoke}</Button>
          </div>
        </Form>
      </div>
    </Card>
  );
}

async function show({ t, load, query }: Visit, problem?: string, status = 200): Promise<PageView> {
  const { apps } = await load("/users/me/apps");
  return {
    status,
    title: t.oauth_account.apps.title,
    nav: "account",
    policy: logoPolicy(apps),
    view: <Apps t={t} apps={apps} revoked={query.revoked === "1"} problem={problem} />,
  };
}

export const connectedAppsPage: Page = {
  path,
  access: "session",
  nav: { section: "account", key: "apps", order: 30 },
  get: (visit) => show(visit),
  async post(visit) {
    const { t, form, api } = visit;
    const answer = await api("DELETE", `/users/me/apps/${encodeURIComponent(form.client_id ?? "")}`);
    // Taken back already, in another tab: that is what was wanted.
    if (answer.ok || answer.status === 404) return { redirect: `${path}?revoked=1` };
    return await show(visit, formState(t, answer, {}).problem ?? undefined, answer.status);
  },
};
