import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { expect } from "expect";
import fc from "fast-check";
import type { Pool } from "../db/postgres.ts";
import { OAuthError } from "../http/oauth_error.ts";
import { createKeys } from "../keys/keys.ts";
import { createProver, type ProofInput } from "../testing/dpop.ts";
import { testDatabase } from "../testing/postgres.ts";
import { createDpop, type DpopCheck } from "./dpop.ts";
import { dpopAlgorithms, ProofKeys } from "./proof_key.ts";
import { claimOnce, sweepUsed } from "./replay.ts";

const secrets = [new Uint8Array(randomBytes(32))];
const url = "https://auth.example.org/oauth/token";
const request = { method: "POST", url };

/** A copy of the service: same secrets, same database, its own memory. */
function replica(sql: Pool, options: { now?: () => number; secrets?: Uint8Array[] } = {}) {
  return createDpop({
    sql,
    keys: createKeys(options.secrets ?? secrets),
    core: { backend_url: "https://auth.example.org" },
    now: options.now,
  });
}

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "accepted";
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    expect(error.status).toBe(400);
    return error.error;
  }
}

for (const alg of dpopAlgorithms) {
  Deno.test(`a proof by ${alg} gives the thumbprint of its key, from the cache too`, async () => {
    await using db = await testDatabase();
    const dpop = replica(db.sql);
    const prover = await createProver(alg);
    for (let i = 0; i < 2; i++) {
      const proof = await prover.proof(request);
      expect(await dpop.check({ ...request, proof, nonce: "optional" })).toEqual({ jkt: prover.jkt });
    }
  });
}

const now = () => Math.floor(Date.now() / 1000);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

