import { Buffer } from "node:buffer";
import { createHmac, generateKeyPairSync, randomBytes } from "node:crypto";
import { createLocalJWKSet, jwtVerify } from "jose";
import { expect } from "expect";
import fc from "fast-check";
import { coreConfig } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import { silentLog } from "../observe/log.ts";
import { testDatabase } from "../testing/postgres.ts";
import { importPublic, signCompact, type SigningAlgorithm, signingAlgorithms } from "./jws.ts";
import { createKeys } from "./keys.ts";
import { createSigningKeys } from "./signing_keys.ts";

const issuer = "https://auth.example.org";
const secrets = [new Uint8Array(randomBytes(32))];
const algorithms = signingAlgorithms;

function replica(
  sql: Pool,
  options: { alg?: SigningAlgorithm; secrets?: Uint8Array[]; now?: () => number } = {},
) {
  return createSigningKeys({
    sql,
    core: { ...coreConfig({ backend_url: issuer }), jwt_algorithm: options.alg ?? "EdDSA" },
    keys: createKeys(options.secrets ?? secrets),
    log: silentLog,
    now: options.now,
  });
}

const seconds = () => Math.floor(Date.now() / 1000);
const claims = () => ({ iss: issuer, aud: issuer, sub: "a", iat: seconds(), exp: seconds() + 60 });
const type = { typ: "at+jwt", audience: issuer };

for (const alg of algorithms) {
  Deno.test(`a token signed with ${alg} verifies here and with another's library`, async () => {
    await using db = await testDatabase();
    const keys = replica(db.sql, { alg });
    await keys.ensure();
    const token = await keys.sign(claims(), { typ: "at+jwt" });
    expect(await keys.verify(token, type)).toMatchObject({ sub: "a" });
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(await keys.jwks()), {
      issuer,
      audience: issuer,
      typ: "at+jwt",
    });
    expect(payload.sub).toBe("a");
    expect(protectedHeader).toMatchObject({ alg, typ: "at+jwt" });
  });
}

