/** Where requests of clients end otherwise. */
import type { Difference } from "../case.ts";

const grants = (...claims: string[]) => claims.map((claim) => `grants, token: ${claim}`);
const client = (...claims: string[]) => claims.map((claim) => `client, token: ${claim}`);
const endpoint = (...claims: string[]) => claims.map((claim) => `endpoint, ${claim}`);

export const tokens: Difference[] = [
  {
    because: "RFC 6749 §5.2: a client that may not use this grant is told unauthorized_client",
    ours: "json 400 unauthorized_client",
    theirs: "json 400 invalid_request",
    of: [
      ...grants(
        "a grant_type that the client has not registered",
        "client credentials of a public client",
        "a device code by a client that has not registered the grant",
      ),
      ...endpoint("device_authorization: a client without this grant"),
    ],
  },
  {
    because: "RFC 6749 §4.1.3: redirect_uri is REQUIRED where the request had one, and MUST be identical",
    ours: "json 400 invalid_grant",
    theirs: "json 200 access_token id_token refresh_token",
    of: grants("no redirect_uri although the request had one", "an empty redirect_uri"),
  },
  {
    because: "RFC 9110 §15.5.6: the address is there, the method is not",
    ours: "json 405 invalid_request",
    theirs: "json 404",
    of: [
      ...grants("GET", "PUT"),
      ...endpoint("introspect: GET", "revoke: GET", "par: GET", "device_authorization: GET"),
    ],
  },
  {
    because: "RFC 6749 §4.4, §5.2: there is no person, and a scope that cannot be given is invalid_scope",
    ours: "json 400 invalid_scope",
    theirs: "json 200 access_token",
    of: grants("client credentials with openid", "client credentials with an unknown scope"),
  },
];

export const authentication: Difference[] = [
  {
    because: "RFC 6749 §5.2: no client authentication, as well as a wrong one, is invalid_client",
    ours: "json 401 invalid_client",
    theirs: "json 400 invalid_request",
    of: [
      ...client("nothing", "an assertion about somebody else", "an assertion that is no JWT"),
      ...endpoint("introspect: no client", "revoke: no client", "device_authorization: no client"),
    ],
  },
  {
    because: "RFC 6749 §5.2: an empty secret is a wrong one, and MUST be answered with a challenge",
    ours: "json 401 invalid_client www-authenticate:basic",
    theirs: "json 400 invalid_request",
    of: client("an empty secret by Basic"),
  },
  {
    because: "RFC 7591 §2: a client authenticates by the method it has registered, and by no other",
    ours: "json 401 invalid_client",
    theirs: "json 200 access_token id_token refresh_token",
    of: client("the secret in the body where Basic is registered"),
  },
  {
    because: "RFC 7591 §2: the same, the other way around",
    ours: "json 401 invalid_client www-authenticate:basic",
    theirs: "json 200 access_token id_token refresh_token",
    of: client("Basic where the body is registered"),
  },
  {
    because:
      "RFC 7521 §4.2: client_assertion is REQUIRED beside its type; without it the request is malformed",
    ours: "json 400 invalid_request",
    theirs: "json 401 invalid_client",
    of: client("the type without an assertion"),
  },
];

export const proofs: Difference[] = [
  {
    because: "RFC 9449 §5: what is wrong with a proof is invalid_dpop_proof",
    ours: "json 400 invalid_dpop_proof",
    theirs: "json 400 invalid_grant",
    of: ["proof, token: no proof where it is required", "proof, token: a proof a second time"],
  },
  {
    because: "RFC 9449 §7.1: a resource answers 401 with a challenge when the proof does not hold",
    ours: "json 401 invalid_dpop_proof www-authenticate:dpop",
    theirs: "json 400 invalid_request www-authenticate:dpop",
    of: ["proof, userinfo: a bound token without a proof"],
  },
];

export const endpoints: Difference[] = [
  {
    because: "RFC 6750 §3.1: what we do not read is no authentication, so 401 asks for one",
    ours: "json 401 invalid_token www-authenticate:bearer",
    theirs: "json 400 invalid_request www-authenticate:bearer",
    of: endpoint("userinfo: a token in the query", "userinfo: another scheme"),
  },
  {
    because: "RFC 6750 §3.1: the token is good, and lacks the scope openid",
    ours: "json 403 insufficient_scope www-authenticate:bearer",
    theirs: "json 401 invalid_token www-authenticate:bearer",
    of: endpoint("userinfo: a token of a machine"),
  },
  {
    because: "RFC 7662 §2.2: of what is no token of its kinds it says active false",
    ours: "json 200",
    theirs: "json 400 unsupported_token_type",
    of: endpoint("introspect: an ID token"),
  },
  {
    because: "RFC 7662 §2.1: MUST require authorization, and a client_id alone is none",
    ours: "json 401 invalid_client",
    theirs: "json 200 active client_id",
    of: endpoint("introspect: a public client and its own token"),
  },
  {
    because: "RFC 9126 §2.1: request_uri MUST NOT be provided, so the request is malformed",
    ours: "json 400 invalid_request",
    theirs: "json 400 request_uri_not_supported",
    of: endpoint("par: a request_uri"),
  },
  {
    because: "OpenID Connect Core §3.1.2.1: redirect_uri is REQUIRED when openid is asked for",
    ours: "json 400 invalid_request",
    theirs: "json 201 request_uri",
    of: endpoint("par: no redirect_uri"),
  },
  {
    because: "RFC 6749 §4.1.2.1: an invalid parameter value is invalid_request",
    ours: "json 400 invalid_request",
    theirs: "json 400 unsupported_response_mode",
    of: endpoint("par: an unknown response_mode"),
  },
  {
    because: "RFC 6749 §3.3: a scope that nobody knows is invalid_scope",
    ours: "json 400 invalid_scope",
    theirs: "json 200 device_code",
    of: endpoint("device_authorization: an unknown scope"),
  },
];
