import { expect } from "expect";
import { goodCookie, goodToken, testApp, testRoute } from "../testing/app.ts";

const core = {
  backend_url: "https://api.example",
  frontend_url: "https://www.example",
  cors_origins: ["https://app.example"],
};
const cookie = `__Host-fs_session=${goodCookie}`;
const bearer = `Bearer ${goodToken}`;
type Headers = Record<string, string>;

Deno.test("an unsafe call with the cookie must come from our own pages; nothing but a browser is asked for that", async () => {
  const app = testApp({
    core,
    core_routes: [
      testRoute({ method: "POST", path: "/x" }),
      testRoute({ method: "DELETE", path: "/x" }),
      testRoute({ method: "GET", path: "/x" }),
    ],
  });
  const rows: [string, Headers, number][] = [
    ["POST", { cookie, "sec-fetch-site": "same-origin" }, 200],
    ["POST", { cookie, origin: "https://api.example" }, 200],
    ["POST", { cookie, origin: "https://www.example" }, 200],
    ["POST", { cookie, origin: "https://app.example", "sec-fetch-site": "cross-site" }, 200],
    ["DELETE", { cookie, "sec-fetch-site": "same-origin" }, 200],
    ["POST", {}, 200],
    ["POST", { authorization: bearer }, 200],
    ["POST", { authorization: bearer, cookie, origin: "https://evil.example" }, 200],
    ["GET", { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 200],
    ["POST", { cookie }, 403],
    ["DELETE", { cookie }, 403],
    ["POST", { cookie, origin: "https://evil.example" }, 403],
    ["POST", { cookie, origin: "null" }, 403],
    ["POST", { cookie, origin: "" }, 403],
    ["POST", { cookie, origin: "http://api.example" }, 403],
    ["POST", { cookie, origin: "https://api.example:8443" }, 403],
    ["POST", { cookie, origin: "https://api.example.evil.example" }, 403],
    ["POST", { cookie, origin: "https://API.example" }, 403],
    ["POST", { cookie, "sec-fetch-site": "same-site" }, 403],
    ["POST", { cookie, "sec-fetch-site": "cross-site" }, 403],
    ["POST", { cookie, "sec-fetch-site": "none" }, 403],
    ["POST", { cookie, "sec-fetch-site": "same-origin, cross-site" }, 403],
    ["POST", { cookie, referer: "https://api.example/sign-in" }, 403],
    ["POST", { cookie, authorization: "Basic abc" }, 403],
  ];
  for (const [method, headers, status] of rows) {
    const answer = await app.fetch(new Request("https://api.example/x", { method, headers }));
    expect([method, headers, answer.status]).toEqual([method, headers, status]);
    if (status === 403) expect((await answer.json()).code).toBe("csrf_failed");
  }
});

Deno.test("scripts of listed origins may read answers, with credentials; of others not", async () => {
  const app = testApp({ core, core_routes: [testRoute({ method: "GET", path: "/x" })] });
  const rows: [string | null, boolean][] = [
    ["https://app.example", true],
    ["https://www.example", true],
    [null, false],
    ["null", false],
    ["https://evil.example", false],
    ["http://app.example", false],
    ["https://app.example:444", false],
    ["https://app.example.evil.example", false],
    ["https://evil.example/https://app.example", false],
  ];
  for (const [origin, allowed] of rows) {
    for (const path of ["/x", "/nowhere"]) {
      const { headers } = await app.fetch(
        new Request("https://api.example" + path, { headers: origin === null ? {} : { origin } }),
      );
      expect([origin, headers.get("access-control-allow-origin")]).toEqual([origin, allowed ? origin : null]);
      expect(headers.get("access-control-allow-credentials")).toBe(allowed ? "true" : null);
      expect(headers.get("vary")).toBe("origin");
    }
  }
});

Deno.test("a preflight says what may be called, to listed origins only", async () => {
  const app = testApp({ core, core_routes: [testRoute({ method: "PUT", path: "/x/{id}" })] });
  const preflight = (path: string, origin: string) =>
    app.fetch(
      new Request("https://api.example" + path, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "PUT" },
      }),
    );
  const yes = await preflight("/x/1", "https://app.example");
  expect(yes.status).toBe(204);
  expect(yes.headers.get("access-control-allow-methods")).toContain("PUT");
  expect(yes.headers.get("access-control-allow-headers")).toContain("authorization");
  expect(yes.headers.get("access-control-allow-origin")).toBe("https://app.example");
  const no = await preflight("/x/1", "https://evil.example");
  expect([no.status, no.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  expect((await preflight("/nowhere", "https://app.example")).status).toBe(404);
});