Deno.test("a proof is refused when anything about it is not as RFC 9449 §4.3 says", async (t) => {
  await using db = await testDatabase();
  const dpop = replica(db.sql);
  const [prover, other] = await Promise.all([createProver(), createProver()]);
  const rsa = await createProver("RS256");
  const make = (changed: Partial<ProofInput> = {}) => prover.proof({ ...request, ...changed });
  const good = await make();
  const [header, payload, signature] = good.split(".");
  const secret = Buffer.from(randomBytes(32)).toString("base64url");
  const hs256 = `${encode({ typ: "dpop+jwt", alg: "HS256", jwk: { kty: "oct", k: secret } })}.${payload}`;
  const header_of = { typ: "dpop+jwt", alg: "ES256", jwk: prover.jwk };
  const access_token = "an.access.token";

  const cases: [string, string | null, Partial<DpopCheck>?][] = [
    ["no header", null],
    ["an empty header", ""],
    ["two headers", `${good}, ${await make()}`],
    ["two headers that are the same", `${good},${good}`],
    ["no JWT", "proof"],
    ["two parts", `${header}.${payload}`],
    ["five parts", `${good}.a.b`],
    ["a padded signature", `${good}=`],
    ["five thousand letters", await make({ claims: { pad: "a".repeat(5000) } })],
    ["no type", await make({ header: { typ: undefined } })],
    ["type JWT", await make({ header: { typ: "JWT" } })],
    ["type at+jwt", await make({ header: { typ: "at+jwt" } })],
    ["a type that is a list", `${encode({ ...header_of, typ: ["dpop+jwt"] })}.${payload}.${signature}`],
    ["alg none", `${encode({ ...header_of, alg: "none" })}.${payload}.`],
    ["alg none with a signature", `${encode({ ...header_of, alg: "none" })}.${payload}.${signature}`],
    ["an HMAC", `${hs256}.${createHmac("sha256", secret).update(hs256).digest("base64url")}`],
    ["an algorithm nobody has", `${encode({ ...header_of, alg: "ES999" })}.${payload}.${signature}`],
    ["another algorithm than the key's", await make({ header: { jwk: rsa.jwk } })],
    ["an algorithm that the profile forbids", await rsa.proof(request), { algorithms: ["ES256", "PS256"] }],
    [
      "an extension that must be understood",
      `${encode({ ...header_of, crit: ["x"] })}.${payload}.${signature}`,
    ],
    ["no key", await make({ header: { jwk: undefined } })],
    ["a key that is a list", await make({ header: { jwk: [prover.jwk] } })],
    ["another's key", await make({ header: { jwk: other.jwk } })],
    ["a private key", await make({ header: { jwk: prover.private_jwk } })],
    ["a key with an empty private part", await make({ header: { jwk: { ...prover.jwk, d: "" } } })],
    ["a key by address", await make({ header: { jwk: undefined, jku: "https://evil.example/jwks" } })],
    ["a key for encryption", await make({ header: { jwk: { ...prover.jwk, use: "enc" } } })],
    ["another curve", await make({ header: { jwk: { ...prover.jwk, crv: "P-384" } } })],
    ["a point that is not on the curve", await make({ header: { jwk: { ...prover.jwk, x: prover.jwk.y } } })],
    [
      "a coordinate with a NUL in front",
      await make({ header: { jwk: { ...prover.jwk, x: `AA${prover.jwk.x}` } } }),
    ],
    ["a padded coordinate", await make({ header: { jwk: { ...prover.jwk, x: `${prover.jwk.x}=` } } })],
    [
      "a padded modulus",
      await rsa.proof({ ...request, header: { jwk: { ...rsa.jwk, n: `${rsa.jwk.n}=` } } }),
    ],
    [
      "an RSA key of an even exponent",
      await rsa.proof({ ...request, header: { jwk: { ...rsa.jwk, e: "AQAA" } } }),
    ],
    [
      "other claims under the same signature",
      `${header}.${encode({ jti: "x", htm: "POST", htu: url, iat: now() })}.${signature}`,
    ],
    ["an empty signature", `${header}.${payload}.`],
    ["no jti", await make({ claims: { jti: undefined } })],
    ["an empty jti", await make({ claims: { jti: "" } })],
    ["a jti that is a number", await make({ claims: { jti: 7 } })],
    ["a jti of 257 characters", await make({ claims: { jti: "a".repeat(257) } })],
    ["no htm", await make({ claims: { htm: undefined } })],
    ["another method", await make({ method: "GET" })],
    ["the method in lower case", await make({ method: "post" })],
    ["no htu", await make({ claims: { htu: undefined } })],
    ["another path", await make({ url: `${url}/` })],
    ["another path by its case", await make({ url: "https://auth.example.org/OAUTH/token" })],
    ["another host", await make({ url: "https://evil.example/oauth/token" })],
    [
      "another host with ours as its user",
      await make({ url: "https://auth.example.org@evil.example/oauth/token" }),
    ],
    ["a user", await make({ url: "https://user@auth.example.org/oauth/token" })],
    ["another scheme", await make({ url: "http://auth.example.org/oauth/token" })],
    ["another port", await make({ url: "https://auth.example.org:8443/oauth/token" })],
    ["a path alone", await make({ url: "/oauth/token" })],
    ["an encoded slash", await make({ url: "https://auth.example.org/oauth%2Ftoken" })],
    ["no iat", await make({ claims: { iat: undefined } })],
    ["an iat that is text", await make({ claims: { iat: String(now()) } })],
    ["an iat that is null", await make({ claims: { iat: null } })],
    ["sixty seconds old", await make({ iat: now() - 60 })],
    ["an hour old", await make({ iat: now() - 3600 })],
    ["sixty seconds ahead", await make({ iat: now() + 60 })],
    ["twenty seconds ahead", await make({ iat: now() + 20 })],
    ["milliseconds", await make({ iat: Date.now() })],
    ["no ath where there is a token", good, { access_token }],
    ["the ath of another token", await make({ access_token: "another" }), { access_token }],
    ["an ath that is the token", await make({ claims: { ath: access_token } }), { access_token }],
    ["another key than the token's", await make(), { expected_jkt: other.jkt }],
  ];
  for (const [what, proof, changed] of cases) {
    await t.step(what, async () => {
      const checked = dpop.check({ ...request, proof, nonce: "optional", ...changed });
      expect(await outcome(checked)).toBe("invalid_dpop_proof");
    });
  }
  await t.step("nothing of it took a row", async () => {
    const [{ n }] = await db.sql`select count(*)::int as n from used_jti`;
    expect(n).toBe(0);
  });

  const accepted: [string, string, Partial<DpopCheck>?][] = [
    ["as it should be", good],
    ["the type in upper case", await make({ header: { typ: "DPoP+JWT" } })],
    ["eight seconds old", await make({ iat: now() - 8 })],
    ["eight seconds ahead", await make({ iat: now() + 8 })],
    ["a fraction of a second", await make({ claims: { iat: Date.now() / 1000 } })],
    ["a query and a fragment in htu", await make({ url: `${url}?a=b#c` })],
    [
      "a host in upper case and the usual port",
      await make({ url: "HTTPS://AUTH.example.org:443/oauth/token" }),
    ],
    ["a letter that need not be encoded", await make({ url: "https://auth.example.org/%6fauth/token" })],
    ["a query in our own address", await make(), { url: `${url}?a=b` }],
    ["the right ath", await make({ access_token }), { access_token }],
    ["the right key", await make(), { expected_jkt: prover.jkt }],
    ["a jti of 256 characters", await make({ claims: { jti: "b".repeat(256) } })],
  ];
  for (const [what, proof, changed] of accepted) {
    await t.step(`accepted: ${what}`, async () => {
      expect(await dpop.check({ ...request, proof, nonce: "optional", ...changed })).toEqual({
        jkt: prover.jkt,
      });
    });
  }
});

