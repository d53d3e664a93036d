import { expect } from "expect";
import { type Claims, type SoftKey, softKey } from "../../../core/testing/authenticator.ts";
import { accessToken, newMember } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { addApp, type App, codesAreFresh } from "../../../core/testing/second_factor.ts";
import { configure } from "../../../core/plugin.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";
import { claimCeremony, sweepCeremonies } from "./ceremony.ts";

const service = await testPlugins([
  configure(password, { bcrypt_cost: 4 }),
  verification,
  configure(mfa, { origins: ["android:apk-key-hash:abc"] }),
]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, core, sql } = service;
const origin = core.frontend_url;

interface Member {
  email: string;
  token: string;
}

async function member(): Promise<Member> {
  const email = await newMember(service);
  return { email, token: await accessToken(service, email) };
}

const optionsFor = async ({ token }: Member) =>
  (await api("POST", "/mfa/passkeys/options", undefined, { token })).body.options;

/** Registers a passkey; the session goes on. */
async function add(who: Member, key = softKey(origin), claims: Partial<Claims> = {}) {
  const credential = key.register(await optionsFor(who), claims);
  return { key, answer: await api("POST", "/mfa/passkeys", { credential }, { token: who.token }) };
}

async function owner(key = softKey(origin)): Promise<Member & { key: SoftKey }> {
  const who = await member();
  const { answer } = await add(who, key);
  expect(answer.status).toBe(201);
  return { ...who, key };
}

const request = async (body: Record<string, unknown> = {}) =>
  (await api("POST", "/auth/passkey/options", body)).body.options;
const signIn = async (key: SoftKey, claims: Partial<Claims> = {}) =>
  await api("POST", "/auth/passkey", { credential: key.show(await request(), claims) });
const refused = { status: 401, body: { code: "passkey_refused" } };

for (const alg of ["ES256", "EdDSA", "RS256"] as const) {
  Deno.test(`a passkey (${alg}) is made, listed, and signs in without a second factor`, async () => {
    const who = await member();
    const { key, answer } = await add(who, softKey(origin, { alg }));
    expect(answer).toMatchObject({
      status: 201,
      body: { authenticator: { type: "passkey", passkey: { synced: true, provider: null } } },
    });
    expect(answer.body.recovery_codes).toHaveLength(10);
    const outcome = await signIn(key);
    expect(outcome).toMatchObject({
      status: 200,
      body: { kind: "session", acr: "urn:flowshield:acr:2", amr: ["swk", "user", "mfa"] },
    });
    const { body } = await api("GET", "/mfa/factors", undefined, { token: outcome.body.access_token });
    expect(body.factors).toMatchObject([{ type: "passkey", name: "Passkey" }]);
  });
}

Deno.test("a key that cannot be copied reaches level 3; beside a password also without verifying its user", async () => {
  const key = softKey(origin, { backup_eligible: false, backup_state: false, counts: true });
  const who = await owner(key);
  expect((await signIn(key)).body).toMatchObject({
    acr: "urn:flowshield:acr:3",
    amr: ["hwk", "user", "mfa"],
  });
  const { body } = await api("POST", "/auth/login", { email: who.email, password: "correct horse battery" });
  const options = await request({ challenge_id: body.challenge_id });
  expect(options).toMatchObject({ userVerification: "preferred", allowCredentials: [{ id: key.id }] });
  const credential = key.show(options, { user_verified: false });
  const answer = { method: "passkey", credential };
  expect((await api("POST", `/auth/challenge/${body.challenge_id}`, answer)).body)
    .toMatchObject({ kind: "session", acr: "urn:flowshield:acr:3" });
});

Deno.test("what a passkey is asked says no more than it must", async () => {
  const options = await request();
  expect(options).toMatchObject({ rpId: "localhost", userVerification: "required", timeout: 300_000 });
  expect(options.allowCredentials ?? []).toEqual([]);
  const creation = await optionsFor(await owner());
  expect(creation).toMatchObject({
    rp: { id: "localhost" },
    attestation: "none",
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
  });
  expect(creation.excludeCredentials).toHaveLength(1);
  expect(creation.user.id).toMatch(/^[\w-]{43}$/);
});

