/** Who asks, and where the answer may go: until both are right, the answer is a page (RFC 6749 §3.1.2.4, §4.1.2.1). */
import type { AuthorizeCase } from "../case.ts";
import { callback, queryCallback } from "../clients.ts";

export const redirectCases: AuthorizeCase[] = [
  { claim: "a well-formed request ends in a code", with: {} },
  { claim: "the same by POST", method: "POST", with: {} },
  { claim: "the same for a public client", client: "spa", with: {} },
  { claim: "the same for a native client on its loopback", client: "native", with: {} },
  { claim: "no client_id", with: { client_id: null } },
  { claim: "an empty client_id", with: { client_id: "" } },
  { claim: "an unknown client_id", with: { client_id: "nobody-knows-me" } },
  {
    claim: "a client_id twice",
    with: ({ clients: { web } }) => ({ client_id: [web.client_id, web.client_id] }),
  },
  {
    claim: "two different client_ids",
    with: ({ clients: { web, other } }) => ({ client_id: [web.client_id, other.client_id] }),
  },
  { claim: "a client_id with a NUL", with: ({ clients }) => ({ client_id: clients.web.client_id + "\0" }) },
  {
    claim: "a client_id with a blank behind it",
    with: ({ clients }) => ({ client_id: clients.web.client_id + " " }),
  },
  {
    claim: "a client_id in the other case",
    with: ({ clients }) => ({ client_id: swapCase(clients.web.client_id) }),
  },
  { claim: "a client_id of 5,000 characters", with: { client_id: "x".repeat(5000) } },
  {
    claim: "the client_id of a client without redirect_uris",
    client: "machine",
    with: { redirect_uri: callback },
  },
  { claim: "no redirect_uri where one is registered", with: { redirect_uri: null } },
  {
    claim: "no redirect_uri where one is registered, without openid",
    with: { redirect_uri: null, scope: "profile", nonce: null },
  },
  { claim: "no redirect_uri where two are registered", client: "two", with: { redirect_uri: null } },
  { claim: "an empty redirect_uri", with: { redirect_uri: "" } },
  { claim: "a redirect_uri twice", with: { redirect_uri: [callback, callback] } },
  {
    claim: "a redirect_uri and an attacker's",
    with: { redirect_uri: [callback, "https://attacker.example"] },
  },
  { claim: "a redirect_uri that is none", with: { redirect_uri: "not an address" } },
  { claim: "a relative redirect_uri", with: { redirect_uri: "/callback" } },
  { claim: "a redirect_uri on another host", with: { redirect_uri: "https://attacker.example/callback" } },
  {
    claim: "a redirect_uri with capitals in the path",
    with: { redirect_uri: "https://client.example.org/Callback" },
  },
  {
    claim: "a redirect_uri with capitals in the host",
    with: { redirect_uri: "https://CLIENT.example.org/callback" },
  },
  {
    claim: "a redirect_uri with capitals in the scheme",
    with: { redirect_uri: "HTTPS://client.example.org/callback" },
  },
  { claim: "a redirect_uri with a slash behind it", with: { redirect_uri: callback + "/" } },
  { claim: "a redirect_uri with more path", with: { redirect_uri: callback + "/more" } },
  { claim: "a redirect_uri with a query", with: { redirect_uri: callback + "?more=1" } },
  { claim: "a redirect_uri with an empty query", with: { redirect_uri: callback + "?" } },
  { claim: "a redirect_uri with its registered query", client: "two", with: { redirect_uri: queryCallback } },
  {
    claim: "a redirect_uri with another query than registered",
    client: "two",
    with: { redirect_uri: callback + "?tenant=8" },
  },
  { claim: "a redirect_uri with a fragment", with: { redirect_uri: callback + "#part" } },
  { claim: "a redirect_uri with an empty fragment", with: { redirect_uri: callback + "#" } },
  { claim: "a redirect_uri over http", with: { redirect_uri: "http://client.example.org/callback" } },
  {
    claim: "a redirect_uri with its default port",
    with: { redirect_uri: "https://client.example.org:443/callback" },
  },
  {
    claim: "a redirect_uri on another port",
    with: { redirect_uri: "https://client.example.org:8443/callback" },
  },
  {
    claim: "a redirect_uri with user information",
    with: { redirect_uri: "https://me@client.example.org/callback" },
  },
  {
    claim: "a redirect_uri that hides its host behind an @",
    with: { redirect_uri: "https://client.example.org@attacker.example/callback" },
  },
  {
    claim: "a redirect_uri that climbs",
    with: { redirect_uri: "https://client.example.org/deep/../callback" },
  },
  {
    claim: "a redirect_uri that climbs with encoded dots",
    with: { redirect_uri: "https://client.example.org/deep/%2e%2e/callback" },
  },
  {
    claim: "a redirect_uri with an encoded letter",
    with: { redirect_uri: "https://client.example.org/call%62ack" },
  },
  {
    claim: "a redirect_uri with a backslash",
    with: { redirect_uri: "https://client.example.org\\callback" },
  },
  {
    claim: "a redirect_uri on a longer host",
    with: { redirect_uri: "https://client.example.org.evil.example/callback" },
  },
  {
    claim: "a redirect_uri with a dot behind its host",
    with: { redirect_uri: "https://client.example.org./callback" },
  },
  { claim: "a redirect_uri with a blank before it", with: { redirect_uri: " " + callback } },
  { claim: "a redirect_uri with a line break", with: { redirect_uri: callback + "\r\nX-Evil: 1" } },
  { claim: "a javascript: redirect_uri", with: { redirect_uri: "javascript:alert(1)" } },
  {
    claim: "a loopback redirect_uri on any port",
    client: "native",
    with: { redirect_uri: "http://127.0.0.1:51004/callback" },
  },
  {
    claim: "a loopback redirect_uri with another path",
    client: "native",
    with: { redirect_uri: "http://127.0.0.1:51004/other" },
  },
  {
    claim: "a loopback redirect_uri by its name",
    client: "native",
    with: { redirect_uri: "http://localhost:51004/callback" },
  },
  {
    claim: "the other loopback address",
    client: "native",
    with: { redirect_uri: "http://[::1]:51004/callback" },
  },
  {
    claim: "a loopback redirect_uri with a query",
    client: "native",
    with: { redirect_uri: "http://127.0.0.1:51004/callback?more=1" },
  },
  {
    claim: "a redirect_uri of the app's own scheme",
    client: "native",
    with: { redirect_uri: "com.example.app:/callback" },
  },
  {
    claim: "a redirect_uri of another app's scheme",
    client: "native",
    with: { redirect_uri: "com.example.other:/callback" },
  },
];

const swapCase = (text: string) =>
  [...text].map((one) => one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase()).join("");
