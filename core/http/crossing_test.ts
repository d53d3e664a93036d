import { expect } from "expect";
import { goodCookie, goodToken, testApp } from "../testing/app.ts";
import type { AnyCtx, AnyPlugin, Crossing } from "../plugin.ts";
import { OAuthError } from "./oauth_error.ts";
import type { Limiter } from "./rate_limit.ts";
import { Problem } from "./problem.ts";
import type { BrowserCall, CrossingAnswer } from "./route.ts";

const url = "http://localhost:8000/oauth/authorize";
const session = { cookie: `fs_session=${goodCookie}` };
const form = { "content-type": "application/x-www-form-urlencoded" };

function crossing(
  answer: () => CrossingAnswer,
  more: Partial<Crossing> = {},
  core = {},
  limiter: Limiter | null = null,
) {
  const calls: BrowserCall[] = [];
  const made: Crossing = {
    methods: ["GET", "POST"],
    path: "/oauth/authorize",
    handle: (call) => {
      calls.push(call);
      return Promise.resolve().then(answer);
    },
    ...more,
  };
  const app = testApp({
    core,
    limiter,
    plugins: [{ plugin: { name: "p", crossings: [made] } as unknown as AnyPlugin, ctx: {} as AnyCtx }],
  });
  const ask = (search = "", init: RequestInit = {}) =>
    app.fetch(new Request(url + search, init), { remote_address: "192.0.2.1" });
  return { calls, ask };
}
const shown = () => ({ view: "which app", title: "Consent" });

Deno.test("a crossing gets every field of query and form, with those that came twice", async () => {
  const { calls, ask } = crossing(shown);
  await ask("?a=1&a=2&b=%C3%BC&c");
  await ask("?a=1", { method: "POST", headers: form, body: "a=2&d=x+y" });
  expect(calls.map(({ fields }) => Object.fromEntries(fields))).toEqual([
    { a: ["1", "2"], b: ["ü"], c: [""] },
    { a: ["1", "2"], d: ["x y"] },
  ]);
  expect(calls.map(({ method, path }) => `${method} ${path}`))
    .toEqual(["GET /oauth/authorize", "POST /oauth/authorize"]);
});

const visitors: [string, RequestInit, boolean][] = [
  ["a cookie", { headers: session }, true],
  ["a cookie, sent here by another site", {
    headers: { ...session, "sec-fetch-site": "cross-site", origin: "https://app.example" },
  }, true],
  ["a cookie and a form of another site", {
    method: "POST",
    body: "a=1",
    headers: { ...form, ...session, "sec-fetch-site": "cross-site", origin: "https://app.example" },
  }, true],
  ["a form of another site", {
    method: "POST",
    body: "a=1",
    headers: { ...form, "sec-fetch-site": "cross-site", origin: "https://app.example" },
  }, false],
  ["a cookie that is over", { headers: { cookie: "fs_session=cookie-of-an-ended-session" } }, false],
  ["a token, which no browser brings", { headers: { authorization: `Bearer ${goodToken}` } }, false],
  ["nothing", {}, false],
];
for (const [title, init, known] of visitors) {
  Deno.test(`a crossing reached with ${title} ${known ? "knows" : "does not know"} the person`, async () => {
    const { calls, ask } = crossing(shown);
    expect((await ask("", init)).status).toBe(200);
    expect([calls[0].visitor !== null, await calls[0].account() !== null]).toEqual([known, known]);
  });
}

Deno.test("what a crossing shows is a page of ours, in the visitor's language", async () => {
  const { ask } = crossing(() => ({ ...shown(), policy: { "form-action": ["https://app.example"] } }));
  const answer = await ask("?lang=de");
  expect(answer.headers.get("content-security-policy")).toContain("form-action 'self' https://app.example;");
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.text()).toMatch(/<html lang="de".*which app/);
});

