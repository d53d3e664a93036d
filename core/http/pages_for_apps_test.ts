/** Pages behind which an app waits, and what a page may add to its policy. */
import { expect } from "expect";
import { testApp } from "../testing/app.ts";
import type { Page, Visit } from "./route.ts";

const base = "http://localhost:8000";
const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

function page(given: Partial<Page> & Pick<Page, "path">): Page {
  return { access: "public", get: () => Promise.resolve({ view: "hello", title: "A page" }), ...given };
}
const get = (path: string, headers: Record<string, string> = {}) =>
  new Request(base + path, { headers: { accept: "text/html", ...headers } });
const post = (path: string, body: BodyInit) =>
  new Request(base + path, { method: "POST", body, headers: form });

const sources: [string, string, boolean][] = [
  ["form-action", "https://app.example", true],
  ["form-action", "com.example.app:", true],
  ["img-src", "https://cdn.example:8443", true],
  ["script-src", "'sha256-AbC+/123='", true],
  ["form-action", "https://app.example; script-src *", false],
  ["form-action", "https://app.example https://evil.example", false],
  ["img-src", "https://a.example,https://b.example", false],
  ["frame-src", "https://a.example\r\nx: y", false],
  ["img-src", "https://ü.example", false],
  ["img-src", "", false],
];
for (const [directive, source, good] of sources) {
  Deno.test(`a page ${good ? "may" : "may not"} add ${JSON.stringify(source)} to ${directive}`, async () => {
    const answer = { view: "x", title: "A page", policy: { [directive]: [source] } };
    const app = testApp({
      pages: [
        page({ path: "/a", get: () => Promise.resolve(answer) }),
        page({ path: "/b" }),
      ],
    });
    const shown = await app.fetch(get("/a"));
    expect(shown.status).toBe(good ? 200 : 500);
    const plain = (await app.fetch(get("/b"))).headers.get("content-security-policy")!;
    const policy = shown.headers.get("content-security-policy")!;
    if (!good) expect(policy).toBe(plain);
    else {
      const before = plain.split("; ").find((one) => one.startsWith(directive))!;
      expect(policy).toBe(plain.replace(before, `${before} ${source}`));
    }
  });
}

const app = {
  client: {
    client_id: "c",
    client_name: "App",
    client_uri: null,
    logo_uri: "https://cdn.example/logo.png" as string | null,
    policy_uri: null,
    tos_uri: null,
  },
  login_hint: null,
  fresh: false,
  ui_locales: [] as string[],
  leads_to: "https://app.example",
};

/** A page that shows for which app it is, and what it was asked. */
function waitingApp(interaction = app) {
  const asked: string[] = [];
  const show = (visit: Visit) =>
    Promise.resolve({ view: visit.interaction?.client.client_name ?? "none", title: "Sign in" });
  const served = testApp({
    pages: [page({ path: "/sign-in", get: show, post: show })],
    interactionOf: (next) => {
      asked.push(next);
      return Promise.resolve(next === "/oauth/resume?id=1" ? interaction : null);
    },
  });
  return { served, asked };
}
const next = `next=${encodeURIComponent("/oauth/resume?id=1")}`;

const ways: [string, Request, string, string[]][] = [
  ["a query", get(`/sign-in?${next}`), "App", ["/oauth/resume?id=1"]],
  ["a form", post("/sign-in", next), "App", ["/oauth/resume?id=1"]],
  ["a form beside a query", post("/sign-in?next=/other", next), "App", ["/oauth/resume?id=1"]],
  ["nothing", get("/sign-in"), "none", []],
  ["another place here", get("/sign-in?next=/account"), "none", ["/account"]],
  ["another site", get("/sign-in?next=https://evil.example/oauth/resume?id=1"), "none", ["/"]],
];
for (const [title, request, name, asked] of ways) {
  Deno.test(`the app that waits behind ${title}: ${name}`, async () => {
    const made = waitingApp();
    const answer = await made.served.fetch(request);
    expect(await answer.text()).toContain(`${name}|`);
    expect(made.asked).toEqual(asked);
    const policy = answer.headers.get("content-security-policy")!;
    const waits = name === "App";
    expect(policy.includes("form-action 'self' https://app.example;")).toBe(waits);
    expect(policy.includes("img-src 'self' data: https://cdn.example;")).toBe(waits);
  });
}

const logos: [string | null, string][] = [
  ["https://cdn.example/a.png", " https://cdn.example"],
  ["http://localhost:3000/a.png", " http://localhost:3000"],
  ["http://127.0.0.1:3000/a.png", " http://127.0.0.1:3000"],
  ["http://cdn.example/a.png", ""],
  ["http://127.0.0.1.evil.example/a.png", ""],
  ["data:image/png;base64,AAAA", ""],
  ["javascript:alert(1)", ""],
  ["no address", ""],
  [null, ""],
];
for (const [logo_uri, source] of logos) {
  Deno.test(`a logo at ${logo_uri} ${source === "" ? "is not fetched" : "is shown"}`, async () => {
    const { served } = waitingApp({ ...app, client: { ...app.client, logo_uri } });
    const policy = (await served.fetch(get(`/sign-in?${next}`))).headers.get("content-security-policy");
    expect(policy).toContain(`img-src 'self' data:${source};`);
  });
}

const languages: [string[], Record<string, string>, string, string][] = [
  [["de-AT", "de"], { "accept-language": "en" }, "", "de"],
  [["de"], { "accept-language": "en", cookie: "fs_lang=en" }, "", "en"],
  [["de"], { "accept-language": "en" }, "&lang=en", "en"],
  [["fr"], { "accept-language": "de" }, "", "de"],
  [["de;q=0", "x".repeat(80), "*, en"], { "accept-language": "de" }, "", "de"],
  [[], { "accept-language": "de" }, "", "de"],
];
for (const [ui_locales, headers, search, locale] of languages) {
  Deno.test(`an app asks for ${JSON.stringify(ui_locales)}, the browser ${JSON.stringify(headers)}${search} → ${locale}`, async () => {
    const { served } = waitingApp({ ...app, ui_locales });
    const answer = await served.fetch(get(`/sign-in?${next}${search}`, headers));
    expect(await answer.text()).toContain(`<html lang="${locale}"`);
  });
}
