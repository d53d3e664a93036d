/** Where the one-time link leads that makes somebody the operator. */
import type { Page, PageView, Visit } from "../../core/http/route.ts";
import { formState } from "../form_state.ts";
import { forgetNext, rememberNext } from "../on_the_way.ts";
import { Setup, SetupClosed, SetupDone } from "../pages/setup.tsx";
import { paths } from "../paths.ts";

const addressOf = (token: string) => `${paths.setup}?token=${encodeURIComponent(token)}`;

function asked({ t, account }: Visit, token: string, problem: string | null = null): PageView {
  const email = account?.email ?? null;
  const next = addressOf(token);
  return {
    title: t.setup.title,
    // Whoever has to sign up first comes back by way of the mailbox.
    cookies: email === null ? [rememberNext(next)] : [],
    view: <Setup t={t} token={token} next={next} email={email} problem={problem} />,
  };
}

const closed = ({ t }: Visit): PageView => ({
  status: 400,
  title: t.setup.closed_title,
  view: <SetupClosed t={t} />,
});

export const setupPage: Page = {
  path: paths.setup,
  access: "public",
  async get(visit) {
    const { t, account, query, api } = visit;
    if (query.done !== undefined && account?.roles.includes("operator")) {
      return { title: t.setup.done_title, nav: "operate", view: <SetupDone t={t} /> };
    }
    const token = query.token ?? "";
    const { ok, status } = await api("GET", `/setup-link?token=${encodeURIComponent(token)}`);
    if (ok) return asked(visit, token);
    return { ...closed(visit), status };
  },
  async post(visit) {
    const { t, form, api, account } = visit;
    const token = form.token ?? "";
    if (account === null) return { redirect: addressOf(token) };
    const answer = await api("POST", "/setup-link", { token });
    if (answer.ok) return { redirect: `${paths.setup}?done=1`, cookies: [forgetNext] };
    if (answer.body?.code === "setup_link_closed") return closed(visit);
    return { ...asked(visit, token, formState(t, answer, {}).problem), status: answer.status };
  },
};
