import { generateKeyPairSync } from "node:crypto";
import { expect } from "expect";
import fc from "fast-check";
import { OAuthError } from "../../core/http/oauth_error.ts";
import { checkMetadata, type MetadataRules, presentMetadata } from "./check_metadata.ts";

const callback = "https://app.example.org/callback";
const good = { redirect_uris: [callback] };
const jwk = (type: "ec" | "rsa" | "ed25519", bits = 2048) => {
  const pair = type === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : type === "rsa"
    ? generateKeyPairSync("rsa", { modulusLength: bits })
    : generateKeyPairSync("ed25519");
  return {
    public: pair.publicKey.export({ format: "jwk" }),
    private: pair.privateKey.export({ format: "jwk" }),
  };
};
const key = jwk("ec");
const jwks = { keys: [key.public] };
const signed = { ...good, token_endpoint_auth_method: "private_key_jwt", jwks };
const fapi2 = { ...good, profile: "fapi2", jwks };
const native = { application_type: "native", token_endpoint_auth_method: "none" };
const exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
const device = "urn:ietf:params:oauth:grant-type:device_code";

const rules = (more: Partial<MetadataRules> = {}): MetadataRules => ({
  by: "registration",
  production: true,
  scopes: ["openid", "profile", "orders:read"],
  ...more,
});

function outcome(input: unknown, more: Partial<MetadataRules> = {}): string {
  try {
    checkMetadata(input, rules(more));
    return "taken";
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    expect(error.status).toBe(400);
    return `${error.error}: ${error.error_description}`;
  }
}

const uri = (redirect_uri: unknown, more = {}) => ({ redirect_uris: [redirect_uri], ...more });
const dev = { production: false };
const command = { by: "command" as const };

