/** Going on as who is signed in, or as somebody else (`prompt=select_account`). Works without script. */
import type { Page } from "../../../core/http/route.ts";
import { Button, Card } from "../../../ui/components/basics.tsx";
import { Form } from "../../../ui/components/form.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { paths } from "../../../ui/paths.ts";
import { AppName, logoPolicy } from "./app_words.tsx";

const path = "/oauth/select-account";

export const selectAccountPage: Page = {
  path,
  access: "session",
  for_apps: true,
  async get({ t, query, account, load }) {
    const request = query.request ?? "";
    const { client, leads_to } = await load(`/oauth/interactions/${encodeURIComponent(request)}`);
    const s = t.oauth.select;
    const back = encodeURIComponent(`/oauth/authorize/${request}`);
    return {
      title: s.title(client.client_name),
      policy: { "form-action": [leads_to], ...logoPolicy([client]) },
      view: (
        <LonePage title={s.title(client.client_name)} lead={s.lead}>
          <Card>
            <div class="stack">
              <AppName app={client} />
              <Form action={path} hidden={{ request }}>
                <Button id="select">{s.go_on(account?.email ?? "")}</Button>
              </Form>
              <p>
                <a href={`/oauth/other-account?next=${back}`}>{s.other}</a>
              </p>
            </div>
          </Card>
        </LonePage>
      ),
    };
  },
  async post({ form, api, load }) {
    const at = `/oauth/interactions/${encodeURIComponent(form.request ?? "")}`;
    const { ok, body } = await api("POST", `${at}/decision`, { decision: "select" });
    if (!ok) await load(at);
    return { redirect: body.next };
  },
};

/** Asks before it signs out: a link alone must not. */
export const otherAccountPage: Page = {
  path: "/oauth/other-account",
  access: "public",
  get({ t, account, query }) {
    const next = query.next ?? paths.home;
    if (!account) return Promise.resolve({ redirect: `${paths.sign_in}?next=${encodeURIComponent(next)}` });
    const s = t.oauth.select;
    return Promise.resolve({
      title: s.other,
      view: (
        <LonePage title={s.other} lead={t.oauth_account.logout.lead(null, account.email)}>
          <Form action="/oauth/other-account" hidden={{ next }}>
            <Button>{t.oauth_account.logout.submit}</Button>
          </Form>
        </LonePage>
      ),
    });
  },
  async post({ form, api }) {
    const { cookies } = await api("POST", "/auth/logout", {});
    return { redirect: `${paths.sign_in}?next=${encodeURIComponent(form.next ?? paths.home)}`, cookies };
  },
};
