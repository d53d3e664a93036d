/**
 * Every way to a session, and to what lives by one, against every policy: none leads to what the policy forbids, and who
 * may come in does. Each account brings sessions from before, as somebody has who signed in last week.
 */
import { randomUUID } from "node:crypto";
import { expect } from "expect";
import verification from "../../../plugins/email-verification/mod.ts";
import { gates as frozenGates } from "../../../plugins/fraud/rings/gates.ts";
import type { MfaConfig } from "../../../plugins/mfa/config.ts";
import mfa from "../../../plugins/mfa/mod.ts";
import { grantTypes } from "../../../plugins/oauth2/metadata.ts";
import oauth2 from "../../../plugins/oauth2/mod.ts";
import password from "../../../plugins/password/mod.ts";
import { presentation } from "../../../ui/mod.ts";
import { findByEmailKey } from "../../account.ts";
import { configure, definePlugin, type Route } from "../../plugin.ts";
import { findAlive, hashSecret, insertSession, type Session } from "../../session/session.ts";
import { sessionRoutes } from "../../session/routes.ts";
import { signInRoutes } from "../../sign_in/routes.ts";
import { type SoftKey, softKey } from "../authenticator.ts";
import { authorizePath } from "../authorization.ts";
import { GOOD_PASSWORD, lastLetter, newMember } from "../people.ts";
import { type ApiAnswer, type TestPlugins, testPlugins } from "../plugins.ts";
import { newClient } from "../provider.ts";
import { addApp, type App, appOf, codesAreFresh } from "../second_factor.ts";

interface Policy {
  name: string;
  config?: Partial<MfaConfig>;
  has: "nothing" | "totp" | "passkey" | "email_code";
  roles?: string[];
  /** An operator has decided for this account alone. */
  of_account?: true;
  /** What a new session must have shown beside a password. */
  wants: "mfa" | "code" | "nothing";
}

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const required: Partial<MfaConfig> = { policy: "required" };
const ofOperators: Partial<MfaConfig> = { required_roles: ["operator"] };

const policies: Policy[] = [
  { name: "optional, nothing set up", has: "nothing", wants: "nothing" },
  { name: "optional, an app", has: "totp", wants: "mfa" },
  { name: "optional, a passkey", has: "passkey", wants: "mfa" },
  { name: "optional, codes by mail", has: "email_code", wants: "code" },
  { name: "required, nothing set up", config: required, has: "nothing", wants: "mfa" },
  { name: "required, an app", config: required, has: "totp", wants: "mfa" },
  { name: "required, a passkey", config: required, has: "passkey", wants: "mfa" },
  { name: "required, codes by mail", config: required, has: "email_code", wants: "mfa" },
  {
    name: "required since yesterday",
    config: { ...required, required_from: day(-1) },
    has: "nothing",
    wants: "mfa",
  },
  {
    name: "required in two days",
    config: { ...required, required_from: day(2) },
    has: "nothing",
    wants: "nothing",
  },
  { name: "of a role it has", config: ofOperators, has: "nothing", roles: ["operator"], wants: "mfa" },
  { name: "of a role it has not", config: ofOperators, has: "nothing", roles: ["guest"], wants: "nothing" },
  { name: "of this account", has: "nothing", of_account: true, wants: "mfa" },
];

interface Subject {
  service: TestPlugins;
  policy: Policy;
  email: string;
  account_id: string;
  app: App | null;
  key: SoftKey | null;
  /** Two sessions from before: a browser's, and an app's tokens. */
  cookie: string;
  access_token: string;
  refresh_token: string;
  old: Set<string>;
}

async function subject(service: TestPlugins, policy: Policy): Promise<Subject> {
  const { sql, api, ctx } = service;
  const email = await newMember(service);
  const { account_id } = (await findByEmailKey(sql, email))!;
  const begin = async (cookie: string | null) =>
    await insertSession(sql, {
      account_id,
      login_flow_id: randomUUID(),
      cookie_hash: cookie === null ? null : hashSecret(cookie),
      amr: ["pwd"],
      acr: "urn:flowshield:acr:1",
      auth_time: new Date(),
      ip: null,
      user_agent: null,
      idle_seconds: 86_400,
      lifetime_seconds: 86_400,
      device_id: await knownDevice(service, account_id),
    });
  const tokensOf = async () => await ctx.tokens.issue(sql, await begin(null));
  const { access_token: token } = await tokensOf();
  const app = policy.has === "totp" ? await addApp(service, token) : null;
  const key = policy.has === "passkey" ? await addKey(service, token) : null;
  if (policy.has === "email_code") {
    expect((await api("POST", "/mfa/email-code", {}, { token })).status).toBe(201);
  }
  await sql`update session set ended_at = now() where account_id = ${account_id}`;
  await codesAreFresh(service);
  // From before: such as an outage, or a policy of today, has left behind.
  const value = `${randomUUID()}${randomUUID()}`.replaceAll("-", "");
  await begin(value);
  const pair = await tokensOf();
  const old = await sql<{ session_id: string }[]>`
    select session_id from session where account_id = ${account_id} and ended_at is null`;
  if (policy.roles) await sql`update account set roles = ${policy.roles} where account_id = ${account_id}`;
  if (policy.of_account) {
    await sql`insert into factor_policy (account_id, required_from, reason) values (${account_id}, now(), 'test')`;
  }
  return {
    ...{ service, policy, email, account_id, app, key, ...pair },
    cookie: `fs_session=${value}`,
    old: new Set(old.map(({ session_id }) => session_id)),
  };
}

