import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { deviceHeader } from "../../../core/sign_in/caller.ts";
import {
  accessToken,
  GOOD_PASSWORD,
  newMember,
  sessionCookie,
  signIn,
} from "../../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../../core/testing/plugins.ts";
import { addApp, appOf, codesAreFresh } from "../../../core/testing/second_factor.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification, mfa];
const answer = ({ api }: TestPlugins, challenge_id: string, body: object, token?: string) =>
  api("POST", `/auth/challenge/${challenge_id}`, body, { token });

/** Somebody with an app, in the session that it was set up in. */
async function withApp(service: TestPlugins) {
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const app = await addApp(service, token);
  await codesAreFresh(service);
  return { email, token, app };
}

/** Signs in with password and code. */
async function signInWith(service: TestPlugins, email: string, code: string): Promise<string> {
  const { body } = await signIn(service, email);
  const done = await answer(service, body.challenge_id, { method: "totp", code });
  expect(done).toMatchObject({ status: 200, body: { kind: "session" } });
  return done.body.access_token;
}

Deno.test("from an app to a sign-in with it: asked for, right once, and the session says so", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const elsewhere = await accessToken(service, email);

  const app = await addApp(service, token, "  Phone ");
  await t.step(
    "ten recovery codes come with it, this session is raised, others end, a mail tells",
    async () => {
      expect(app.recovery_codes).toHaveLength(10);
      const me = await api("GET", "/users/me/sessions", undefined, { token });
      expect(me.body.sessions).toHaveLength(1);
      expect((await sql`select amr, acr from session where ended_at is null`)[0])
        .toEqual({ amr: ["pwd", "otp", "mfa"], acr: "urn:flowshield:acr:2" });
      expect((await api("GET", "/users/me", undefined, { token: elsewhere })).status).toBe(401);
      const [mail] = await service.mails({ to: email, kind: "factor_added" });
      expect(mail.data).toMatchObject({ factor: "totp", factor_name: "Phone" });
    },
  );
  await t.step("it is listed, its secret is not, neither in the answer nor in the table", async () => {
    const { body } = await api("GET", "/mfa/factors", undefined, { token });
    expect(body).toMatchObject({
      factors: [{ authenticator_id: app.authenticator_id, type: "totp", name: "Phone" }],
      recovery_codes: { remaining: 10, total: 10 },
      policy: { required: false, required_from: null, reason: null },
      recovery: null,
    });
    expect(JSON.stringify(body)).not.toContain(app.secret);
    const [{ sealed }] = await sql`select encode(secret_sealed, 'escape') as sealed from totp`;
    expect(sealed).not.toContain(app.secret);
  });
  await t.step("the code that confirmed it opens nothing", async () => {
    const { body } = await signIn(service, email);
    expect(body).toMatchObject({ kind: "challenge", methods: ["totp", "recovery_code"] });
    const again = await answer(service, body.challenge_id, { method: "totp", code: app.used_code });
    expect(again).toMatchObject({ status: 400, body: { code: "factor_wrong", attempts_left: 9 } });
  });
  await t.step("the next one does, and not twice", async () => {
    const code = app.code(1);
    const asked = (await signIn(service, email)).body;
    const done = await answer(service, asked.challenge_id, {
      method: "totp",
      code: `${code.slice(0, 3)} ${code.slice(3)}`,
    });
    expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:2" });
    expect(done.body.amr.toSorted()).toEqual(["mfa", "otp", "pwd"]);
    const next = (await signIn(service, email)).body;
    expect((await answer(service, next.challenge_id, { method: "totp", code })).body.code).toBe(
      "factor_wrong",
    );
  });
  await t.step("a recovery code does, once, and a mail tells how many are left", async () => {
    const code = app.recovery_codes![4];
    const asked = (await signIn(service, email)).body;
    const done = await answer(service, asked.challenge_id, {
      method: "recovery_code",
      code: code.toLowerCase(),
    });
    expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:2" });
    const next = (await signIn(service, email)).body;
    expect((await answer(service, next.challenge_id, { method: "recovery_code", code })).body.code)
      .toBe("factor_wrong");
    const [mail] = await service.mails({ to: email, kind: "recovery_code_used" });
    expect(mail.data.left).toBe("9");
  });
  await t.step("nothing of it is in the log or a flow", async () => {
    const flows = JSON.stringify(await sql`select * from flow`);
    for (const secret of [app.secret, ...app.recovery_codes!]) expect(flows).not.toContain(secret);
  });
});

Deno.test("fifty who show one code at once, in fifty sign-ins, get one session", async () => {
  await using service = await testPlugins([plugins[0], verification, configure(mfa, { attempts_max: 100 })]);
  const { email, app } = await withApp(service);
  const asked = await Promise.all(Array.from({ length: 50 }, () => signIn(service, email)));
  const code = app.code();
  const answers = await Promise.all(
    asked.map(({ body }) => answer(service, body.challenge_id, { method: "totp", code })),
  );
  expect(answers.filter(({ body }) => body.kind === "session")).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === "factor_wrong")).toHaveLength(49);
});

