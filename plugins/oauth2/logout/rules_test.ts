import { expect } from "expect";
import { againAfter } from "./back_off.ts";
import { frontChannelFrames } from "./front_channel.ts";
import { logoutEvent, logoutTokenClaims } from "./logout_token.ts";
import { policySource } from "../pages/policy_source.ts";
import { locationOf } from "./return_address.ts";

Deno.test("a client that cannot be told is told ten times, ever more seldom; one that refuses, three times", () => {
  const waits = (refused: boolean) => Array.from({ length: 12 }, (_, i) => againAfter(i + 1, { refused }));
  expect(waits(false)).toEqual([5, 15, 45, 135, 405, 1215, 3600, 3600, 3600, null, null, null]);
  expect(waits(true).slice(0, 4)).toEqual([5, 15, null, null]);
});

Deno.test("a logout token says who, where and for how short a time, and has no nonce (Back-Channel Logout §2.4)", () => {
  const given = { issuer: "https://id.example", client_id: "app", sub: "s", sid: "sid" };
  const claims = logoutTokenClaims(given, 1_000_000);
  expect(claims).toEqual({
    ...{ iss: "https://id.example", aud: "app", sub: "s", sid: "sid", iat: 1000, exp: 1120 },
    jti: claims.jti,
    events: { [logoutEvent]: {} },
  });
  expect(logoutTokenClaims(given).jti).not.toBe(claims.jti);
  expect(claims).not.toHaveProperty("nonce");
});

Deno.test("locationOf() changes nothing in a registered address but for the state", () => {
  const rows: [uri: string, state: string | null, location: string][] = [
    ["https://app.example/out", null, "https://app.example/out"],
    ["https://app.example/out", "a b&c=d#e", "https://app.example/out?state=a%20b%26c%3Dd%23e"],
    ["https://app.example/out?x=%20y", "s", "https://app.example/out?x=%20y&state=s"],
    ["https://app.example/out#f", "s", "https://app.example/out?state=s#f"],
    ["com.example.app:/out", "s", "com.example.app:/out?state=s"],
  ];
  for (const [post_logout_redirect_uri, state, location] of rows) {
    expect(locationOf({ post_logout_redirect_uri, state })).toBe(location);
  }
});

Deno.test("policySource() names a site, or the scheme of an app", () => {
  expect(policySource("https://app.example:8443/a?b#c")).toBe("https://app.example:8443");
  expect(policySource("com.example.app:/out")).toBe("com.example.app:");
  expect(policySource("nonsense")).toBe(null);
});

Deno.test("frames carry who we are and the session, and are bounded (Front-Channel Logout §2)", () => {
  const at = (frontchannel_logout_uri: string | null) => ({
    client: { frontchannel_logout_uri },
    sid: "s 1",
  });
  expect(
    frontChannelFrames(
      [at("https://a.example/out?x=1"), at(null), { client: null, sid: "s" }],
      "https://id.example",
    ),
  )
    .toEqual(["https://a.example/out?x=1&iss=https%3A%2F%2Fid.example&sid=s+1"]);
  expect(frontChannelFrames(Array.from({ length: 99 }, () => at("https://a.example/")), "i")).toHaveLength(
    30,
  );
});
