import { expect } from "expect";
import { type ActSubject, configure, definePlugin } from "../../core/plugin.ts";
import { deviceHeader } from "../../core/sign_in/caller.ts";
import { codeFactor } from "../../core/testing/factor.ts";
import { accessToken, GOOD_PASSWORD, newAddress, newMember, signIn } from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "./mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];
/** Every account has a second factor, which is asked for where somebody was not remembered. */
const second = definePlugin({
  name: "second",
  about: "A second factor for tests.",
  config: {},
  factors: [codeFactor("totp")],
  gates: [{
    act: "sign_in",
    phase: "factor",
    name: "second",
    decide: ({ device }: ActSubject["sign_in"]) =>
      Promise.resolve(device?.remembered ? { kind: "pass" } : { kind: "require", methods: ["totp"] }),
  }],
});
const NEW_PASSWORD = "a completely new password";

/** Asks for a step-up, which has to be asked for; answers its challenge. */
async function challenge({ api }: TestPlugins, token: string, wanted: object = { max_age: 0 }) {
  const { body } = await api("POST", "/auth/step-up", wanted, { token });
  expect(body).toMatchObject({ kind: "challenge" });
  return body as { challenge_id: string; methods: string[] };
}

const answer = (
  { api }: TestPlugins,
  token: string | undefined,
  challenge_id: string,
  body: object,
  ip?: string,
) => api("POST", `/auth/challenge/${challenge_id}`, body, { token, ip });

Deno.test("the password answers a step-up: the session goes on, proven now", async () => {
  await using service = await testPlugins(plugins);
  const token = await accessToken(service, await newMember(service));
  await service.sql`update session set auth_time = now() - interval '3 days'`;
  const { challenge_id, methods } = await challenge(service, token);
  expect(methods).toEqual(["password"]);
  const done = await answer(service, token, challenge_id, { method: "password", password: GOOD_PASSWORD });
  expect(done).toMatchObject({ status: 200, body: { kind: "session", amr: ["pwd"] } });
  expect(done.body.refresh_token).toBeUndefined();
  const [{ young }] = await service.sql`select auth_time > now() - interval '1 minute' as young from session`;
  expect(young).toBe(true);
  expect((await service.api("POST", "/auth/step-up", { max_age: 60 }, { token })).body.kind).toBe("met");
});

Deno.test("a challenge is not answered by anything but the account's present password", async (t) => {
  await using service = await testPlugins(plugins);
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const other = await accessToken(
    service,
    await newMember(service, newAddress(), NEW_PASSWORD),
    NEW_PASSWORD,
  );
  const right = { method: "password", password: GOOD_PASSWORD };
  const rows: [what: string, by: string | undefined, body: object, status: number, code: string][] = [
    ["a wrong password", token, { ...right, password: "wrong" }, 400, "factor_wrong"],
    [
      "its own password in capitals",
      token,
      { ...right, password: GOOD_PASSWORD.toUpperCase() },
      400,
      "factor_wrong",
    ],
    ["the password of somebody else", token, { ...right, password: NEW_PASSWORD }, 400, "factor_wrong"],
    ["an empty one", token, { ...right, password: "" }, 422, "invalid_request"],
    ["none", token, { method: "password" }, 422, "invalid_request"],
    ["a list", token, { ...right, password: [GOOD_PASSWORD] }, 422, "invalid_request"],
    ["one too long to hash", token, { ...right, password: "x".repeat(5_000) }, 422, "invalid_request"],
    ["another method", token, { ...right, method: "totp" }, 400, "challenge_invalid"],
    ["the right one from somebody else's session", other, right, 400, "challenge_invalid"],
    ["the right one from no session", undefined, right, 400, "challenge_invalid"],
  ];
  for (const [what, by, body, status, code] of rows) {
    await t.step(`${what} is refused`, async () => {
      const { challenge_id } = await challenge(service, token);
      expect(await answer(service, by, challenge_id, body)).toMatchObject({ status, body: { code } });
    });
  }
  await t.step("the password that was changed meanwhile is refused", async () => {
    const { challenge_id } = await challenge(service, token);
    const change = { new_password: NEW_PASSWORD, current_password: GOOD_PASSWORD };
    expect((await service.api("PUT", "/users/me", change, { token })).status).toBe(200);
    expect((await answer(service, token, challenge_id, right)).body.code).toBe("factor_wrong");
    const changed = await answer(service, token, challenge_id, { ...right, password: NEW_PASSWORD });
    expect(changed.body.kind).toBe("session");
  });
});

