import { expect } from "expect";
import { createLog } from "../observe/log.ts";
import { createMetrics } from "../observe/metrics.ts";
import { goodCookie, goodToken, testApp, testRoute } from "../testing/app.ts";
import { Problem } from "./problem.ts";
import type { Answer } from "./route.ts";

const base = "http://localhost:8000";
const get = (path: string, headers: Record<string, string> = {}) => new Request(base + path, { headers });

Deno.test("a request id is kept when it is short and plain, else replaced, and echoed in any case", async () => {
  const app = testApp({ core_routes: [testRoute({ method: "GET", path: "/x" })] });
  const rows: [string, boolean][] = [
    ["abcdefgh", true],
    ["A-b_9".repeat(12), true],
    ["short", false],
    ["a".repeat(65), false],
    ["has space in it", false],
    ['{"inject":"log"}', false],
    ["umlaut-äöü-id", false],
    ["a;b=c,d;e=f", false],
    ["", false],
  ];
  for (const [given, kept] of rows) {
    const answer = await app.fetch(get("/x", { "x-request-id": given }));
    const echoed = answer.headers.get("x-request-id")!;
    expect([given, echoed === given]).toEqual([given, kept]);
    expect(echoed).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  }
});

Deno.test("the log tells the pattern of a route, never its address, with method, status and time", async () => {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "json", write: (line) => lines.push(line) });
  const app = testApp({ log, core_routes: [testRoute({ method: "GET", path: "/reset/{token}" })] });
  await app.fetch(get("/reset/s3cr3t?code=123456", { "x-request-id": "abcdefgh" }));
  const line = JSON.parse(lines[0]);
  expect(line).toMatchObject({
    event: "request.finished",
    method: "GET",
    route: "/reset/{token}",
    status: 200,
    request_id: "abcdefgh",
  });
  expect(typeof line.ms).toBe("number");
  expect(lines.join("")).not.toMatch(/s3cr3t|123456/);
});

Deno.test("whatever goes wrong is a problem, and an unknown error says nothing of itself", async () => {
  const lines: string[] = [];
  const failing = (path: string, error: unknown) =>
    testRoute({ method: "GET", path, handle: () => Promise.reject(error) });
  const app = testApp({
    log: createLog({ level: "info", format: "json", write: (line) => lines.push(line) }),
    core_routes: [
      failing("/known", new Problem(409, "some_conflict", "No.", { members: { hint: 7 } })),
      failing("/unknown", new Error("password=hunter2 in a message")),
      failing("/thrown", "a string"),
      failing("/refused", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })),
      failing("/full", Object.assign(new Error("no room"), { code: "CONNECTIONS_BUSY" })),
      failing("/wait", new Problem(503, "hash_queue_full", "Busy.", { retry_after_seconds: 0.2 })),
      testRoute({
        method: "GET",
        path: "/sync",
        handle: () => {
          throw new Error("before any await");
        },
      }),
      testRoute({
        method: "GET",
        path: "/split",
        handle: () => Promise.resolve({ status: 200, headers: { "x-name": "a\r\nset-cookie: b=c" } }),
      }),
      testRoute({
        method: "GET",
        path: "/cookie",
        handle: () => Promise.resolve({ status: 204, cookies: [{ name: "a", value: "b; Domain=evil" }] }),
      }),
    ],
  });
  const rows: [string, number, string][] = [
    ["/known", 409, "some_conflict"],
    ["/unknown", 500, "internal_error"],
    ["/thrown", 500, "internal_error"],
    ["/sync", 500, "internal_error"],
    ["/split", 500, "internal_error"],
    ["/cookie", 500, "internal_error"],
    ["/refused", 503, "service_unavailable"],
    ["/full", 503, "service_unavailable"],
    ["/wait", 503, "hash_queue_full"],
    ["/nowhere", 404, "not_found"],
    ["//known", 404, "not_found"],
    ["/known/", 404, "not_found"],
  ];
  for (const [path, status, code] of rows) {
    const answer = await app.fetch(get(path));
    const body = await answer.json();
    expect([path, answer.status, body.code]).toEqual([path, status, code]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({
      type: `${base}/docs/problems#${code}`,
      status,
      request_id: answer.headers.get("x-request-id"),
    });
    expect(typeof body.title).toBe("string");
    expect(JSON.stringify(body)).not.toMatch(/hunter2|ECONNREFUSED/);
  }
  expect((await app.fetch(get("/wait"))).headers.get("retry-after")).toBe("1");
  expect(lines.some((line) => line.includes("request.failed") && line.includes("/unknown"))).toBe(true);
});

Deno.test("a wrong method is told with those that are right", async () => {
  const app = testApp({
    core_routes: [
      testRoute({ method: "GET", path: "/thing/{id}" }),
      testRoute({ method: "DELETE", path: "/thing/{thing_id}" }),
      testRoute({ method: "POST", path: "/other" }),
    ],
  });
  for (
    const [method, path, allow] of [
      ["PUT", "/thing/1", "GET, DELETE, HEAD, OPTIONS"],
      ["PATCH", "/thing/1", "GET, DELETE, HEAD, OPTIONS"],
      ["GET", "/other", "POST, OPTIONS"],
      ["HEAD", "/other", "POST, OPTIONS"],
    ]
  ) {
    const answer = await app.fetch(new Request(base + path, { method }));
    expect([method, path, answer.status, answer.headers.get("allow")]).toEqual([method, path, 405, allow]);
  }
  const options = await app.fetch(new Request(base + "/other", { method: "OPTIONS" }));
  expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
});

