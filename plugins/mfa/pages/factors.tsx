/** `/account/factors`: what an account proves itself with, and everything that can be done about it. */
import type { ApiAnswer, Page, PageAnswer, Visit } from "../../../core/http/route.ts";
import { totpSecretOf } from "../../../ui/components/totp_setup.tsx";
import { AccountLayout } from "../../../ui/components/layouts.tsx";
import { filled, formState, sentJson } from "../../../ui/form_state.ts";
import { paths } from "../../../ui/paths.ts";
import type { FormState } from "../../../ui/types.ts";
import { AddPasskey, AddTotp } from "./views/add_factor.tsx";
import { Factors, type FactorsProps } from "./views/factors.tsx";
import { Codes } from "./views/recovery_codes.tsx";
import type { DeviceView } from "./shapes.ts";

const factorPath = (form: Record<string, string>) =>
  `/mfa/factors/${encodeURIComponent(form.authenticator_id ?? "")}`;

type Done = NonNullable<FactorsProps["done"]>;
type Cookies = ApiAnswer["cookies"];

const dones = [
  "passkey_added",
  "totp_added",
  "email_code_on",
  "renamed",
  "removed",
  "device_forgotten",
  "recovery_cancelled",
] as const satisfies Done[];

const after = (done: Done, cookies: Cookies = []): PageAnswer => ({
  redirect: `${paths.factors}?done=${done}`,
  cookies,
});

async function list(
  { t, load }: Visit,
  more: Pick<FactorsProps, "done" | "renaming" | "problem">,
  status = 200,
): Promise<PageAnswer> {
  const [json, { devices }] = await Promise.all([load("/mfa/factors"), load("/users/me/devices")]);
  const remembered = (devices as DeviceView[]).filter(({ remembered_until }) => remembered_until !== null);
  return {
    status,
    title: t.mfa.title,
    nav: "account",
    view: <Factors t={t} json={json} devices={remembered} {...more} />,
  };
}

/** What was refused, above the list; a field that the list does not have says it in its own words. */
async function refused(visit: Visit, answer: ApiAnswer): Promise<PageAnswer> {
  const { problem, errors } = formState(visit.t, answer, visit.form);
  return await list(visit, { problem: problem ?? Object.values(errors ?? {})[0] }, answer.status);
}

/** The page that shows codes, once. */
function codesPage({ t, account, url }: Visit, codes: string[], next: string, cookies: Cookies): PageAnswer {
  const c = t.mfa.codes;
  return {
    title: c.shown_title,
    nav: "account",
    cookies,
    view: (
      <AccountLayout t={t} current={paths.factors} title={c.shown_title} lead={c.lead}>
        <Codes t={t} codes={codes} email={account?.email ?? ""} site={url.host} next={next} />
      </AccountLayout>
    ),
  };
}

/** Codes come with the first strong factor only. */
const added = (visit: Visit, { body, cookies }: ApiAnswer, done: Done): PageAnswer =>
  body.recovery_codes
    ? codesPage(visit, body.recovery_codes, `${paths.factors}?done=${done}`, cookies)
    : after(done, cookies);

async function askPasskey(visit: Visit, state: FormState = {}, status = 200): Promise<PageAnswer> {
  const { t, api } = visit;
  const answer = await api("POST", "/mfa/passkeys/options", {});
  if (!answer.ok) return await refused(visit, answer);
  return {
    status,
    title: t.mfa.add_passkey.title,
    nav: "account",
    cookies: answer.cookies,
    view: <AddPasskey t={t} options={answer.body.options} {...state} />,
  };
}

async function savePasskey(visit: Visit): Promise<PageAnswer> {
  const { t, form, api } = visit;
  const answer = await api("POST", "/mfa/passkeys", {
    credential: sentJson(form.credential),
    ...filled(form, ["name"]),
  });
  if (answer.ok) return added(visit, answer, "passkey_added");
  // The options were good for one try.
  return await askPasskey(visit, formState(t, answer, form), answer.status);
}