Deno.test("wrong answers to challenges make the next wait, never a sign-in, nor the other way round", async () => {
  await using service = await testPlugins(plugins, { core: { rate_limits: true } });
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const wrong = { method: "password", password: "wrong" };
  const codes: string[] = [];
  for (let i = 0; i < 12 && codes.at(-1) !== "too_many_requests"; i++) {
    const { challenge_id } = await challenge(service, token);
    codes.push((await answer(service, token, challenge_id, wrong)).body.code);
  }
  expect(codes.at(-1)).toBe("too_many_requests");
  expect((await signIn(service, email)).status).toBe(200);

  const guessed = await newMember(service);
  const session = await accessToken(service, guessed);
  const stranger = "198.51.100.9";
  for (let i = 0; i < 12; i++) await signIn(service, guessed, "wrong", stranger);
  expect((await signIn(service, guessed, GOOD_PASSWORD, stranger)).status).toBe(429);
  const { challenge_id } = await challenge(service, session);
  const right = { method: "password", password: GOOD_PASSWORD };
  expect((await answer(service, session, challenge_id, right)).status).toBe(200);
});

Deno.test("who has a second factor shows it before password or address change, however right the password", async (t) => {
  await using service = await testPlugins([...plugins, second]);
  const email = await newMember(service);
  const started = await signIn(service, email);
  const signed = await answer(service, undefined, started.body.challenge_id, {
    method: "totp",
    code: "123456",
  });
  const token = signed.body.access_token as string;
  const change = { new_password: NEW_PASSWORD, current_password: GOOD_PASSWORD };
  const put = (body: object) => service.api("PUT", "/users/me", body, { token });
  const demanded = {
    status: 401,
    body: { code: "step_up_required", acr_values: "urn:flowshield:acr:2", max_age: 600 },
  };

  await t.step("not when the proof is old, or was weaker", async () => {
    for (
      const [what, amr, age] of [
        ["old", ["pwd", "otp", "mfa"], "11 minutes"],
        ["weak", ["pwd"], "1 second"],
        ["of a mailbox", ["pwd", "otp"], "1 second"],
      ] as const
    ) {
      await service.sql`
        update session set amr = ${[...amr]}, auth_time = now() - ${age}::interval where ended_at is null`;
      for (const body of [change, { email: newAddress(), current_password: GOOD_PASSWORD }]) {
        expect([what, await put(body)]).toMatchObject([what, demanded]);
        // Nothing is said of the password to who shows no factor.
        expect([what, await put({ ...body, current_password: "wrong" })]).toMatchObject([what, demanded]);
      }
      expect((await put({ first_name: "Ada" })).status).toBe(200);
    }
    expect(await service.sql`select 1 from password_change`).toHaveLength(0);
    const header = (await put(change)).headers.get("www-authenticate")!;
    expect(header).toContain('error="insufficient_user_authentication"');
  });

  await t.step("after it, it goes through", async () => {
    const wanted = { acr_values: "urn:flowshield:acr:2" };
    const { challenge_id, methods } = await challenge(service, token, wanted);
    expect(methods).toEqual(["totp"]);
    await answer(service, token, challenge_id, { method: "totp", code: "123456" });
    expect(await put({ ...change, current_password: "wrong" })).toMatchObject({ status: 403 });
    expect(await put(change)).toMatchObject({
      status: 200,
      body: { password_change: { status: "changed" } },
    });
  });
});