for (
  const [title, claims] of [
    ["another origin", { origin: "https://evil.example" }],
    ["an origin that begins alike", { origin: `${origin}.evil.example` }],
    ["another RP ID", { rp_id: "evil.example" }],
    ["no user who is there", { user_present: false }],
    ["a user who was not verified", { user_verified: false }],
    ["another type", { type: "webauthn.create" }],
    ["a challenge of its own", { challenge: "x".repeat(43) }],
    ["a challenge that is none", { challenge: "" }],
    ["another account's handle", { user_handle: "x".repeat(43) }],
    ["no handle", { user_handle: undefined }],
    ["a key that could be copied, and now cannot", { backup_eligible: false, backup_state: false }],
    ["a copy of what cannot be copied", { backup_eligible: false }],
    ["a frame on another site's page", { cross_origin: true, top_origin: "https://evil.example" }],
    ["a frame, without saying where", { cross_origin: true }],
    ["a page around it that is none", { top_origin: "https://evil.example" }],
  ] as [string, Partial<Claims>][]
) {
  Deno.test(`a sign-in by passkey is refused: ${title}`, async () => {
    const { key } = await owner();
    expect(await signIn(key, claims)).toMatchObject(refused);
    expect((await signIn(key)).status).toBe(200);
  });
}

Deno.test("an app that is named among the origins may use passkeys", async () => {
  const { key } = await owner();
  expect((await signIn(key, { origin: "android:apk-key-hash:abc" })).status).toBe(200);
});

Deno.test("a count that does not rise is refused, in whatever order, and the one that rises is not", async () => {
  const key = softKey(origin, { counts: true });
  await owner(key);
  expect((await signIn(key, { sign_count: 10 })).status).toBe(200);
  for (const sign_count of [10, 9, 0]) expect(await signIn(key, { sign_count })).toMatchObject(refused);
  expect((await signIn(key, { sign_count: 11 })).status).toBe(200);
});

