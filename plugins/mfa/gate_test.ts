import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { deviceHeader } from "../../core/sign_in/caller.ts";
import { hashSecret } from "../../core/session/session.ts";
import { accessToken, GOOD_PASSWORD, newMember, signIn } from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import { addApp, type App, appOf, codesAreFresh, wrongCode } from "../../core/testing/second_factor.ts";
import verification from "../email-verification/mod.ts";
import password from "../password/mod.ts";
import type { MfaConfig } from "./config.ts";
import mfa from "./mod.ts";

const withPolicy = (options: Partial<MfaConfig> = {}) => [
  configure(password, { bcrypt_cost: 4 }),
  verification,
  configure(mfa, options),
];
const answer = ({ api }: TestPlugins, challenge_id: string, body: object, token?: string) =>
  api("POST", `/auth/challenge/${challenge_id}`, body, { token });
const begin = ({ api }: TestPlugins, challenge_id: string, method: string) =>
  api("POST", `/auth/challenge/${challenge_id}/begin`, { method });

async function mailedCode(service: TestPlugins, to: string): Promise<string> {
  return (await service.mails({ to, kind: "sign_in_code" })).at(-1)!.data.code;
}
const accountOf = async ({ sql }: TestPlugins, email: string) =>
  (await sql`select account_id from account where email = ${email}`)[0].account_id as string;

/** Shows the mailed code, so that only the enrolment is left. */
async function toEnrolment(service: TestPlugins, email: string): Promise<string> {
  const { body } = await signIn(service, email);
  expect(body).toMatchObject({ kind: "challenge", methods: ["email_code"] });
  await begin(service, body.challenge_id, "email_code");
  const code = await mailedCode(service, email);
  const next = await answer(service, body.challenge_id, { method: "email_code", code });
  expect(next.body).toMatchObject({ kind: "challenge", challenge_id: body.challenge_id });
  expect(next.body.methods.toSorted()).toEqual(["enroll_passkey", "enroll_totp"]);
  return body.challenge_id;
}

Deno.test("where a factor is required and there is none, it is set up inside the sign-in, after a mailed code", async (t) => {
  await using service = await testPlugins(withPolicy({ policy: "required" }));
  const { api, sql } = service;
  const email = await newMember(service);

  await t.step("a stolen password alone begins nothing", async () => {
    const { challenge_id } = (await signIn(service, email)).body;
    expect((await begin(service, challenge_id, "enroll_totp")).body.code).toBe("challenge_invalid");
    const early = await answer(service, challenge_id, { method: "enroll_totp", code: "123456" });
    expect(early.body.code).toBe("challenge_invalid");
    expect(await sql`select 1 from authenticator`).toHaveLength(0);
    expect(await sql`select 1 from session`).toHaveLength(0);
  });
  await t.step("the mailed code, the app's first code, and the session is of level 2", async () => {
    const challenge_id = await toEnrolment(service, email);
    const begun = (await begin(service, challenge_id, "enroll_totp")).body;
    const app = appOf(begun);
    expect((await begin(service, challenge_id, "enroll_totp")).body).toEqual(begun);
    const wrong = await answer(service, challenge_id, { method: "enroll_totp", code: wrongCode(app) });
    expect(wrong.body.code).toBe("factor_wrong");
    expect(await sql`select 1 from authenticator where confirmed_at is not null`).toHaveLength(0);
    const done = await answer(service, challenge_id, { method: "enroll_totp", code: app.code() });
    expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:2" });
    const token = done.body.access_token;
    const { body } = await api("GET", "/mfa/factors", undefined, { token });
    expect(body).toMatchObject({
      factors: [{ type: "totp" }],
      policy: { required: true, reason: "everyone" },
    });
    // The codes of whoever came this way are asked for by themselves.
    expect((await api("POST", "/mfa/recovery-codes", {}, { token })).body.recovery_codes).toHaveLength(10);
    expect(await service.mails({ to: email, kind: "factor_added" })).toHaveLength(1);
    // The last one stays.
    const gone = await api("DELETE", `/mfa/factors/${begun.authenticator_id}`, undefined, { token });
    expect(gone).toMatchObject({ status: 403, body: { code: "factor_required" } });
    await codesAreFresh(service);
    const asked = (await signIn(service, email)).body;
    expect(asked.methods).toEqual(["totp", "recovery_code"]);
    const again = await answer(service, asked.challenge_id, { method: "totp", code: app.code() });
    expect(again.body.kind).toBe("session");
  });
});