Deno.test("after a new password nobody is remembered: neither by a change, nor by a reset", async (t) => {
  await using service = await testPlugins([...plugins, second]);
  const { api, sql } = service;
  async function remembered() {
    const email = await newMember(service);
    const { body } = await signIn(service, email);
    const more = { method: "totp", code: "123456", remember_device: true };
    const started = await answer(service, undefined, body.challenge_id, more);
    expect(started.body.kind).toBe("session");
    const headers = { [deviceHeader]: started.body.device_token as string };
    const again = (word: string) => api("POST", "/auth/login", { email, password: word }, { headers });
    expect((await again(GOOD_PASSWORD)).body.kind).toBe("session");
    return { email, token: started.body.access_token as string, again };
  }
  await t.step("change", async () => {
    const { token, again } = await remembered();
    const body = { new_password: NEW_PASSWORD, current_password: GOOD_PASSWORD };
    expect((await api("PUT", "/users/me", body, { token })).status).toBe(200);
    expect((await again(NEW_PASSWORD)).body.kind).toBe("challenge");
  });
  await t.step("reset, which asks for the factor as any sign-in does", async () => {
    const { email, again } = await remembered();
    await api("POST", "/auth/password-reset/request", { email });
    await service.turn();
    const mail = (await service.mails({ to: email, kind: "password_reset" })).at(-1)!;
    const link = { token: new URL(mail.data.url).searchParams.get("token"), new_password: NEW_PASSWORD };
    expect((await api("POST", "/auth/password-reset/confirm", link)).body.status).toBe("changed");
    expect((await again(NEW_PASSWORD)).body.kind).toBe("challenge");
    expect((await signIn(service, email, NEW_PASSWORD)).body.kind).toBe("challenge");
  });
  expect(await sql`select 1 from device where remembered_until is not null`).toHaveLength(0);
});

Deno.test("a sign-in that the old password has begun cannot be finished after a new one", async (t) => {
  await using service = await testPlugins([...plugins, second]);
  const { api, sql } = service;
  const totp = { method: "totp", code: "123456" };
  async function begun() {
    const email = await newMember(service);
    const started = (await signIn(service, email)).body.challenge_id;
    return { email, challenge_id: (await signIn(service, email)).body.challenge_id as string, started };
  }
  const finish = async (challenge_id: string) => (await answer(service, undefined, challenge_id, totp)).body;
  await t.step("by a change; the session it was made in can still be asked for more", async () => {
    const { challenge_id, started } = await begun();
    const { access_token: token } = await finish(started);
    const stepUp = await challenge(service, token);
    const body = { new_password: NEW_PASSWORD, current_password: GOOD_PASSWORD };
    expect((await api("PUT", "/users/me", body, { token })).status).toBe(200);
    expect(await finish(challenge_id)).toMatchObject({ code: "challenge_invalid" });
    expect((await answer(service, token, stepUp.challenge_id, totp)).status).toBe(200);
    expect(await sql`select 1 from session where ended_at is null`).toHaveLength(1);
  });
  await t.step("by a reset; its story ends as one that nobody finished", async () => {
    await sql`delete from session`;
    const { email, challenge_id } = await begun();
    await api("POST", "/auth/password-reset/request", { email });
    await service.turn();
    const mail = (await service.mails({ to: email, kind: "password_reset" })).at(-1)!;
    const link = { token: new URL(mail.data.url).searchParams.get("token"), new_password: NEW_PASSWORD };
    expect((await api("POST", "/auth/password-reset/confirm", link)).status).toBe(200);
    expect(await finish(challenge_id)).toMatchObject({ code: "challenge_invalid" });
    await service.turn();
    const [{ status }] = await sql`select status from flow where flow_id = ${challenge_id}`;
    expect(status).toBe("expired");
    expect(await sql`select 1 from session`).toHaveLength(0);
  });
});

Deno.test("strangers' guesses do not keep out who signs in on a device of theirs with a second factor", async () => {
  await using service = await testPlugins([...plugins, second], { core: { rate_limits: true } });
  const email = await newMember(service);
  const { body } = await signIn(service, email);
  const done = await answer(service, undefined, body.challenge_id, { method: "totp", code: "123456" });
  for (let i = 0; i < 12; i++) await signIn(service, email, "wrong", "198.51.100.9");
  const login = (headers: Record<string, string>) =>
    service.api("POST", "/auth/login", { email, password: GOOD_PASSWORD }, { headers, ip: "192.0.2.77" });
  expect((await login({})).status).toBe(429);
  expect((await login({ [deviceHeader]: "A".repeat(43) })).status).toBe(429);
  expect((await login({ [deviceHeader]: done.body.device_token })).status).toBe(200);
});
