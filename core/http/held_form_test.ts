import { Buffer } from "node:buffer";
import { expect } from "expect";
import { z } from "zod";
import { createKeys } from "../keys/keys.ts";
import type { AnyCtx } from "../plugin.ts";
import { goodCookie, testApp, testRoute, testVisitor } from "../testing/app.ts";
import { createHeldForms } from "./held_form.ts";
import { Problem } from "./problem.ts";
import type { Page } from "./route.ts";

const base = "http://localhost:8000";
const keys = createKeys([new Uint8Array(32).fill(7)]);
const challenge_id = "0b8a6f0e-62c4-4a83-8f36-54cf6f0d1a11";
const { session_id } = testVisitor("cookie");

/** An act that asks for more until `shown`, the page that does it, and a challenge that anybody meets. */
function world() {
  const state = { shown: false, done: [] as unknown[], asked: [] as unknown[] };
  const pages: Page[] = [{
    path: "/account/things",
    access: "session",
    get: () => Promise.resolve({ view: "things", title: "Things" }),
    async post({ form, api }) {
      const answer = await api("POST", "/act", { name: form.name });
      return { redirect: `/account/things?done=${answer.status}` };
    },
  }, {
    path: "/challenge",
    access: "public",
    get: () => Promise.resolve({ view: "challenge", title: "Challenge" }),
    post({ form }) {
      state.shown = true;
      return Promise.resolve({ redirect: "/account", met_challenge_id: form.challenge_id });
    },
  }];
  const app = testApp({
    core_ctx: { keys } as unknown as AnyCtx,
    pages,
    core_routes: [
      testRoute({
        method: "POST",
        path: "/act",
        access: "session",
        body: z.looseObject({}),
        handle({ body }) {
          if (!state.shown) {
            throw new Problem(401, "step_up_required", "Once more.", {
              members: { acr_values: "urn:flowshield:acr:2", max_age: 600 },
            });
          }
          state.done.push(body);
          return Promise.resolve({ status: 200, body: {} });
        },
      }),
      testRoute({
        method: "POST",
        path: "/auth/step-up",
        access: "session",
        body: z.looseObject({}),
        handle({ body }) {
          state.asked.push(body);
          return Promise.resolve({ status: 200, body: { kind: "challenge", challenge_id } });
        },
      }),
    ],
  });
  const jar: Record<string, string> = { fs_session: goodCookie };
  async function post(path: string, form: Record<string, string>) {
    const answer = await app.fetch(
      new Request(base + path, {
        method: "POST",
        body: new URLSearchParams(form),
        headers: {
          "sec-fetch-site": "same-origin",
          cookie: Object.entries(jar).map(([name, value]) => `${name}=${value}`).join("; "),
        },
      }),
    );
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value, rest] = /^([^=]+)=([^;]*)(.*)$/.exec(line)!;
      if (rest.includes("Max-Age=0")) delete jar[name];
      else jar[name] = value;
    }
    return { status: answer.status, location: answer.headers.get("location") };
  }
  return { state, jar, post };
}

Deno.test("a form whose act asks for more waits for the challenge, and is then carried out as it was sent", async () => {
  const { state, jar, post } = world();
  const asked = await post("/account/things?tab=1", { name: "blue" });
  expect(asked).toEqual({
    status: 303,
    location: `/challenge?challenge_id=${challenge_id}&next=%2Faccount%2Fthings%3Ftab%3D1`,
  });
  expect(state.asked).toEqual([{ acr_values: "urn:flowshield:acr:2", max_age: 600 }]);
  expect(jar.fs_held_form).not.toContain("blue");
  expect(state.done).toEqual([]);
  // The browser sends the challenge's form along; the one that waited is what counts.
  const met = await post("/challenge", { challenge_id, code: "123456" });
  expect(met).toEqual({ status: 307, location: "/account/things?tab=1" });
  const done = await post("/account/things?tab=1", { challenge_id, code: "123456", name: "red" });
  expect(done).toEqual({ status: 303, location: "/account/things?done=200" });
  expect(state.done).toEqual([{ name: "blue" }]);
  expect(jar.fs_held_form).toBeUndefined();
});

Deno.test("a form that waits is not carried out by a later form before its challenge is met", async () => {
  const { state, post } = world();
  await post("/account/things", { name: "blue" });
  state.shown = true;
  await post("/account/things", { name: "red" });
  expect(state.done).toEqual([{ name: "red" }]);
});

Deno.test("another challenge that was met releases no form", async () => {
  const { state, post } = world();
  await post("/account/things", { name: "blue" });
  const met = await post("/challenge", { challenge_id: crypto.randomUUID() });
  expect(met).toEqual({ status: 303, location: "/account" });
  expect(state.done).toEqual([]);
});

Deno.test("a released form counts on its own page and for its own session only, and not when altered or old", () => {
  const forms = createHeldForms({ keys, core: { backend_url: base } });
  const held = { target: "/account/things", form: { name: "blue" }, session_id, challenge_id };
  const waiting = forms.hold(held)!;
  const { cookie } = forms.release({ [waiting.name]: waiting.value }, { challenge_id })!;
  const take = (value: string, at: Partial<typeof held> = {}) =>
    forms.take({ [cookie.name]: value }, { ...held, ...at });
  expect(take(cookie.value)).toEqual({ name: "blue" });
  expect(take(waiting.value)).toBeNull();
  expect(take(cookie.value, { target: "/account" })).toBeNull();
  expect(take(cookie.value, { session_id: crypto.randomUUID() })).toBeNull();
  const altered = Buffer.from(cookie.value, "base64url");
  altered[altered.length - 1] ^= 1;
  expect(take(altered.toString("base64url"))).toBeNull();
  expect(take("nonsense")).toBeNull();
  const now = Date.now;
  try {
    Date.now = () => now() + 601_000;
    expect(take(cookie.value)).toBeNull();
  } finally {
    Date.now = now;
  }
});

Deno.test("a form too long for a cookie is not kept", () => {
  const forms = createHeldForms({ keys, core: { backend_url: base } });
  expect(forms.hold({ target: "/a", form: { text: "x".repeat(3000) }, session_id, challenge_id })).toBeNull();
});