Deno.test("a token is refused when anything about it is not as it should be", async (t) => {
  await using db = await testDatabase();
  const keys = replica(db.sql);
  await keys.ensure();
  const sign = (extra: Record<string, unknown>, typ = "at+jwt") =>
    keys.sign({ ...claims(), ...extra }, { typ });
  const good = await sign({});
  const [header, payload, signature] = good.split(".");
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = JSON.parse(Buffer.from(header, "base64url").toString());
  const withHead = (changed: Record<string, unknown>) =>
    `${encode({ ...head, ...changed })}.${payload}.${signature}`;
  const { keys: [, { x }] } = await keys.jwks();
  const stranger = generateKeyPairSync("ed25519");
  const forged = await signCompact(
    claims(),
    { kid: head.kid, alg: "EdDSA", private: stranger.privateKey },
    "at+jwt",
  );
  const foreign = await signCompact(
    claims(),
    { kid: "unknown", alg: "EdDSA", private: stranger.privateKey },
    "at+jwt",
  );
  const hs256 = `${encode({ ...head, alg: "HS256" })}.${payload}`;
  const bent = [...signature].map((one, i) => i === 10 ? (one === "A" ? "B" : "A") : one).join("");

  const refused: [string, string, { typ?: string; audience?: string }?][] = [
    ["nothing", ""],
    ["two parts", `${header}.${payload}`],
    ["four parts", `${good}.x`],
    ["an empty signature", `${header}.${payload}.`],
    ["a signature with one letter changed", `${header}.${payload}.${bent}`],
    ["a signature cut short", `${header}.${payload}.${signature.slice(0, -4)}`],
    ["a padded signature", `${good}==`],
    ["spare bits set in the last letter", `${good.slice(0, -1)}${good.at(-1) === "B" ? "C" : "B"}`],
    ["other claims under the same signature", `${header}.${encode({ ...claims(), sub: "b" })}.${signature}`],
    ["alg none", `${encode({ ...head, alg: "none" })}.${payload}.`],
    ["alg none with the signature kept", withHead({ alg: "none" })],
    ["alg None", withHead({ alg: "None" })],
    ["another alg than the key's", withHead({ alg: "ES256" })],
    [
      "an HMAC with the public key as its secret",
      `${hs256}.${createHmac("sha256", Buffer.from(x!, "base64url")).update(hs256).digest("base64url")}`,
    ],
    ["a stranger's signature under our kid", forged],
    ["an unknown kid", foreign],
    ["no kid", withHead({ kid: undefined })],
    ["a kid that is a path", withHead({ kid: "../../etc/passwd" })],
    ["a kid that is SQL", withHead({ kid: "' or true --" })],
    ["a kid that is an object", withHead({ kid: { $ne: null } })],
    ["a kid named like a property of every object", withHead({ kid: "__proto__" })],
    [
      "a key of its own in the header",
      withHead({ kid: "x", jwk: stranger.publicKey.export({ format: "jwk" }) }),
    ],
    ["an extension that must be understood", withHead({ crit: ["exp"] })],
    ["an unencoded payload", withHead({ b64: false })],
    ["no type", withHead({ typ: undefined })],
    ["a header that is a list", `${encode([head])}.${payload}.${signature}`],
    ["claims that are a list", `${header}.${encode([])}.${signature}`],
    ["a header that is not JSON", `${Buffer.from("{").toString("base64url")}.${payload}.${signature}`],
    ["ten thousand letters", `${header}.${payload}.${"A".repeat(10_000)}`],
    ["an ID token in place of an access token", await sign({}, "JWT")],
    ["an access token where another type is expected", good, { typ: "logout+jwt" }],
    ["another audience", await sign({ aud: "https://other.example" })],
    ["no audience", await sign({ aud: undefined })],
    ["another audience asked for", good, { audience: "https://other.example" }],
    ["another issuer", await sign({ iss: "https://other.example" })],
    ["no issuer", await sign({ iss: undefined })],
    ["the issuer with a slash", await sign({ iss: `${issuer}/` })],
    ["an end in the past", await sign({ exp: seconds() - 1 })],
    ["an end right now", await sign({ exp: seconds() })],
    ["no end", await sign({ exp: undefined })],
    ["an end that is text", await sign({ exp: String(seconds() + 60) })],
    ["a beginning in the future", await sign({ nbf: seconds() + 60 })],
    ["an issue in the future", await sign({ iat: seconds() + 60 })],
  ];
  for (const [what, token, asked] of refused) {
    await t.step(what, async () => {
      expect(await keys.verify(token, { ...type, ...asked })).toBeNull();
    });
  }
  const accepted: [string, string][] = [
    ["as it was issued", good],
    ["several audiences, one of them asked for", await sign({ aud: ["https://other.example", issuer] })],
    ["the type in its long form", await sign({}, "application/at+jwt")],
    ["a clock that is two seconds ahead", await sign({ iat: seconds() + 2, nbf: seconds() + 2 })],
  ];
  for (const [what, token] of accepted) {
    await t.step(`accepted: ${what}`, async () => expect(await keys.verify(token, type)).not.toBeNull());
  }
});

Deno.test("an ended ID token is taken as a hint where that is asked for, and nothing else about it is forgiven", async () => {
  await using db = await testDatabase();
  const keys = replica(db.sql);
  const ended = { ...claims(), exp: seconds() - 3600, iat: seconds() - 7200, nonce: "n" };
  const hint = { typ: "JWT", allow_expired: true };
  const sign = (changed: Record<string, unknown>, typ = "JWT") =>
    keys.sign({ ...ended, ...changed }, { typ });
  for (const alg of algorithms) {
    const token = await keys.sign(ended, { alg, typ: "JWT" });
    expect(await keys.verify(token, hint)).toMatchObject({ nonce: "n" });
    expect(await keys.verify(token, { typ: "JWT" })).toBeNull();
    expect(await keys.verify(`${token.slice(0, -8)}AAAAAAAA`, hint)).toBeNull();
  }
  const refused = [
    await sign({}, "at+jwt"),
    await sign({ iss: "https://other.example" }),
    await sign({ exp: undefined }),
    await sign({ exp: "yesterday" }),
    await sign({ iat: seconds() + 3600 }),
  ];
  for (const token of refused) expect(await keys.verify(token, hint)).toBeNull();
  expect(await keys.verify(await sign({}), { ...hint, audience: "another" })).toBeNull();
});

