/** The page on which a challenge is met: one of a sign-in, or of an act that wants a fresh proof. */
import type { CoreConfig } from "../../core/config.ts";
import type { ApiAnswer, Page, PageAnswer, Visit } from "../../core/http/route.ts";
import { totpSecretOf } from "../components/totp_setup.tsx";
import { filled, formState, sentJson } from "../form_state.ts";
import { forgetNext } from "../on_the_way.ts";
import { Challenge, type ChallengeProps, RecoveryAsked } from "../pages/challenge.tsx";
import { paths, withNext, withQuery } from "../paths.ts";
import type { FormState, Strings } from "../types.ts";

type Shown = FormState & Pick<ChallengeProps, "begun" | "chosen">;

const addressOf = (challenge_id: string | undefined) =>
  `/auth/challenge/${encodeURIComponent(challenge_id ?? "")}`;

/** The page of a challenge that is still open; else back to where it came from. */
async function show(
  { t, api, can, account, query, form, method }: Visit,
  core: CoreConfig,
  shown: Shown,
  status = 200,
): Promise<PageAnswer> {
  const { challenge_id, next } = method === "POST" ? form : query;
  const { ok, body } = await api("GET", addressOf(challenge_id));
  // Whoever is signed in is passed on from there; whoever has just sent something is told why it came to nothing.
  if (!ok) {
    const back = withNext(paths.sign_in, next);
    return { redirect: method === "GET" ? back : withQuery(back, "step_ended", "1") };
  }
  return {
    status,
    title: body.step_up ? t.challenge.step_up_title : t.challenge.title,
    view: (
      <Challenge
        t={t}
        challenge={body}
        next={next}
        email={account?.email}
        remember_days={core.remember_device_days > 0 ? core.remember_device_days : null}
        can_recover={!body.step_up && can("POST", "/mfa/recovery") && body.methods.some(isLosable)}
        {...shown}
      />
    ),
  };
}

/** A mailbox is not lost with a phone, and what is being set up is not lost yet. */
const isLosable = (method: string) => ["passkey", "totp", "recovery_code"].includes(method);

/** What `begin` has answered comes back with the form, so that a wrong code does not begin anew. */
function begunBefore(form: Record<string, string>): Shown["begun"] {
  const totp = totpSecretOf(form);
  return totp ? { totp } : form.sent_to ? { sent_to: form.sent_to.slice(0, 254) } : undefined;
}

function answerOf(form: Record<string, string>): Record<string, unknown> {
  const { credential, code, remember_device } = form;
  return {
    ...filled(form, ["method", "password"]),
    ...code === undefined ? {} : { code: code.replaceAll(/\s/g, "") },
    ...credential ? { credential: sentJson(credential) } : {},
    ...remember_device === "1" ? { remember_device: true } : {},
  };
}

function stateOf(t: Strings, answer: ApiAnswer, form: Record<string, string>): FormState {
  const state = formState(t, answer, form);
  // Of codes there are several kinds; those of a mail are but one.
  if (state.errors?.code) state.errors.code = t.challenge.code_problem;
  if (answer.body?.code !== "factor_wrong") return state;
  const words: Record<string, string> = t.challenge.wrong;
  const text = Object.hasOwn(words, form.method ?? "") ? words[form.method] : t.problems.factor_wrong;
  const field = form.password !== undefined ? "password" : "code";
  const { values } = state;
  return form[field] === undefined ? { values, problem: text } : { values, errors: { [field]: text } };
}

async function begin(visit: Visit, core: CoreConfig): Promise<PageAnswer> {
  const { t, form, api } = visit;
  const chosen = form.method;
  const answer = await api("POST", `${addressOf(form.challenge_id)}/begin`, { method: chosen });
  if (!answer.ok) return await show(visit, core, { chosen, ...formState(t, answer, form) }, answer.status);
  const totp = totpSecretOf(answer.body);
  const { sent_to } = answer.body;
  return await show(visit, core, { chosen, begun: totp ? { totp } : { sent_to: String(sent_to ?? "") } });
}

async function recover(visit: Visit, core: CoreConfig): Promise<PageAnswer> {
  const { t, form, api, dev } = visit;
  const answer = await api("POST", "/mfa/recovery", filled(form, ["challenge_id"]));
  if (!answer.ok) return await show(visit, core, formState(t, answer, form), answer.status);
  return { title: t.challenge.lost_sent, view: <RecoveryAsked t={t} dev={dev} next={form.next} /> };
}

async function answer(visit: Visit, core: CoreConfig): Promise<PageAnswer> {
  const { t, form, api, can } = visit;
  const answer = await api("POST", addressOf(form.challenge_id), answerOf(form));
  const { ok, status, body, cookies } = answer;
  if (ok && body.kind === "session") {
    const next = form.next ?? paths.account;
    // A first factor without a way back is an account that a lost phone takes away.
    const offers = form.method?.startsWith("enroll_") && can("POST", "/mfa/recovery-codes");
    return {
      redirect: offers ? withNext(paths.recovery_codes, next) : next,
      cookies: [...cookies, forgetNext],
      met_challenge_id: form.challenge_id,
    };
  }
  if (ok) {
    // Remembering is said once, though only the last answer carries it.
    const { remember_device } = form;
    const shown = await show(visit, core, { values: { remember_device } });
    return { ...shown, cookies };
  }
  const shown = { chosen: form.method, begun: begunBefore(form), ...stateOf(t, answer, form) };
  return await show(visit, core, shown, status);
}

export const challengePage = (core: CoreConfig): Page => ({
  path: paths.challenge,
  access: "public",
  get: (visit) => show(visit, core, { chosen: visit.query.method }),
  post: (visit) =>
    visit.form.intent === "begin"
      ? begin(visit, core)
      : visit.form.intent === "recover"
      ? recover(visit, core)
      : answer(visit, core),
});
