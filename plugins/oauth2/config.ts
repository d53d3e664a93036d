/** What an operator may set for `oauth2`; variables are `OAUTH2_…`. */
import { boolean, choice, type ConfigOf, duration, list, secret, text, url } from "../../core/config.ts";

export const oauth2Config = {
  client_id: text({
    default: null,
    length_max: 200,
    about: "A client that is there from the start, with OAUTH2_CLIENT_SECRET and OAUTH2_REDIRECT_URI.",
  }),
  client_secret: secret({
    default: null,
    about: "Its secret; without one it is a public client.",
  }),
  redirect_uri: list({
    default: [],
    shape: "an address such as https://app.example.org/callback",
    about: "Where its people come back to.",
  }),
  scopes: list({
    default: [],
    shape: "name=what people read when they are asked, such as orders:read=See your orders",
    pattern: /^[\x21\x23-\x3c\x3e-\x5b\x5d-\x7e]{1,128}=.{1,200}$/,
    about: "Scopes of your own, beside those of OpenID Connect.",
  }),
  step_up_scopes: list({
    default: [],
    shape: "the name of a scope such as payments:write",
    pattern: /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/,
    about: "Scopes that nobody allows without having shown who they are just now, as strongly as they can.",
  }),
  registration: choice({
    of: ["auto", "open", "token", "off"],
    default: "auto",
    about: "Dynamic registration (RFC 7591): for everybody, with an initial access token, or not at all. " +
      "`auto` is open in development and off in production.",
  }),
  policy_uri: url({
    default: null,
    protocols: ["https", "http"],
    about: "Told to apps: how they may use what they learn here (op_policy_uri).",
  }),
  tos_uri: url({
    default: null,
    protocols: ["https", "http"],
    about: "Told to apps: your terms of service (op_tos_uri).",
  }),
  authorization_code_seconds: duration({
    default: 60,
    unit: "seconds",
    min: 10,
    max: 600,
    about: "How long a code may be exchanged; never above 60 for FAPI 2.0 clients.",
  }),
  id_token_minutes: duration({
    default: 60,
    unit: "minutes",
    min: 1,
    max: 60,
    about: "Life of an ID token.",
  }),
  refresh_token_days: duration({
    default: 30,
    unit: "days",
    min: 1,
    max: 365,
    about: "How long a refresh token may lie unused.",
  }),
  grant_days: duration({
    default: 180,
    unit: "days",
    min: 1,
    max: 3650,
    about: "After this long a person is asked again, however often a client refreshes.",
  }),
  refresh_grace_seconds: duration({
    default: 30,
    unit: "seconds",
    min: 0,
    max: 300,
    about: "A used refresh token answers the same successor for so long; later it revokes its family.",
  }),
  request_minutes: duration({
    default: 30,
    unit: "minutes",
    min: 1,
    max: 120,
    about: "How long a person may take to sign in and consent.",
  }),
  pushed_request_seconds: duration({
    default: 90,
    unit: "seconds",
    min: 10,
    max: 599,
    about: "How long a pushed request may wait for its browser (RFC 9126).",
  }),
  device_code_minutes: duration({
    default: 10,
    unit: "minutes",
    min: 1,
    max: 60,
    about: "How long a device waits for its person (RFC 8628).",
  }),
  dpop_nonce: choice({
    of: ["optional", "required"],
    default: "optional",
    about: "Whether DPoP proofs must carry a nonce of ours (RFC 9449 §8).",
  }),
  outgoing_private: list({
    default: [],
    shape: "a host, host:port or network such as 10.1.0.0/16",
    about: "Private addresses that clients' addresses (jwks_uri, logout …) may lead to.",
  }),
  outgoing_seconds: duration({
    default: 5,
    unit: "seconds",
    min: 1,
    max: 30,
    about: "Time limit of a call to a client's address.",
  }),
  demo: boolean({
    default: true,
    about: "Runs a demo app beside the service in development.",
  }),
};

export type OAuth2Config = ConfigOf<typeof oauth2Config>;
