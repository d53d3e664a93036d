/** Where one is signed in, and the end of it. */
import type { Page, PageAnswer, Visit } from "../../core/http/route.ts";
import { formState } from "../form_state.ts";
import { AccountSessions, type AccountSessionsProps } from "../pages/account_sessions.tsx";
import { paths } from "../paths.ts";

async function show(
  { t, load }: Visit,
  more: Pick<AccountSessionsProps, "done" | "problem">,
  status = 200,
): Promise<PageAnswer> {
  const [{ sessions }, { devices }] = await Promise.all([
    load("/users/me/sessions"),
    load("/users/me/devices"),
  ]);
  return {
    status,
    title: t.account.sessions_title,
    nav: "account",
    view: <AccountSessions t={t} sessions={sessions} devices={devices} {...more} />,
  };
}

const id = (value: string | undefined) => encodeURIComponent(value || "none");

const intents = {
  revoke_session: {
    done: "session_revoked",
    path: ({ session_id }: Visit["form"]) => `/users/me/sessions/${id(session_id)}`,
  },
  revoke_others: { done: "others_revoked", path: () => "/users/me/sessions" },
  forget_device: {
    done: "device_forgotten",
    path: ({ device_id }: Visit["form"]) => `/users/me/devices/${id(device_id)}`,
  },
} as const;

const dones = Object.values(intents).map(({ done }) => done);

export const accountSessionsPage: Page = {
  path: paths.sessions,
  access: "session",
  nav: { section: "account", key: "sessions", order: 25 },
  get: (visit) => show(visit, { done: dones.find((done) => done === visit.query.done) ?? null }),
  async post(visit) {
    const { t, form, api } = visit;
    const intent = form.intent ?? "";
    if (!Object.hasOwn(intents, intent)) return await show(visit, {}, 422);
    const { done, path } = intents[intent as keyof typeof intents];
    const answer = await api("DELETE", path(form));
    // What is not there any more has ended: that is what was wanted.
    if (answer.ok || answer.status === 404) {
      return { redirect: `${paths.sessions}?done=${done}`, cookies: answer.cookies };
    }
    const { problem, errors } = formState(t, answer, form);
    return await show(visit, { problem: problem ?? Object.values(errors ?? {})[0] }, answer.status);
  },
};
