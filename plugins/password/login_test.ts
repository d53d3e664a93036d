import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { GOOD_PASSWORD, newAddress, newMember, signIn, signUp } from "../../core/testing/people.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import { verifierOf } from "./credential.ts";
import { parseVerifier } from "./hashing.ts";
import password from "./mod.ts";

const pluginsWith = (options: Record<string, number> = {}) => [
  configure(password, { bcrypt_cost: 4, ...options }),
  verification,
];
const secret = (byte: number) => new Uint8Array(32).fill(byte);

Deno.test("sign-in", async (t) => {
  await using service = await testPlugins(pluginsWith());
  const { api, sql } = service;
  const email = await newMember(service);

  await t.step("answers tokens that work", async () => {
    const { status, body } = await signIn(service, email);
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: "session", token_type: "Bearer", method: "direct_login" });
    const me = await api("GET", "/users/me", undefined, { token: body.access_token });
    expect(me).toMatchObject({ status: 200, body: { email, email_verified: true } });
  });

  await t.step("answers a cookie when it is asked for one, and no token", async () => {
    const { body, headers } = await api("POST", "/auth/login", {
      email,
      password: GOOD_PASSWORD,
      transport: "cookie",
    });
    expect(body.access_token).toBeUndefined();
    expect(headers.get("set-cookie")).toMatch(/HttpOnly/i);
  });

  await t.step("takes the address in another case", async () => {
    expect((await signIn(service, email.toUpperCase())).status).toBe(200);
  });

  await t.step("has one answer for an unknown address, a wrong password and a disabled account", async () => {
    const disabled = await newMember(service);
    await sql`update account set status = 'disabled' where email = ${disabled}`;
    const pending = newAddress();
    await signUp(service, pending);
    const answers = await Promise.all([
      signIn(service, email, "not the password"),
      signIn(service, newAddress()),
      signIn(service, disabled),
      signIn(service, pending, "not the password"),
    ]);
    for (const { status, body } of answers) {
      expect({ ...body, status, request_id: "" }).toEqual({
        ...answers[0].body,
        status: 401,
        request_id: "",
      });
      expect(body.code).toBe("invalid_credentials");
    }
  });

  await t.step(
    "tells who knows the password that the address is not confirmed, and which sign-up it is",
    async () => {
      const pending = newAddress();
      const first = await signUp(service, pending, "the first password");
      const second = await signUp(service, pending, "the second password");
      for (const [password, id] of [["the first password", first], ["the second password", second]]) {
        expect(await signIn(service, pending, password)).toMatchObject({
          status: 403,
          body: { code: "email_unverified", registration_id: id },
        });
      }
    },
  );

  const wrong: [what: string, body: unknown, status: number][] = [
    ["no password", { email }, 422],
    ["an empty password", { email, password: "" }, 422],
    ["a list of addresses", { email: [email], password: GOOD_PASSWORD }, 422],
    ["SQL", { email: "' or 1=1 --@example.com", password: "' or 1=1 --" }, 422],
    ["an operator", { email, password: { $gt: "" } }, 422],
    ["a transport of its own", { email, password: GOOD_PASSWORD, transport: "header" }, 422],
    ["a password of 4,096 characters", { email, password: "x".repeat(4096) }, 401],
  ];
  for (const [what, body, status] of wrong) {
    await t.step(`refuses ${what}`, async () => {
      expect((await api("POST", "/auth/login", body)).status).toBe(status);
    });
  }
});

Deno.test("a password is stored anew when the cost rises or a secret is added, and only at a right login", async () => {
  await using service = await testPlugins(pluginsWith(), { secrets: [secret(1)] });
  const { sql, database } = service;
  const email = await newMember(service);
  const [{ account_id }] = await sql`select account_id from account where email = ${email}`;
  const stored = async () => parseVerifier((await verifierOf(sql, account_id))!)!;
  const before = await stored();

  await using later = await testPlugins(pluginsWith({ bcrypt_cost: 5 }), {
    secrets: [secret(2), secret(1)],
    database,
  });
  expect((await signIn(later, email, "not the password")).status).toBe(401);
  await later.idle();
  expect(await stored()).toEqual(before);
  expect((await signIn(later, email)).status).toBe(200);
  await later.idle();
  const after = await stored();
  expect(after.cost).toBe(5);
  expect(after.key_id).not.toBe(before.key_id);
  expect((await signIn(later, email)).status).toBe(200);
});

