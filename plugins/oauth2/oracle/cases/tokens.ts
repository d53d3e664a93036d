/** Token requests, and every wrong way to send one for a code (RFC 6749 §4.1.3, §5.2; RFC 7636 §4.6). */
import type { DirectCase, Params } from "../case.ts";
import { callback } from "../clients.ts";
import { challengeOf, type Stage, verifier } from "../stage.ts";

/** The exchange of a new code, with changes. */
const exchange = (changes: Params = {}, asked: Params = {}) => async (stage: Stage) => ({
  ...await stage.exchange("web", asked),
  ...changes,
});

/** RFC 6749 §3.1.2.3; OpenID Connect asks for it always. */
const withoutAddress: Params = { redirect_uri: null, scope: "profile", nonce: null };
const withoutChallenge: Params = { code_challenge: null, code_challenge_method: null };

export const tokenCases: DirectCase[] = [
  { to: "token", claim: "a code for tokens", with: exchange() },
  {
    to: "token",
    claim: "a code with offline_access",
    with: exchange({}, { scope: "openid offline_access", prompt: "consent" }),
  },
  { to: "token", claim: "a code without openid", with: exchange({}, { scope: "profile", nonce: null }) },
  { to: "token", claim: "no parameters", with: {} },
  { to: "token", claim: "no grant_type", with: exchange({ grant_type: null }) },
  { to: "token", claim: "an empty grant_type", with: exchange({ grant_type: "" }) },
  { to: "token", claim: "an unknown grant_type", with: { grant_type: "wishes" } },
  { to: "token", claim: "grant_type in capitals", with: exchange({ grant_type: "AUTHORIZATION_CODE" }) },
  {
    to: "token",
    claim: "grant_type twice",
    with: exchange({ grant_type: ["authorization_code", "authorization_code"] }),
  },
  {
    to: "token",
    claim: "grant_type password",
    with: { grant_type: "password", username: "a", password: "b" },
  },
  { to: "token", claim: "grant_type implicit", with: { grant_type: "implicit" } },
  {
    to: "token",
    claim: "a grant_type that the client has not registered",
    with: { grant_type: "client_credentials" },
  },
  { to: "token", claim: "no code", with: exchange({ code: null }) },
  { to: "token", claim: "an empty code", with: exchange({ code: "" }) },
  { to: "token", claim: "an unknown code", with: exchange({ code: "unknown" }) },
  { to: "token", claim: "a code of 5,000 characters", with: exchange({ code: "x".repeat(5000) }) },
  {
    to: "token",
    claim: "a code twice in one request",
    with: async (stage) => {
      const params = await stage.exchange();
      return { ...params, code: [params.code as string, params.code as string] };
    },
  },
  {
    to: "token",
    claim: "a code a second time",
    with: async (stage) => {
      const params = await stage.exchange();
      await stage.answered({ to: "token", with: params });
      return params;
    },
  },
  {
    to: "token",
    claim: "a refresh token of a code that was used twice",
    with: async (stage) => {
      const params = await stage.exchange("web", { scope: "openid offline_access", prompt: "consent" });
      const { refresh_token } = await stage.answered({ to: "token", with: params });
      await (await stage.send({ to: "token", with: params })).body?.cancel();
      return { grant_type: "refresh_token", refresh_token };
    },
  },
  { to: "token", claim: "a code of another client", client: "other", with: exchange() },
  { to: "token", claim: "a code of another client, by a public one", client: "spa", with: exchange() },
  {
    to: "token",
    claim: "another redirect_uri than the request's",
    with: exchange({ redirect_uri: "https://client.example.org/other" }),
  },
  {
    to: "token",
    claim: "no redirect_uri although the request had one",
    with: exchange({ redirect_uri: null }),
  },
  { to: "token", claim: "an empty redirect_uri", with: exchange({ redirect_uri: "" }) },
  {
    to: "token",
    claim: "no redirect_uri where the request had none",
    with: exchange({ redirect_uri: null }, withoutAddress),
  },
  {
    to: "token",
    claim: "the redirect_uri although the request had none",
    with: exchange({ redirect_uri: callback }, withoutAddress),
  },
  {
    to: "token",
    claim: "another redirect_uri where the request had none",
    with: exchange({ redirect_uri: "https://attacker.example/" }, withoutAddress),
  },
  { to: "token", claim: "redirect_uri twice", with: exchange({ redirect_uri: [callback, callback] }) },
  { to: "token", claim: "a wrong code_verifier", with: exchange({ code_verifier: "b".repeat(43) }) },
  {
    to: "token",
    claim: "the challenge as code_verifier",
    with: exchange({ code_verifier: challengeOf(verifier) }),
  },
  { to: "token", claim: "no code_verifier", with: exchange({ code_verifier: null }) },
  { to: "token", claim: "an empty code_verifier", with: exchange({ code_verifier: "" }) },
  {
    to: "token",
    claim: "a code_verifier of 42 characters",
    with: exchange({ code_verifier: "b".repeat(42) }),
  },
  {
    to: "token",
    claim: "a code_verifier of 129 characters",
    with: exchange({ code_verifier: "b".repeat(129) }),
  },
  { to: "token", claim: "a code_verifier with a blank", with: exchange({ code_verifier: verifier + " " }) },
  { to: "token", claim: "code_verifier twice", with: exchange({ code_verifier: [verifier, verifier] }) },
  {
    to: "token",
    claim: "no code_verifier where no challenge was",
    client: "loose",
    with: async (stage) => ({ ...await stage.exchange("loose", withoutChallenge), code_verifier: null }),
  },
  {
    to: "token",
    claim: "a code_verifier where no challenge was",
    client: "loose",
    with: (stage) => stage.exchange("loose", withoutChallenge),
  },
  { to: "token", claim: "a scope in the exchange", with: exchange({ scope: "openid email" }) },
  { to: "token", claim: "an unknown parameter", with: exchange({ utterly_unknown: "1" }) },
  { to: "token", claim: "GET", method: "GET", with: exchange() },
  { to: "token", claim: "PUT", method: "PUT", with: exchange() },
  {
    to: "token",
    claim: "JSON",
    with: {},
    body: { type: "application/json", text: '{"grant_type":"authorization_code"}' },
  },
  {
    to: "token",
    claim: "plain text",
    with: {},
    body: { type: "text/plain", text: "grant_type=authorization_code" },
  },
  {
    to: "token",
    claim: "a form with a charset",
    with: { grant_type: "wishes" },
    body: { type: "application/x-www-form-urlencoded; charset=utf-8", text: "grant_type=wishes" },
  },
  {
    to: "token",
    claim: "an empty body",
    with: {},
    body: { type: "application/x-www-form-urlencoded", text: "" },
  },
  {
    to: "token",
    claim: "the resource of the request",
    with: exchange({ resource: "https://api.example.org/" }, { resource: "https://api.example.org/" }),
  },
  {
    to: "token",
    claim: "a resource that was not asked for",
    with: exchange({ resource: "https://mail.example.org/" }, { resource: "https://api.example.org/" }),
  },
  {
    to: "token",
    claim: "a resource with a fragment",
    with: exchange({ resource: "https://api.example.org/#x" }),
  },
];