Deno.test("of two copies of a key with one count at once, one comes in", async () => {
  const key = softKey(origin, { counts: true });
  await owner(key);
  const shown = await Promise.all(
    Array.from({ length: 10 }, async () => key.show(await request(), { sign_count: 5 })),
  );
  const answers = await Promise.all(shown.map((credential) => api("POST", "/auth/passkey", { credential })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

Deno.test("an answer counts once, however many send it at once", async () => {
  const { key } = await owner();
  const credential = key.show(await request());
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => api("POST", "/auth/passkey", { credential })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

Deno.test("a challenge expires, and answers one kind of ceremony", async () => {
  const { key, token, email } = await owner();
  const late = key.show(await request());
  await sql`update webauthn_ceremony set expires_at = now() - interval '1 second'`;
  expect(await api("POST", "/auth/passkey", { credential: late })).toMatchObject(refused);
  expect(await sweepCeremonies(sql)).toBeGreaterThan(0);
  const creation = await optionsFor({ token, email });
  const mixed = key.show({ challenge: creation.challenge, rpId: "localhost" });
  expect(await api("POST", "/auth/passkey", { credential: mixed })).toMatchObject(refused);
  expect(await claimCeremony(sql, "registration", creation.challenge)).not.toBeNull();
});

Deno.test("a passkey answers the sign-in it was asked for, of its own account", async () => {
  const [ada, eve] = [await owner(), await owner()];
  const begin = async ({ email }: Member) =>
    (await api("POST", "/auth/login", { email, password: "correct horse battery" })).body.challenge_id;
  const [hers, other] = [await begin(ada), await begin(eve)];
  const answer = (id: string, credential: unknown) =>
    api("POST", `/auth/challenge/${id}`, { method: "passkey", credential });
  const wrong = { status: 400, body: { code: "factor_wrong" } };
  expect(await answer(hers, eve.key.show(await request({ challenge_id: hers })))).toMatchObject(wrong);
  expect(await answer(hers, eve.key.show(await request({ challenge_id: other })))).toMatchObject(wrong);
  expect(await answer(hers, ada.key.show(await request()))).toMatchObject(wrong);
  const again = await begin(ada);
  expect(await answer(hers, ada.key.show(await request({ challenge_id: again })))).toMatchObject(wrong);
  expect(
    await api("POST", "/auth/passkey", {
      credential: ada.key.show(await request({ challenge_id: hers })),
    }),
  ).toMatchObject(refused);
  expect((await answer(hers, ada.key.show(await request({ challenge_id: hers })))).body.kind).toBe("session");
});

Deno.test("a passkey does not open an account whose handle it does not show, even one of our own", async () => {
  const [ada, eve] = [await owner(), await owner()];
  expect(await signIn(eve.key, { user_handle: ada.key.user_handle })).toMatchObject(refused);
  const { body } = await api("POST", "/auth/login", { email: eve.email, password: "correct horse battery" });
  const { challenge_id } = body;
  const show = async (user_handle?: string) =>
    await api("POST", `/auth/challenge/${challenge_id}`, {
      method: "passkey",
      credential: eve.key.show(await request({ challenge_id }), { user_handle }),
    });
  expect((await show(ada.key.user_handle)).body.code).toBe("factor_wrong");
  // A key that is named need not say whose it is (§7.2 step 6).
  expect((await show(undefined)).body.kind).toBe("session");
});

Deno.test("a passkey of an account that is disabled signs nobody in", async () => {
  const { key, email } = await owner();
  await sql`update account set status = 'disabled' where email = ${email}`;
  expect(await signIn(key)).toMatchObject(refused);
});

Deno.test("wrong passkeys rest passkeys beside a password, not passkeys alone nor the password", async () => {
  const { key, email } = await owner();
  const password = "correct horse battery";
  const { body: { challenge_id } } = await api("POST", "/auth/login", { email, password });
  const other = (await api("POST", "/auth/login", { email, password })).body.challenge_id;
  const show = async (id: string, claims: Partial<Claims> = {}) =>
    (await api("POST", `/auth/challenge/${id}`, {
      method: "passkey",
      credential: key.show(await request({ challenge_id: id }), claims),
    })).status;
  const wrong: number[] = [];
  for (let i = 0; i < 10; i++) wrong.push(await show(challenge_id, { rp_id: "evil.example" }));
  expect(new Set(wrong)).toEqual(new Set([400]));
  expect(await show(other)).toBe(429);
  expect((await api("POST", "/auth/login", { email, password })).body.kind).toBe("challenge");
  expect((await signIn(key)).status).toBe(200);
});

Deno.test("a passkey that was removed signs nobody in", async () => {
  const who = await owner();
  const { body } = await api("GET", "/mfa/factors", undefined, { token: who.token });
  const path = `/mfa/factors/${body.factors[0].authenticator_id}`;
  expect((await api("DELETE", path, undefined, { token: who.token })).status).toBe(204);
  expect(await signIn(who.key)).toMatchObject(refused);
  expect(
    (await api("POST", "/auth/login", { email: who.email, password: "correct horse battery" })).body.kind,
  )
    .toBe("session");
});

Deno.test("a session from before the first factor makes no passkey", async () => {
  const who = await member();
  const old = await accessToken(service, who.email);
  const app: App = await addApp(service, who.token);
  await codesAreFresh(service);
  // As if its end had been lost.
  await sql`update session set ended_at = null, amr = '{pwd}', acr = 'urn:flowshield:acr:1'`;
  for (const path of ["/mfa/passkeys/options", "/mfa/totp", "/mfa/recovery-codes", "/mfa/email-code"]) {
    const answer = await api("POST", path, {}, { token: old });
    expect([path, answer.status, answer.body.code]).toEqual([path, 401, "step_up_required"]);
  }
  const listed = await api("DELETE", `/mfa/factors/${app.authenticator_id}`, undefined, { token: old });
  expect(listed).toMatchObject({ status: 401, body: { code: "step_up_required" } });
});

for (
  const [title, credential] of [
    ["none", undefined],
    ["a text", "x"],
    ["an empty one", {}],
    ["what is no base64url", { ...softKey(origin).show({ challenge: "x" }), id: "a b" }],
    ["an id beyond all bounds", { ...softKey(origin).show({ challenge: "x" }), id: "x".repeat(2000) }],
    ["another type", { ...softKey(origin).show({ challenge: "x" }), type: "password" }],
  ] as [string, unknown][]
) {
  Deno.test(`a credential that cannot be one is said to be: ${title}`, async () => {
    const answer = await api("POST", "/auth/passkey", { credential });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request" } });
  });
}

for (const part of ["clientDataJSON", "authenticatorData", "signature"]) {
  Deno.test(`an answer with nonsense for ${part} is refused, not an error`, async () => {
    const { key } = await owner();
    const shown = key.show(await request()) as { response: Record<string, string> };
    for (const nonsense of ["AAAA", "eyJ9", "x".repeat(1000)]) {
      const credential = { ...shown, response: { ...shown.response, [part]: nonsense } };
      expect(await api("POST", "/auth/passkey", { credential })).toMatchObject(refused);
    }
  });
}