/** What is sent, how the refusal begins, and under which rules when not a stranger's in production. */
const refused: [string, unknown, RegExp, Partial<MetadataRules>?][] = [
  ["a list", [], /^invalid_client_metadata: Send a JSON object/],
  ["null", null, /^invalid_client_metadata: Send a JSON object/],
  ["nothing", {}, /^invalid_redirect_uri: redirect_uris must have/],
  ["no redirect_uris", { redirect_uris: [] }, /^invalid_redirect_uri/],
  [
    "redirect_uris as text",
    { redirect_uris: callback },
    /^invalid_redirect_uri: redirect_uris must be a list/,
  ],
  ["a number among them", uri(7), /^invalid_redirect_uri/],
  ["an empty one", uri(""), /^invalid_redirect_uri/],
  [
    "51 of them",
    { redirect_uris: Array.from({ length: 51 }, (_, i) => callback + i) },
    /^invalid_redirect_uri/,
  ],
  ["a very long one", uri(callback + "a".repeat(2000)), /^invalid_redirect_uri/],
  ["a relative one", uri("/callback"), /^invalid_redirect_uri/],
  ["one without a scheme", uri("app.example.org/callback"), /^invalid_redirect_uri/],
  ["one without slashes", uri("https:app.example.org/callback"), /^invalid_redirect_uri/],
  ["one with one slash", uri("https:/app.example.org/callback"), /^invalid_redirect_uri/],
  ["one with three slashes", uri("https:///app.example.org/callback"), /^invalid_redirect_uri/],
  ["a fragment", uri(callback + "#part"), /fragment/],
  ["an empty fragment", uri(callback + "#"), /fragment/],
  ["a user", uri("https://me@app.example.org/"), /user or a password/],
  ["an empty user", uri("https://@app.example.org/"), /user or a password/],
  ["a user and password", uri("https://me:secret@app.example.org/"), /user or a password/],
  ["a wildcard", uri("https://*.example.org/callback"), /wildcards/],
  ["a backslash", uri("https://app.example.org\\@evil.example/"), /^invalid_redirect_uri/],
  ["a space", uri("https://app.example.org/call back"), /^invalid_redirect_uri/],
  ["a tab in the scheme", uri("java\tscript:alert(1)"), /^invalid_redirect_uri/],
  ["a line break", uri("https://app.example.org/\nx"), /^invalid_redirect_uri/],
  ["a letter beyond ASCII", uri("https://app.exämple.org/"), /^invalid_redirect_uri/],
  ["http", uri("http://app.example.org/callback"), /must use https/],
  ["http in development", uri("http://app.example.org/callback"), /must use https/, dev],
  ["http on this machine, in production", uri("http://localhost:3000/callback"), /must use https/],
  ["javascript:", uri("javascript:alert(1)"), /must not use the scheme/],
  ["JavaScript:", uri("JavaScript:alert(1)"), /must not use the scheme/],
  ["data:", uri("data:text/html,x", native), /must not use the scheme/],
  ["file:", uri("file:///etc/passwd", native), /must not use the scheme/],
  ["blob:", uri("blob:https://app.example.org/x", native), /must not use the scheme/],
  ["javascript: of a native app", uri("javascript:alert(1)", native), /must not use the scheme/],
  ["an app's scheme for a web app", uri("com.example.app:/callback"), /of a web app must use https/],
  ["a scheme without a dot", uri("myapp:/callback", native), /reversed domain name/],
  ["http for a native app", uri("http://app.example.org/", native), /must use https/],
  ["https on the device", uri("https://127.0.0.1/callback", native), /must not use https on this device/],
  ["a good one and a bad one", { redirect_uris: [callback, "http://x.example/"] }, /^invalid_redirect_uri/],
  ["a software_statement", { ...good, software_statement: "e30." }, /^unapproved_software_statement/],
  ["another response type", { ...good, response_types: ["token"] }, /response_types/],
  ["two response types in one", { ...good, response_types: ["code id_token"] }, /response_types/],
  ["response_types as text", { ...good, response_types: "code" }, /response_types must be a list/],
  ["another grant type", { ...good, grant_types: ["authorization_code", "implicit"] }, /grant_types/],
  ["no grant type", { ...good, grant_types: [], response_types: [] }, /grant_types must not be empty/],
  ["code without its grant", { ...good, grant_types: [device], response_types: ["code"] }, /grant_types/],
  ["the grant without code", { ...good, response_types: [] }, /response_types must contain code/],
  ["refreshing alone", { grant_types: ["refresh_token"] }, /what gives a refresh token/],
  [
    "client_credentials without a secret",
    { grant_types: ["client_credentials"], token_endpoint_auth_method: "none" },
    /client_credentials without client authentication/,
  ],
  ["token exchange", { ...good, grant_types: ["authorization_code", exchange] }, /by registration/],
  [
    "token exchange of a public client",
    { grant_types: [exchange], token_exchange: ["delegation"], token_endpoint_auth_method: "none" },
    /without client authentication/,
    command,
  ],
  ["token exchange without saying which", { grant_types: [exchange] }, /token_exchange/, command],
  [
    "which token exchange, without it",
    { ...good, token_exchange: ["delegation"] },
    /token_exchange/,
    command,
  ],
  ["another application_type", { ...good, application_type: "toaster" }, /application_type must be one of/],
  [
    "another auth method",
    { ...good, token_endpoint_auth_method: "tls_client_auth" },
    /auth_method must be one of/,
  ],
  ["private_key_jwt without keys", { ...signed, jwks: undefined }, /jwks or jwks_uri is needed/],
  ["keys twice", { ...signed, jwks_uri: "https://app.example.org/jwks" }, /must not both/],
  ["jwks as a list", { ...signed, jwks: [key.public] }, /jwks must be an object/],
  ["jwks without keys", { ...signed, jwks: { keys: [] } }, /between 1 and/],
  ["too many keys", { ...signed, jwks: { keys: Array(21).fill(key.public) } }, /between 1 and/],
  ["a huge key", { ...signed, jwks: { keys: [{ ...key.public, x5c: ["A".repeat(40_000)] }] } }, /smaller/],
  ["a private key", { ...signed, jwks: { keys: [key.private] } }, /contains a private key/],
  ["a private RSA key", { ...signed, jwks: { keys: [jwk("rsa").private] } }, /contains a private key/],
  ["a private key to encrypt with", {
    ...signed,
    jwks: { keys: [{ ...key.private, use: "enc" }] },
  }, /contains a private key/],
  ["a secret", { ...signed, jwks: { keys: [{ kty: "oct", k: "AAAA" }] } }, /is a secret/],
  ["a key that is null", { ...signed, jwks: { keys: [null] } }, /key 1 must be an object/],
  ["a key that is a word", { ...signed, jwks: { keys: ["key"] } }, /key 1 must be an object/],
  ["a weak key", { ...signed, jwks: { keys: [jwk("rsa", 1024).public] } }, /at least 2048 bits/],
  [
    "a key off its curve",
    { ...signed, jwks: { keys: [{ ...key.public, y: key.public.x }] } },
    /not a public key/,
  ],
  ["a key that is none", { ...signed, jwks: { keys: [{ kty: "EC" }] } }, /not a public key/],
  ["a kid twice", {
    ...signed,
    jwks: { keys: [{ ...key.public, kid: "a" }, { ...jwk("ec").public, kid: "a" }] },
  }, /kid of another key/],
  ["a kid that is a number", { ...signed, jwks: { keys: [{ ...key.public, kid: 1 }] } }, /kid of 1 to/],
  ["http jwks_uri", { ...good, jwks_uri: "http://app.example.org/jwks" }, /jwks_uri must use https/],
  ["jwks_uri on this machine", { ...good, jwks_uri: "http://localhost/jwks" }, /jwks_uri must use https/],
  ["an assertion signed by none", { ...signed, token_endpoint_auth_signing_alg: "none" }, /signing_alg/],
  ["a secret's algorithm for a key", { ...signed, token_endpoint_auth_signing_alg: "HS256" }, /signing_alg/],
  [
    "a key's algorithm for a secret",
    { ...good, token_endpoint_auth_method: "client_secret_jwt", token_endpoint_auth_signing_alg: "RS256" },
    /signing_alg/,
  ],
  ["an algorithm without assertions", { ...good, token_endpoint_auth_signing_alg: "RS256" }, /means nothing/],
  ["id_token alg none", { ...good, id_token_signed_response_alg: "none" }, /id_token_signed_response_alg/],
  ["id_token alg HS256", { ...good, id_token_signed_response_alg: "HS256" }, /id_token_signed_response_alg/],
  ["an encrypted ID token", { ...good, id_token_encrypted_response_alg: "RSA-OAEP" }, /nothing is encrypted/],
  ["userinfo alg none", { ...good, userinfo_signed_response_alg: "none" }, /userinfo_signed_response_alg/],
  ["request objects signed by none", { ...signed, request_object_signing_alg: "none" }, /request_object/],
  ["signed request objects without keys", { ...good, request_object_signing_alg: "ES256" }, /signed request/],
  ["only signed requests, without keys", { ...good, require_signed_request_object: true }, /signed request/],
  ["certificates", { ...good, tls_client_certificate_bound_access_tokens: true }, /use DPoP/],
  ["another subject_type", { ...good, subject_type: "ghost" }, /subject_type/],
  ["pairwise over two hosts", {
    redirect_uris: [callback, "https://other.example.org/"],
    subject_type: "pairwise",
  }, /sector_identifier_uri is needed/],
  ["http sector_identifier_uri", { ...good, sector_identifier_uri: "http://x.example/" }, /must use https/],
  ["a client_uri that is none", { ...good, client_uri: "here" }, /client_uri must be/],
  ["javascript: logo_uri", { ...good, logo_uri: "javascript:alert(1)" }, /logo_uri must not use/],
  ["data: logo_uri", { ...good, logo_uri: "data:image/png;base64,AA" }, /logo_uri must not use/],
  ["http tos_uri", { ...good, tos_uri: "http://app.example.org/tos" }, /tos_uri must use https/],
  [
    "http policy_uri here, in production",
    { ...good, policy_uri: "http://localhost/" },
    /policy_uri must use/,
  ],
  [
    "http initiate_login_uri",
    { ...good, initiate_login_uri: "http://x.example/" },
    /initiate_login_uri must/,
  ],
  ["a back channel with a fragment", { ...good, backchannel_logout_uri: callback + "#x" }, /fragment/],
  ["a back channel over http", { ...good, backchannel_logout_uri: "http://x.example/" }, /must use https/],
  [
    "a front channel elsewhere",
    { ...good, frontchannel_logout_uri: "https://x.example/" },
    /one of redirect_uris/,
  ],
  ["a front channel on another port", {
    ...good,
    frontchannel_logout_uri: "https://app.example.org:8443/bye",
  }, /one of redirect_uris/],
  [
    "javascript: after logout",
    { ...good, post_logout_redirect_uris: ["javascript:alert(1)"] },
    /post_logout/,
  ],
  ["a fragment after logout", { ...good, post_logout_redirect_uris: [callback + "#x"] }, /post_logout/],
  ["a negative default_max_age", { ...good, default_max_age: -1 }, /default_max_age must be a whole/],
  ["a default_max_age in words", { ...good, default_max_age: "60" }, /default_max_age must be a whole/],
  ["a broken default_max_age", { ...good, default_max_age: 1.5 }, /default_max_age must be a whole/],
  ["require_auth_time in words", { ...good, require_auth_time: "yes" }, /require_auth_time must be true or/],
  ["default_acr_values as text", { ...good, default_acr_values: "1" }, /default_acr_values must be a list/],
  ["contacts as text", { ...good, contacts: "me@example.org" }, /contacts must be a list/],
  ["a contact that is a number", { ...good, contacts: [1] }, /contacts must be text/],
  ["a name that is a number", { ...good, client_name: 7 }, /client_name must be text/],
  ["an empty name", { ...good, client_name: "" }, /client_name must not be empty/],
  ["a long name", { ...good, client_name: "x".repeat(101) }, /client_name must have at most/],
  ["a name over two lines", { ...good, client_name: "Bank\nYour account" }, /control characters/],
  ["a name read backwards", { ...good, client_name: "Bank\u202e" }, /control characters/],
  ["half a letter", { ...good, client_name: "\ud800" }, /control characters/],
  [
    "a name in 31 languages",
    {
      ...good,
      ...Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`client_name#de-x${i}`, "Laden"])),
    },
    /at most 30 languages/,
  ],
  ["a long name in German", { ...good, "client_name#de": "x".repeat(101) }, /client_name#de must have/],
  ["scope as a list", { ...good, scope: ["openid"] }, /scope must be text/],
  ["a scope nobody knows", { ...good, scope: "openid nonsense" }, /scope can only contain openid/],
  ["two spaces in scope", { ...good, scope: "openid  profile" }, /scope must be names/],
  [
    "no PKCE for a public client",
    { ...uri(callback), ...native, require_pkce: false },
    /require_pkce must be/,
  ],
  ["another profile", { ...good, profile: "fapi1" }, /profile must be one of/],
  ["another token format", { ...good, access_token_format: "paper" }, /access_token_format/],
  ["first_party of a stranger", { ...good, first_party: true }, /first_party is given by an operator/],
  ["resources of a stranger", { ...good, resources: ["https://api.example.org"] }, /resources is given by/],
  ["a relative resource", { ...good, resources: ["/api"] }, /resources must be/, command],
  ["a resource with a fragment", { ...good, resources: ["https://api.example.org/#x"] }, /fragment/, command],
  [
    "FAPI 2 with a secret",
    { ...fapi2, token_endpoint_auth_method: "client_secret_basic" },
    /private_key_jwt/,
  ],
  ["FAPI 2 in public", { ...fapi2, token_endpoint_auth_method: "none" }, /private_key_jwt/],
  ["FAPI 2 without keys", { ...fapi2, jwks: undefined }, /jwks or jwks_uri is needed/],
  [
    "FAPI 2 without DPoP",
    { ...fapi2, dpop_bound_access_tokens: false },
    /dpop_bound_access_tokens must be true/,
  ],
  ["FAPI 2 without PAR", { ...fapi2, require_pushed_authorization_requests: false }, /must be true/],
  ["FAPI 2 without PKCE", { ...fapi2, require_pkce: false }, /require_pkce must be true/],
  ["FAPI 2 with RS256", { ...fapi2, id_token_signed_response_alg: "RS256" }, /id_token_signed_response_alg/],
  ["FAPI 2 with RS256 assertions", { ...fapi2, token_endpoint_auth_signing_alg: "RS256" }, /signing_alg/],
  ["FAPI 2 on this machine", { ...fapi2, redirect_uris: ["http://localhost:3000/"] }, /must use https/, dev],
  [
    "FAPI 2 in an app",
    { ...fapi2, redirect_uris: ["com.example.app:/x"], application_type: "native" },
    /https/,
  ],
];

