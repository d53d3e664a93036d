/** Endpoints that check credentials of their own, and that scripts of every origin may call. */
import { expect } from "expect";
import { z } from "zod";
import { goodCookie, goodToken, testApp, testRoute } from "../testing/app.ts";
import type { Route } from "../plugin.ts";
import type { Call } from "./route.ts";

const url = "http://localhost:8000/revoke";

function revoking(more: Partial<Route> = {}) {
  const calls: Call[] = [];
  const route = testRoute({
    method: "POST",
    path: "/revoke",
    access: "own",
    cors: "any",
    handle: (call) => {
      calls.push(call);
      return Promise.resolve({ status: 200, body: {} });
    },
    ...more,
  });
  const app = testApp({ core: { cors_origins: ["https://app.example"] }, core_routes: [route] });
  return { calls, fetch: (init: RequestInit, at = url) => app.fetch(new Request(at, init)) };
}

const credentials: [string, Record<string, string>][] = [
  ["a cookie from another site", {
    cookie: `fs_session=${goodCookie}`,
    origin: "https://evil.example",
    "sec-fetch-site": "cross-site",
  }],
  ["a cookie alone", { cookie: `fs_session=${goodCookie}` }],
  ["a person's token", { authorization: `Bearer ${goodToken}` }],
  ["a client's password", { authorization: "Basic YTpi" }],
  ["nothing", {}],
];
for (const [title, headers] of credentials) {
  Deno.test(`an endpoint with credentials of its own is called with ${title}: nobody is looked up`, async () => {
    const { calls, fetch } = revoking();
    expect((await fetch({ method: "POST", headers })).status).toBe(200);
    expect(calls.map(({ visitor }) => visitor)).toEqual([null]);
    expect(calls[0].headers.get("authorization")).toBe(headers.authorization ?? null);
  });
}

Deno.test("any origin may call and read what is for any origin, without credentials", async () => {
  const { fetch } = revoking();
  for (const origin of ["https://app.example", "https://spa.example", "null", null]) {
    const headers: Record<string, string> = origin === null ? {} : { origin };
    const answer = await fetch({ method: "POST", headers });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("access-control-expose-headers")).toMatch(/www-authenticate.*dpop-nonce/);
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  }
  const preflight = await fetch({
    method: "OPTIONS",
    headers: { origin: "https://spa.example", "access-control-request-method": "POST" },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(preflight.headers.get("access-control-allow-headers")).toMatch(/authorization, content-type, dpop/);
  expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
});

const listed: [string, number, unknown][] = [
  ["resource=a", 200, { resource: ["a"] }],
  ["resource=a&resource=b&scope=s", 200, { resource: ["a", "b"], scope: "s" }],
  ["scope=s", 200, { scope: "s" }],
  ["", 200, {}],
  ["scope=s&scope=s", 422, null],
  ["resource=a&scope=s&scope=t", 422, null],
  ["resource=%00", 422, null],
  ["resource=a&constructor=b", 422, null],
  ["other=a&other=b", 422, null],
];
const several = z.object({ resource: z.array(z.string()).optional(), scope: z.string().optional() });
for (const [text, status, expected] of listed) {
  Deno.test(`repeatable fields are lists, others come once (RFC 6749 §3.2): ${text || "nothing"} → ${status}`, async () => {
    const asForm = revoking({
      repeatable: ["resource"],
      body: several.optional(),
      consumes: ["application/x-www-form-urlencoded"],
    });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await asForm.fetch({ method: "POST", headers, body: text })).status).toBe(status);
    if (expected) expect(asForm.calls[0].body ?? {}).toEqual(expected);
    const asQuery = revoking({ repeatable: ["resource"], query: several });
    expect((await asQuery.fetch({ method: "POST" }, `${url}?${text}`)).status).toBe(status);
    if (expected) expect(asQuery.calls[0].query).toEqual(expected);
  });
}

Deno.test("an answer may be text of another type; HEAD says how long it is", async () => {
  const app = testApp({
    core_routes: [testRoute({
      method: "GET",
      path: "/jwt",
      handle: () =>
        Promise.resolve({ status: 200, text: "a.b.c", headers: { "content-type": "application/jwt" } }),
    })],
  });
  const got = await app.fetch(new Request("http://localhost:8000/jwt"));
  expect([await got.text(), got.headers.get("content-type")]).toEqual(["a.b.c", "application/jwt"]);
  const head = await app.fetch(new Request("http://localhost:8000/jwt", { method: "HEAD" }));
  expect([await head.text(), head.headers.get("content-length")]).toEqual(["", "5"]);
});
