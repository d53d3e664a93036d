/** Authorization requests whose client and address are right: what else may be wrong with them. */
import type { AuthorizeCase } from "../case.ts";
import { challengeOf, verifier } from "../stage.ts";

export const authorizationCases: AuthorizeCase[] = [
  { claim: "no response_type", with: { response_type: null } },
  { claim: "an empty response_type", with: { response_type: "" } },
  { claim: "response_type token", with: { response_type: "token" } },
  { claim: "response_type id_token", with: { response_type: "id_token" } },
  { claim: "response_type code id_token", with: { response_type: "code id_token" } },
  { claim: "response_type none", with: { response_type: "none" } },
  { claim: "an unknown response_type", with: { response_type: "coffee" } },
  { claim: "response_type in capitals", with: { response_type: "CODE" } },
  { claim: "response_type twice", with: { response_type: ["code", "code"] } },
  { claim: "response_type twice in one value", with: { response_type: "code code" } },
  { claim: "response_mode query", with: { response_mode: "query" } },
  { claim: "response_mode fragment", with: { response_mode: "fragment" } },
  { claim: "response_mode form_post", with: { response_mode: "form_post" } },
  { claim: "an unknown response_mode", with: { response_mode: "pigeon" } },
  { claim: "an empty response_mode", with: { response_mode: "" } },
  { claim: "response_mode twice", with: { response_mode: ["query", "query"] } },
  { claim: "an error by response_mode fragment", with: { response_mode: "fragment", scope: ["a", "b"] } },
  {
    claim: "an error by response_mode form_post",
    with: { response_mode: "form_post", response_type: "token" },
  },
  { claim: "no scope", with: { scope: null, nonce: null } },
  { claim: "an empty scope", with: { scope: "", nonce: null } },
  { claim: "scope twice", with: { scope: ["openid", "openid"] } },
  { claim: "an unknown scope beside openid", with: { scope: "openid unheard_of" } },
  { claim: "only an unknown scope", with: { scope: "unheard_of", nonce: null } },
  { claim: "a scope with a quotation mark", with: { scope: 'openid "quoted"' } },
  { claim: "scopes without openid", with: { scope: "profile", nonce: null } },
  { claim: "offline_access without asking for consent", with: { scope: "openid offline_access" } },
  { claim: "every standard scope", with: { scope: "openid profile email address phone" } },
  { claim: "no state", with: { state: null } },
  { claim: "an empty state", with: { state: "" } },
  { claim: "state twice", with: { state: ["one", "two"] } },
  { claim: "a state with marks", with: { state: `<"'&>%20+ü` } },
  { claim: "no nonce", with: { nonce: null } },
  { claim: "a nonce without openid", with: { scope: "profile" } },
  { claim: "nonce twice", with: { nonce: ["one", "two"] } },
  { claim: "an unknown parameter", with: { utterly_unknown: "1" } },
  { claim: "an unknown parameter twice", with: { utterly_unknown: ["1", "2"] } },
  { claim: "display touch", with: { display: "touch" } },
  { claim: "login_hint", with: { login_hint: "person@example.com" } },
  { claim: "login_hint twice", with: { login_hint: ["a@example.com", "b@example.com"] } },
  { claim: "ui_locales", with: { ui_locales: "de en" } },
  { claim: "acr_values that nobody knows", with: { acr_values: "urn:nobody:knows" } },
  { claim: "registration", with: { registration: '{"client_name":"x"}' } },

  { claim: "prompt none and nobody there", person: "nobody", with: { prompt: "none" } },
  { claim: "prompt none and no consent yet", person: "signed_in", client: "fresh", with: { prompt: "none" } },
  { claim: "prompt none after consent", person: "consented", with: { prompt: "none" } },
  {
    claim: "prompt none with more scopes than agreed to",
    client: "modest",
    person: "consented",
    with: { prompt: "none", scope: "openid email" },
  },
  { claim: "prompt none with login", person: "consented", with: { prompt: "none login" } },
  { claim: "prompt none with consent", person: "nobody", with: { prompt: "none consent" } },
  { claim: "prompt login", with: { prompt: "login" } },
  { claim: "prompt login asks again who is there", person: "returning", with: { prompt: "login" } },
  { claim: "prompt consent", with: { prompt: "consent" } },
  { claim: "prompt login consent", with: { prompt: "login consent" } },
  { claim: "prompt select_account", with: { prompt: "select_account" } },
  { claim: "an unknown prompt", with: { prompt: "whisper" } },
  { claim: "an unknown prompt beside login", with: { prompt: "login whisper" } },
  { claim: "an empty prompt", with: { prompt: "" } },
  { claim: "prompt twice", with: { prompt: ["login", "consent"] } },
  { claim: "a session and consent, no prompt", person: "consented", with: {} },

  { claim: "max_age that has time", person: "consented", with: { max_age: "3600", prompt: "none" } },
  { claim: "max_age 0 and prompt none", person: "consented", with: { max_age: "0", prompt: "none" } },
  { claim: "a negative max_age", with: { max_age: "-1" } },
  { claim: "a max_age in words", with: { max_age: "soon" } },
  { claim: "a max_age with a fraction", with: { max_age: "1.5" } },
  { claim: "an empty max_age", with: { max_age: "" } },
  { claim: "a max_age beyond every number", with: { max_age: "99999999999999999999" } },
  { claim: "max_age twice", with: { max_age: ["10", "10"] } },

  {
    claim: "no code_challenge from a public client",
    client: "spa",
    with: { code_challenge: null, code_challenge_method: null },
  },
  {
    claim: "no code_challenge from a confidential client",
    with: { code_challenge: null, code_challenge_method: null },
  },
  {
    claim: "no code_challenge where it is not required",
    client: "loose",
    with: { code_challenge: null, code_challenge_method: null },
  },
  { claim: "an empty code_challenge", with: { code_challenge: "" } },
  { claim: "a code_challenge of 42 characters", with: { code_challenge: "a".repeat(42) } },
  { claim: "a code_challenge of 129 characters", with: { code_challenge: "a".repeat(129) } },
  { claim: "a code_challenge with a plus", with: { code_challenge: "+".repeat(43) } },
  { claim: "code_challenge twice", with: { code_challenge: [challengeOf(verifier), challengeOf("other")] } },
  {
    claim: "code_challenge_method plain",
    with: { code_challenge: verifier, code_challenge_method: "plain" },
  },
  { claim: "no code_challenge_method, which means plain", with: { code_challenge_method: null } },
  { claim: "an unknown code_challenge_method", with: { code_challenge_method: "S512" } },
  { claim: "code_challenge_method without code_challenge", client: "loose", with: { code_challenge: null } },

  {
    claim: "claims",
    with: { claims: '{"userinfo":{"email":null},"id_token":{"auth_time":{"essential":true}}}' },
  },
  { claim: "claims that are no JSON", with: { claims: "{" } },
  { claim: "claims that are a list", with: { claims: "[]" } },
  { claim: "claims that are null", with: { claims: "null" } },
  { claim: "claims whose userinfo is a list", with: { claims: '{"userinfo":[]}' } },
  { claim: "claims whose userinfo is null", with: { claims: '{"userinfo":null}' } },
  { claim: "claims with a word for a claim", with: { claims: '{"id_token":{"email":"yes"}}' } },
  { claim: "empty claims", with: { claims: "{}" } },
  {
    claim: "claims without openid",
    with: { scope: "profile", nonce: null, claims: '{"userinfo":{"email":null}}' },
  },
  { claim: "claims twice", with: { claims: ["{}", "{}"] } },
  {
    claim: "claims for a sub of somebody else",
    person: "consented",
    with: { prompt: "none", claims: '{"id_token":{"sub":{"value":"somebody"}}}' },
  },

  { claim: "an id_token_hint that is no token", with: { id_token_hint: "hint" } },
  { claim: "id_token_hint twice", with: { id_token_hint: ["a", "b"] } },
  {
    claim: "an id_token_hint and nobody there",
    person: "nobody",
    with: async (stage) => ({ prompt: "none", id_token_hint: (await stage.tokens()).id_token }),
  },
  {
    claim: "an id_token_hint of the person who is there",
    person: "consented",
    with: async (stage) => ({ prompt: "none", id_token_hint: (await stage.tokens()).id_token }),
  },
  {
    claim: "an id_token_hint with a broken signature",
    with: async (stage) => ({ id_token_hint: broken((await stage.tokens()).id_token) }),
  },

  { claim: "a resource", with: { resource: "https://api.example.org/" } },
  { claim: "two resources", with: { resource: ["https://api.example.org/", "https://mail.example.org/"] } },
  { claim: "a relative resource", with: { resource: "/api" } },
  { claim: "a resource with a fragment", with: { resource: "https://api.example.org/#part" } },
  { claim: "an empty resource", with: { resource: "" } },
  { claim: "dpop_jkt", with: { dpop_jkt: challengeOf("a key") } },
  { claim: "a dpop_jkt that is no thumbprint", with: { dpop_jkt: "short" } },
  { claim: "dpop_jkt twice", with: { dpop_jkt: [challengeOf("a"), challengeOf("b")] } },
];

/** With one character of its signature changed. */
export function broken(jwt: string): string {
  const [head, payload, signature] = jwt.split(".");
  const at = 10;
  return `${head}.${payload}.${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${
    signature.slice(at + 1)
  }`;
}
