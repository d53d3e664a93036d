import { expect } from "expect";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { generateSigningKey, importPrivate, signCompact, type SigningAlgorithm } from "./jws.ts";
import { signNatively } from "./native_jws.ts";

/** Whatever an ID token can hold, and what numbers and texts do at their edges. */
const claims = {
  iss: "https://auth.example.org",
  sub: "5d7f4c0e-0000-4000-8000-000000000000",
  aud: ["a", "b"],
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 3600,
  auth_time: 0,
  big: Number.MAX_SAFE_INTEGER,
  negative: -1,
  half: 0.5,
  nonce: 'q"\\u0000\n🌊 ü',
  amr: ["pwd"],
  email_verified: true,
  updated_at: null,
  address: { formatted: "1 Quay\nHarbour", nested: { deep: [1, "2", { three: 3 }] } },
  empty: {},
  none: [],
};

for (const alg of ["RS256", "PS256", "ES256", "EdDSA"] as SigningAlgorithm[]) {
  Deno.test(`an ID token signed with ${alg} says what it was given, and verifies with another's library`, async () => {
    const { kid, public_jwk, private_jwk } = await generateSigningKey(alg);
    const key = { kid, alg, private: importPrivate(private_jwk) };
    for (const typ of ["JWT", "logout+jwt"]) {
      const token = await signCompact(claims, key, typ);
      expect(decodeProtectedHeader(token)).toEqual({ alg, kid, typ });
      expect(decodeJwt(token)).toEqual(claims);
      await jwtVerify(token, createLocalJWKSet({ keys: [public_jwk] }), { algorithms: [alg] });
      const [head, body, signature] = token.split(".");
      const other = `${head}.${body.slice(0, -4)}AAAA.${signature}`;
      await expect(jwtVerify(other, createLocalJWKSet({ keys: [public_jwk] }))).rejects.toThrow();
    }
    // Where native code signs, it is asked for nothing that it would do wrong.
    expect(signNatively(claims, key, "at+jwt")).toBeNull();
  });
}

Deno.test("a claim without a value is left out, whoever signs", async () => {
  const { kid, private_jwk } = await generateSigningKey("ES256");
  const key = { kid, alg: "ES256" as const, private: importPrivate(private_jwk) };
  for (const given of [{ sub: "a" }, { sub: "a", iat: 1 }]) {
    expect(decodeJwt(await signCompact({ ...given, nonce: undefined }, key, "JWT"))).toEqual(given);
  }
});
