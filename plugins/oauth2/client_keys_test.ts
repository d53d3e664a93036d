import { generateKeyPairSync } from "node:crypto";
import { expect } from "expect";
import type { JWK } from "jose";
import { clientServer, testProvider } from "../../core/testing/provider.ts";
import {
  assertionClaims,
  type KeyHolder,
  keyHolder,
  post,
  tokenClient,
} from "../../core/testing/token_client.ts";
import type { OutgoingAnswer } from "../../core/net/outgoing.ts";
import { assertionType } from "./client_assertion.ts";
import { clientKey, createFetchedKeys } from "./client_keys.ts";
import type { OAuth2Ctx } from "./runtime.ts";

const set = (...keys: JWK[]) =>
  new Response(JSON.stringify({ keys }), { headers: { "content-type": "application/json" } });

Deno.test("keys of jwks_uri are fetched, kept, and fetched again when one is unknown", async () => {
  await using service = await testProvider();
  await using server = clientServer();
  const [first, second] = [await keyHolder(), await keyHolder()];
  server.answers(() => set(first.jwk));
  const { client_id } = await tokenClient(service, {
    ...{
      redirect_uris: [],
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "private_key_jwt",
    },
    jwks_uri: "https://client.example/jwks",
  });
  await service.sql`
    update oauth_client set metadata = metadata || ${service.sql.json({ jwks_uri: `${server.url}/jwks` })}
    where client_id = ${client_id}`;
  const show = async (key: KeyHolder) =>
    (await post(service, "/oauth/token", {
      grant_type: "client_credentials",
      client_assertion: await key.sign(assertionClaims(service, client_id)),
      client_assertion_type: assertionType,
    })).status;
  expect(await Promise.all(Array.from({ length: 10 }, () => show(first)))).toEqual(Array(10).fill(200));
  expect(server.received).toHaveLength(1);
  // Its client changes its keys, and signs with the new one a moment later (OpenID Connect Core §10.1.1).
  server.answers(() => set(second.jwk));
  expect([await show(second), server.received.length]).toEqual([200, 2]);
  // Strangers' kids make us ask no more than once in a while.
  expect(await Promise.all(Array.from({ length: 10 }, async () => await show(await keyHolder())))).toEqual(
    Array(10).fill(401),
  );
  expect(await show(first)).toBe(401);
  expect(server.received).toHaveLength(3);
});

/** A server whose answers are listed, and a clock that is set. */
function fetched(answers: (Partial<OutgoingAnswer> | Error)[]) {
  const state = { now: 0, asked: 0, failed: 0 };
  const keys = createFetchedKeys(
    {
      get: (_url, { bytes_max }) => {
        expect(bytes_max).toBe(65_536);
        const answer = answers[Math.min(state.asked++, answers.length - 1)];
        if (answer instanceof Error) return Promise.reject(answer);
        return Promise.resolve({ status: 200, headers: {}, text: '{"keys":[]}', ...answer });
      },
    },
    () => state.failed++,
    () => state.now,
  );
  return { state, keys };
}

const client = { client_id: "a", jwks: null, jwks_uri: "https://client.example/jwks" };
const kids = (keys: JWK[]) => keys.map(({ kid }) => kid);
const text = (...names: string[]) => ({
  text: JSON.stringify({ keys: names.map((kid) => ({ kid, kty: "EC" })) }),
});

Deno.test("fetched keys are minutes old, and are asked for again at once, three times in 15 seconds", async () => {
  const answers = ["one", "two", "three", "four", "five", "six", "seven", "eight"].map((kid) => text(kid));
  const { state, keys } = fetched(answers);
  const many = (ask: () => Promise<JWK[]>) => Promise.all(Array.from({ length: 50 }, ask));
  await many(() => keys.keys(client));
  expect(state.asked).toBe(1);
  // Its client has other keys a moment later.
  expect(kids(await keys.keysAgain(client))).toEqual(["two"]);
  // Somebody makes up a kid for each request.
  for (let i = 0; i < 50; i++) await keys.keysAgain(client);
  expect(state.asked).toBe(3);
  state.now = 14_999;
  for (let i = 0; i < 50; i++) await keys.keysAgain(client);
  expect(state.asked).toBe(3);
  state.now = 15_000;
  for (let i = 0; i < 50; i++) await keys.keysAgain(client);
  expect([state.asked, kids(await keys.keys(client))]).toEqual([6, ["six"]]);
  state.now = 314_999;
  await keys.keys(client);
  expect(state.asked).toBe(6);
  state.now = 315_000;
  expect(kids((await many(() => keys.keys(client)))[49])).toEqual(["seven"]);
  expect(state.asked).toBe(7);
  // Another client's address is its own, even where it is the same.
  await keys.keys({ ...client, client_id: "b" });
  expect(state.asked).toBe(8);
});

