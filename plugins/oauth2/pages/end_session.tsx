/** Asking whether to sign out, and what there is afterwards. Both work without script. */
import type { Strings } from "../../../core/i18n/mod.ts";
import type { Page, PageView } from "../../../core/http/route.ts";
import { Button, ButtonLink } from "../../../ui/components/basics.tsx";
import { Form } from "../../../ui/components/form.tsx";
import { LonePage } from "../../../ui/components/layouts.tsx";
import { problemText } from "../../../ui/form_state.ts";
import { paths } from "../../../ui/paths.ts";
import { policySource, wayOut } from "./policy_source.ts";

const path = "/logout";
/** How long frames have to load before the browser goes on. */
const frameSeconds = 2;

export function confirmLogout({ t, client, returns, account, other }: {
  t: Strings;
  client: { client_id: string; client_name: string } | null;
  returns: { post_logout_redirect_uri: string; state: string | null } | null;
  /** Who is signed in. */
  account: { email: string } | null;
  /** The app means somebody else. */
  other: boolean;
}): PageView {
  const l = t.oauth_account.logout;
  const name = client?.client_name ?? null;
  const source = returns && wayOut(returns.post_logout_redirect_uri);
  const who = account?.email ?? "";
  return {
    title: l.title,
    // Browsers hold where a form leads in the end against the policy of its page (CSP 3 §6.4.2).
    policy: source ? { "form-action": [source] } : undefined,
    view: (
      <LonePage title={l.title} lead={other ? l.other(name, who) : l.lead(name, who)}>
        <Form
          action={path}
          hidden={{
            client_id: client?.client_id,
            post_logout_redirect_uri: returns?.post_logout_redirect_uri,
            state: returns?.state ?? undefined,
          }}
        >
          <div class="row">
            <Button id="logout">{l.submit}</Button>
            <ButtonLink look="quiet" href={paths.account}>{l.stay}</ButtonLink>
          </div>
        </Form>
      </LonePage>
    ),
  };
}

export function signedOut(
  { t, frames, location }: { t: Strings; frames: string[]; location: string | null },
): PageView {
  const l = t.oauth_account.logout;
  const sources = [...new Set(frames.map((frame) => policySource(frame)!))];
  return {
    title: l.done,
    policy: frames.length > 0 ? { "frame-src": sources } : undefined,
    headers: {
      "cache-control": "no-store",
      ...location ? { refresh: `${frameSeconds}; url=${location}` } : {},
    },
    view: (
      <LonePage title={l.done} lead={frames.length > 0 ? l.telling : l.done_lead}>
        {frames.map((frame) => (
          <iframe
            key={frame}
            src={frame}
            title={l.frame}
            class="visually-hidden"
            aria-hidden="true"
            tabIndex={-1}
          />
        ))}
        <p>
          {location
            ? <ButtonLink href={location}>{l.go_on}</ButtonLink>
            : <ButtonLink href={paths.home} look="quiet">{l.home}</ButtonLink>}
        </p>
      </LonePage>
    ),
  };
}

const fields = ["client_id", "post_logout_redirect_uri", "state"];

export const logoutPage: Page = {
  path,
  access: "public",
  get({ t, account }) {
    return Promise.resolve(
      account
        ? confirmLogout({ t, client: null, returns: null, account, other: false })
        : signedOut({ t, frames: [], location: null }),
    );
  },
  async post({ t, form, api, url }) {
    const asked = Object.fromEntries(fields.flatMap((name) => form[name] ? [[name, form[name]]] : []));
    const { ok, status, body, cookies, retry_after_seconds } = await api(
      "POST",
      "/oauth/end_session/confirm",
      asked,
    );
    // Signed out already, in another tab: what is left is the way back.
    if (status === 401) {
      return { redirect: new URL(`/oauth/end_session?${new URLSearchParams(asked)}`, url.origin).href };
    }
    if (!ok) {
      const l = t.oauth_account.logout;
      const lead = problemText(t, body?.code ?? "internal_error", body?.detail ?? "", retry_after_seconds);
      return { status, title: l.title, view: <LonePage title={l.title} lead={lead} /> };
    }
    if (body.frames.length === 0 && body.continue_uri) return { redirect: body.continue_uri, cookies };
    return { ...signedOut({ t, frames: body.frames, location: body.location }), cookies };
  },
};