Deno.test("a sign-in that was begun before the first factor came does not add another", async () => {
  await using service = await testPlugins(withPolicy({ policy: "required" }));
  const email = await newMember(service);
  const [owner, thief] = [await toEnrolment(service, email), await toEnrolment(service, email)];
  const [mine, theirs] = [
    appOf((await begin(service, owner, "enroll_totp")).body),
    appOf((await begin(service, thief, "enroll_totp")).body),
  ];
  // Neither code opens the other's.
  expect((await answer(service, owner, { method: "enroll_totp", code: theirs.code() })).body.code)
    .toBe("factor_wrong");
  expect((await answer(service, owner, { method: "enroll_totp", code: mine.code() })).body.kind).toBe(
    "session",
  );
  const late = await answer(service, thief, { method: "enroll_totp", code: theirs.code() });
  expect(late).toMatchObject({ status: 400, body: { code: "challenge_invalid" } });
  expect(await service.sql`select 1 from authenticator where confirmed_at is not null`).toHaveLength(1);
  expect(await service.sql`select 1 from session where ended_at is null`).toHaveLength(1);
});

Deno.test("twenty who enrol at once in their sign-ins: one factor", async () => {
  await using service = await testPlugins(withPolicy({ policy: "required", attempts_max: 100 }));
  const email = await newMember(service);
  const challenges: string[] = [];
  for (let i = 0; i < 5; i++) challenges.push(await toEnrolment(service, email));
  const apps: App[] = [];
  for (const one of challenges) apps.push(appOf((await begin(service, one, "enroll_totp")).body));
  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      (_, i) => answer(service, challenges[i % 5], { method: "enroll_totp", code: apps[i % 5].code() }),
    ),
  );
  expect(answers.filter(({ body }) => body.kind === "session").length).toBeLessThanOrEqual(1);
  expect(await service.sql`select 1 from authenticator where confirmed_at is not null`).toHaveLength(1);
});

type Setting = { factor: boolean; email_code?: boolean; remembered?: boolean };
const rows: [what: string, Partial<MfaConfig>, Setting, expected: "session" | string[]][] = [
  ["optional, nothing", {}, { factor: false }, "session"],
  ["optional, mailed codes", {}, { factor: false, email_code: true }, ["email_code"]],
  [
    "optional, mailed codes, remembered",
    {},
    { factor: false, email_code: true, remembered: true },
    "session",
  ],
  ["optional, an app", {}, { factor: true }, ["totp", "recovery_code"]],
  ["optional, an app and mailed codes", {}, { factor: true, email_code: true }, ["totp", "recovery_code"]],
  ["optional, an app, remembered", {}, { factor: true, remembered: true }, "session"],
  ["required, nothing", { policy: "required" }, { factor: false }, ["email_code"]],
  ["required, nothing, remembered", { policy: "required" }, { factor: false, remembered: true }, [
    "email_code",
  ]],
  ["required, mailed codes", { policy: "required" }, { factor: false, email_code: true }, ["email_code"]],
  ["required, an app", { policy: "required" }, { factor: true }, ["totp", "recovery_code"]],
  ["required, an app, remembered", { policy: "required" }, { factor: true, remembered: true }, "session"],
  [
    "required later, nothing",
    { policy: "required", required_from: "2999-01-01" },
    { factor: false },
    "session",
  ],
  ["required since long, nothing", { policy: "required", required_from: "2020-01-01" }, { factor: false }, [
    "email_code",
  ]],
  ["of another role, nothing", { required_roles: ["admin"] }, { factor: false }, "session"],
  ["of the role, nothing", { required_roles: ["operator"] }, { factor: false }, ["email_code"]],
];
for (const [what, options, { factor, email_code, remembered }, expected] of rows) {
  Deno.test(`${what}: ${expected === "session" ? "a session" : `asked for ${expected.join(" or ")}`}`, async () => {
    await using service = await testPlugins(withPolicy(options));
    const { sql } = service;
    const email = await newMember(service);
    const account_id = await accountOf(service, email);
    await sql`update account set roles = ${["operator"]}`;
    await sql`insert into authenticator (account_id, type, name, confirmed_at)
              select ${account_id}, 'email_code', 'mail', now() where ${email_code ?? false}`;
    if (factor) {
      const [{ authenticator_id }] = await sql`
        insert into authenticator (account_id, type, name, confirmed_at)
        values (${account_id}, 'totp', 'app', now()) returning authenticator_id`;
      await sql`insert into totp (authenticator_id, secret_sealed) values (${authenticator_id}, ${new Uint8Array(
        1,
      )})`;
      await sql`insert into recovery_code (account_id, code_hash) values (${account_id}, ${new Uint8Array(
        32,
      )})`;
    }
    const secret = "A".repeat(43);
    await sql`insert into device (account_id, secret_hash, remembered_until)
              values (${account_id}, ${hashSecret(secret)}, now() + ${
      remembered ? "1 day" : "-1 day"
    }::interval)`;
    const headers = { [deviceHeader]: secret };
    const { body } = await service.api("POST", "/auth/login", { email, password: GOOD_PASSWORD }, {
      headers,
    });
    if (expected === "session") expect(body.kind).toBe("session");
    else expect(body).toMatchObject({ kind: "challenge", methods: expected });
    expect(await sql`select 1 from session`).toHaveLength(expected === "session" ? 1 : 0);
  });
}