for (const [what, input, expected, more] of refused) {
  Deno.test(`checkMetadata() refuses ${what}`, () => {
    expect(outcome(input, more)).toMatch(expected);
  });
}

const taken: [string, unknown, Partial<MetadataRules>?][] = [
  ["a web app", good],
  ["members nobody knows", { ...good, utterly_unknown: 1, require_kitten: true }],
  ["null for what is left out", { ...good, logo_uri: null, contacts: null, jwks: null, scope: null }],
  ["a query in a redirect_uri", uri(callback + "?tenant=7")],
  ["this machine in development", uri("http://localhost:3000/callback"), dev],
  ["127.0.0.1 in development", uri("http://127.0.0.1:3000/callback"), dev],
  ["a native app's scheme", uri("com.example.app:/callback", native)],
  ["a native app on loopback", uri("http://127.0.0.1/callback", native)],
  ["a native app on IPv6 loopback", uri("http://[::1]/callback", native)],
  ["a native app's claimed address", uri(callback, native)],
  ["a machine", { grant_types: ["client_credentials"] }],
  ["a television", { grant_types: [device, "refresh_token"], token_endpoint_auth_method: "none" }],
  ["keys of its own", signed],
  ["a key to encrypt with beside", {
    ...signed,
    jwks: { keys: [key.public, { kty: "OKP", crv: "X25519", x: "AA", use: "enc" }] },
  }],
  ["Ed25519 and RSA", { ...signed, jwks: { keys: [jwk("ed25519").public, jwk("rsa").public] } }],
  ["no PKCE for a confidential client", { ...good, require_pkce: false }],
  ["front channel logout", { ...good, frontchannel_logout_uri: "https://app.example.org/bye" }],
  ["scopes there are", { ...good, scope: "openid orders:read" }],
  ["an operator's own app", { ...good, first_party: true }, command],
  ["token exchange", { grant_types: [exchange], token_exchange: ["delegation"] }, command],
  ["pairwise over two hosts of one sector", {
    redirect_uris: [callback, "https://other.example.org/"],
    subject_type: "pairwise",
    sector_identifier_uri: "https://app.example.org/sector",
  }],
  ["FAPI 2", fapi2],
];