async function addKey({ api, core }: TestPlugins, token: string): Promise<SoftKey> {
  const key = softKey(core.frontend_url);
  const { body } = await api("POST", "/mfa/passkeys/options", undefined, { token });
  const credential = key.register(body.options);
  expect((await api("POST", "/mfa/passkeys", { credential }, { token })).status).toBe(201);
  return key;
}

async function knownDevice({ sql }: TestPlugins, account_id: string): Promise<string> {
  const [{ device_id }] = await sql<{ device_id: string }[]>`
    insert into device (account_id, secret_hash) values (${account_id}, ${hashSecret(randomUUID())})
    returning device_id`;
  return device_id;
}

/** What a way led to: sessions that were not there before, and what came out of the old ones. */
interface Led {
  /** Something that lives by a session from before was handed out. */
  from_old?: boolean;
  /** A remembered device stood for the second factor. */
  remembered?: boolean;
  /** It had to come in, whatever the policy: else the test would pass with nobody let in at all. */
  must_come_in?: boolean;
}

const own = (cookie: string) => ({ headers: { cookie, "sec-fetch-site": "same-origin" } });
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const asForm = { headers: { "content-type": "application/x-www-form-urlencoded" } };
const login = ({ service, email }: Subject, path = "/auth/login", headers = {}): Promise<ApiAnswer> =>
  service.api("POST", path, { email, password: GOOD_PASSWORD }, { headers });

/** Shows whatever is asked for, as its owner would. */
async function showAll(
  who: Subject,
  begun: ApiAnswer,
  more: Record<string, unknown> = {},
): Promise<ApiAnswer> {
  const { service: { api, mails }, email } = who;
  let answer = begun;
  for (let round = 0; round < 5 && answer.body.kind === "challenge"; round++) {
    const { challenge_id, methods } = answer.body;
    const path = `/auth/challenge/${challenge_id}`;
    const show = (method: string, code: string) => api("POST", path, { method, code, ...more });
    if (methods.includes("passkey")) {
      const { body } = await api("POST", `${path}/begin`, { method: "passkey" });
      const credential = who.key!.show(body.options);
      answer = await api("POST", path, { method: "passkey", credential, ...more });
    } else if (methods.includes("totp")) answer = await show("totp", who.app!.code());
    else if (methods.includes("email_code")) {
      await api("POST", `${path}/begin`, { method: "email_code" });
      answer = await show("email_code", (await mails({ to: email, kind: "sign_in_code" })).at(-1)!.data.code);
    } else {
      const { body } = await api("POST", `${path}/begin`, { method: "enroll_totp" });
      who.app = appOf(body);
      answer = await show("enroll_totp", who.app.code());
    }
    expect(answer.status).toBe(200);
  }
  return answer;
}

/** @param another somebody else, made when asked for */
type Way = (who: Subject, another: () => Promise<Subject>) => Promise<Led>;

