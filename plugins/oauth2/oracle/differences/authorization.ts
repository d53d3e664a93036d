/** Where authorization requests end otherwise. */
import type { Difference } from "../case.ts";

const authorize = (...claims: string[]) => claims.map((claim) => `authorize: ${claim}`);

export const authorization: Difference[] = [
  {
    because: "RFC 6749 §4.1.2.1: what is wrong with an address is told the person as invalid_request; " +
      "invalid_redirect_uri is a code of registration (RFC 7591 §3.2.2)",
    ours: "page 400 invalid_request",
    theirs: "page 400 invalid_redirect_uri",
    of: authorize(
      "the client_id of a client without redirect_uris",
      "a redirect_uri that is none",
      "a relative redirect_uri",
      "a redirect_uri on another host",
      "a redirect_uri with capitals in the path",
      "a redirect_uri with capitals in the host",
      "a redirect_uri with capitals in the scheme",
      "a redirect_uri with a slash behind it",
      "a redirect_uri with more path",
      "a redirect_uri with a query",
      "a redirect_uri with an empty query",
      "a redirect_uri with another query than registered",
      "a redirect_uri with a fragment",
      "a redirect_uri with an empty fragment",
      "a redirect_uri over http",
      "a redirect_uri with its default port",
      "a redirect_uri on another port",
      "a redirect_uri with user information",
      "a redirect_uri that hides its host behind an @",
      "a redirect_uri that climbs",
      "a redirect_uri that climbs with encoded dots",
      "a redirect_uri with an encoded letter",
      "a redirect_uri with a backslash",
      "a redirect_uri on a longer host",
      "a redirect_uri with a dot behind its host",
      "a redirect_uri with a blank before it",
      "a redirect_uri with a line break",
      "a javascript: redirect_uri",
      "a loopback redirect_uri with another path",
      "a loopback redirect_uri by its name",
      "the other loopback address",
      "a loopback redirect_uri with a query",
      "a redirect_uri of another app's scheme",
      "a signed request with a foreign redirect_uri",
    ),
  },
  {
    because:
      "RFC 6749 §A.1: such a client_id cannot be; the edge refuses the character before anybody is looked up",
    ours: "page 400 invalid_request",
    theirs: "page 400 invalid_client",
    of: authorize("a client_id with a NUL"),
  },
  {
    because: "OpenID Connect Core §3.1.2.1: redirect_uri is REQUIRED when openid is asked for",
    ours: "page 400 invalid_request",
    theirs: "redirect query code iss state",
    of: authorize("no redirect_uri where one is registered", "an empty redirect_uri"),
  },
  {
    because:
      "RFC 6749 §3.1: it MUST NOT be there twice, and §4.1.2.1: then no address is verified to lead to",
    ours: "page 400 invalid_request",
    theirs: "redirect query invalid_request iss state",
    of: authorize("a redirect_uri twice", "a redirect_uri and an attacker's"),
  },
  {
    because: "RFC 6749 §3.1.1: a response_type that is not understood is told as in §4.1.2.1, in the query",
    ours: "redirect query unsupported_response_type iss state",
    theirs: "redirect fragment unsupported_response_type iss state",
    of: authorize("response_type token", "response_type id_token", "response_type code id_token"),
  },
  {
    because: "RFC 6749 §4.1.2.1: the same, for a signed request that contradicts the one around it",
    ours: "redirect query invalid_request_object iss state",
    theirs: "redirect fragment invalid_request_object iss state",
    of: authorize("a signed request for another response_type"),
  },
  {
    because: "RFC 6749 §3.1.1: registered response types are sets of different names; this is none",
    ours: "redirect query unsupported_response_type iss state",
    theirs: "redirect query code iss state",
    of: authorize("response_type twice in one value"),
  },
  {
    because:
      "RFC 6749 §4.1.2.1: an invalid parameter value is invalid_request; there is no code of that name",
    ours: "redirect query invalid_request iss state",
    theirs: "redirect query unsupported_response_mode iss state",
    of: authorize("an unknown response_mode"),
  },
  {
    because: "RFC 6749 §3.3: a request without scope is processed with the default, which is no claim at all",
    ours: "redirect query code iss state",
    theirs: "redirect query access_denied iss state",
    of: authorize("no scope", "an empty scope"),
  },
  {
    because: "RFC 6749 §3.3: a scope that nobody knows is invalid_scope",
    ours: "redirect query invalid_scope iss state",
    theirs: "redirect query access_denied iss state",
    of: authorize("only an unknown scope"),
  },
  {
    because: "RFC 6749 §3.1: parameters MUST NOT be included more than once, whatever they are",
    ours: "redirect query invalid_request iss state",
    theirs: "redirect query code iss state",
    of: authorize("an unknown parameter twice"),
  },
  {
    because: "OpenID Connect Core §5.5: both of its members are OPTIONAL",
    ours: "redirect query code iss state",
    theirs: "redirect query invalid_request iss state",
    of: authorize("empty claims"),
  },
  {
    because: "RFC 6749 §3.1: parameters of OpenID Connect mean nothing without openid, and are ignored",
    ours: "redirect query code iss state",
    theirs: "redirect query invalid_request iss state",
    of: authorize("claims without openid", "a nonce without openid"),
  },
  {
    because: "RFC 9449 §10: the value is a thumbprint; another could never match a key",
    ours: "redirect query invalid_request iss state",
    theirs: "redirect query code iss state",
    of: authorize("a dpop_jkt that is no thumbprint"),
  },
];

export const signedAndPushed: Difference[] = [
  {
    because: "RFC 9101 §10.8: explicit typing keeps JWTs of other kinds from being taken for requests",
    ours: "redirect query invalid_request_object iss state",
    theirs: "redirect query code iss state",
    of: authorize("a signed request of another type"),
  },
  {
    because:
      "RFC 9101 §6.3: only what is inside counts; then there is no scope, and RFC 6749 §3.3 has a default",
    ours: "redirect query code iss state",
    theirs: "redirect query invalid_request iss state",
    of: authorize("a signed request with a scope that is only outside"),
  },
  {
    because:
      "RFC 9101 §4: iss and aud SHOULD be there, so a request without is still one; FAPI 2.0 clients push",
    ours: "redirect query code iss state",
    theirs: "redirect query invalid_request_object iss state",
    of: authorize("a signed request without audience", "a signed request without issuer"),
  },
  {
    because:
      "OpenID Connect Core §6.1: client_id stands outside; inside, the signature and iss say whose it is",
    ours: "redirect query code iss state",
    theirs: "page 400 invalid_request",
    of: authorize("a signed request without client_id"),
  },
  {
    because: "RFC 9101 §7: what is wrong inside of the object is invalid_request_object",
    ours: "redirect query invalid_request_object iss state",
    theirs: "redirect query invalid_request iss state",
    of: authorize("a signed request whose scope is a list"),
  },
  {
    because: "OpenID Connect Core §3.1.2.6: what is well-formed and not served is told as not supported",
    ours: "redirect query request_not_supported iss state",
    theirs: "redirect query invalid_request_object iss state",
    of: authorize("an unsigned request"),
  },
  {
    because: "RFC 9126 §4: with a reference, nothing beside client_id counts, so no address is verified",
    ours: "page 400 invalid_request",
    theirs: "redirect query invalid_request iss state",
    of: authorize("a request_uri twice"),
  },
  {
    because:
      "RFC 9126 §2.2: MUST be bound to the client that pushed it; nobody's address is used for a mix-up",
    ours: "page 400 invalid_request_uri",
    theirs: "redirect query invalid_request_object iss state",
    of: authorize("a pushed request of another client"),
  },
];
