import type { Page } from "../../../core/http/route.ts";
import { filled, formState, sentJson } from "../../../ui/form_state.ts";
import { forgetNext, rememberedNext, rememberNext, waitsByItself } from "../../../ui/on_the_way.ts";
import { paths } from "../../../ui/paths.ts";
import { pendingCookie } from "../../../ui/pending.ts";
import { SignIn } from "./views/sign_in.tsx";

export const signInPage: Page = {
  path: paths.sign_in,
  access: "public",
  get({ t, account, query, cookies, interaction, can, form_stamp }) {
    // An app may want a new proof although somebody is signed in.
    if (account && !interaction?.fresh) {
      return Promise.resolve({ redirect: query.next ?? paths.account, cookies: [forgetNext] });
    }
    const remembered = query.next === undefined ? rememberedNext(cookies) : null;
    if (remembered !== null) {
      const { next: _, ...rest } = query;
      const more = new URLSearchParams({ ...rest, next: remembered, resumed: "1" });
      return Promise.resolve({ redirect: `${paths.sign_in}?${more}` });
    }
    // The app does not wait any more: whoever comes back from the mailbox has an account here all the same.
    const over = query.resumed !== undefined && interaction === null && !waitsByItself(query.next);
    const next = over ? undefined : query.next;
    const notice = query.signed_out
      ? "signed_out"
      : query.session_ended
      ? "session_ended"
      : query.step_ended
      ? "step_ended"
      : account
      ? "again"
      : null;
    return Promise.resolve({
      title: t.sign_in.title,
      cookies: over ? [forgetNext] : [],
      view: (
        <SignIn
          t={t}
          notice={notice}
          next={next}
          interaction={interaction}
          account={account}
          passkeys={can("POST", "/auth/passkey")}
          stamp={form_stamp()}
        />
      ),
    });
  },
  async post({ t, form, api, account, interaction, can, form_stamp }) {
    const answer = form.intent === "passkey"
      ? await api("POST", "/auth/passkey", { credential: sentJson(form.credential), transport: "cookie" })
      : await api("POST", "/auth/login", { ...filled(form, ["email", "password"]), transport: "cookie" });
    const { body, cookies } = answer;
    if (answer.ok && body.kind === "challenge") {
      const next = form.next ? `&next=${encodeURIComponent(form.next)}` : "";
      return { redirect: `${paths.challenge}?challenge_id=${body.challenge_id}${next}`, cookies };
    }
    if (answer.ok) return { redirect: form.next ?? paths.account, cookies: [...cookies, forgetNext] };
    if (body.code === "email_unverified") {
      return {
        redirect: `${paths.check_mail}?unverified=1&registration_id=${
          encodeURIComponent(body.registration_id ?? "")
        }`,
        cookies: [pendingCookie(form.email), ...interaction ? [rememberNext(form.next)] : []],
      };
    }
    const state = formState(t, answer, form);
    return {
      status: answer.status,
      title: t.sign_in.title,
      view: (
        <SignIn
          t={t}
          next={form.next}
          interaction={interaction}
          account={account}
          passkeys={can("POST", "/auth/passkey") && (form.intent === "passkey" ? "refused" : true)}
          stamp={form_stamp()}
          {...state}
        />
      ),
    };
  },
};

export const signOutPage: Page = {
  path: paths.sign_out,
  access: "public",
  get: () => Promise.resolve({ redirect: paths.home }),
  async post({ api }) {
    const { cookies } = await api("POST", "/auth/logout", {});
    return { redirect: `${paths.sign_in}?signed_out=1`, cookies };
  },
};