/** By route or grant; several ways may go through one. */
const ways: Record<string, Record<string, Way>> = {
  "POST /auth/login": {
    "with the password": async (who) => (await login(who), {}),
    "with the password, on a device that is remembered": async (who) => {
      const done = await showAll(who, await login(who), { remember_device: true });
      const { device_token } = done.body;
      await codesAreFresh(who.service);
      const again = await login(who, "/auth/login", { "flow-shield-device": device_token });
      // What was never shown is not remembered: only a challenge can be.
      expect(again.body.kind).toBe("session");
      return { remembered: who.policy.wants !== "nothing", must_come_in: true };
    },
    "with the device of another account": async (who, another) => {
      const other = await another();
      const done = await showAll(other, await login(other), { remember_device: true });
      await login(who, "/auth/login", { "flow-shield-device": done.body.device_token });
      return {};
    },
  },
  "POST /auth/passkey": {
    "with a passkey, where there is one": async ({ service: { api }, key }) => {
      if (!key) return {};
      const { body } = await api("POST", "/auth/passkey/options", {});
      const answer = await api("POST", "/auth/passkey", { credential: key.show(body.options) });
      expect(answer.body.kind).toBe("session");
      return { must_come_in: true };
    },
    "with a passkey that did not verify its user": async ({ service: { api }, key }) => {
      if (!key) return {};
      const { body } = await api("POST", "/auth/passkey/options", {});
      const credential = key.show(body.options, { user_verified: false });
      expect((await api("POST", "/auth/passkey", { credential })).status).toBe(401);
      return {};
    },
  },
  "POST /user/login": { "with the password": async (who) => (await login(who, "/user/login"), {}) },
  "POST /auth/challenge/{challenge_id}": {
    "showing all that is asked for": async (who) => {
      expect((await showAll(who, await login(who))).body.kind).toBe("session");
      return { must_come_in: true };
    },
    "showing the password again": async (who) => {
      const { challenge_id } = (await login(who)).body;
      if (challenge_id) {
        const body = { method: "password", password: GOOD_PASSWORD };
        await who.service.api("POST", `/auth/challenge/${challenge_id}`, body);
      }
      return {};
    },
    "showing another account's code": async (who, another) => {
      const { challenge_id, methods = [] } = (await login(who)).body;
      const app = await ownApp(await another());
      for (const method of methods) {
        const body = { method, code: app.code() };
        await who.service.api("POST", `/auth/challenge/${challenge_id}`, body);
      }
      return {};
    },
    "raising the old session with the password alone": async (who) => {
      const { api } = who.service;
      const at = own(who.cookie);
      const { body } = await api("POST", "/auth/step-up", { max_age: 0 }, at);
      const shown = { method: "password", password: GOOD_PASSWORD };
      const answer = await api("POST", `/auth/challenge/${body.challenge_id}`, shown, at);
      if (answer.body.kind !== "session") return {};
      const cookie = answer.headers.getSetCookie()[0].split(";")[0];
      return { from_old: await codeFor(who, cookie) };
    },
  },
  "POST /auth/refresh": {
    "with a refresh token from before": async ({ service, refresh_token }) => ({
      from_old: (await service.api("POST", "/auth/refresh", { refresh_token })).status === 200,
    }),
    "with a cookie from before": async ({ service, cookie }) => ({
      from_old: (await service.api("POST", "/auth/refresh", {}, own(cookie))).status === 200,
    }),
  },
  "a link from a mail": {
    "to choose a password": async (who) => {
      const { api } = who.service;
      await api("POST", "/auth/password-reset/request", { email: who.email });
      await who.service.turn();
      const { token } = await lastLetter(who.service, who.email);
      const new_password = "another good battery";
      const answer = await api("POST", "/auth/password-reset/confirm", { token, new_password });
      expect([200, 202]).toContain(answer.status);
      expect(answer.headers.getSetCookie()).toEqual([]);
      await who.service.turn();
      await api("POST", "/auth/login", { email: who.email, password: new_password });
      return {};
    },
    "to confirm an address": async (who) => {
      const { token } = await lastLetter(who.service, who.email);
      const answer = await who.service.api("POST", "/auth/verify-email", { token });
      expect(answer.headers.getSetCookie()).toEqual([]);
      return {};
    },
  },
  "grant authorization_code": {
    "with a cookie from before": async (who) => ({ from_old: await codeFor(who, who.cookie) }),
    "with a cookie from before, silently": async (who) => ({
      from_old: await codeFor(who, who.cookie, { prompt: "none" }),
    }),
  },
  "grant urn:ietf:params:oauth:grant-type:device_code": {
    "allowed with a cookie from before": async (who) => {
      const { api } = who.service;
      const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
      const tv = await newClient(who.service, {
        grant_types: [grant_type],
        response_types: [],
        redirect_uris: [],
      });
      const fields = { client_id: tv.client_id, scope: "openid" };
      const { body } = await api("POST", "/oauth/device_authorization", form(fields), asForm);
      const decision = { user_code: body.user_code, decision: "allow" };
      await api("POST", "/oauth/device/decision", decision, own(who.cookie));
      const asked = { grant_type, device_code: body.device_code, client_id: tv.client_id };
      return { from_old: (await api("POST", "/oauth/token", form(asked), asForm)).status === 200 };
    },
  },
};

/** These make nothing out of a session: they go on with what a person has allowed before, or nobody is there. */
const withoutSession = [
  "client_credentials",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:token-exchange",
];

async function codeFor(who: Subject, cookie: string, changes = {}): Promise<boolean> {
  const client = await newClient(who.service, { first_party: true });
  const { location } = await who.service.browse(authorizePath(client, changes), { cookie });
  return /[?&]code=/.test(location ?? "");
}