const leads: [string, boolean][] = [
  ["https://app.example/cb?code=1&state=%20", true],
  ["http://127.0.0.1:4711/cb", true],
  ["com.example.app:/cb?code=1", true],
  ["https://app.example/cb#access_token=1", true],
  ["/sign-in?next=%2Foauth", true],
  ["//evil.example", false],
  ["/\\evil.example", false],
  ["javascript:alert(1)", false],
  ["JavaScript:alert(1)", false],
  ["data:text/html,x", false],
  ["https://app.example/cb?x=\r\nset-cookie:a=b", false],
  ["https://app.example/ü", false],
  ["https://app.example/a b", false],
  ["app.example/cb", false],
  ["", false],
];
for (const [location, ok] of leads) {
  Deno.test(`a crossing ${ok ? "leads" : "does not lead"} to ${JSON.stringify(location)}`, async () => {
    const { ask } = crossing(() => ({ location, cookies: [{ name: "a", value: "b" }] }));
    const answer = await ask("", { method: "POST" });
    expect([answer.status, answer.headers.get("location")]).toEqual(ok ? [303, location] : [500, null]);
    expect(answer.headers.get("set-cookie")).toBe(ok ? "a=b; Path=/; HttpOnly; SameSite=Lax" : null);
  });
}

const thrown: [string, unknown, number, string][] = [
  ["a problem", new Problem(400, "invalid_request", "No such client."), 400, "invalid_request"],
  ["a bug", new Error("secret"), 500, "internal_error"],
  ["an error meant for programs", new OAuthError(400, "invalid_grant", "x"), 500, "internal_error"],
];
for (const [title, error, status, code] of thrown) {
  Deno.test(`a crossing that fails with ${title} shows a person the page ${code}`, async () => {
    const { ask } = crossing(() => {
      throw error;
    });
    const answer = await ask();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
    const text = await answer.text();
    expect(text).toContain(`<h1>${code}</h1>`);
    expect(text).not.toContain("secret");
  });
}

const refused: [string, RequestInit, number][] = [
  ["JSON", { body: "{}", headers: { "content-type": "application/json" } }, 415],
  ["a file", { body: "x", headers: { "content-type": "multipart/form-data; boundary=x" } }, 415],
  ["too much", { body: "a=" + "x".repeat(65_536), headers: form }, 413],
  ["a bad escape", { body: "a=%ff", headers: form }, 422],
  ["a NUL", { body: "a=%00", headers: form }, 422],
  ["too many fields", { body: "a=1&".repeat(201), headers: form }, 422],
];
for (const [title, init, status] of refused) {
  Deno.test(`a crossing is not reached with ${title}`, async () => {
    const { calls, ask } = crossing(shown);
    const answer = await ask("", { method: "POST", ...init });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html; charset=utf-8"]);
    expect(calls).toHaveLength(0);
  });
}

Deno.test("a crossing that takes too long is answered for", async () => {
  const { ask } = crossing(shown, { handle: () => new Promise(() => {}) }, { request_timeout_seconds: 0.01 });
  const answer = await ask();
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("request_timeout")]);
});

Deno.test("a crossing is limited by address, before anything is read", async () => {
  const limits = [{ pool: "authorize", points: 1, per_seconds: 60, by: "ip" as const }];
  let consumed = 0;
  const consume = () => {
    const allowed = ++consumed <= 1;
    return Promise.resolve({ allowed, limit: 1, remaining: allowed ? 0 : -1, reset_seconds: 9 });
  };
  const limiter = { consume } as unknown as Limiter;
  const { calls, ask } = crossing(shown, { limits }, { rate_limits: true }, limiter);
  expect((await ask()).status).toBe(200);
  const answer = await ask("?a=%ff");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "9"]);
  expect(await answer.text()).toContain("<h1>too_many_requests</h1>");
  expect(calls).toHaveLength(1);
});

Deno.test("a crossing answers the methods it names, and no script of another site", async () => {
  const { ask } = crossing(shown, { methods: ["GET"] });
  expect((await ask("", { method: "POST" })).status).toBe(405);
  const answer = await ask("", { headers: { origin: "https://app.example" } });
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
});
