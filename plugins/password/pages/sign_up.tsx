import type { Page } from "../../../core/http/route.ts";
import { filled, formState } from "../../../ui/form_state.ts";
import { rememberNext } from "../../../ui/on_the_way.ts";
import { paths } from "../../../ui/paths.ts";
import { pendingCookie } from "../../../ui/pending.ts";
import { SignUp } from "./views/sign_up.tsx";

export const signUpPage: Page = {
  path: paths.sign_up,
  access: "public",
  get({ t, account, query, interaction, form_stamp }) {
    if (account) return Promise.resolve({ redirect: query.next ?? paths.account });
    return Promise.resolve({
      title: t.sign_up.title,
      view: <SignUp t={t} next={query.next} interaction={interaction} stamp={form_stamp()} />,
    });
  },
  async post({ t, form, api, interaction, form_stamp }) {
    const body = filled(form, ["email", "password", "first_name", "last_name", "username"]);
    const answer = await api("POST", "/auth/register", body);
    if (!answer.ok) {
      const state = formState(t, answer, form);
      return {
        status: answer.status,
        title: t.sign_up.title,
        view: <SignUp t={t} next={form.next} interaction={interaction} stamp={form_stamp()} {...state} />,
      };
    }
    const { registration_id } = answer.body;
    return {
      redirect: `${paths.check_mail}?registration_id=${encodeURIComponent(registration_id)}`,
      cookies: [pendingCookie(form.email), ...interaction ? [rememberNext(form.next)] : []],
    };
  },
};