async function ownApp(who: Subject): Promise<App> {
  if (who.app) return who.app;
  const { service, account_id } = who;
  const [device_id, now] = [await knownDevice(service, account_id), new Date()];
  const session = await insertSession(service.sql, {
    ...{ account_id, device_id, login_flow_id: randomUUID(), cookie_hash: null, amr: ["pwd", "mfa"] },
    ...{ acr: "urn:flowshield:acr:2", auth_time: now, ip: null, user_agent: null },
    ...{ idle_seconds: 3600, lifetime_seconds: 3600 },
  });
  const { access_token } = await service.ctx.tokens.issue(service.sql, session);
  const app = await addApp(service, access_token);
  await codesAreFresh(service);
  return app;
}

/** Said here once more, by other words than the plugin's. */
function forbids({ wants }: Policy, { amr }: Pick<Session, "amr">, remembered = false): boolean {
  if (wants === "nothing" || remembered) return false;
  return wants === "mfa" ? !amr.includes("mfa") : !amr.includes("mfa") && !amr.includes("otp");
}

async function newSessions({ service: { sql }, account_id, old }: Subject): Promise<Session[]> {
  const rows = await sql<
    { session_id: string }[]
  >`select session_id from session where account_id = ${account_id}`;
  const all = await Promise.all(rows.map(({ session_id }) => findAlive(sql, { session_id })));
  return all.filter((session) => session !== null && !old.has(session.session_id)) as Session[];
}

for (const policy of policies) {
  Deno.test(`no way leads around the policy: ${policy.name}`, async (t) => {
    await using service = await testPlugins(
      [configure(password, { bcrypt_cost: 4 }), verification, oauth2, configure(mfa, policy.config)],
      { presentation },
    );
    for (const [through, several] of Object.entries(ways)) {
      for (const [title, way] of Object.entries(several)) {
        await t.step(`${through}, ${title}`, async () => {
          const who = await subject(service, policy);
          const another = () => subject(service, policy);
          const { from_old = false, remembered, must_come_in } = await way(who, another);
          const begun = await newSessions(who);
          const bad = begun.filter((session) => forbids(policy, session, remembered));
          expect(bad.map(({ amr }) => amr)).toEqual([]);
          if (must_come_in) expect(begun.length).toBeGreaterThan(0);
          const [may_go_on] = [!forbids(policy, { amr: ["pwd"] }) || policy.wants === "code"];
          // Codes by mail ask at the door only: their owner's other sessions ended when they were switched on.
          if (!may_go_on) expect(from_old).toBe(false);
        });
      }
    }
    await t.step("and where nothing more is wanted, sessions from before go on", async () => {
      if (policy.wants !== "nothing") return;
      const who = await subject(service, policy);
      expect(await codeFor(who, who.cookie)).toBe(true);
      const { refresh_token } = who;
      expect((await service.api("POST", "/auth/refresh", { refresh_token })).status).toBe(200);
      expect((await login(who)).body.kind).toBe("session");
    });
  });
}

Deno.test("no way leads in to an account that is frozen, nor to anything new by a session that is left of it", async (t) => {
  const frozen = definePlugin({ name: "fraud", about: "Who is frozen.", config: {}, gates: frozenGates });
  await using service = await testPlugins(
    [configure(password, { bcrypt_cost: 4 }), verification, oauth2, mfa, frozen],
    { presentation },
  );
  for (const [through, several] of Object.entries(ways)) {
    for (const [title, way] of Object.entries(several)) {
      await t.step(`${through}, ${title}`, async () => {
        const has = through === "POST /auth/passkey" ? "passkey" : "nothing";
        const policy: Policy = { name: "frozen", has, wants: "nothing" };
        const who = await subject(service, policy);
        await service.sql`
          insert into fraud_freeze (account_id, ring_id, reason, frozen_by)
          values (${who.account_id}, gen_random_uuid(), 'test', gen_random_uuid())`;
        // Ways expect to come in: what fails on the way is what is wanted.
        const { from_old = false } = await way(who, () => subject(service, policy)).catch((): Led => ({}));
        expect([await newSessions(who), from_old]).toEqual([[], false]);
      });
    }
  }
});

Deno.test("the table above has every way there is", () => {
  const plugins = [password, verification, oauth2, mfa];
  const routes = [...sessionRoutes, ...signInRoutes, ...plugins.flatMap(({ routes }) => routes ?? [])];
  const answersSession = ({ answers }: Route) =>
    Object.values(answers).some(({ schema }) => {
      const id = schema?.meta()?.id;
      return id === "SignInOutcome" || id === "Tokens";
    });
  const there = [
    ...routes.filter(answersSession).map(({ method, path }) => `${method} ${path}`),
    ...grantTypes.filter((grant) => !withoutSession.includes(grant)).map((grant) => `grant ${grant}`),
  ];
  const listed = Object.keys(ways).filter((through) => through !== "a link from a mail");
  expect(listed.toSorted()).toEqual(there.toSorted());
});