Deno.test("while an address does not answer its keys serve on for an hour", async () => {
  const { state, keys } = fetched([text("one"), new Error("away")]);
  await keys.keys(client);
  state.now = 600_000;
  expect(kids(await keys.keys(client))).toEqual(["one"]);
  state.now = 3_500_000;
  expect(kids(await keys.keys(client))).toEqual(["one"]);
  state.now = 3_700_000;
  expect(await keys.keys(client)).toEqual([]);
  expect(state.failed).toBe(3);
});

Deno.test("what is no set of keys is none", async (t) => {
  const many = Array.from({ length: 101 }, (_, i) => String(i));
  const cases: [string, Partial<OutgoingAnswer>][] = [
    ["nothing", { text: "" }],
    ["HTML", { text: "<html>" }],
    ["a list", { text: "[]" }],
    ["null", { text: "null" }],
    ["keys that are an object", { text: '{"keys":{}}' }],
    ["101 keys", text(...many)],
    ["an error", { status: 500, ...text("one") }],
    ["no content", { status: 204, text: "" }],
    ["keys that are no objects", { text: '{"keys":[1,null,"x",[]]}' }],
  ];
  for (const [what, answer] of cases) {
    await t.step(what, async () => expect(await fetched([answer]).keys.keys(client)).toEqual([]));
  }
});

Deno.test("a key is picked by what it says it is for", async (t) => {
  const ctx = {} as OAuth2Ctx;
  const { jwk: es } = await keyHolder("ES256", "es");
  const { jwk: rs } = await keyHolder("RS256", "rs");
  const { jwk: ed } = await keyHolder("EdDSA", "ed");
  const p384 = {
    ...generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey.export({ format: "jwk" }),
    kid: "p384",
  };
  const small = {
    ...generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }),
    kid: "small",
  };
  const without = ({ alg: _alg, use: _use, ...rest }: JWK) => rest;
  const cases: [string, JWK[], { kid?: string; alg: string }, boolean][] = [
    ["by kid", [es, rs], { kid: "es", alg: "ES256" }, true],
    ["alone", [es, rs], { alg: "ES256" }, true],
    ["RSA for either", [without(rs)], { kid: "rs", alg: "PS256" }, true],
    ["Ed25519", [ed], { alg: "EdDSA" }, true],
    ["meant to verify", [{ ...es, key_ops: ["verify"] }], { alg: "ES256" }, true],
    ["of two alike, without kid", [without(es), { ...without(es), kid: "2" }], { alg: "ES256" }, false],
    ["another kid", [es], { kid: "rs", alg: "ES256" }, false],
    ["RS256 for PS256", [rs], { kid: "rs", alg: "PS256" }, false],
    ["an RSA key for ES256", [rs], { kid: "rs", alg: "ES256" }, false],
    ["an EC key for HS256", [es], { kid: "es", alg: "HS256" }, false],
    ["for none", [es], { kid: "es", alg: "none" }, false],
    ["for a name of Object's", [es], { kid: "es", alg: "constructor" }, false],
    ["for encryption", [{ ...es, use: "enc" }], { kid: "es", alg: "ES256" }, false],
    ["meant to encrypt", [{ ...es, key_ops: ["encrypt"] }], { kid: "es", alg: "ES256" }, false],
    ["another curve", [p384 as JWK], { kid: "p384", alg: "ES256" }, false],
    ["1,024 bits", [small as JWK], { kid: "small", alg: "RS256" }, false],
    ["no point of its curve", [{ ...es, x: es.y }], { kid: "es", alg: "ES256" }, false],
    ["a secret", [{ kty: "oct", k: "AAAA", kid: "es" }], { kid: "es", alg: "ES256" }, false],
    ["no keys", [], { alg: "ES256" }, false],
  ];
  for (const [what, keys, wanted, found] of cases) {
    await t.step(`${what}: ${found}`, async () => {
      const key = await clientKey(ctx, { client_id: "a", jwks: { keys }, jwks_uri: null }, wanted);
      expect(key !== null).toBe(found);
      expect(key?.type ?? "public").toBe("public");
    });
  }
});