Deno.test("a stolen session that is not young sets up nothing, changes nothing, takes nothing away", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const bare = await accessToken(service, await newMember(service));
  const { token, app } = await withApp(service);
  // One was begun while the session was young.
  const begun = await api("POST", "/mfa/totp", {}, { token: bare });
  const pending = appOf(begun.body);
  await sql`update session set auth_time = now() - interval '11 minutes'`;
  const acts: [string, string, string, object?][] = [
    [bare, "POST", "/mfa/totp", {}],
    [bare, "POST", `/mfa/totp/${pending.authenticator_id}/confirm`, { code: pending.code() }],
    [bare, "POST", "/mfa/email-code", {}],
    [bare, "POST", "/mfa/recovery-codes", {}],
    [token, "POST", "/mfa/totp", {}],
    [token, "POST", "/mfa/email-code", {}],
    [token, "POST", "/mfa/recovery-codes", {}],
    [token, "DELETE", `/mfa/factors/${app.authenticator_id}`],
  ];
  for (const [by, method, path, body] of acts) {
    await t.step(`${method} ${path.replaceAll(/[0-9a-f-]{36}/g, "…")}`, async () => {
      expect(await api(method, path, body, { token: by }))
        .toMatchObject({ status: 401, body: { code: "step_up_required", max_age: 600 } });
    });
  }
  await t.step("young, but with the password alone: not where there is a factor", async () => {
    await sql`update session set auth_time = now(), amr = ${["pwd"]}, acr = 'urn:flowshield:acr:1'`;
    for (const [by, method, path, body] of acts.filter(([by]) => by === token)) {
      expect(await api(method, path, body, { token: by }))
        .toMatchObject({ status: 401, body: { acr_values: "urn:flowshield:acr:2" } });
    }
  });
  const [{ confirmed, codes }] = await sql`
    select (select count(*)::int from authenticator where confirmed_at is not null) as confirmed,
           (select count(*)::int from recovery_code) as codes`;
  expect({ confirmed, codes }).toEqual({ confirmed: 1, codes: 10 });
});

Deno.test("what is not one's own is not there: neither to confirm, nor to rename, nor to remove", async (t) => {
  await using service = await testPlugins(plugins);
  const { api } = service;
  const { app, token: owner } = await withApp(service);
  const pending = appOf((await api("POST", "/mfa/totp", {}, { token: owner })).body);
  const other = await accessToken(service, await newMember(service));
  const id = app.authenticator_id;
  const rows: [string, string | undefined, string, string, object | undefined, number][] = [
    ["confirm somebody else's", other, "POST", `/mfa/totp/${pending.authenticator_id}/confirm`, {
      code: pending.code(),
    }, 404],
    ["confirm one that counts already", owner, "POST", `/mfa/totp/${id}/confirm`, { code: app.code() }, 404],
    ["confirm nothing", owner, "POST", `/mfa/totp/${crypto.randomUUID()}/confirm`, { code: "123456" }, 404],
    ["confirm no id", owner, "POST", "/mfa/totp/x/confirm", { code: "123456" }, 422],
    [
      "confirm with a list",
      owner,
      "POST",
      `/mfa/totp/${pending.authenticator_id}/confirm`,
      { code: ["1"] },
      422,
    ],
    ["confirm with what is no code", owner, "POST", `/mfa/totp/${pending.authenticator_id}/confirm`, {
      code: "abc",
    }, 400],
    ["rename somebody else's", other, "PUT", `/mfa/factors/${id}`, { name: "Mine" }, 404],
    [
      "rename what does not count",
      owner,
      "PUT",
      `/mfa/factors/${pending.authenticator_id}`,
      { name: "Mine" },
      404,
    ],
    ["rename to nothing", owner, "PUT", `/mfa/factors/${id}`, { name: "  " }, 422],
    ["rename to two lines", owner, "PUT", `/mfa/factors/${id}`, { name: "a\nb" }, 422],
    ["rename to what turns the line", owner, "PUT", `/mfa/factors/${id}`, { name: "a\u202eb" }, 422],
    ["rename to a novel", owner, "PUT", `/mfa/factors/${id}`, { name: "x".repeat(61) }, 422],
    ["remove somebody else's", other, "DELETE", `/mfa/factors/${id}`, undefined, 404],
    ["remove without a session", undefined, "DELETE", `/mfa/factors/${id}`, undefined, 401],
    ["list without a session", undefined, "GET", "/mfa/factors", undefined, 401],
    ["rename", owner, "PUT", `/mfa/factors/${id}`, { name: "Work phone" }, 200],
  ];
  for (const [what, token, method, path, body, status] of rows) {
    await t.step(`${what}: ${status}`, async () => {
      expect((await api(method, path, body, { token })).status).toBe(status);
    });
  }
  const { body } = await api("GET", "/mfa/factors", undefined, { token: owner });
  expect(body.factors).toMatchObject([{ authenticator_id: id, name: "Work phone" }]);
});

