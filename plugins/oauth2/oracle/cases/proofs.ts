/** DPoP proofs at the token endpoint and where tokens are used (RFC 9449 §4.3, §5, §7). */
import { calculateJwkThumbprint } from "jose";
import type { DirectCase } from "../case.ts";
import { dpopProof, keys, nowSeconds, type ProofOf, unsigned } from "../keys.ts";
import type { Stage } from "../stage.ts";

const exchangeWith = (
  claim: string,
  proof: Partial<ProofOf> | ((stage: Stage) => string | Promise<string>),
  client: "web" | "bound" = "web",
): DirectCase => ({
  to: "token",
  claim,
  client,
  with: (stage) => stage.exchange(client),
  headers: async (stage) => ({
    dpop: typeof proof === "function"
      ? await proof(stage)
      : await dpopProof({ htu: stage.endpoint("token"), ...proof }),
  }),
});

const at = (stage: Stage) => stage.endpoint("token");

/** A bound access token, and what it is used with. */
async function boundTo(stage: Stage) {
  return await stage.tokens("web", {}, { dpop: await dpopProof({ htu: at(stage) }) });
}

const use = (
  claim: string,
  headers: (stage: Stage, access_token: string) => Promise<Record<string, string>>,
): DirectCase => ({
  to: "userinfo",
  claim,
  method: "GET",
  with: {},
  headers: async (stage) => headers(stage, (await boundTo(stage)).access_token),
});

const useProof = (stage: Stage, access_token: string, more: Partial<ProofOf> = {}) =>
  dpopProof({ htm: "GET", htu: stage.endpoint("userinfo"), access_token, ...more });

export const proofCases: DirectCase[] = [
  exchangeWith("a proof", {}),
  exchangeWith("a proof where it is required", {}, "bound"),
  {
    to: "token",
    claim: "no proof where it is required",
    client: "bound",
    with: (stage) => stage.exchange("bound"),
  },
  exchangeWith("a proof for another method", { htm: "GET" }),
  exchangeWith("a proof for another address", { htu: "https://other.example/token" }),
  exchangeWith(
    "a proof whose address has a query",
    async (stage) => await dpopProof({ htu: at(stage) + "?a=b" }),
  ),
  exchangeWith(
    "a proof whose address has capitals in its host",
    async (stage) => await dpopProof({ htu: at(stage).replace("localhost", "LOCALHOST") }),
  ),
  exchangeWith("a proof of yesterday", { claims: { iat: nowSeconds() - 86_400 } }),
  exchangeWith("a proof of tomorrow", { claims: { iat: nowSeconds() + 86_400 } }),
  exchangeWith("a proof without iat", { claims: { iat: undefined } }),
  exchangeWith("a proof without jti", { claims: { jti: undefined } }),
  exchangeWith("a proof without htm", { claims: { htm: undefined } }),
  exchangeWith("a proof without htu", { claims: { htu: undefined } }),
  exchangeWith("a proof of another type", { header: { typ: "JWT" } }),
  exchangeWith("a proof without a key", { header: { jwk: undefined } }),
  exchangeWith("a proof with a private key", {
    header: { jwk: { ...keys.dpop.jwk, d: "AAAA" } },
  }),
  exchangeWith("a proof that shows another key", { key: "dpop", shown: "dpop2" }),
  exchangeWith(
    "an unsigned proof",
    (stage) => unsigned({ htm: "POST", htu: at(stage), iat: nowSeconds(), jti: "1" }, { typ: "dpop+jwt" }),
  ),
  exchangeWith("a proof that is no JWT", () => "x"),
  exchangeWith("two proofs", async (stage) => {
    const proof = await dpopProof({ htu: at(stage) });
    return `${proof}, ${proof}`;
  }),
  exchangeWith("a proof a second time", async (stage) => {
    const proof = await dpopProof({ htu: at(stage) });
    await stage.tokens("web", {}, { dpop: proof });
    return proof;
  }),
  {
    to: "token",
    claim: "the key that dpop_jkt announced",
    with: async (stage) => stage.exchange("web", { dpop_jkt: await calculateJwkThumbprint(keys.dpop.jwk) }),
    headers: async (stage) => ({ dpop: await dpopProof({ htu: at(stage) }) }),
  },
  {
    to: "token",
    claim: "another key than dpop_jkt announced",
    with: async (stage) => stage.exchange("web", { dpop_jkt: await calculateJwkThumbprint(keys.dpop2.jwk) }),
    headers: async (stage) => ({ dpop: await dpopProof({ htu: at(stage) }) }),
  },
  {
    to: "token",
    claim: "no key where dpop_jkt announced one",
    with: async (stage) => stage.exchange("web", { dpop_jkt: await calculateJwkThumbprint(keys.dpop.jwk) }),
  },
  {
    to: "token",
    claim: "the refresh token of a bound public client with another key",
    client: "spa",
    with: async (stage) => ({
      grant_type: "refresh_token",
      refresh_token:
        (await stage.tokens("spa", {}, { dpop: await dpopProof({ htu: at(stage) }) })).refresh_token,
    }),
    headers: async (stage) => ({ dpop: await dpopProof({ htu: at(stage), key: "dpop2" }) }),
  },
  {
    to: "token",
    claim: "the refresh token of a bound public client without a key",
    client: "spa",
    with: async (stage) => ({
      grant_type: "refresh_token",
      refresh_token:
        (await stage.tokens("spa", {}, { dpop: await dpopProof({ htu: at(stage) }) })).refresh_token,
    }),
  },
  {
    to: "token",
    claim: "the refresh token of a bound confidential client with another key",
    with: async (stage) => ({
      grant_type: "refresh_token",
      refresh_token:
        (await stage.tokens("web", {}, { dpop: await dpopProof({ htu: at(stage) }) })).refresh_token,
    }),
    headers: async (stage) => ({ dpop: await dpopProof({ htu: at(stage), key: "dpop2" }) }),
  },

  use("a bound token with its proof", async (stage, access_token) => ({
    authorization: `DPoP ${access_token}`,
    dpop: await useProof(stage, access_token),
  })),
  use(
    "a bound token as a bearer token",
    (_stage, access_token) => Promise.resolve({ authorization: `Bearer ${access_token}` }),
  ),
  use(
    "a bound token without a proof",
    (_stage, access_token) => Promise.resolve({ authorization: `DPoP ${access_token}` }),
  ),
  use("a bound token with the proof of another key", async (stage, access_token) => ({
    authorization: `DPoP ${access_token}`,
    dpop: await useProof(stage, access_token, { key: "dpop2" }),
  })),
  use("a bound token with a proof for another token", async (stage, access_token) => ({
    authorization: `DPoP ${access_token}`,
    dpop: await useProof(stage, "another"),
  })),
  use("a bound token with a proof without ath", async (stage, access_token) => ({
    authorization: `DPoP ${access_token}`,
    dpop: await dpopProof({ htm: "GET", htu: stage.endpoint("userinfo") }),
  })),
  use("a bound token with a proof for another method", async (stage, access_token) => ({
    authorization: `DPoP ${access_token}`,
    dpop: await useProof(stage, access_token, { htm: "POST" }),
  })),
];
