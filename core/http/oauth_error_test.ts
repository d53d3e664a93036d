import { expect } from "expect";
import { z } from "zod";
import { testApp, testRoute } from "../testing/app.ts";
import { createLog } from "../observe/log.ts";
import type { Route } from "../plugin.ts";
import { OAuthError, printable } from "./oauth_error.ts";
import { Problem } from "./problem.ts";
import { tooManyRequests } from "./route_limits.ts";

const url = "http://localhost:8000/oauth/token";
const form = { "content-type": "application/x-www-form-urlencoded" };
const tokenRoute = (handle: Route["handle"], more: Partial<Route> = {}) =>
  testRoute({
    method: "POST",
    path: "/oauth/token",
    access: "own",
    errors: "oauth",
    cors: "any",
    consumes: ["application/x-www-form-urlencoded"],
    repeatable: ["resource"],
    body: z.object({ grant_type: z.string(), resource: z.array(z.string()).optional() }),
    handle,
    ...more,
  });
const ask = (route: Route, body: BodyInit = "grant_type=x", init: RequestInit = {}) =>
  testApp({ core_routes: [route] }).fetch(new Request(url, { method: "POST", headers: form, body, ...init }));
const state = { allowed: false, limit: 3, remaining: 0, reset_seconds: 17 };

const thrown: [string, unknown, number, string, Record<string, string>][] = [
  ["its own", new OAuthError(400, "invalid_grant", "The code was used."), 400, "invalid_grant", {}],
  [
    "its own with a challenge",
    new OAuthError(401, "invalid_client", "x", { headers: { "www-authenticate": "Basic" } }),
    401,
    "invalid_client",
    { "www-authenticate": "Basic" },
  ],
  ["a field", new Problem(422, "invalid_request", "x"), 400, "invalid_request", {}],
  ["a slow body", new Problem(408, "body_timeout", "x"), 400, "invalid_request", {}],
  ["a type", new Problem(415, "unsupported_media_type", "x"), 400, "invalid_request", {}],
  ["a large body", new Problem(413, "payload_too_large", "x"), 413, "invalid_request", {}],
  ["a token", new Problem(401, "session_required", "x"), 401, "invalid_token", {}],
  ["a limit", tooManyRequests(state), 429, "temporarily_unavailable", { "retry-after": "17" }],
  ["no room", new Problem(503, "request_timeout", "x"), 503, "temporarily_unavailable", {}],
  [
    "no database",
    Object.assign(new Error("secret"), { code: "ECONNREFUSED" }),
    503,
    "temporarily_unavailable",
    {},
  ],
  ["a bug", new Error("secret"), 500, "server_error", {}],
  ["no error at all", "secret", 500, "server_error", {}],
];

for (const [title, error, status, code, headers] of thrown) {
  Deno.test(`an endpoint of OAuth fails with ${title} → ${status} ${code}`, async () => {
    const answer = await ask(tokenRoute(() => Promise.reject(error)));
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    const text = await answer.text();
    expect(text).not.toContain("secret");
    expect(Object.keys(JSON.parse(text))).toEqual(["error", "error_description"]);
    expect(JSON.parse(text).error).toBe(code);
  });
}

const refused: [string, BodyInit, RequestInit, number][] = [
  ["a field that is missing", "resource=a", {}, 400],
  ["a field given twice", "grant_type=x&grant_type=x", {}, 400],
  ["JSON", "{}", { headers: { "content-type": "application/json" } }, 400],
  ["no type", "grant_type=x", { headers: { "content-type": "" } }, 400],
  ["a bad escape", "grant_type=%ff", {}, 400],
  ["a NUL", "grant_type=%00", {}, 400],
  ["bytes that are no UTF-8", new Uint8Array([0x67, 0xff]), {}, 400],
  ["too much", "x".repeat(65_537), {}, 413],
];
for (const [title, body, init, status] of refused) {
  Deno.test(`an endpoint of OAuth refuses ${title} before its handler`, async () => {
    const answer = await ask(tokenRoute(() => Promise.reject(new Error("it was called"))), body, init);
    expect([answer.status, (await answer.json()).error]).toEqual([status, "invalid_request"]);
  });
}

Deno.test("a wrong method, too many requests and a late answer are OAuth's errors there, too", async () => {
  const route = tokenRoute(() => new Promise(() => {}), { timeout_seconds: 0.01 });
  const app = testApp({
    core: { rate_limits: true },
    requests_per_minute: 2,
    core_routes: [route, testRoute({ method: "GET", path: "/x" })],
  });
  const send = (method: string) =>
    app.fetch(new Request(url, method === "GET" ? {} : { method, headers: form, body: "grant_type=x" }), {
      remote_address: "192.0.2.1",
    });
  const wrong = await send("GET");
  expect([wrong.status, wrong.headers.get("allow"), (await wrong.json()).error])
    .toEqual([405, "POST, OPTIONS", "invalid_request"]);
  const late = await send("POST");
  expect([late.status, (await late.json()).error]).toEqual([503, "temporarily_unavailable"]);
  const flooded = await send("POST");
  expect([flooded.status, (await flooded.json()).error]).toEqual([429, "temporarily_unavailable"]);
  expect(flooded.headers.get("access-control-allow-origin")).toBe("*");
  const elsewhere = await app.fetch(new Request("http://localhost:8000/x"), { remote_address: "192.0.2.1" });
  expect([elsewhere.status, (await elsewhere.json()).code]).toEqual([429, "too_many_requests"]);
});

Deno.test("members of an error go along, and its text keeps to what RFC 6749 §5.2 allows", async () => {
  const error = new OAuthError(400, "invalid_request", 'say "x\\y"\r\nüber', { members: { hint: 5 } });
  const answer = await ask(tokenRoute(() => Promise.reject(error)));
  expect(await answer.json()).toEqual({
    error: "invalid_request",
    error_description: "say 'x'y'???ber",
    hint: 5,
  });
  expect(printable("x".repeat(900))).toHaveLength(500);
});

Deno.test("the log tells why an endpoint of OAuth failed, once", async () => {
  const lines: string[] = [];
  const log = createLog({ level: "error", format: "json", write: (line) => lines.push(line) });
  const app = testApp({
    log,
    core_routes: [tokenRoute(() => Promise.reject(new Error("the disk is full")))],
  });
  await app.fetch(new Request(url, { method: "POST", headers: form, body: "grant_type=x" }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("the disk is full");
});
