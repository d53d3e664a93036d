import type { Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { filled, formState } from "../../../ui/form_state.ts";
import { paths } from "../../../ui/paths.ts";
import { nobodyPending, pendingCookie, pendingEmail } from "../../../ui/pending.ts";
import { CheckYourMail, type CheckYourMailProps } from "./views/check_your_mail.tsx";
import { Verified, Verify } from "./views/verify.tsx";

/** The link of a mail. GET changes nothing, so that whatever fetches links in mails cannot use it up. */
const verifyPage: Page = {
  path: paths.verify,
  access: "public",
  get: ({ t, query }) =>
    Promise.resolve({ title: t.verify.title, view: <Verify t={t} token={query.token ?? null} /> }),
  async post({ t, form, api, account }) {
    const answer = await api("POST", "/auth/verify-email", filled(form, ["token"]));
    if (answer.ok) return verified(t, account, answer.body.purpose);
    const { problem, errors } = formState(t, answer, form);
    const text = problem ?? Object.values(errors ?? {})[0];
    return {
      status: answer.status,
      title: t.verify.title,
      view: <Verify t={t} token={null} problem={text} />,
    };
  },
};

function verified(
  t: Visit["t"],
  account: Visit["account"],
  purpose: "registration" | "email_change",
): PageAnswer {
  const visitor = account && { email: account.email, display_name: account.first_name };
  return {
    title: t.verified.title,
    view: <Verified t={t} visitor={visitor} purpose={purpose} />,
    cookies: [nobodyPending],
  };
}

async function waiting(visit: Visit, more: Partial<CheckYourMailProps>, status = 200): Promise<PageAnswer> {
  const { t, query, cookies, api, dev } = visit;
  const registration_id = query.registration_id || null;
  const answer = registration_id
    ? await api("GET", `/auth/registrations/${encodeURIComponent(registration_id)}`)
    : null;
  return {
    status,
    title: t.check_mail.title,
    view: (
      <CheckYourMail
        t={t}
        email={pendingEmail(cookies)}
        registration_id={answer?.ok ? registration_id : null}
        status={answer?.ok ? answer.body : null}
        dev={dev}
        unverified={query.unverified === "1"}
        {...more}
      />
    ),
  };
}

const RESEND_PAUSE_SECONDS = 60;

const checkMailPage: Page = {
  path: paths.check_mail,
  access: "public",
  get: (visit) => waiting(visit, {}),
  async post(visit) {
    const { t, form, api, account } = visit;
    if (form.intent === "resend") {
      const { registration_id } = visit.query;
      // Of several sign-ups with this address, the one this page is about.
      const which = registration_id ? { registration_id } : {};
      const answer = await api("POST", "/auth/verify-email/resend", { ...filled(form, ["email"]), ...which });
      if (answer.ok) {
        const sent = { email: form.email, resend_wait_seconds: RESEND_PAUSE_SECONDS, resent: true };
        return { ...await waiting(visit, sent), cookies: [pendingCookie(form.email)] };
      }
      const resend = formState(t, answer, form);
      const resend_wait_seconds = answer.retry_after_seconds ?? 0;
      return await waiting(visit, { resend, resend_wait_seconds }, answer.status);
    }
    const code = (form.code ?? "").replaceAll(/\s/g, "");
    const answer = await api("POST", "/auth/verify-email", { ...filled(form, ["email"]), code });
    if (answer.ok) return verified(t, account, answer.body.purpose);
    return await waiting(visit, formState(t, answer, form), answer.status);
  },
};

export const pages: Page[] = [verifyPage, checkMailPage];