async function askTotp(visit: Visit): Promise<PageAnswer> {
  const answer = await visit.api("POST", "/mfa/totp", {});
  if (!answer.ok) return await refused(visit, answer);
  return totpPage(visit, answer.body, {}, answer) ?? await refused(visit, answer);
}

/** Null when the secret is none: it comes back with the form, as anybody's word. */
function totpPage(
  { t }: Visit,
  { authenticator_id = "", ...fields }: Record<string, string>,
  state: FormState,
  { status, cookies }: Pick<ApiAnswer, "status" | "cookies">,
): PageAnswer | null {
  const totp = totpSecretOf(fields);
  return totp && {
    status: status < 300 ? 200 : status,
    title: t.mfa.add_totp.title,
    nav: "account",
    cookies,
    view: <AddTotp t={t} totp={totp} authenticator_id={authenticator_id} {...state} />,
  };
}

async function confirmTotp(visit: Visit): Promise<PageAnswer> {
  const { t, form, api } = visit;
  const path = `/mfa/totp/${encodeURIComponent(form.authenticator_id ?? "")}/confirm`;
  const code = (form.code ?? "").replaceAll(/\s/g, "");
  const answer = await api("POST", path, { code });
  if (answer.ok) return added(visit, answer, "totp_added");
  const { errors, problem } = formState(t, answer, form);
  const wrong = answer.body?.code === "factor_wrong"
    ? t.challenge.wrong.enroll_totp
    : errors?.code && t.challenge.code_problem;
  const state = wrong ? { errors: { code: wrong } } : { errors, problem };
  return totpPage(visit, form, state, answer) ?? await refused(visit, answer);
}

async function rename(visit: Visit): Promise<PageAnswer> {
  const { t, form, api } = visit;
  const answer = await api("PUT", factorPath(form), { name: form.name ?? "" });
  if (answer.ok) return after("renamed", answer.cookies);
  const state = formState(t, answer, form);
  if (state.problem) return await list(visit, { problem: state.problem }, answer.status);
  return await list(visit, {
    renaming: { authenticator_id: form.authenticator_id ?? "", ...state },
  }, answer.status);
}

/** Gone already, in another tab: that is what was wanted. */
const gone = ({ ok, status }: ApiAnswer) => ok || status === 404;

const simple = (done: Done, call: (visit: Visit) => Promise<ApiAnswer>) => async (visit: Visit) => {
  const answer = await call(visit);
  return gone(answer) ? after(done, answer.cookies) : await refused(visit, answer);
};

/** Codes anew, or for the first time; `next` is where whoever makes them at sign-in was going. */
export async function makeCodes(visit: Visit): Promise<PageAnswer> {
  const answer = await visit.api("POST", "/mfa/recovery-codes", {});
  if (!answer.ok) return await refused(visit, answer);
  return codesPage(visit, answer.body.recovery_codes, visit.form.next ?? paths.factors, answer.cookies);
}

const acts: Record<string, (visit: Visit) => Promise<PageAnswer>> = {
  add_passkey: (visit) => askPasskey(visit),
  save_passkey: savePasskey,
  add_totp: askTotp,
  confirm_totp: confirmTotp,
  make_codes: makeCodes,
  rename,
  remove: simple("removed", ({ api, form }) => api("DELETE", factorPath(form))),
  email_code_on: simple("email_code_on", ({ api }) => api("POST", "/mfa/email-code", {})),
  forget_device: simple(
    "device_forgotten",
    ({ api, form }) => api("DELETE", `/users/me/devices/${encodeURIComponent(form.device_id ?? "")}`),
  ),
  cancel_recovery: simple("recovery_cancelled", ({ api }) => api("POST", "/mfa/recovery/cancel", {})),
};

export const factorsPage: Page = {
  path: paths.factors,
  access: "session",
  nav: { section: "account", key: "factors", order: 22 },
  get: (visit) => list(visit, { done: dones.find((done) => done === visit.query.done) ?? null }),
  async post(visit) {
    const { intent = "" } = visit.form;
    if (!Object.hasOwn(acts, intent)) return { redirect: paths.factors };
    return await acts[intent](visit);
  },
};
