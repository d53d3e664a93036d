/** Every specification the provider follows, how far, and which tests show it; a test keeps the files true. */
export interface Specification {
  name: string;
  href: string;
  status: "full" | "part";
  /** What is left out, when in part. */
  note?: string;
  /** Test files, relative to the plugin's folder. */
  tests: string[];
}

const rfc = (n: number) => `https://www.rfc-editor.org/rfc/rfc${n}`;
const openid = (name: string) => `https://openid.net/specs/${name}.html`;

export const specifications: Specification[] = [
  {
    name: "OAuth 2.0 (RFC 6749), as narrowed by OAuth 2.1",
    href: rfc(6749),
    status: "full",
    tests: [
      "oracle/oracle_test.ts",
      "authorize/read_request_test.ts",
      "grants/authorization_code_test.ts",
      "refresh_token_test.ts",
    ],
  },
  {
    name: "Bearer tokens (RFC 6750)",
    href: rfc(6750),
    status: "full",
    tests: ["routes/resources_test.ts", "routes/userinfo_test.ts"],
  },
  { name: "Revocation (RFC 7009)", href: rfc(7009), status: "full", tests: ["routes/revoke_test.ts"] },
  {
    name: "Client assertions (RFC 7523)",
    href: rfc(7523),
    status: "part",
    note: "for client authentication",
    tests: ["client_authentication_test.ts", "client_keys_test.ts"],
  },
  {
    name: "Dynamic registration (RFC 7591, RFC 7592)",
    href: rfc(7591),
    status: "part",
    note: "without software statements",
    tests: ["check_metadata_test.ts", "routes/registration_test.ts"],
  },
  {
    name: "PKCE (RFC 7636)",
    href: rfc(7636),
    status: "part",
    note: "S256 alone; plain is refused",
    tests: ["authorize/read_request_test.ts", "grants/authorization_code_test.ts"],
  },
  {
    name: "Introspection (RFC 7662) and signed answers (RFC 9701)",
    href: rfc(7662),
    status: "part",
    note: "signed, not encrypted",
    tests: ["routes/introspect_test.ts"],
  },
  {
    name: "Native apps (RFC 8252)",
    href: rfc(8252),
    status: "full",
    tests: ["redirect_uri_test.ts", "docs/samples_test.ts"],
  },
  {
    name: "Server metadata (RFC 8414)",
    href: rfc(8414),
    status: "full",
    tests: ["routes/discovery_test.ts"],
  },
  {
    name: "Device authorization (RFC 8628)",
    href: rfc(8628),
    status: "full",
    tests: ["routes/device_test.ts"],
  },
  {
    name: "Token exchange (RFC 8693)",
    href: rfc(8693),
    status: "part",
    note: "our own tokens; impersonation and delegation",
    tests: ["grants/token_exchange_test.ts"],
  },
  {
    name: "Resource indicators (RFC 8707)",
    href: rfc(8707),
    status: "full",
    tests: ["authorize/read_request_test.ts", "refresh_token_test.ts"],
  },
  {
    name: "JWT access tokens (RFC 9068)",
    href: rfc(9068),
    status: "full",
    tests: ["grants/client_credentials_test.ts", "routes/introspect_test.ts"],
  },
  {
    name: "Signed requests (RFC 9101)",
    href: rfc(9101),
    status: "part",
    note: "by value, signed, not encrypted",
    tests: ["authorize/request_object_test.ts"],
  },
  {
    name: "Pushed requests (RFC 9126)",
    href: rfc(9126),
    status: "full",
    tests: ["routes/authorize_test.ts", "oracle/oracle_test.ts"],
  },
  {
    name: "Issuer in the response (RFC 9207)",
    href: rfc(9207),
    status: "full",
    tests: ["authorize/respond_test.ts"],
  },
  {
    name: "DPoP (RFC 9449)",
    href: rfc(9449),
    status: "full",
    tests: [
      "../../core/dpop/dpop_test.ts",
      "../../core/dpop/own_api_test.ts",
      "clients/openid_client_test.ts",
    ],
  },
  {
    name: "Best current practice (RFC 9700)",
    href: rfc(9700),
    status: "full",
    tests: ["oracle/oracle_test.ts", "redirect_uri_test.ts", "refresh_token_test.ts"],
  },
  {
    name: "OpenID Connect Core",
    href: openid("openid-connect-core-1_0"),
    status: "part",
    note: "the code flow; no request_uri by reference, no encryption",
    tests: [
      "authorize/proceed_test.ts",
      "routes/authorize_test.ts",
      "claims_test.ts",
      "subject_test.ts",
      "clients/openid_client_test.ts",
    ],
  },
  {
    name: "OpenID Connect Discovery",
    href: openid("openid-connect-discovery-1_0"),
    status: "full",
    tests: ["routes/discovery_test.ts"],
  },
  {
    name: "OpenID Connect Registration",
    href: openid("openid-connect-registration-1_0"),
    status: "full",
    tests: ["check_metadata_test.ts", "routes/registration_test.ts"],
  },
  {
    name: "Form Post response mode",
    href: openid("oauth-v2-form-post-response-mode-1_0"),
    status: "full",
    tests: ["authorize/respond_test.ts"],
  },
  {
    name: "RP-initiated logout",
    href: openid("openid-connect-rpinitiated-1_0"),
    status: "full",
    tests: ["routes/end_session_test.ts"],
  },
  {
    name: "Back-channel logout",
    href: openid("openid-connect-backchannel-1_0"),
    status: "full",
    tests: ["logout/back_channel_test.ts", "../../core/testing/journeys/back_channel_logout_test.ts"],
  },
  {
    name: "Front-channel logout",
    href: openid("openid-connect-frontchannel-1_0"),
    status: "full",
    tests: ["routes/end_session_test.ts", "logout/rules_test.ts"],
  },
  {
    name: "FAPI 2.0 Security Profile",
    href: "https://openid.net/specs/fapi-security-profile-2_0-final.html",
    status: "full",
    tests: ["routes/token_fapi2_test.ts"],
  },
];