for (const [what, input, more] of taken) {
  Deno.test(`checkMetadata() takes ${what}`, () => {
    expect(outcome(input, more)).toBe("taken");
  });
}

Deno.test("checkMetadata() writes the defaults of OpenID Connect Registration §2 in", () => {
  expect(checkMetadata(good, rules())).toMatchObject({
    application_type: "web",
    response_types: ["code"],
    grant_types: ["authorization_code"],
    token_endpoint_auth_method: "client_secret_basic",
    id_token_signed_response_alg: "RS256",
    userinfo_signed_response_alg: null,
    subject_type: "public",
    require_auth_time: false,
    require_pkce: true,
    scope: null,
    access_token_format: "jwt",
    first_party: false,
  });
});

Deno.test("checkMetadata() switches FAPI 2.0 on as a whole", () => {
  expect(checkMetadata(fapi2, rules())).toMatchObject({
    token_endpoint_auth_method: "private_key_jwt",
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    require_pkce: true,
    id_token_signed_response_alg: "ES256",
  });
});

Deno.test("checkMetadata() keeps names by language and drops doubles", () => {
  const read = checkMetadata({
    redirect_uris: [callback, callback],
    client_name: "Shop",
    "client_name#de-AT": "Laden",
    "client_name#": "nothing",
  }, rules());
  expect(read.redirect_uris).toEqual([callback]);
  expect(read.client_name_i18n).toEqual({ "de-AT": "Laden" });
});

Deno.test("presentMetadata() tells what checkMetadata() takes again, and takes it the same", () => {
  for (const [, input, more] of taken) {
    const read = checkMetadata(input, rules(more));
    const told = presentMetadata(read);
    expect(checkMetadata(JSON.parse(JSON.stringify(told)), rules({ ...more, by: "command" }))).toEqual(read);
    expect(Object.values(told)).not.toContain(null);
  }
});

Deno.test("checkMetadata() answers anything with metadata or an error of RFC 7591, and keeps every bound", () => {
  const names = [...Object.keys(checkMetadata(good, rules())), "software_statement", "client_name#de"];
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: "binary" }),
    fc.webUrl({ withFragments: true }),
    fc.array(fc.oneof(fc.webUrl(), fc.constantFrom("code", "authorization_code", callback))),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), junk), fc.boolean(), (input, production) => {
      const said = outcome({ ...good, ...input }, { production });
      expect(said).toMatch(/^(taken|invalid_redirect_uri: |invalid_client_metadata: |unapproved_software_)/);
    }),
    { numRuns: 2000 },
  );
});
