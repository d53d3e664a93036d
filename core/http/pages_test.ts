import { expect } from "expect";
import { goodCookie, testApp, testRoute } from "../testing/app.ts";
import { Problem } from "./problem.ts";
import type { Page, Visit } from "./route.ts";

const base = "http://localhost:8000";
const own = { "sec-fetch-site": "same-origin" };
const form = { "content-type": "application/x-www-form-urlencoded", ...own };
const session = { cookie: `fs_session=${goodCookie}` };

function page(given: Partial<Page> & Pick<Page, "path">): Page {
  return { access: "public", get: () => Promise.resolve({ view: "hello", title: "A page" }), ...given };
}
const get = (path: string, headers: Record<string, string> = {}) =>
  new Request(base + path, { headers: { accept: "text/html", ...headers } });
const post = (path: string, body: BodyInit, headers: Record<string, string> = form) =>
  new Request(base + path, { method: "POST", body, headers });

Deno.test("a page is HTML under the strict policy, and HEAD shows none of it", async () => {
  let shown = 0;
  const app = testApp({
    pages: [page({
      path: "/hello",
      get: () => Promise.resolve({ view: `hello ${++shown}`, title: "A page" }),
    })],
  });
  const answer = await app.fetch(get("/hello"));
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  );
  expect(await answer.text()).toContain("hello 1|nobody");
  const head = await app.fetch(new Request(base + "/hello", { method: "HEAD" }));
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

Deno.test("a page for members sends strangers to sign in, and back to where they wanted to be", async () => {
  const app = testApp({
    pages: [page({ path: "/account/{tab}", access: "session", post: page({ path: "" }).get })],
  });
  const stranger = await app.fetch(get("/account/a?x=1&y=//evil"));
  expect([stranger.status, stranger.headers.get("location")])
    .toEqual([303, "/sign-in?next=%2Faccount%2Fa%3Fx%3D1%26y%3D%2F%2Fevil"]);
  expect((await app.fetch(post("/account/a", "x=1"))).headers.get("location")).toBe(
    "/sign-in?next=%2Faccount%2Fa",
  );
  const ended = await app.fetch(get("/account/a", { cookie: "fs_session=cookie-of-an-ended-session" }));
  expect(ended.headers.get("location")).toBe("/sign-in?session_ended=1&next=%2Faccount%2Fa");
  const member = await app.fetch(get("/account/a", session));
  expect([member.status, await member.text()]).toEqual([200, expect.stringContaining("ada@example.com")]);
});

Deno.test("a form must come from one of our pages, signed in or not", async () => {
  let posted = 0;
  const app = testApp({
    core: { cors_origins: ["https://app.example"] },
    pages: [page({
      path: "/sign-in",
      post: () => {
        posted++;
        return Promise.resolve({ redirect: "/" });
      },
    })],
  });
  const rows: [Record<string, string>, number][] = [
    [own, 303],
    [{ origin: base }, 303],
    [{}, 403],
    [{ origin: "null" }, 403],
    [{ origin: "https://evil.example" }, 403],
    // May call the API, but has no business in our forms.
    [{ origin: "https://app.example" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site", origin: "http://other.localhost:8000" }, 403],
  ];
  for (const [headers, status] of rows) {
    const answer = await app.fetch(
      post("/sign-in", "a=b", { "content-type": form["content-type"], ...headers }),
    );
    expect([headers, answer.status]).toEqual([headers, status]);
    if (status === 403) expect(await answer.text()).toContain("<h1>csrf_failed");
  }
  expect(posted).toBe(2);
});

Deno.test("what a page cannot do without and does not get is the visitor's answer", async () => {
  const rows: [Problem | Error, number, string][] = [
    [
      new Problem(503, "service_unavailable", "Away.", { retry_after_seconds: 7 }),
      503,
      "service_unavailable",
    ],
    [new Problem(404, "not_found", "Not here."), 404, "not_found"],
    [new Error("a bug"), 500, "internal_error"],
  ];
  for (const [thrown, status, code] of rows) {
    const app = testApp({
      core_routes: [testRoute({ method: "GET", path: "/mine", handle: () => Promise.reject(thrown) })],
      pages: [
        page({ path: "/p", get: async (visit) => ({ view: await visit.load("/mine"), title: "A page" }) }),
      ],
    });
    const answer = await app.fetch(get("/p"));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, status === 503 ? "7" : null]);
    expect(await answer.text()).toContain(`<h1>${code}</h1>`);
  }
});

Deno.test("a form is read under the same rules as every body", async () => {
  const forms: unknown[] = [];
  const app = testApp({
    pages: [page({
      path: "/f",
      post: (visit) => {
        forms.push({ ...visit.form });
        return Promise.resolve({ redirect: "/" });
      },
    })],
  });
  const rows: [BodyInit, string | null, number][] = [
    ["name=Ada+L%C3%B6w&empty=", form["content-type"], 303],
    ["", form["content-type"], 303],
    ["a=%00", form["content-type"], 422],
    ["a=%ff", form["content-type"], 422],
    ["a=1&a=2", form["content-type"], 422],
    ["__proto__=1", form["content-type"], 422],
    [new Uint8Array([97, 61, 255]), form["content-type"], 400],
    ["a=".padEnd(65_537, "x"), form["content-type"], 413],
    ['{"a":1}', "application/json", 415],
    ["a=1", "text/plain", 415],
    ["--x--", "multipart/form-data; boundary=x", 415],
  ];
  for (const [body, type, status] of rows) {
    const answer = await app.fetch(post("/f", body, { ...own, ...type ? { "content-type": type } : {} }));
    expect([String(body).slice(0, 20), type, answer.status]).toEqual([
      String(body).slice(0, 20),
      type,
      status,
    ]);
  }
  expect(forms).toEqual([{ name: "Ada Löw", empty: "" }, {}]);
});

Deno.test("what a page gets as next is a place here, wherever it came from", async () => {
  const seen: (string | undefined)[] = [];
  const show = (visit: Visit) => {
    seen.push(visit.query.next, visit.form.next);
    return Promise.resolve({ view: "", title: "" });
  };
  const app = testApp({ pages: [page({ path: "/s", get: show, post: show })] });
  await app.fetch(get("/s?next=%2F%2Fevil.example"));
  await app.fetch(post("/s?next=/account", "next=%2F%5Cevil.example"));
  expect(seen).toEqual(["/", undefined, "/account", "/"]);
});

Deno.test("a page cannot lead to another site, by mistake or by trick", async () => {
  const app = testApp({
    pages: [page({ path: "/go", get: (visit) => Promise.resolve({ redirect: visit.query.to }) })],
  });
  const rows: [string, number, string | null][] = [
    ["/account?a=b", 303, "/account?a=b"],
    [`${base}/account`, 303, `${base}/account`],
    ["//evil.example", 500, null],
    ["/\\evil.example", 500, null],
    ["https://evil.example/", 500, null],
    ["javascript:alert(1)", 500, null],
    ["account", 500, null],
  ];
  for (const [to, status, location] of rows) {
    const answer = await app.fetch(get(`/go?to=${encodeURIComponent(to)}`));
    expect([to, answer.status, answer.headers.get("location")]).toEqual([to, status, location]);
  }
});

Deno.test("a page reaches the API as its visitor does, and hands on the cookies it is given", async () => {
  const calls: unknown[] = [];
  const app = testApp({
    core: { trusted_proxies: ["10.0.0.0/8"] },
    core_routes: [
      testRoute({
        method: "GET",
        path: "/users/me",
        access: "session",
        handle: (call) => {
          const { visitor, ip, user_agent, request_id, locale } = call;
          calls.push({ via: visitor?.via, ip, user_agent, request_id, locale });
          return Promise.resolve({ status: 200, body: { name: "Ada" } });
        },
      }),
      testRoute({
        method: "POST",
        path: "/auth/login",
        handle: () =>
          Promise.resolve({ status: 200, body: {}, cookies: [{ name: "fs_session", value: goodCookie }] }),
      }),
      testRoute({
        method: "POST",
        path: "/auth/limited",
        handle: () =>
          Promise.reject(new Problem(429, "too_many_requests", "Wait.", { retry_after_seconds: 7 })),
      }),
    ],
    pages: [page({
      path: "/in",
      get: async (visit) => ({ view: (await visit.api("GET", "/users/me")).status, title: "" }),
      async post(visit) {
        const before = await visit.api("GET", "/users/me");
        const login = await visit.api("POST", "/auth/login", { email: "x" });
        const after = await visit.api("GET", "/users/me");
        const limited = await visit.api("POST", "/auth/limited", {});
        calls.push([before.status, before.body.code, login.ok, after.body, limited.retry_after_seconds]);
        return { redirect: "/", cookies: login.cookies };
      },
    })],
  });
  const answer = await app.fetch(
    post("/in", "a=b", {
      ...form,
      "x-request-id": "request-1",
      "user-agent": "Test",
      "accept-language": "de",
      "x-forwarded-for": "198.51.100.7",
    }),
    { remote_address: "10.0.0.1" },
  );
  expect(answer.status).toBe(303);
  expect(answer.headers.get("set-cookie")).toBe(`fs_session=${goodCookie}; Path=/; HttpOnly; SameSite=Lax`);
  expect(calls).toEqual([
    { via: "cookie", ip: "198.51.100.7", user_agent: "Test", request_id: "request-1", locale: "de" },
    [401, "session_required", true, { name: "Ada" }, 7],
  ]);
});

Deno.test("showing a page cannot change anything: an unsafe call from get() is an error", async () => {
  const app = testApp({
    core_routes: [testRoute({ method: "POST", path: "/auth/verify-email" })],
    pages: [page({
      path: "/verify",
      get: async (visit) => {
        await visit.api("POST", "/auth/verify-email", {});
        return { view: "", title: "" };
      },
    })],
  });
  expect((await app.fetch(get("/verify?token=abc"))).status).toBe(500);
});

Deno.test("language and appearance follow the visitor's choice, and only a real choice is remembered", async () => {
  const app = testApp({ pages: [page({ path: "/p" })] });
  const rows: [string, Record<string, string>, string, string, string | null][] = [
    ["/p", {}, "en", "null", null],
    ["/p", { "accept-language": "de-AT,en;q=0.5" }, "de", "null", null],
    ["/p", { cookie: "fs_lang=de; fs_theme=dark" }, "de", "dark", null],
    ["/p?lang=de", {}, "de", "null", "fs_lang=de; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"],
    ["/p?lang=de", { cookie: "fs_lang=de" }, "de", "null", null],
    ["/p?lang=xx", {}, "en", "null", null],
    ["/p?lang=en%0d%0aset-cookie:a=b", {}, "en", "null", null],
    ["/p?theme=dark", {}, "en", "dark", "fs_theme=dark; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"],
    [
      "/p?theme=system",
      { cookie: "fs_theme=dark" },
      "en",
      "null",
      "fs_theme=system; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax",
    ],
    ["/p?theme=pink", {}, "en", "null", null],
  ];
  for (const [path, headers, lang, theme, set] of rows) {
    const answer = await app.fetch(get(path, headers));
    const text = await answer.text();
    expect([path, headers, text.includes(`lang="${lang}"`), text.includes(`data-theme="${theme}"`)])
      .toEqual([path, headers, true, true]);
    expect([path, answer.headers.get("set-cookie")]).toEqual([path, set]);
  }
});

Deno.test("people see errors as pages, programs as problems; both under the same id and status", async () => {
  const app = testApp({
    core_routes: [testRoute({ method: "GET", path: "/api" })],
    pages: [
      page({ path: "/broken", get: () => Promise.reject(new Error("inside")) }),
      page({
        path: "/limited",
        get: () => Promise.reject(new Problem(429, "too_many_requests", "Wait.", { retry_after_seconds: 3 })),
      }),
    ],
  });
  const rows: [string, string, number, string][] = [
    ["/broken", "text/html", 500, "<h1>internal_error"],
    ["/broken", "*/*", 500, "<h1>internal_error"],
    ["/limited", "text/html", 429, "<h1>too_many_requests"],
    ["/nowhere", "text/html,application/xhtml+xml", 404, "<h1>not_found"],
    ["/nowhere", "*/*", 404, '"code":"not_found"'],
    ["/nowhere", "application/json", 404, '"code":"not_found"'],
  ];
  for (const [path, accept, status, part] of rows) {
    const answer = await app.fetch(get(path, { accept }));
    expect([path, accept, answer.status, await answer.text()]).toEqual([
      path,
      accept,
      status,
      expect.stringContaining(part),
    ]);
  }
  expect((await app.fetch(get("/limited"))).headers.get("retry-after")).toBe("3");
});

Deno.test("without a presentation there are no pages, and everybody is answered in JSON", async () => {
  const app = testApp({ presentation: null, pages: [page({ path: "/hello" })] });
  const answer = await app.fetch(get("/hello"));
  expect([answer.status, (await answer.json()).code]).toEqual([404, "not_found"]);
});

Deno.test("an error page that fails itself ends as a problem", async () => {
  const app = testApp({
    presentation: {
      render: () => {
        throw new Error("render");
      },
      renderError: () => {
        throw new Error("render error");
      },
    },
    pages: [page({ path: "/hello" })],
  });
  const answer = await app.fetch(get("/hello"));
  expect([answer.status, (await answer.json()).code]).toEqual([500, "internal_error"]);
});
