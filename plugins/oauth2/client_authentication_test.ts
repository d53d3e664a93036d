import { createHmac, generateKeyPairSync } from "node:crypto";
import { Buffer } from "node:buffer";
import { expect } from "expect";
import { testProvider } from "../../core/testing/provider.ts";
import {
  assertionClaims,
  basic,
  type Fields,
  type KeyHolder,
  keyHolder,
  nowSeconds,
  post,
  tokenClient,
} from "../../core/testing/token_client.ts";
import { assertionType } from "./client_assertion.ts";

const machine = { redirect_uris: [], grant_types: ["client_credentials"] };
const grant_type = "client_credentials";

type Try = [what: string, fields: Fields, headers: Record<string, string>, expected: string | number];

Deno.test("a client authenticates by exactly the method it registered (RFC 6749 §2.3)", async (t) => {
  await using service = await testProvider();
  const [web, other, form, hmac] = await Promise.all([
    tokenClient(service, machine),
    tokenClient(service, machine),
    tokenClient(service, { ...machine, token_endpoint_auth_method: "client_secret_post" }),
    tokenClient(service, { ...machine, token_endpoint_auth_method: "client_secret_jwt" }),
  ]);
  const open = await tokenClient(service, { token_endpoint_auth_method: "none" });
  const odd = await tokenClient(service, machine, { client_id: "an odd:id+%" });
  const late = await tokenClient(service, machine, { secret_lifetime_seconds: -1 });
  const secret = web.client_secret!;
  const both = { client_id: form.client_id, client_secret: form.client_secret! };
  const raw = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
  const tries: Try[] = [
    ["Basic", {}, basic(web.client_id, secret), 200],
    ["Basic in capitals", {}, {
      authorization: basic(web.client_id, secret).authorization.replace("Basic", "BASIC"),
    }, 200],
    ["Basic and the same client_id", { client_id: web.client_id }, basic(web.client_id, secret), 200],
    ["Basic of an id that has to be encoded", {}, basic(odd.client_id, odd.client_secret!), 200],
    ["the form", both, {}, 200],

    ["nothing", {}, {}, "invalid_client"],
    ["a client_id alone", { client_id: web.client_id }, {}, "invalid_client"],
    ["an unknown client_id alone", { client_id: "nobody" }, {}, "invalid_client"],
    ["the name of our own pages", { client_id: "first-party" }, {}, "invalid_client"],
    ["an empty client_id", { client_id: "" }, {}, "invalid_client"],
    ["a client_id with a NUL by Basic", {}, basic("\0", "x"), "invalid_client"],
    ["an unknown client by Basic", {}, basic("nobody", "secret"), "invalid_client"],
    ["a wrong secret by Basic", {}, basic(web.client_id, "wrong"), "invalid_client"],
    ["an empty secret by Basic", {}, basic(web.client_id, ""), "invalid_client"],
    ["the secret with one letter more", {}, basic(web.client_id, `${secret}a`), "invalid_client"],
    ["another client's secret", {}, basic(web.client_id, other.client_secret!), "invalid_client"],
    ["an expired secret", {}, basic(late.client_id, late.client_secret!), "invalid_client"],
    ["a wrong secret in the form", { ...both, client_secret: "wrong" }, {}, "invalid_client"],
    ["Basic where the form is registered", {}, basic(form.client_id, form.client_secret!), "invalid_client"],
    [
      "the form where Basic is registered",
      { client_id: web.client_id, client_secret: secret },
      {},
      "invalid_client",
    ],
    [
      "the secret itself where an assertion is registered",
      {},
      basic(hmac.client_id, hmac.client_secret!),
      "invalid_client",
    ],
    [
      "a secret from a public client",
      { client_id: open.client_id, client_secret: "x" },
      {},
      "invalid_client",
    ],
    ["a public client by Basic", {}, basic(open.client_id, "x"), "invalid_client"],

    ["Basic and the form", both, basic(web.client_id, secret), "invalid_request"],
    ["Basic and another client_id", { client_id: "b" }, basic(web.client_id, secret), "invalid_request"],
    ["a client_id twice", { client_id: [web.client_id, web.client_id] }, {}, "invalid_request"],
    ["a secret twice", { ...both, client_secret: [form.client_secret!, "x"] }, {}, "invalid_request"],
    ["Basic without a colon", {}, raw("no colon"), "invalid_request"],
    ["Basic that is not base64", {}, { authorization: "Basic %%%" }, "invalid_request"],
    ["Basic with nothing behind it", {}, { authorization: "Basic " }, "invalid_request"],
    ["Basic with escapes that are wrong", {}, raw(`${web.client_id}:%zz`), "invalid_request"],
    ["Basic of 3,000 letters", {}, raw(`${web.client_id}:${"a".repeat(3000)}`), "invalid_request"],
    ["another scheme", {}, { authorization: "Digest username=x" }, "invalid_request"],
    ["a bearer token", {}, { authorization: "Bearer abc" }, "invalid_request"],
    ["the type of an assertion alone", { client_assertion_type: assertionType }, {}, "invalid_request"],
    ["an assertion without its type", { client_assertion: "a.b.c" }, {}, "invalid_request"],
    [
      "an assertion of another type",
      { client_assertion: "a.b.c", client_assertion_type: "saml" },
      {},
      "invalid_request",
    ],
    [
      "Basic and an assertion",
      { client_assertion: "a.b.c", client_assertion_type: assertionType },
      basic(web.client_id, secret),
      "invalid_request",
    ],
  ];
  for (const [what, fields, headers, expected] of tries) {
    await t.step(`${what}: ${expected}`, async () => {
      const answer = await post(service, "/oauth/token", { grant_type, ...fields }, headers);
      expect(typeof expected === "number" ? answer.status : answer.body.error).toBe(expected);
      if (expected === "invalid_client") {
        expect(answer.status).toBe(401);
        expect(answer.headers.get("www-authenticate")).toBe(
          headers.authorization ? 'Basic realm="oauth", charset="UTF-8"' : null,
        );
      }
    });
  }

  await t.step("an unknown client and a wrong secret look the same", async () => {
    const [unknown, wrong] = await Promise.all(
      ["nobody", web.client_id].map((id) =>
        post(service, "/oauth/token", { grant_type }, basic(id, "wrong"))
      ),
    );
    expect(unknown.body).toEqual(wrong.body);
  });
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

Deno.test("an assertion is held against what the client registered (RFC 7523 §3)", async (t) => {
  await using service = await testProvider();
  const url = service.core.backend_url;
  const keys = { own: await keyHolder(), rsa: await keyHolder("RS256"), foreign: await keyHolder() };
  const enc = { ...(await keyHolder("ES256", "enc")).jwk, use: "enc", alg: undefined };
  const metadata = { ...machine, token_endpoint_auth_method: "private_key_jwt" };
  const both = await tokenClient(service, {
    ...metadata,
    jwks: { keys: [keys.own.jwk, keys.rsa.jwk, JSON.parse(JSON.stringify(enc))] },
  });
  const es256 = await tokenClient(service, {
    ...metadata,
    token_endpoint_auth_signing_alg: "ES256",
    jwks: { keys: [keys.own.jwk, keys.rsa.jwk] },
  });
  const two = await tokenClient(service, { ...metadata, jwks: { keys: [keys.own.jwk, keys.foreign.jwk] } });
  const fapi = await tokenClient(service, {
    ...metadata,
    profile: "fapi2",
    dpop_bound_access_tokens: true,
    jwks: { keys: [keys.own.jwk] },
  });
  const hmac = await tokenClient(service, { ...machine, token_endpoint_auth_method: "client_secret_jwt" });

  const send = (client_assertion: string, more: Fields = {}) =>
    post(service, "/oauth/token", {
      ...{ grant_type, client_assertion, client_assertion_type: assertionType, ...more },
    });
  const claims = (changes = {}, client = both) => assertionClaims(service, client.client_id, changes);
  const by = (key: KeyHolder, changes = {}, header = {}, client = both) =>
    key.sign(claims(changes, client), header);
  const own = (changes = {}, header = {}) => by(keys.own, changes, header);
  const hs256 = (secret: string | Buffer, client: { client_id: string }, header = {}) => {
    const input = `${encode({ alg: "HS256", ...header })}.${
      encode(assertionClaims(service, client.client_id))
    }`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const small = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
  const [head, body, signature] = (await own()).split(".");
  const pem = Buffer.from(JSON.stringify(keys.own.jwk));

  const accepted: [string, string, Fields?][] = [
    ["by its key", await own()],
    ["by its other key", await by(keys.rsa)],
    ["with its client_id beside it", await own(), { client_id: both.client_id }],
    ["without kid where one key fits", await own({}, { kid: undefined })],
    ["of type JWT", await own({}, { typ: "JWT" })],
    ["of its own type", await own({}, { typ: "client-authentication+jwt" })],
    ["for the token endpoint", await own({ aud: `${url}/oauth/token` })],
    ["for several, of which one is us", await own({ aud: ["https://other.example", url] })],
    ["without iat", await own({ iat: undefined })],
    ["by a clock that is 8 s ahead", await own({ iat: nowSeconds() + 8, nbf: nowSeconds() + 8 })],
    ["good for an hour", await own({ exp: nowSeconds() + 3600 })],
    ["by the secret where that is registered", hs256(hmac.client_secret!, hmac)],
    ["by ES256 where that is registered", await by(keys.own, {}, {}, es256)],
  ];
  for (const [what, assertion, more] of accepted) {
    await t.step(`accepts one ${what}`, async () => {
      expect((await send(assertion, more)).body).toMatchObject({ token_type: "Bearer" });
    });
  }

  const refused: [string, string, Fields?, string?][] = [
    ["no JWT", "x"],
    ["two parts", `${head}.${body}`],
    ["no signature", `${head}.${body}.`],
    ["alg none", `${encode({ alg: "none" })}.${body}.`],
    ["alg none and a signature", `${encode({ alg: "none", kid: keys.own.kid })}.${body}.${signature}`],
    ["an alg that is a list", `${encode({ alg: ["ES256"], kid: keys.own.kid })}.${body}.${signature}`],
    [
      "an alg that is a name of Object's",
      await own({}, {}).then(() =>
        `${encode({ alg: "constructor", kid: keys.own.kid })}.${body}.${signature}`
      ),
    ],
    ["an HMAC by its public key", hs256(pem, both, { kid: keys.own.kid })],
    ["an HMAC by nothing", hs256("", both)],
    ["an HMAC by a wrong secret", hs256("wrong", hmac)],
    ["an HMAC by another alg", hs256(hmac.client_secret!, hmac, { alg: "HS512" })],
    ["RS256 where ES256 is registered", await by(keys.rsa, {}, {}, es256)],
    ["PS256 by the key of RS256", await (await keyHolder("PS256", keys.rsa.kid)).sign(claims())],
    ["another's key", await by(keys.foreign)],
    ["another's key under a kid of the client", await by(keys.foreign, {}, { kid: keys.own.kid })],
    ["the kid of the other key", await own({}, { kid: keys.rsa.kid })],
    ["the kid of a key for encryption", await own({}, { kid: "enc" })],
    ["a kid that is a path", await by(keys.foreign, {}, { kid: "../../dev/null" })],
    ["a kid that is SQL", await by(keys.foreign, {}, { kid: "' or 1=1 --" })],
    ["a kid of 10,000 letters", await own({}, { kid: "k".repeat(10_000) })],
    ["a kid that is a number", `${encode({ alg: "ES256", kid: 1 })}.${body}.${signature}`],
    ["its own key in the header", await by(keys.foreign, {}, { jwk: keys.foreign.jwk, kid: undefined })],
    ["its key at an address", await by(keys.foreign, {}, { jku: "https://evil.example/jwks" })],
    [
      "an unknown extension",
      `${encode({ alg: "ES256", kid: keys.own.kid, crit: ["x"] })}.${body}.${signature}`,
    ],
    ["no kid where two keys fit", await by(keys.own, {}, { kid: undefined }, two)],
    ["the type of a request object", await own({}, { typ: "oauth-authz-req+jwt" })],
    ["the type of a proof", await own({}, { typ: "dpop+jwt", jwk: small })],
    ["other claims under the signature", `${head}.${encode(claims())}.${signature}`],
    ["another audience", await own({ aud: "https://other.example" })],
    ["an audience that begins like ours", await own({ aud: `${url}.evil.example` })],
    ["no audience", await own({ aud: undefined })],
    ["an audience of objects", await own({ aud: [{ url }] })],
    ["no exp", await own({ exp: undefined })],
    ["an exp that is text", await own({ exp: String(nowSeconds() + 60) })],
    ["one that has expired", await own({ exp: nowSeconds() - 1 })],
    ["one good for a day", await own({ exp: nowSeconds() + 86_400 })],
    ["one good for ever", await own({ exp: 1e308 })],
    ["an iat in a minute", await own({ iat: nowSeconds() + 60 })],
    ["an nbf in a minute", await own({ nbf: nowSeconds() + 60 })],
    ["no jti", await own({ jti: undefined })],
    ["an empty jti", await own({ jti: "" })],
    ["a jti of 257 letters", await own({ jti: "a".repeat(257) })],
    ["no sub", await own({ sub: undefined })],
    ["another sub", await own({ sub: "somebody" })],
    ["another iss", await own({ iss: "somebody" })],
    ["a client nobody knows", await own({ iss: "nobody", sub: "nobody" })],
    ["9,000 letters", await own({ pad: "a".repeat(9000) })],
    ["FAPI 2.0 for the token endpoint", await by(keys.own, { aud: `${url}/oauth/token` }, {}, fapi)],
    ["FAPI 2.0 with a list of us", await by(keys.own, { aud: [url] }, {}, fapi)],
    ["another client_id beside it", await own(), { client_id: es256.client_id }, "invalid_request"],
    ["a secret beside it", await own(), { client_id: both.client_id, client_secret: "x" }, "invalid_request"],
    ["a method that is not its own", hs256("x", await tokenClient(service, machine))],
  ];
  for (const [what, assertion, more = {}, error = "invalid_client"] of refused) {
    await t.step(`refuses ${what}`, async () => {
      const { status, body } = await send(assertion, more);
      expect([status, body.error]).toEqual([error === "invalid_client" ? 401 : 400, error]);
    });
  }

  await t.step("FAPI 2.0 with the issuer as one string is who it is, and lacks only its proof", async () => {
    expect((await send(await by(keys.own, {}, {}, fapi))).body.error).toBe("invalid_dpop_proof");
  });
});

Deno.test("an assertion is used up, whichever instance sees it first", async () => {
  const secrets = [crypto.getRandomValues(new Uint8Array(32))];
  await using one = await testProvider({}, { secrets });
  await using two = await testProvider({}, { secrets, database: one.database });
  const key = await keyHolder();
  const metadata = { ...machine, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [key.jwk] } };
  const { client_id } = await tokenClient(one, metadata);
  const neighbour = await tokenClient(one, metadata);
  const client_assertion = await key.sign(assertionClaims(one, client_id, { jti: "once" }));
  const fields = { grant_type, client_assertion, client_assertion_type: assertionType };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => post(i % 2 ? one : two, "/oauth/token", fields)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.error === "invalid_client")).toHaveLength(19);
  // Another client's identifiers are its own.
  const same = await key.sign(assertionClaims(one, neighbour.client_id, { jti: "once" }));
  expect((await post(one, "/oauth/token", { ...fields, client_assertion: same })).status).toBe(200);
});
