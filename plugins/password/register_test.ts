import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import {
  GOOD_PASSWORD,
  lastLetter,
  newAddress,
  newMember,
  signIn,
  signUp,
} from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "./mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];

const count = async ({ sql }: TestPlugins, table: string, where = "true") =>
  (await sql.unsafe(`select count(*)::int as n from ${table} where ${where}`))[0].n;

Deno.test("sign-up", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;

  await t.step("makes account, token and mail, and the mail's link opens the account", async () => {
    const email = newAddress();
    const answer = await api("POST", "/auth/register", { email, password: GOOD_PASSWORD, first_name: "Ada" });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: "pending_verification", method: "direct_registration" },
    });
    const id = answer.body.registration_id;
    expect((await mails({ to: email })).map(({ kind }) => kind)).toEqual(["verify_email"]);
    expect((await mails({ to: email }))[0].data).toMatchObject({ first_name: "Ada" });
    const { token } = await lastLetter(service, email);
    expect(await api("POST", "/auth/verify-email", { token })).toMatchObject({
      status: 200,
      body: { status: "active", purpose: "registration", method: "direct_verification" },
    });
    expect((await api("GET", `/auth/registrations/${id}`)).body.status).toBe("active");
    expect((await signIn(service, email)).status).toBe(200);
    await service.turn();
    expect((await sql`select status, outcome from flow where flow_id = ${id}`)[0]).toEqual({
      status: "completed",
      outcome: "completed",
    });
    expect((await mails({ to: email })).map(({ kind, status }) => [kind, status])).toEqual([
      ["verify_email", "sent"],
      ["welcome", "sent"],
    ]);
  });

  await t.step("the older name does the same", async () => {
    const answer = await api("POST", "/user/register", { email: newAddress(), password: GOOD_PASSWORD });
    expect(answer.status).toBe(202);
  });

  await t.step("fifty equal ones at once are one account, one flow, one mail, one answer", async () => {
    const email = newAddress("fifty");
    const before = await count(service, "flow");
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api("POST", "/auth/register", { email, password: GOOD_PASSWORD })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.registration_id)).size).toBe(1);
    await service.turn();
    expect(await count(service, "account", `email = '${email}'`)).toBe(1);
    expect(await count(service, "flow")).toBe(before + 1);
    expect((await mails({ to: email })).length).toBe(1);
  });

  await t.step(
    "of two passwords for one address, the one whose mail is confirmed is the account's",
    async () => {
      const email = newAddress("victim");
      const stranger = await signUp(service, email, "password of a stranger", { first_name: "Eve" });
      const owner = await signUp(service, email, "password of the owner", { first_name: "Ann" });
      expect(stranger).not.toBe(owner);
      expect(await count(service, "account", `email = '${email}'`)).toBe(1);
      const { token } = await lastLetter(service, email);
      const [first] = await mails({ to: email });
      expect((await api("POST", "/auth/verify-email", { token })).status).toBe(200);
      expect((await signIn(service, email, "password of a stranger")).status).toBe(401);
      expect((await signIn(service, email, "password of the owner")).status).toBe(200);
      expect((await sql`select first_name from account where email = ${email}`)[0].first_name).toBe("Ann");
      const late = new URL(first.data.url).searchParams.get("token");
      expect((await api("POST", "/auth/verify-email", { token: late })).body.code).toBe("token_used");
      await service.turn();
      expect((await api("GET", `/auth/registrations/${stranger}`)).body.status).toBe("expired");
      expect((await api("GET", `/auth/registrations/${owner}`)).body.status).toBe("active");
      expect((await signIn(service, email, "password of the owner")).status).toBe(200);
    },
  );

  await t.step("an address takes only a handful of open ones, whether or not it has an account", async () => {
    for (const email of [newAddress(), await newMember(service)]) {
      const answers = [];
      for (let i = 0; i < 6; i++) {
        answers.push(await api("POST", "/auth/register", { email, password: `another password ${i}` }));
      }
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 429]);
      expect(answers[5].headers.get("retry-after")).toBe("3600");
    }
  });

  await t.step("what was typed is forgotten once it is decided", async () => {
    const rows = await sql`select * from registration where state <> 'open'`;
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect([row.email, row.email_key, row.verifier, row.first_name]).toEqual([null, null, null, null]);
    }
  });
});

Deno.test("a sign-up that nobody confirms frees its address", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;
  const email = newAddress();
  const id = await signUp(service, email);
  await service.idle();
  await sql`update email_verification set expires_at = now() - interval '1 second'`;
  await sql`update flow set next_tick_at = now()`;
  const { token, code } = await lastLetter(service, email);
  expect((await api("POST", "/auth/verify-email", { token })).body.code).toBe("token_expired");
  expect((await api("POST", "/auth/verify-email", { email, code })).body.code).toBe("code_wrong");
  await service.turn();
  expect(await count(service, "account")).toBe(0);
  expect((await api("GET", `/auth/registrations/${id}`)).body.status).toBe("expired");
  expect((await sql`select status from flow where flow_id = ${id}`)[0].status).toBe("expired");
  expect((await api("POST", "/auth/verify-email", { token })).body.code).toBe("token_invalid");
  expect((await signIn(service, email)).body.code).toBe("invalid_credentials");
  const next = await signUp(service, email);
  expect(next).not.toBe(id);
  expect((await mails({ to: email })).length).toBe(2);
});

