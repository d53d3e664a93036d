import { generateKeyPairSync } from "node:crypto";
import { expect } from "expect";
import { createProver } from "../testing/dpop.ts";
import { type DpopAlgorithm, ProofKeys } from "./proof_key.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const rsaOf = (modulusLength: number) =>
  generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ format: "jwk" });

Deno.test("a key is taken in one spelling, of a sane size, for its own algorithm, and without private parts", async (t) => {
  const [ec, ed, rsa] = await Promise.all([
    createProver("ES256"),
    createProver("EdDSA"),
    createProver("RS256"),
  ]);
  const p384 = (await createProver("ES384")).jwk;
  // The same number in another spelling: 342 letters are four bits more than 256 bytes.
  const spare = rsa.jwk.n!.replace(/.$/, (last) => alphabet[alphabet.indexOf(last) + 1]);
  const cases: [string, DpopAlgorithm, unknown][] = [
    ["nothing", "ES256", undefined],
    ["null", "ES256", null],
    ["text", "ES256", JSON.stringify(ec.jwk)],
    ["a list", "ES256", [ec.jwk]],
    ["an empty object", "ES256", {}],
    ["an EC key for EdDSA", "EdDSA", ec.jwk],
    ["an EC key for RSA", "PS256", ec.jwk],
    ["an RSA key for ES256", "ES256", rsa.jwk],
    ["another curve", "ES256", p384],
    ["another curve under our name", "ES256", { ...p384, crv: "P-256" }],
    ["X25519", "EdDSA", { ...ed.jwk, crv: "X25519" }],
    ["a symmetric key", "ES256", { kty: "oct", k: "AAAA" }],
    ["a private key", "ES256", ec.private_jwk],
    ["a private RSA key", "RS256", rsa.private_jwk],
    ["an empty private part", "ES256", { ...ec.jwk, d: "" }],
    ["one private part of RSA", "RS256", { ...rsa.jwk, qi: "AAAA" }],
    ["for encryption", "ES256", { ...ec.jwk, use: "enc" }],
    ["no y", "ES256", { ...ec.jwk, y: undefined }],
    ["a y that is a number", "ES256", { ...ec.jwk, y: 7 }],
    ["a point that is not on the curve", "ES256", { ...ec.jwk, x: ec.jwk.y }],
    ["a short coordinate", "EdDSA", { ...ed.jwk, x: ed.jwk.x!.slice(0, -4) }],
    ["a padded coordinate", "EdDSA", { ...ed.jwk, x: `${ed.jwk.x}=` }],
    ["a padded modulus", "RS256", { ...rsa.jwk, n: `${rsa.jwk.n}==` }],
    ["spare bits in a modulus", "RS256", { ...rsa.jwk, n: spare }],
    ["a NUL before the modulus", "RS256", { ...rsa.jwk, n: `AAAA${rsa.jwk.n}` }],
    ["a NUL before the exponent", "RS256", { ...rsa.jwk, e: "AAEAAQ" }],
    ["an exponent of 1", "RS256", { ...rsa.jwk, e: "AQ" }],
    ["an even exponent", "RS256", { ...rsa.jwk, e: "AQAA" }],
    ["an exponent as long as the modulus", "RS256", { ...rsa.jwk, e: rsa.jwk.n }],
    ["1024 bits", "RS256", rsaOf(1024)],
    ["2040 bits", "PS256", rsaOf(2040)],
    ["5120 bits", "PS256", { ...rsa.jwk, n: "_".repeat(854) }],
    ["a modulus of a million letters", "PS256", { ...rsa.jwk, n: "_".repeat(1_000_000) }],
  ];
  for (const [what, alg, jwk] of cases) {
    await t.step(what, () => expect(new ProofKeys().read(alg, jwk)).toBeNull());
  }
  const taken: [string, DpopAlgorithm, unknown, string?][] = [
    ["EC", "ES256", ec.jwk, ec.jkt],
    [
      "EC with more members, which do not count",
      "ES256",
      { ...ec.jwk, kid: "a", use: "sig", alg: "ES256" },
      ec.jkt,
    ],
    ["Ed25519 by its exact name", "Ed25519", ed.jwk, ed.jkt],
    ["RSA for PS256", "PS256", rsa.jwk, rsa.jkt],
    ["3072 bits", "RS256", rsaOf(3072)],
  ];
  for (const [what, alg, jwk, jkt] of taken) {
    await t.step(`taken: ${what}`, () => {
      const key = new ProofKeys().read(alg, jwk);
      expect(key).not.toBeNull();
      if (jkt) expect(key!.jkt).toBe(jkt);
    });
  }
});