Deno.test("a proof with any letter of it replaced is refused", async () => {
  await using db = await testDatabase();
  const dpop = replica(db.sql);
  const prover = await createProver("EdDSA");
  const proof = await prover.proof(request);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=";
  await fc.assert(
    fc.asyncProperty(fc.nat(proof.length - 1), fc.constantFrom(...letters), async (at, letter) => {
      fc.pre(proof[at] !== letter);
      const bent = proof.slice(0, at) + letter + proof.slice(at + 1);
      expect(await outcome(dpop.check({ ...request, proof: bent, nonce: "optional" }))).toBe(
        "invalid_dpop_proof",
      );
    }),
    { numRuns: 200 },
  );
});

Deno.test("a proof shown again is refused, at another replica and for another address too", async () => {
  await using db = await testDatabase();
  const [one, other] = [replica(db.sql), replica(db.sql)];
  const prover = await createProver();
  const jti = crypto.randomUUID();
  const first = await prover.proof({ ...request, claims: { jti } });
  const again = await prover.proof({ method: "GET", url: `${url}/b`, claims: { jti } });
  expect(await outcome(one.check({ ...request, proof: first, nonce: "optional" }))).toBe("accepted");
  expect(await outcome(one.check({ ...request, proof: first, nonce: "optional" }))).toBe(
    "invalid_dpop_proof",
  );
  expect(await outcome(other.check({ ...request, proof: first, nonce: "optional" }))).toBe(
    "invalid_dpop_proof",
  );
  expect(await outcome(other.check({ method: "GET", url: `${url}/b`, proof: again, nonce: "optional" })))
    .toBe("invalid_dpop_proof");
  // The same identifier by another key is another proof: nobody uses up another's.
  const stranger = await (await createProver()).proof({ ...request, claims: { jti } });
  expect(await outcome(one.check({ ...request, proof: stranger, nonce: "optional" }))).toBe("accepted");
});

Deno.test("of 50 that show one proof at once, at two replicas, one is let in", async () => {
  await using db = await testDatabase({ pool: 8 });
  const replicas = [replica(db.sql), replica(db.sql)];
  const proof = await (await createProver()).proof(request);
  const outcomes = await Promise.all(
    Array.from(
      { length: 50 },
      (_, i) => outcome(replicas[i % 2].check({ ...request, proof, nonce: "optional" })),
    ),
  );
  expect(outcomes.filter((one) => one === "accepted").length).toBe(1);
});

Deno.test("of 50 claims of one identifier at once one is true; another kind or key is another claim", async () => {
  await using db = await testDatabase({ pool: 8 });
  const later = new Date(Date.now() + 60_000);
  const claims = await Promise.all(Array.from({ length: 50 }, () => claimOnce(db.sql, "dpop", "a", later)));
  expect(claims.filter(Boolean).length).toBe(1);
  expect(await claimOnce(db.sql, "client_assertion", "a", later)).toBe(true);
  expect(await claimOnce(db.sql, "dpop", "b", later)).toBe(true);
});

