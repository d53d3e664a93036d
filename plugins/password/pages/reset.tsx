import type { Page } from "../../../core/http/route.ts";
import { filled, formState } from "../../../ui/form_state.ts";
import { rememberNext } from "../../../ui/on_the_way.ts";
import { paths } from "../../../ui/paths.ts";
import { Forgot, ForgotSent, Reset, ResetDone } from "./views/reset.tsx";

export const forgotPage: Page = {
  path: paths.forgot,
  access: "public",
  get: ({ t, query, form_stamp }) =>
    Promise.resolve({
      title: t.forgot.title,
      view: <Forgot t={t} next={query.next} stamp={form_stamp()} />,
    }),
  async post({ t, form, api, dev, interaction, form_stamp }) {
    const answer = await api("POST", "/auth/password-reset/request", filled(form, ["email"]));
    if (!answer.ok) {
      const state = formState(t, answer, form);
      return {
        status: answer.status,
        title: t.forgot.title,
        view: <Forgot t={t} next={form.next} stamp={form_stamp()} {...state} />,
      };
    }
    return {
      title: t.forgot_sent.title,
      view: <ForgotSent t={t} email={form.email} dev={dev} next={form.next} />,
      cookies: interaction ? [rememberNext(form.next)] : [],
    };
  },
};

/** What ends a link for good: there is nothing to fill in any more. */
const dead = ["token_invalid", "token_used", "token_expired"];

export const resetPage: Page = {
  path: paths.reset,
  access: "public",
  get: ({ t, query }) =>
    Promise.resolve({ title: t.reset.title, view: <Reset t={t} token={query.token ?? null} /> }),
  async post({ t, form, api }) {
    const answer = await api("POST", "/auth/password-reset/confirm", filled(form, ["token", "new_password"]));
    if (answer.ok) return { title: t.reset_done.title, view: <ResetDone t={t} /> };
    const view = (
      <Reset
        t={t}
        token={form.token ?? null}
        dead={dead.includes(answer.body?.code)}
        {...formState(t, answer, form)}
      />
    );
    return { status: answer.status, title: t.reset.title, view };
  },
};