Deno.test("removing the last one: recovery codes go, others are signed out, and the password is enough", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const { email, token, app } = await withApp(service);
  const elsewhere = await signInWith(service, email, app.code());
  const removed = await api("DELETE", `/mfa/factors/${app.authenticator_id}`, undefined, { token });
  expect(removed.status).toBe(204);
  expect((await api("GET", "/users/me", undefined, { token: elsewhere })).status).toBe(401);
  expect(await sql`select 1 from recovery_code`).toHaveLength(0);
  expect((await signIn(service, email)).body.kind).toBe("session");
  expect(await service.mails({ to: email, kind: "factor_removed" })).toHaveLength(1);
  expect((await api("DELETE", `/mfa/factors/${app.authenticator_id}`, undefined, { token })).status).toBe(
    404,
  );
  const codes = await api("POST", "/mfa/recovery-codes", {}, { token });
  expect(codes).toMatchObject({ status: 403, body: { code: "factor_needed" } });
});

Deno.test("a remembered device is not asked, until factors change; its secret is nothing for another account", async (t) => {
  await using service = await testPlugins(plugins);
  const { api } = service;
  const { email, app } = await withApp(service);
  const other = await withApp(service);
  await codesAreFresh(service);
  const { body } = await signIn(service, email);
  const done = await answer(service, body.challenge_id, {
    method: "totp",
    code: app.code(),
    remember_device: true,
  });
  const device = { [deviceHeader]: done.body.device_token as string };
  const login = (email: string, headers: Record<string, string> = device) =>
    api("POST", "/auth/login", { email, password: GOOD_PASSWORD }, { headers });
  await t.step("not asked here", async () => {
    const again = (await login(email)).body;
    expect(again).toMatchObject({ kind: "session", amr: ["pwd"], acr: "urn:flowshield:acr:1" });
    const refreshed = await api("POST", "/auth/refresh", { refresh_token: again.refresh_token });
    expect(refreshed.status).toBe(200);
  });
  await t.step("asked elsewhere, and copied to another account", async () => {
    expect((await login(email, {})).body.kind).toBe("challenge");
    expect((await login(other.email)).body.kind).toBe("challenge");
  });
  await t.step("asked here once another factor came", async () => {
    await codesAreFresh(service);
    await addApp(service, await signInWith(service, email, app.code()), "Second");
    expect((await login(email)).body.kind).toBe("challenge");
  });
});

Deno.test("a browser's cookie is another one after its first factor", async () => {
  await using service = await testPlugins(plugins);
  const { api } = service;
  const cookie = await sessionCookie(service, await newMember(service));
  const browser = (cookie: string) => ({ headers: { cookie, "sec-fetch-site": "same-origin" } });
  const app = appOf((await api("POST", "/mfa/totp", {}, browser(cookie))).body);
  const path = `/mfa/totp/${app.authenticator_id}/confirm`;
  const confirmed = await api("POST", path, { code: app.code() }, browser(cookie));
  const raised = confirmed.headers.get("set-cookie")!.split(";")[0];
  expect((await api("GET", "/users/me", undefined, browser(cookie))).status).toBe(401);
  expect((await api("GET", "/users/me", undefined, browser(raised))).status).toBe(200);
  expect((await api("POST", "/mfa/recovery-codes", {}, browser(raised))).status).toBe(201);
});

Deno.test("there is an end to how many one has, begun and confirmed", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const token = await accessToken(service, await newMember(service));
  for (let i = 0; i < 8; i++) await api("POST", "/mfa/totp", {}, { token });
  expect(await sql`select 1 from authenticator where confirmed_at is null`).toHaveLength(5);
  const last = appOf((await api("POST", "/mfa/totp", {}, { token })).body);
  await sql`insert into authenticator (account_id, type, name, confirmed_at)
            select account_id, 'passkey', 'k', now() from account, generate_series(1, 20)`;
  await sql`update session set amr = ${["pwd", "otp", "mfa"]}`;
  const refused = { status: 409, body: { code: "too_many_factors" } };
  expect(await api("POST", "/mfa/totp", {}, { token })).toMatchObject(refused);
  const path = `/mfa/totp/${last.authenticator_id}/confirm`;
  expect(await api("POST", path, { code: last.code() }, { token })).toMatchObject(refused);
});

Deno.test("two confirmations at once of one app: one counts, and one set of codes is made", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const token = await accessToken(service, await newMember(service));
  const app = appOf((await api("POST", "/mfa/totp", {}, { token })).body);
  const path = `/mfa/totp/${app.authenticator_id}/confirm`;
  const answers = await Promise.all(
    [-1, 0, 1].map((step) => api("POST", path, { code: app.code(step) }, { token })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await sql`select 1 from recovery_code`).toHaveLength(10);
});
