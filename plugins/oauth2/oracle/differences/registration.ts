/** Where registrations end otherwise. */
import type { Difference } from "../case.ts";

const register = (...claims: string[]) => claims.map((claim) => `register: ${claim}`);

export const registration: Difference[] = [
  {
    because: "RFC 9700 §2.6: MUST NOT allow http but for native apps on loopback",
    ours: "json 400 invalid_redirect_uri",
    theirs: "json 201 client_id",
    of: register("a redirect_uri over http"),
  },
  {
    because: "RFC 9110 §4.2.4: user information is deprecated, and hides who a host is",
    ours: "json 400 invalid_redirect_uri",
    theirs: "json 201 client_id",
    of: register("a redirect_uri with user information"),
  },
  {
    because: "RFC 9700 §4.1.3: addresses match exactly, so a pattern would be a promise that nobody keeps",
    ours: "json 400 invalid_redirect_uri",
    theirs: "json 201 client_id",
    of: register("a redirect_uri with a wildcard"),
  },
  {
    because: "RFC 8252 §8.4: schemes without a period SHOULD be rejected",
    ours: "json 400 invalid_redirect_uri",
    theirs: "json 201 client_id",
    of: register("a scheme without a dot"),
  },
  {
    because: "RFC 7591 §2.1: grant_types and response_types have to agree",
    ours: "json 400 invalid_client_metadata",
    theirs: "json 201 client_id",
    of: register("code without its grant", "the grant without code"),
  },
  {
    because: "RFC 6749 §1.5: a refresh token comes with another grant, and nothing else gives one",
    ours: "json 400 invalid_client_metadata",
    theirs: "json 201 client_id",
    of: register("only a refresh token"),
  },
  {
    because: "RFC 6749 §4.4: MUST only be used by confidential clients",
    ours: "json 400 invalid_client_metadata",
    theirs: "json 201 client_id",
    of: register("client credentials of a public client"),
  },
];
