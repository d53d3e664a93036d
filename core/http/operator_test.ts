/** Endpoints and pages for whoever runs the service. */
import { expect } from "expect";
import { z } from "zod";
import { goodCookie, goodToken, testApp, testCore, testRoute } from "../testing/app.ts";
import type { Route } from "../plugin.ts";
import { createOpenApi, problemsOf } from "./openapi.ts";

const url = "http://localhost:8000";
const own = { origin: url, "sec-fetch-site": "same-origin" };
const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
const form = { "content-type": "application/x-www-form-urlencoded" };

/** What they do when they are let do it is counted. */
function operated(roles: string[] | null) {
  const done: string[] = [];
  const route = (method: Route["method"]): Route =>
    testRoute({
      method,
      path: "/rings",
      access: "operator",
      handle: () => {
        done.push(method);
        return Promise.resolve({ status: 200, body: {} });
      },
    });
  const show = (how: string) => () => {
    done.push(how);
    return Promise.resolve({ view: "shown", title: "T" });
  };
  const app = testApp({
    core_routes: [route("GET"), route("POST")],
    pages: [{
      path: "/operate",
      access: "operator",
      nav: { section: "operator", key: "rings", order: 1 },
      get: show("shown"),
      post: show("sent"),
    }],
    describeAccount: () =>
      Promise.resolve(roles && { email: "ada@example.com", first_name: null, last_name: null, roles }),
  });
  return {
    done,
    async call(method: string, path: string, headers: Record<string, string>) {
      const { status, headers: sent } = await app.fetch(new Request(`${url}${path}`, { method, headers }));
      return [status, sent.get("location")?.split("?")[0] ?? null];
    },
  };
}

const cookie = { cookie: `fs_session=${goodCookie}` };
const refused: [string, string[] | null, Record<string, string>, { api: number; page: number }][] = [
  ["nobody", ["operator"], own, { api: 401, page: 303 }],
  ["a session that has ended", ["operator"], { cookie: "fs_session=ended-a-while-ago", ...own }, {
    api: 401,
    page: 303,
  }],
  ["a token that has expired", ["operator"], { authorization: "Bearer expired", ...own }, {
    api: 401,
    page: 303,
  }],
  ["an account without roles", [], { ...cookie, ...own }, { api: 403, page: 403 }],
  ["one with a role like it", ["operators", "Operator"], { ...cookie, ...own }, { api: 403, page: 403 }],
  ["a token of no operator", ["guest"], { authorization: `Bearer ${goodToken}`, ...own }, {
    api: 403,
    page: 403,
  }],
  ["an account that is gone", null, { ...cookie, ...own }, { api: 403, page: 403 }],
];
for (const [who, roles, headers, wanted] of refused) {
  Deno.test(`what operators may do is not done for ${who}`, async () => {
    const { call, done } = operated(roles);
    for (const method of ["GET", "POST"]) {
      expect((await call(method, "/rings", headers))[0]).toBe(wanted.api);
      const [status, location] = await call(method, "/operate", { ...headers, ...form });
      expect([method, status]).toEqual([method, wanted.page]);
      expect(location).toBe(wanted.page === 303 ? "/sign-in" : null);
    }
    expect(done).toEqual([]);
  });
}

Deno.test("an operator is let in, by cookie from our own pages alone", async () => {
  const { call, done } = operated(["guest", "operator"]);
  for (const headers of [{ ...cookie, ...own }, { authorization: `Bearer ${goodToken}`, ...foreign }]) {
    expect((await call("POST", "/rings", headers))[0]).toBe(200);
  }
  expect((await call("GET", "/rings", cookie))[0]).toBe(200);
  expect((await call("GET", "/operate", cookie))[0]).toBe(200);
  expect((await call("POST", "/operate", { ...cookie, ...own, ...form }))[0]).toBe(200);
  expect(done).toEqual(["POST", "POST", "GET", "shown", "sent"]);
  expect((await call("POST", "/rings", { ...cookie, ...foreign }))[0]).toBe(403);
  expect((await call("POST", "/operate", { ...cookie, ...foreign, ...form }))[0]).toBe(403);
  expect(done.length).toBe(5);
});

Deno.test("the menu of operators is shown to operators", async () => {
  for (const [roles, length] of [[["operator"], 1], [["guest"], 0], [[], 0]] as const) {
    const menus: number[] = [];
    const app = testApp({
      pages: [
        { path: "/", access: "public", get: () => Promise.resolve({ view: "", title: "" }) },
        {
          path: "/operate",
          access: "operator",
          nav: { section: "operator", key: "rings", order: 1 },
          get: () => Promise.resolve({ view: "", title: "" }),
        },
      ],
      presentation: {
        render: ({ operator_nav, account_nav }) => {
          menus.push(operator_nav.length, account_nav.length);
          return "";
        },
        renderError: () => "",
      },
      describeAccount: () =>
        Promise.resolve({ email: "ada@example.com", first_name: null, last_name: null, roles: [...roles] }),
    });
    await app.fetch(new Request(url, { headers: cookie }));
    await app.fetch(new Request(url));
    expect(menus).toEqual([length, 0, 0, 0]);
  }
});

Deno.test("the API's description says who may call it", () => {
  const route = testRoute({
    method: "POST",
    path: "/rings",
    access: "operator",
    answers: { 200: { description: "Done", schema: z.object({}) } },
  });
  const core = { ...testCore, site_name: "Test" };
  const { security } = createOpenApi({ routes: [route], core, version: "1" }).paths["/rings"].post;
  expect(security).toEqual([{ bearer: [] }, { cookie: [] }]);
  const problems = problemsOf(route);
  expect([...problems.get(401)!, ...problems.get(403)!].sort())
    .toEqual(["csrf_failed", "operator_only", "session_required"]);
});
