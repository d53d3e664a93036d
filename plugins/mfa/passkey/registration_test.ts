import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { type Claims, type SoftKey, softKey } from "../../../core/testing/authenticator.ts";
import { accessToken, newMember } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";

const service = await testPlugins([configure(password, { bcrypt_cost: 4 }), verification, mfa]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, core, sql } = service;
const origin = core.frontend_url;

const member = async () => await accessToken(service, await newMember(service));
const optionsFor = async (token: string) =>
  (await api("POST", "/mfa/passkeys/options", undefined, { token })).body.options;
const keep = async (token: string, credential: unknown, name?: string) =>
  await api("POST", "/mfa/passkeys", { credential, name }, { token });
const add = async (token: string, key: SoftKey, claims: Partial<Claims> = {}, name?: string) =>
  await keep(token, key.register(await optionsFor(token), claims), name);
const namesOf = async (token: string) =>
  (await api("GET", "/mfa/factors", undefined, { token })).body.factors.map((one: { name: string }) =>
    one.name
  );
const wrong = { status: 400, body: { code: "factor_wrong" } };

for (
  const [title, claims] of [
    ["another origin", { origin: "https://evil.example" }],
    ["no origin", { origin: "" }],
    ["another RP ID", { rp_id: "evil.example" }],
    ["no user who is there", { user_present: false }],
    ["another type", { type: "webauthn.get" }],
    ["a challenge of its own", { challenge: "x".repeat(43) }],
    ["a copy of what cannot be copied", { backup_eligible: false }],
    ["a frame on another site's page", { cross_origin: true, top_origin: "https://evil.example" }],
    ["a frame, without saying where", { cross_origin: true }],
  ] as [string, Partial<Claims>][]
) {
  Deno.test(`a new passkey is refused: ${title}`, async () => {
    const token = await member();
    expect(await add(token, softKey(origin), claims)).toMatchObject(wrong);
    expect(await namesOf(token)).toEqual([]);
  });
}

Deno.test("an id of 1,023 bytes is kept, one of more is refused, whatever stands beside it", async () => {
  const token = await member();
  const [longer, kept] = [1024, 1023].map((id_bytes) => softKey(origin, { id_bytes }));
  const made = longer.register(await optionsFor(token));
  expect((await keep(token, made)).status).toBe(422);
  expect(await keep(token, { ...made, id: "AAAA", rawId: "AAAA" })).toMatchObject(wrong);
  expect((await add(token, kept)).status).toBe(201);
});

Deno.test("a key beyond all sizes is refused", async () => {
  const token = await member();
  expect(await add(token, softKey(origin, { key_padding_bytes: 1100 }))).toMatchObject(wrong);
  expect((await add(token, softKey(origin, { alg: "RS256", key_padding_bytes: 700 }))).status).toBe(201);
});

for (const attestationObject of ["AAAA", "oA", "n".repeat(20_000)]) {
  Deno.test(`nonsense for an attestation is refused, not an error: ${attestationObject.slice(0, 8)}`, async () => {
    const token = await member();
    const made = softKey(origin).register(await optionsFor(token)) as { response: object };
    const credential = { ...made, response: { ...made.response, attestationObject } };
    expect(await keep(token, credential)).toMatchObject(wrong);
  });
}

Deno.test("a statement about the authenticator, which nobody asked for, is not looked at", async () => {
  const token = await member();
  const certificate = new Uint8Array(300);
  const statement = new Map<string, unknown>([["alg", -7], ["sig", certificate], ["x5c", [certificate]]]);
  for (const fmt of ["packed", "apple", "android-key", "tpm", "of-tomorrow"]) {
    expect([fmt, (await add(token, softKey(origin), { fmt, statement })).status]).toEqual([fmt, 201]);
  }
});

Deno.test("a passkey is called as its owner says, else by who keeps it", async () => {
  const token = await member();
  const aaguid = "bada5566-a7aa-401f-bd96-45619a55120d";
  const { body } = await add(token, softKey(origin, { aaguid }));
  expect(body.authenticator).toMatchObject({ name: "1Password", passkey: { aaguid, provider: "1Password" } });
  await add(token, softKey(origin, { aaguid }), {}, "Mine");
  await add(token, softKey(origin));
  expect(await namesOf(token)).toEqual(["1Password", "Mine", "Passkey"]);
});

Deno.test("another account's ceremony makes no passkey, and gives none away", async () => {
  const [ada, eve] = [await member(), await member()];
  const credential = softKey(origin).register(await optionsFor(ada));
  expect(await keep(eve, credential)).toMatchObject(wrong);
  expect(await keep(ada, credential)).toMatchObject(wrong);
  expect([await namesOf(ada), await namesOf(eve)]).toEqual([[], []]);
});

Deno.test("an answer makes one passkey, however many send it at once", async () => {
  const token = await member();
  const credential = softKey(origin).register(await optionsFor(token));
  const answers = await Promise.all(Array.from({ length: 10 }, () => keep(token, credential)));
  // Who comes after it is asked for the passkey first, or has the wrong challenge by now.
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ body }) => ["factor_wrong", "step_up_required"].includes(body.code))).toHaveLength(
    9,
  );
  expect(await namesOf(token)).toHaveLength(1);
});

Deno.test("a credential is registered once, whosever it is", async () => {
  const key = softKey(origin);
  const [ada, eve] = [await member(), await member()];
  expect((await add(ada, key)).status).toBe(201);
  const known = { status: 409, body: { code: "passkey_known" } };
  expect(await add(eve, key)).toMatchObject(known);
  expect(await add(ada, key)).toMatchObject(known);
  expect([await namesOf(ada), await namesOf(eve)]).toEqual([["Passkey"], []]);
});

Deno.test("of one credential for two accounts at once, one gets it", async () => {
  const key = softKey(origin);
  const tokens = await Promise.all(Array.from({ length: 6 }, member));
  const made = await Promise.all(tokens.map(async (token) => key.register(await optionsFor(token))));
  const answers = await Promise.all(tokens.map((token, index) => keep(token, made[index])));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(5).fill(409)]);
  expect(await sql`select 1 from passkey where credential_id = ${bytesOf(key.id)}`).toHaveLength(1);
});

const bytesOf = (id: string) => Uint8Array.fromBase64(id, { alphabet: "base64url" });

Deno.test("an account keeps twenty factors, also when the last ones come at once", async () => {
  const token = await member();
  const made: unknown[] = [];
  for (let i = 0; i < 24; i++) made.push(softKey(origin).register(await optionsFor(token)));
  const answers = [];
  for (const credential of made.slice(0, 18)) answers.push(await keep(token, credential));
  answers.push(...await Promise.all(made.slice(18).map((credential) => keep(token, credential))));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(answers.filter(({ body }) => body.code === "too_many_factors")).toHaveLength(4);
  expect((await api("POST", "/mfa/passkeys/options", undefined, { token })).body.code).toBe(
    "too_many_factors",
  );
});