Deno.test("one that expires leaves the account to another that still waits", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const email = newAddress();
  const first = await signUp(service, email, "the first password");
  const second = await signUp(service, email, "the second password");
  await service.idle();
  await sql`update email_verification set expires_at = now() where flow_id = ${first}`;
  await sql`update flow set next_tick_at = now() where flow_id = ${first}`;
  await service.turn();
  expect((await api("GET", `/auth/registrations/${first}`)).body.status).toBe("expired");
  expect((await api("GET", `/auth/registrations/${second}`)).body.status).toBe("pending_verification");
  const { token } = await lastLetter(service, email);
  expect((await api("POST", "/auth/verify-email", { token })).status).toBe(200);
  expect((await signIn(service, email, "the second password")).status).toBe(200);
});

Deno.test("a sign-up refuses bad input, names the field and stores nothing", async (t) => {
  await using service = await testPlugins(plugins);
  const { api } = service;
  const email = newAddress();
  const good = { email, password: GOOD_PASSWORD };
  const cases: [what: string, body: unknown, status: number, code: string, field?: string][] = [
    ["no body", "", 422, "invalid_request"],
    ["not JSON", "{", 400, "invalid_json"],
    ["a list", [], 422, "invalid_request"],
    ["no address", { password: GOOD_PASSWORD }, 422, "invalid_request", "email"],
    ["no password", { email }, 422, "invalid_request", "password"],
    ["a number for an address", { ...good, email: 7 }, 422, "invalid_request", "email"],
    ["an object for a password", { ...good, password: { $ne: null } }, 422, "invalid_request", "password"],
    ["an unknown field", { ...good, admin: true }, 422, "invalid_request", "admin"],
    ["no address in it", { ...good, email: "ann" }, 422, "invalid_email", "email"],
    [
      "a header in the address",
      { ...good, email: "a@example.com\r\nBcc: b@x.org" },
      422,
      "invalid_email",
      "email",
    ],
    ["NUL in the address", { ...good, email: "a\0b@example.com" }, 422, "invalid_request", "email"],
    ["NUL in the password", { ...good, password: "before\0after" }, 422, "invalid_request", "password"],
    ["mixed scripts", { ...good, email: "p\u0430ypal@example.com" }, 422, "email_confusable", "email"],
    [
      "an address of 1,000 letters",
      { ...good, email: "a".repeat(1000) + "@example.com" },
      422,
      "invalid_request",
      "email",
    ],
    ["a short password", { ...good, password: "seven77" }, 422, "password_too_short", "password"],
    ["a long password", { ...good, password: "x".repeat(257) }, 422, "password_too_long", "password"],
    ["a common password", { ...good, password: "Password1" }, 422, "password_too_common", "password"],
    ["the address as password", { ...good, password: email }, 422, "password_same_as_email", "password"],
    ["a breached password", { ...good, password: "Dfcbkbcrf" }, 422, "password_breached", "password"],
    [
      "a disguised name",
      { ...good, first_name: "Annemarijke", password: "ekj1ramenna!" },
      422,
      "password_personal",
      "password",
    ],
    [
      "half a surrogate pair",
      `{"email":"${email}","password":"\\ud800aaaaaaaaaa"}`,
      422,
      "invalid_request",
      "password",
    ],
    [
      "a header in a name",
      { ...good, first_name: "A\r\nBcc: b@x.org" },
      422,
      "invalid_request",
      "first_name",
    ],
    ["a link in a name", { ...good, last_name: "http://evil.example" }, 422, "invalid_request", "last_name"],
    [
      "SQL for a username",
      { ...good, username: "'; drop table account; --" },
      422,
      "invalid_request",
      "username",
    ],
    ["a megabyte", { ...good, first_name: "x".repeat(1_000_000) }, 413, "payload_too_large"],
  ];
  for (const [what, body, status, code, field] of cases) {
    await t.step(what, async () => {
      const answer = await api("POST", "/auth/register", body);
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
      if (field) expect(Object.keys(answer.body.fields)).toContain(field);
    });
  }
  for (const table of ["account", "registration", "flow", "mail"]) {
    expect(await count(service, table)).toBe(0);
  }
});

Deno.test("a password of 256 characters works, typed on another keyboard", async () => {
  await using service = await testPlugins(plugins);
  const email = await newMember(service, newAddress(), "é".repeat(256));
  expect((await signIn(service, email, "e\u0301".repeat(256))).status).toBe(200);
  expect((await signIn(service, email, "é".repeat(255) + "e")).status).toBe(401);
});

Deno.test("without anybody who proves addresses, an account is open at once", async () => {
  await using service = await testPlugins([configure(password, { bcrypt_cost: 4 })]);
  const { api, mails } = service;
  const email = newAddress();
  const answer = await api("POST", "/auth/register", { email, password: GOOD_PASSWORD });
  expect(answer).toMatchObject({ status: 202, body: { status: "active" } });
  expect((await signIn(service, email)).status).toBe(200);
  expect(await mails({ to: email })).toEqual([]);
});

Deno.test("after an intent is stored, trouble with its story never becomes an error", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;
  const email = newAddress();
  await sql`alter table account rename to account_away`;
  const answer = await api("POST", "/auth/register", { email, password: GOOD_PASSWORD });
  expect(answer).toMatchObject({ status: 202, body: { status: "pending_verification" } });
  await service.idle();
  await sql`alter table account_away rename to account`;
  await service.idle();
  await sql`update flow set next_tick_at = now()`;
  await service.turn();
  expect((await mails({ to: email })).map(({ kind }) => kind)).toEqual(["verify_email"]);
});