Deno.test("of two paths that fit, the one that says more is meant, in whatever order they come", async () => {
  const say = (path: string) =>
    testRoute({ method: "GET", path, handle: () => Promise.resolve({ status: 200, body: path }) });
  const routes = [say("/a/{id}"), say("/a/current"), say("/{any}/{id}"), say("/{any}/current")];
  for (const core_routes of [routes, routes.toReversed()]) {
    const app = testApp({ core_routes });
    for (
      const [path, found] of [["/a/current", "/a/current"], ["/a/7", "/a/{id}"], ["/b/7", "/{any}/{id}"]]
    ) {
      expect([path, await (await app.fetch(get(path))).json()]).toEqual([path, found]);
    }
  }
});

Deno.test("two endpoints on one method of one path are refused, whatever their parameters are called", () => {
  const routes = [testRoute({ method: "GET", path: "/a/{x}" }), testRoute({ method: "GET", path: "/a/{y}" })];
  expect(() => testApp({ core_routes: routes })).toThrow("GET /a/{y} is claimed by the core and by the core");
});

Deno.test("every answer carries the security headers; data may not act, and nothing dynamic is kept", async () => {
  const app = testApp({ core_routes: [testRoute({ method: "GET", path: "/x" })] });
  for (const path of ["/x", "/nowhere"]) {
    const { headers } = await app.fetch(get(path));
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("camera=()");
    expect(headers.get("referrer-policy")).toBe("strict-origin");
    expect(headers.get("strict-transport-security")).toBe(null);
  }
  const secure = testApp({ core: { backend_url: "https://id.example", frontend_url: "https://id.example" } });
  expect((await secure.fetch(get("/x"))).headers.get("strict-transport-security")).toContain("max-age=");
});

Deno.test("HEAD says what GET says, without the body", async () => {
  const app = testApp({
    core_routes: [
      testRoute({
        method: "GET",
        path: "/x",
        handle: () => Promise.resolve({ status: 200, body: { a: "ä" } }),
      }),
    ],
  });
  const head = await app.fetch(new Request(base + "/x", { method: "HEAD" }));
  expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
});

Deno.test("session routes want a live session, and say how to come with one (RFC 6750 §3)", async () => {
  const seen: unknown[] = [];
  const app = testApp({
    core_routes: [testRoute({
      method: "GET",
      path: "/me",
      access: "session",
      handle: (call) => {
        seen.push(call.visitor?.via);
        return Promise.resolve({ status: 200 });
      },
    })],
  });
  const bad = 'Bearer error="invalid_token"';
  const rows: [Record<string, string>, number, string | null][] = [
    [{ authorization: `Bearer ${goodToken}` }, 200, null],
    [{ authorization: `bearer  ${goodToken}` }, 200, null],
    [{ cookie: `fs_session=${goodCookie}` }, 200, null],
    [{ cookie: `a=b; fs_session="${goodCookie}"; c` }, 200, null],
    [{}, 401, "Bearer"],
    [{ cookie: "fs_session=" }, 401, "Bearer"],
    [{ cookie: "fs_session=unknown-but-well-formed" }, 401, "Bearer"],
    [{ cookie: `__Host-fs_session=${goodCookie}` }, 401, "Bearer"],
    [{ authorization: "Bearer" }, 401, bad],
    [{ authorization: "Bearer " }, 401, bad],
    [{ authorization: "Bearer expired" }, 401, bad],
    [{ authorization: "Bearer two tokens" }, 401, bad],
    [{ authorization: `Bearer ${"a".repeat(5000)}` }, 401, bad],
    [{ authorization: `Basic ${goodToken}` }, 401, "Bearer"],
    // A token that is bad is not helped by a cookie that is good.
    [{ authorization: "Bearer expired", cookie: `fs_session=${goodCookie}` }, 401, bad],
  ];
  for (const [headers, status, challenge] of rows) {
    const answer = await app.fetch(get("/me", headers));
    expect([headers, answer.status, answer.headers.get("www-authenticate")]).toEqual([
      headers,
      status,
      challenge,
    ]);
    if (status === 401) expect((await answer.json()).code).toBe("session_required");
  }
  expect(seen).toEqual(["bearer", "bearer", "cookie", "cookie"]);
});

Deno.test("a handler that takes too long is answered for, and told to stop", async () => {
  let aborted = false;
  const late = Promise.withResolvers<void>();
  const app = testApp({
    core_routes: [testRoute({
      method: "GET",
      path: "/slow",
      timeout_seconds: 0.05,
      handle: (call) =>
        new Promise<Answer>((_, reject) => {
          call.signal.addEventListener("abort", () => {
            aborted = true;
            late.resolve();
            reject(new Error("told to stop"));
          });
        }),
    })],
  });
  const answer = await app.fetch(get("/slow"));
  expect([answer.status, (await answer.json()).code]).toEqual([503, "request_timeout"]);
  expect(answer.headers.get("retry-after")).toBe("5");
  await late.promise;
  expect(aborted).toBe(true);
  expect(app.in_flight).toBe(0);
});

Deno.test("one address may ask so often in a minute; then it is told when to come back", async () => {
  const metrics = createMetrics();
  const app = testApp({
    core: { rate_limits: true },
    requests_per_minute: 3,
    metrics,
    core_routes: [testRoute({ method: "GET", path: "/x" })],
  });
  const ask = (remote_address: string) => app.fetch(get("/x"), { remote_address });
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await ask("192.0.2.1")).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  const refused = await ask("192.0.2.1");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(refused.headers.get("ratelimit-limit")).toBe("3");
  expect((await ask("192.0.2.2")).status).toBe(200);
  expect(await metrics.text()).toContain('http_limited_total{pool="address"} 3');
  expect(await metrics.text()).toContain('route="/x"');
});