Deno.test("a row of the replay store outlives the proof, and the store is swept down to what is alive", async () => {
  await using db = await testDatabase();
  let clock = Date.now();
  const dpop = replica(db.sql, { now: () => clock });
  const prover = await createProver();
  const proof = await prover.proof({ ...request, iat: now() + 9 });
  expect(await outcome(dpop.check({ ...request, proof, nonce: "optional" }))).toBe("accepted");
  const [{ expires_at }] = await db.sql<{ expires_at: Date }[]>`select expires_at from used_jti`;
  clock = expires_at.getTime() + 1;
  await db.sql`delete from used_jti`;
  expect(await outcome(dpop.check({ ...request, proof, nonce: "optional" }))).toBe("invalid_dpop_proof");

  // A week of ten thousand requests an hour leaves what is alive.
  await db.sql`
    insert into used_jti select 'dpop', sha256(n::text::bytea), now() - make_interval(secs => n * 60)
    from generate_series(3, 10080) n`;
  await claimOnce(db.sql, "dpop", "alive", new Date(Date.now() + 60_000));
  await claimOnce(db.sql, "dpop", "just over", new Date(Date.now() - 1000));
  expect(await sweepUsed(db.sql)).toBe(10078);
  const [{ left }] = await db.sql`select count(*)::int as left from used_jti`;
  expect(left).toBe(2);
});

Deno.test("nonces: wanted where required, fresh for two windows, known to every replica, and handed out anew", async () => {
  await using db = await testDatabase();
  let clock = Date.now();
  const [one, other] = [replica(db.sql, { now: () => clock }), replica(db.sql, { now: () => clock })];
  const prover = await createProver();
  const ask = async (nonce: string | undefined, wanted: DpopCheck["nonce"], at = one) => {
    const proof = await prover.proof({ ...request, nonce, iat: Math.floor(clock / 1000) });
    return await outcome(at.check({ ...request, proof, nonce: wanted }));
  };
  const nonce = one.nonce();
  expect(nonce).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(other.nonce()).toBe(nonce);
  expect(await ask(undefined, "required")).toBe("use_dpop_nonce");
  expect(await ask(undefined, "optional")).toBe("accepted");
  for (const bad of ["x", nonce.slice(1), `${nonce}A`, "a".repeat(5000 / 2)]) {
    expect(await ask(bad, "required")).toBe("use_dpop_nonce");
    expect(await ask(bad, "optional")).toBe("use_dpop_nonce");
  }
  expect(await ask(nonce, "required", other)).toBe("accepted");
  clock += 150_000;
  expect(one.nonce()).not.toBe(nonce);
  expect(await ask(nonce, "required")).toBe("accepted");
  expect(await ask(one.nonce(), "required")).toBe("accepted");
  clock += 150_000;
  expect(await ask(nonce, "required")).toBe("use_dpop_nonce");
  // Another replica's clock is a little ahead.
  const ahead = replica(db.sql, { now: () => clock + 150_000 });
  expect(await ask(ahead.nonce(), "required")).toBe("accepted");
});

Deno.test("use_dpop_nonce comes with the nonce to use, and only after the signature held", async () => {
  await using db = await testDatabase();
  const dpop = replica(db.sql);
  const prover = await createProver();
  const proof = await prover.proof(request);
  const error = await dpop.check({ ...request, proof, nonce: "required" }).catch((error) => error);
  expect(error).toMatchObject({
    error: "use_dpop_nonce",
    extra: { headers: { "dpop-nonce": dpop.nonce() } },
  });
  expect(await outcome(dpop.check({ ...request, proof: `${proof.slice(0, -8)}AAAAAAAA`, nonce: "required" })))
    .toBe("invalid_dpop_proof");
});

Deno.test("a nonce of an older secret is known as long as that secret is in the list", async () => {
  await using db = await testDatabase();
  const younger = new Uint8Array(randomBytes(32));
  const prover = await createProver();
  const proof = () => prover.proof({ ...request, nonce: replica(db.sql).nonce() });
  const rotated = replica(db.sql, { secrets: [younger, ...secrets] });
  const foreign = replica(db.sql, { secrets: [younger] });
  expect(await outcome(rotated.check({ ...request, proof: await proof(), nonce: "required" }))).toBe(
    "accepted",
  );
  expect(await outcome(foreign.check({ ...request, proof: await proof(), nonce: "required" })))
    .toBe("use_dpop_nonce");
});

Deno.test("imported keys are kept up to a limit, the last used ones", async () => {
  const keys = new ProofKeys(2);
  const [a, b, c] = (await Promise.all([createProver(), createProver(), createProver()])).map(({ jwk }) =>
    jwk
  );
  const first = keys.read("ES256", a);
  keys.read("ES256", b);
  expect(keys.read("ES256", a)).toBe(first);
  keys.read("ES256", c);
  expect(keys.read("ES256", a)).toBe(first);
  const again = keys.read("ES256", b);
  expect(keys.read("ES256", b)).toBe(again);
  expect(keys.read("ES256", c)?.jkt).toBeDefined();
});