Deno.test("a verifier whose secret is gone is a wrong password, and the operator is told", async () => {
  const lines: string[] = [];
  await using service = await testPlugins(pluginsWith(), { write: (line) => void lines.push(line) });
  const email = await newMember(service);
  await service.sql`
    update password_credential set verifier = regexp_replace(verifier, '^fs1:[0-9a-f]{8}', 'fs1:00000000')`;
  expect((await signIn(service, email)).body.code).toBe("invalid_credentials");
  expect(lines.some((line) => line.includes("password.key_missing"))).toBe(true);
});

Deno.test("guessing", async (t) => {
  const lines: string[] = [];
  await using service = await testPlugins(pluginsWith(), {
    core: { rate_limits: true },
    write: (line) => void lines.push(line),
  });
  const { sql } = service;
  const email = await newMember(service);
  expect((await signIn(service, email, GOOD_PASSWORD, "203.0.113.1")).status).toBe(200);

  await t.step("is slowed down for a stranger, for a known and an unknown address alike", async () => {
    for (const [address, ip] of [[email, "198.51.100.1"], [newAddress(), "198.51.100.2"]]) {
      const answers = [];
      for (let i = 0; i < 8; i++) answers.push(await signIn(service, address, `guess number ${i}`, ip));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
      expect(Number(answers[7].headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(answers[7].body.code).toBe("too_many_requests");
    }
  });

  await t.step(
    "does not lock out the owner where the account was used before, nor an open session",
    async () => {
      const owner = await signIn(service, email, GOOD_PASSWORD, "203.0.113.1");
      expect(owner.status).toBe(200);
      const me = await service.api("GET", "/users/me", undefined, { token: owner.body.access_token });
      expect(me.status).toBe(200);
    },
  );

  await t.step("does not get easier when many try at once", async () => {
    const target = await newMember(service);
    const answers = await Promise.all(
      Array.from(
        { length: 30 },
        (_, i) => signIn(service, target, `guess number ${i}`, `198.51.100.${50 + i}`),
      ),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBe(6);
  });

  await t.step("ends its wait with time, and right passwords never count", async () => {
    const person = await newMember(service);
    for (let i = 0; i < 6; i++) await signIn(service, person, "not the password", "203.0.113.50");
    expect((await signIn(service, person, GOOD_PASSWORD, "203.0.113.50")).status).toBe(429);
    await sql`update login_backoff set blocked_until = now()`;
    expect((await signIn(service, person, GOOD_PASSWORD, "203.0.113.50")).status).toBe(200);
    for (let i = 0; i < 10; i++) {
      expect((await signIn(service, person, GOOD_PASSWORD, "203.0.113.50")).status).toBe(200);
    }
  });

  await t.step("is seen by the operator, without the address", async () => {
    const seen = lines.filter((line) => line.includes("login.backed_off")).map((line) => JSON.parse(line));
    expect(seen.length).toBeGreaterThan(4);
    expect(seen[0]).toMatchObject({ pool: "account" });
    expect(lines.join("")).not.toContain("@example.com");
    expect(lines.join("")).not.toContain("guess number");
    const metrics = await service.metrics.text();
    expect(metrics).toMatch(/password_login_total\{result="backed_off"\} \d+/);
    expect(metrics).toMatch(/password_login_total\{result="wrong"\} \d+/);
  });
});

Deno.test("a full hash queue answers 503 with Retry-After at once, and the others go on", async () => {
  await using service = await testPlugins(pluginsWith({ bcrypt_cost: 10 }), { core: { hash_queue_max: 2 } });
  const started = performance.now();
  const times: number[] = [];
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer = await signIn(service, newAddress());
      if (answer.status === 503) times.push(performance.now() - started);
      return answer;
    }),
  );
  const refused = answers.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  for (const { body, headers } of refused) {
    expect(body.code).toBe("hash_queue_full");
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  }
  expect(answers.filter(({ status }) => status === 401).length).toBe(20 - refused.length);
  expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(2);
});

Deno.test("a production service refuses to start with a cheap hash", async () => {
  const { start } = password;
  const ctx = (bcrypt_cost: number) => ({ core: { production: true }, config: { bcrypt_cost } });
  await expect(start!(ctx(9) as never)).rejects.toThrow(
    "PASSWORD_BCRYPT_COST: expected 10..16 in production, got 9",
  );
  await start!(ctx(10) as never);
});