Deno.test("a session from before leads to no new token: once a factor is there, or policy wants one", async (t) => {
  await using service = await testPlugins(withPolicy({ required_roles: ["operator"] }));
  const { api, sql } = service;
  const refresh = (refresh_token: string) => api("POST", "/auth/refresh", { refresh_token });

  await t.step("policy", async () => {
    const email = await newMember(service);
    const before = (await signIn(service, email)).body;
    const { refresh_token } = (await refresh(before.refresh_token)).body;
    await sql`update account set roles = ${["operator"]} where email = ${email}`;
    expect((await refresh(refresh_token)).status).toBe(401);
    await sql`update account set roles = '{}' where email = ${email}`;
  });
  await t.step("a sign-in that ran beside the enrolment", async () => {
    const email = await newMember(service);
    const beside = (await signIn(service, email)).body;
    await addApp(service, await accessToken(service, email));
    // Its session was stored a moment after the others were ended.
    await sql`update session set ended_at = null where session_id = ${beside.session_id}`;
    expect((await refresh(beside.refresh_token)).status).toBe(401);
  });
  await t.step("nor is it kept by a device that is not remembered any more", async () => {
    const email = await newMember(service);
    const app = await addApp(service, await accessToken(service, email));
    await codesAreFresh(service);
    const asked = (await signIn(service, email)).body;
    const more = { method: "totp", code: app.code(), remember_device: true };
    const headers = { [deviceHeader]: (await answer(service, asked.challenge_id, more)).body.device_token };
    const login = { email, password: GOOD_PASSWORD };
    const { refresh_token } = (await api("POST", "/auth/login", login, { headers })).body;
    const next = await refresh(refresh_token);
    expect(next.status).toBe(200);
    await sql`update device set remembered_until = now() - interval '1 second'`;
    expect((await refresh(next.body.refresh_token)).status).toBe(401);
  });
});

Deno.test("of forty sign-ins that run beside the first factor, none leaves a session without it", async () => {
  await using service = await testPlugins(withPolicy());
  const { api, sql } = service;
  const email = await newMember(service);
  const token = await accessToken(service, email);
  for (let round = 0; round < 3; round++) {
    const app = appOf((await api("POST", "/mfa/totp", {}, { token })).body);
    const path = `/mfa/totp/${app.authenticator_id}/confirm`;
    const started = Array.from({ length: 40 }, () => signIn(service, email));
    const confirmed = await api("POST", path, { code: app.code() }, { token });
    await Promise.all(started);
    expect(confirmed.status).toBe(200);
    expect(await sql`select amr from session where ended_at is null and not 'mfa' = any(amr)`).toEqual([]);
    const gone = await api("DELETE", `/mfa/factors/${app.authenticator_id}`, undefined, { token });
    expect(gone.status).toBe(204);
  }
});

Deno.test("a factor shown to one account's challenge is nothing in another's", async () => {
  await using service = await testPlugins(withPolicy());
  const people = [];
  for (let i = 0; i < 2; i++) {
    const email = await newMember(service);
    people.push({ email, app: await addApp(service, await accessToken(service, email)) });
  }
  await codesAreFresh(service);
  const [ada, bob] = people;
  const asked = (await signIn(service, ada.email)).body;
  const swapped = await answer(service, asked.challenge_id, { method: "totp", code: bob.app.code() });
  expect(swapped.body.code).toBe("factor_wrong");
  const theirs = { method: "recovery_code", code: bob.app.recovery_codes![0] };
  expect((await answer(service, asked.challenge_id, theirs)).body.code).toBe("factor_wrong");
  expect((await answer(service, asked.challenge_id, { method: "totp", code: ada.app.code() })).body.kind)
    .toBe("session");
});

Deno.test("when the gate cannot look, nobody gets in", async () => {
  await using service = await testPlugins(withPolicy());
  const email = await newMember(service);
  await service.sql`alter table authenticator rename to authenticator_away`;
  expect((await signIn(service, email)).status).toBe(403);
  expect(await service.sql`select 1 from session`).toHaveLength(0);
});
