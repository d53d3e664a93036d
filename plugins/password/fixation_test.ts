import { availableParallelism } from "node:os";
import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import {
  GOOD_PASSWORD,
  lastLetter,
  newAddress,
  newMember,
  sessionCookie,
  signIn,
  signUp,
} from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "./mod.ts";
import { runtimeOf } from "./runtime.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];

Deno.test("whatever cookies a browser brings to a sign-in, none of them is worth more after it", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const email = await newMember(service);
  const attacker = await newMember(service);
  const device = "p".repeat(43);
  const rows: [what: string, cookie: () => Promise<string>][] = [
    ["a session that never was", () => Promise.resolve(`fs_session=${"x".repeat(43)}`)],
    ["an attacker's session", () => sessionCookie(service, attacker)],
    ["an older session of one's own", () => sessionCookie(service, email)],
    [
      "two sessions",
      async () => `${await sessionCookie(service, attacker)}; ${await sessionCookie(service, email)}`,
    ],
    ["a device that somebody knows", () => Promise.resolve(`fs_device=${device}`)],
  ];
  const status = async (cookie: string) =>
    (await api("GET", "/users/me", undefined, { headers: { cookie } })).status;
  for (const [what, bring] of rows) {
    await t.step(what, async () => {
      const brought = await bring();
      const login = await api(
        "POST",
        "/auth/login",
        { email, password: GOOD_PASSWORD, transport: "cookie" },
        {
          headers: { cookie: brought, "sec-fetch-site": "same-origin" },
        },
      );
      expect(login.status).toBe(200);
      const given = login.headers.getSetCookie().map((one) => one.split(";")[0]);
      expect(await status(given.find((one) => one.startsWith("fs_session="))!)).toBe(200);
      // The one that counts of several is the first; the other is of somebody else's making and stays what it was.
      expect(await status(brought.split("; ")[0])).toBe(401);
      for (const one of given) expect(brought).not.toContain(one);
    });
  }
  const known = await sql`select 1 from device where secret_hash = sha256(${device}::bytea)`;
  expect(known).toHaveLength(0);
});

Deno.test("a new password and a reset leave no cookie that was there before but the one it was made with", async () => {
  await using service = await testPlugins(plugins);
  const { api } = service;
  const email = await newMember(service);
  const [here, there] = [await sessionCookie(service, email), await sessionCookie(service, email)];
  const status = async (cookie: string) =>
    (await api("GET", "/users/me", undefined, { headers: { cookie } })).status;
  const body = { new_password: "a completely new password", current_password: GOOD_PASSWORD };
  const headers = { cookie: here, "sec-fetch-site": "same-origin" };
  expect((await api("PUT", "/users/me", body, { headers })).status).toBe(200);
  expect([await status(here), await status(there)]).toEqual([200, 401]);
  const told = (await service.mails({ to: email, kind: "password_changed" })).length;
  expect(told).toBe(1);

  await api("POST", "/auth/password-reset/request", { email });
  await service.turn();
  const [mail] = await service.mails({ to: email, kind: "password_reset" });
  const token = new URL(mail.data.url).searchParams.get("token");
  const reset = await api("POST", "/auth/password-reset/confirm", { token, new_password: GOOD_PASSWORD });
  expect(reset.body.status).toBe("changed");
  expect(await status(here)).toBe(401);
});

/** Signs in, and lets something happen before the password is hashed. */
async function signInAround(service: TestPlugins, email: string, meanwhile: () => Promise<unknown>) {
  const { queue } = runtimeOf(service.ctxOf("password"));
  const free = Promise.withResolvers<void>();
  const busy = Array.from({ length: availableParallelism() }, () => queue.run(() => free.promise));
  const login = signIn(service, email);
  while (queue.waiting === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await meanwhile();
  free.resolve();
  await Promise.all(busy);
  return await login;
}

for (
  const [what, next, status] of [
    ["a new password keeps out", "a completely new password", 401],
    ["the same one, hashed anew, lets in", GOOD_PASSWORD, 200],
  ] as const
) {
  Deno.test(`${what} whoever's sign-in waits to be hashed meanwhile`, async () => {
    await using service = await testPlugins(plugins);
    const email = await newMember(service);
    const verifier = await runtimeOf(service.ctxOf("password")).hasher.hash(next);
    const login = await signInAround(
      service,
      email,
      () => service.sql`update password_credential set verifier = ${verifier}`,
    );
    expect(login.status).toBe(status);
  });
}

Deno.test("an address that is confirmed lets in whoever's sign-in waits to be hashed meanwhile", async () => {
  await using service = await testPlugins(plugins);
  const email = newAddress();
  await signUp(service, email);
  const { token } = await lastLetter(service, email);
  const login = await signInAround(
    service,
    email,
    () => service.api("POST", "/auth/verify-email", { token }),
  );
  expect(login).toMatchObject({ status: 200, body: { kind: "session" } });
});