Deno.test("a PS256 signature is no RS256 signature, nor the other way round", async () => {
  await using db = await testDatabase();
  const keys = replica(db.sql);
  for (const [alg, other] of [["PS256", "RS256"], ["RS256", "PS256"]]) {
    const [header, payload, signature] = (await keys.sign(claims(), { alg, typ: "JWT" })).split(".");
    const head = JSON.parse(Buffer.from(header, "base64url").toString());
    const changed = Buffer.from(JSON.stringify({ ...head, alg: other })).toString("base64url");
    expect(await keys.verify(`${header}.${payload}.${signature}`, { typ: "JWT" })).not.toBeNull();
    expect(await keys.verify(`${changed}.${payload}.${signature}`, { typ: "JWT" })).toBeNull();
  }
});

Deno.test("a token with any letter replaced never verifies", async () => {
  await using db = await testDatabase();
  const keys = replica(db.sql);
  await keys.ensure();
  const token = await keys.sign(claims(), { typ: "at+jwt" });
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...letters), async (at, letter) => {
      fc.pre(token[at] !== letter);
      expect(await keys.verify(token.slice(0, at) + letter + token.slice(at + 1), type)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

Deno.test("rotation: next signs, current verifies on, and the set has all three", async () => {
  await using db = await testDatabase();
  const keys = replica(db.sql);
  await keys.ensure();
  const states = async () =>
    (await db.sql<{ state: string; kid: string }[]>`select state, kid from signing_key order by created_at`)
      .map((row) => row.state);
  const kidsBefore = (await keys.jwks()).keys.map((one) => one.kid);
  const old = await keys.sign(claims(), { typ: "at+jwt" });
  await keys.rotate("EdDSA");
  const young = await keys.sign(claims(), { typ: "at+jwt" });
  expect((await states()).sort()).toEqual(["current", "next", "previous"]);
  expect(JSON.parse(atob(young.split(".")[0])).kid).toBe(kidsBefore[0]);
  expect(await keys.verify(old, type)).not.toBeNull();
  expect(await keys.verify(young, type)).not.toBeNull();
  const { keys: published } = await keys.jwks();
  expect(published.map((one) => one.kid).slice(1)).toEqual(kidsBefore);
  expect(JSON.stringify(published)).not.toContain('"d"');
  expect(published.every((one) => one.use === "sig" && one.alg === "EdDSA" && one.kty === "OKP")).toBe(true);
});

Deno.test("a key is retired only when nothing it signed can be alive, and then verifies no more", async () => {
  await using db = await testDatabase();
  let now = Date.now();
  const keys = replica(db.sql, { now: () => now });
  await keys.ensure();
  const old = await keys.sign(claims(), { typ: "at+jwt" });
  await keys.rotate("EdDSA");
  await keys.rotate("EdDSA");
  expect(await keys.verify(old, type)).not.toBeNull();
  await db
    .sql`update signing_key set state_changed_at = now() - interval '25 hours' where state = 'previous'`;
  await keys.rotate("EdDSA");
  expect(await keys.verify(old, type)).toBeNull();
  const retired = await db
    .sql`select length(private_jwk_sealed) as left from signing_key where state = 'retired'`;
  expect([...retired]).toEqual([{ left: 0 }, { left: 0 }]);
  now += 60_000;
  expect((await keys.jwks()).keys.length).toBe(3);
});

Deno.test("a key that another replica made is found when its token arrives", async () => {
  await using db = await testDatabase();
  const [one, other] = [replica(db.sql), replica(db.sql)];
  await one.ensure();
  await other.ensure();
  await one.rotate("EdDSA");
  await one.rotate("EdDSA");
  expect(await other.verify(await one.sign(claims(), { typ: "at+jwt" }), type)).not.toBeNull();
});

Deno.test("tokens with unknown kids make the database be asked once a second at most", async () => {
  await using db = await testDatabase();
  let now = Date.now();
  let asked = 0;
  const counting = new Proxy(db.sql, {
    apply: (target, self, args) => (asked++, Reflect.apply(target, self, args)),
  });
  const keys = replica(counting, { now: () => now });
  await keys.ensure();
  const [, payload, signature] = (await keys.sign(claims(), { typ: "at+jwt" })).split(".");
  const unknown = (n: number) =>
    `${
      Buffer.from(JSON.stringify({ alg: "EdDSA", kid: `k${n}`, typ: "at+jwt" })).toString("base64url")
    }.${payload}.${signature}`;
  asked = 0;
  await Promise.all(Array.from({ length: 50 }, (_, n) => keys.verify(unknown(n), type)));
  expect(asked).toBe(1);
  now += 1001;
  await keys.verify(unknown(51), type);
  expect(asked).toBe(2);
});

Deno.test("eight replicas that start at once make one current and one next key", async () => {
  await using db = await testDatabase({ pool: 8 });
  await Promise.all(Array.from({ length: 8 }, () => replica(db.sql).ensure()));
  const rows = await db.sql`select state from signing_key order by state`;
  expect([...rows]).toEqual([{ state: "current" }, { state: "next" }]);
});

Deno.test("eight rotations at once leave one current and one next key, and every token verifies", async () => {
  await using db = await testDatabase({ pool: 8 });
  const keys = replica(db.sql);
  await keys.ensure();
  const tokens = await Promise.all(Array.from({ length: 8 }, async () => {
    const own = replica(db.sql);
    await own.rotate("EdDSA");
    return await own.sign(claims(), { typ: "at+jwt" });
  }));
  const [{ current, next }] = await db.sql`
    select count(*) filter (where state = 'current')::int as current,
           count(*) filter (where state = 'next')::int as next from signing_key`;
  expect([current, next]).toEqual([1, 1]);
  const verifier = replica(db.sql);
  for (const token of tokens) expect(await verifier.verify(token, type)).not.toBeNull();
});

Deno.test("an algorithm that nobody asked for yet is made when it is first used", async () => {
  await using db = await testDatabase();
  const keys = replica(db.sql);
  await keys.ensure();
  const token = await keys.sign(claims(), { alg: "ES256", typ: "JWT" });
  expect(await keys.verify(token, { typ: "JWT" })).not.toBeNull();
  await expect(keys.sign(claims(), { alg: "HS256", typ: "JWT" })).rejects.toThrow(
    /unknown signing algorithm/,
  );
});

Deno.test("keys are sealed at rest: another secret does not open them, and start-up says what to do", async () => {
  await using db = await testDatabase();
  await replica(db.sql).ensure();
  const [row] = await db.sql<
    { sealed: Uint8Array }[]
  >`select private_jwk_sealed as sealed from signing_key limit 1`;
  expect(new TextDecoder().decode(row.sealed)).not.toContain("OKP");
  const other = new Uint8Array(randomBytes(32));
  await expect(replica(db.sql, { secrets: [other] }).ensure()).rejects.toThrow(
    /put the secret that sealed it back/,
  );
  await replica(db.sql, { secrets: [other, ...secrets] }).ensure();
});

Deno.test("while the database is away, tokens are signed and verified with the keys at hand", async () => {
  const db = await testDatabase();
  let now = Date.now();
  const keys = replica(db.sql, { now: () => now });
  await keys.ensure();
  await db[Symbol.asyncDispose]();
  for (const later of [0, 10_000, 40_000, 80_000]) {
    now = Date.now() + later;
    const token = await keys.sign({ ...claims(), exp: seconds() + 3600 }, { typ: "at+jwt" });
    expect(await keys.verify(token, type)).not.toBeNull();
  }
});

Deno.test("importPublic() of a private key leaves nothing private", () => {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  expect(importPublic(jwk as never).export({ format: "jwk" })).not.toHaveProperty("d");
});
