import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { filled, formState } from "../../../ui/form_state.ts";
import { paths } from "../../../ui/paths.ts";
import { pendingCookie, pendingEmail } from "../../../ui/pending.ts";
import { AccountProfile } from "./views/account_profile.tsx";
import { AccountRequests } from "./views/account_requests.tsx";
import { AccountSecurity, type AccountSecurityProps } from "./views/account_security.tsx";

const profileFields = ["first_name", "last_name", "username"];

export const profilePage: Page = {
  path: paths.account,
  access: "session",
  nav: { section: "account", key: "profile", order: 10 },
  async get({ t, load, query }) {
    const profile = await load("/users/me");
    return {
      title: t.account.profile_title,
      nav: "account",
      view: <AccountProfile t={t} profile={profile} saved={query.saved === "1"} />,
    };
  },
  async post({ t, api, load, form }) {
    // An emptied field empties the profile's.
    const body = Object.fromEntries(profileFields.map((name) => [name, form[name] ? form[name] : null]));
    const answer = await api("PUT", "/users/me", body);
    if (answer.ok) return { redirect: `${paths.account}?saved=1` };
    const profile = await load("/users/me");
    return {
      status: answer.status,
      title: t.account.profile_title,
      nav: "account",
      view: <AccountProfile t={t} profile={profile} {...formState(t, answer, form)} />,
    };
  },
};

async function security(
  { t, load, cookies }: Visit,
  more: Pick<AccountSecurityProps, "password" | "email_change" | "done">,
  status = 200,
): Promise<PageAnswer> {
  const me = await load("/users/me");
  return {
    status,
    title: t.account.security_title,
    nav: "account",
    view: (
      <AccountSecurity
        t={t}
        email={me.email}
        pending_email={more.done === "email_change_sent" ? pendingEmail(cookies) : null}
        {...more}
      />
    ),
  };
}

const dones = ["password_changed", "email_change_sent"] as const;

export const securityPage: Page = {
  path: paths.security,
  access: "session",
  nav: { section: "account", key: "security", order: 20 },
  get: (visit) => security(visit, { done: dones.find((done) => done === visit.query.done) ?? null }),
  async post(visit) {
    const { t, form, api } = visit;
    const after = (done: typeof dones[number]) => ({ redirect: `${paths.security}?done=${done}` });
    const change = form.intent === "change_email";
    const answer = await api(
      "PUT",
      "/users/me",
      filled(form, change ? ["email", "current_password"] : ["current_password", "new_password"]),
    );
    if (answer.ok) {
      return change
        ? { ...after("email_change_sent"), cookies: [...answer.cookies, pendingCookie(form.email)] }
        : { ...after("password_changed"), cookies: answer.cookies };
    }
    const state = formState(t, answer, form);
    return await security(visit, change ? { email_change: state } : { password: state }, answer.status);
  },
};

export const requestsPage: Page = {
  path: paths.requests,
  access: "session",
  nav: { section: "account", key: "requests", order: 30 },
  async get({ t, load }) {
    const body = await load("/users/me/requests");
    return {
      title: t.account.requests_title,
      nav: "account",
      view: <AccountRequests t={t} requests={body.requests} />,
    };
  },
};
