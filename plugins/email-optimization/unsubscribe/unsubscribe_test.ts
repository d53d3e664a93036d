import { Buffer } from "node:buffer";
import { expect } from "expect";
import { createKeys } from "../../../core/keys/keys.ts";
import type { Message } from "../../../core/mail/message.ts";
import { definePlugin } from "../../../core/plugin.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { presentation } from "../../../ui/mod.ts";
import { type EmailConfig, emailConfig } from "../config.ts";
import { unsubscribePage } from "../pages/unsubscribe.tsx";
import { addressTags, isSuppressed, suppress } from "../suppression.ts";
import { type HeaderParts, leaveUrl, withHeaders } from "./headers.ts";
import { unsubscribeRoutes } from "./routes.ts";
import { makeToken, readToken } from "./token.ts";

const plugin = definePlugin<EmailConfig>({
  name: "email-optimization",
  about: "Leaving, alone.",
  config: emailConfig,
  migrations: new URL("../migrations/", import.meta.url),
  routes: unsubscribeRoutes,
  pages: [unsubscribePage],
});
const service = await testPlugins([plugin], { presentation });
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, keys, api, browse } = service;

const mail_id = "0b6f9d7e-3c55-4d4f-9f0a-5f3f6f0c2a11";
let people = 0;
function reader() {
  const address = `ada${++people}@example.com`;
  const tag = addressTags(keys, address)![0];
  return {
    tag,
    token: makeToken(keys, { address, mail_id: crypto.randomUUID() })!,
    left: async () => (await isSuppressed(sql, tag, true))?.reason ?? null,
    barred: async () => (await isSuppressed(sql, tag, false))?.reason ?? null,
  };
}
const path = (token: string) => `/email/unsubscribe?token=${encodeURIComponent(token)}`;
const h1 = (text: string) => /<h1[^>]*>([^<]*)/.exec(text)?.[1];

Deno.test("a token says whose mail is left and by which mail, and opens under an older secret", () => {
  const [old, young] = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
  const token = makeToken(createKeys([old]), { address: "Ada@Example.com", mail_id })!;
  const rotated = createKeys([young, old]);
  const leaver = readToken(rotated, token)!;
  expect([leaver.mail_id, token.length]).toEqual([mail_id, 108]);
  // Whatever is asked about the address later finds it: by every secret.
  const tags = addressTags(rotated, "ada@example.com")!.map((tag) => Buffer.from(tag).toString("hex"));
  expect(tags[1]).toBe(Buffer.from(leaver.address_tag).toString("hex"));
  expect(readToken(createKeys([young]), token)).toBeNull();
  expect(makeToken(rotated, { address: "no address", mail_id })).toBeNull();
});

Deno.test("anything else is no token", () => {
  const good = makeToken(keys, { address: "ada@example.com", mail_id })!;
  const sealed = (bytes: number, context: string) =>
    Buffer.from(keys.seal(new Uint8Array(bytes), context)).toString("base64url");
  const other = good.at(50) === "A" ? "B" : "A";
  const rows = [
    ...["", "x", good.slice(1), good.slice(0, -1), `${good}=`, `${good}AAAA`, ` ${good}`, "A".repeat(108)],
    ...[good.slice(0, 50) + other + good.slice(51), "A".repeat(5000), "../../etc", "%00"],
    ...[sealed(48, "mail.data/x"), sealed(47, "email.unsubscribe"), sealed(49, "email.unsubscribe")],
  ];
  for (const row of rows) expect([row.slice(0, 20), readToken(keys, row)]).toEqual([row.slice(0, 20), null]);
});

Deno.test("one click leaves mail one may do without, and only that, however its body is written", async () => {
  const boundary = 'multipart/form-data; boundary="x"';
  const bodies: [type: string, body: string][] = [
    ["application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"],
    [
      boundary,
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    ],
    ["application/json", ""],
  ];
  for (const [type, body] of bodies) {
    const one = reader();
    const headers = { "content-type": type };
    for (let twice = 0; twice < 2; twice++) {
      expect(await api("POST", path(one.token), body, { headers })).toMatchObject({
        status: 200,
        body: { status: "unsubscribed" },
      });
    }
    expect([await one.left(), await one.barred()]).toEqual(["unsubscribed", null]);
  }
  const events = await sql`select count(*)::int as n from email_event where type = 'unsubscribed'`;
  expect(events[0].n).toBe(bodies.length);
});

Deno.test("a link without its whole token leaves nobody, and says so", async () => {
  const one = reader();
  const half = one.token.slice(0, -4);
  const rows: [method: string, path: string, body: unknown, status: number, code: string][] = [
    ["POST", path(half), undefined, 400, "token_invalid"],
    ["POST", path("x".repeat(201)), undefined, 422, "invalid_request"],
    ["POST", "/email/unsubscribe", undefined, 422, "invalid_request"],
    ["POST", `${path(one.token)}&token=x`, undefined, 422, "invalid_request"],
    ["POST", "/email/unsubscribe/undo", { token: half }, 400, "token_invalid"],
    ["POST", "/email/unsubscribe/undo", {}, 422, "invalid_request"],
    ["POST", "/email/unsubscribe/undo", { token: one.token, reason: "hard_bounce" }, 422, "invalid_request"],
    ["GET", "/email/unsubscribe", undefined, 422, "invalid_request"],
  ];
  for (const [method, to, body, status, code] of rows) {
    expect([to.slice(0, 30), await api(method, to, body)]).toMatchObject([to.slice(0, 30), {
      status,
      body: { code },
    }]);
  }
  expect(await one.left()).toBeNull();
});

Deno.test("whatever opens the link changes nothing: it leads to a page with a button, and the page to a way back", async () => {
  const one = reader();
  const opened = await api("GET", path(one.token));
  const to = new URL(opened.headers.get("location")!);
  expect([opened.status, to.origin]).toEqual([303, new URL(service.core.frontend_url).origin]);
  const page = await browse(to.pathname + to.search);
  expect([page.status, h1(page.text), await one.left()]).toEqual([
    ...[200, "Do you want less mail from us?", null],
  ]);
  const press = (intent: string, token = one.token) => browse("/unsubscribe", { form: { token, intent } });
  const left = await press("leave");
  expect([h1(left.text), await one.left()]).toEqual(["This mail has stopped", "unsubscribed"]);
  const back = await press("undo");
  expect([back.text.includes("You get it again."), await one.left()]).toEqual([true, null]);
  const bad = await press("leave", "x");
  expect([bad.status, h1(bad.text)]).toEqual([400, "Do you want less mail from us?"]);
  const german = await browse("/unsubscribe", { headers: { "accept-language": "de" } });
  expect(h1(german.text)).toBe("Möchten Sie weniger Mail von uns?");
});

Deno.test("to get such mail again lifts nothing but one's own wish", async () => {
  const one = reader();
  await suppress(sql, { tag: one.tag, reason: "hard_bounce", scope: "all", detail: "" });
  await api("POST", path(one.token));
  expect(await api("POST", "/email/unsubscribe/undo", { token: one.token })).toMatchObject({ status: 200 });
  expect(await one.barred()).toBe("hard_bounce");
});

const message: Message = {
  message_id: `<${mail_id}@mail.example.org>`,
  from: { name: "", address: "no-reply@mail.example.org" },
  to: "ada@example.com",
  subject: "Welcome",
  headers: {
    "List-Unsubscribe": "<mailto:no-reply@mail.example.org?subject=unsubscribe>",
    "X-Request-Id": "r",
  },
  text: "",
  html: "",
};
const parts = (backend_url: string, config: Partial<HeaderParts["config"]> = {}): HeaderParts => ({
  ...{ core: { backend_url }, keys },
  config: {
    ...{ webhook_postmark_password: null, webhook_ses_topic_arn: null, webhook_sendgrid_public_key: null },
    ...config,
  },
});

Deno.test("a mail one may do without tells mail programs how it is left, over https with one click (RFC 8058 §3.1)", () => {
  const of = (url: string) => withHeaders(parts(url), { mail_id, kind: "welcome" }, message).headers;
  const headers = of("https://api.example.org");
  const [, token] = /^<https:\/\/api\.example\.org\/email\/unsubscribe\?token=([\w-]+)>$/
    .exec(
      headers["List-Unsubscribe"],
    )!;
  expect(readToken(keys, token)).toMatchObject({ mail_id, address_tag: addressTags(keys, message.to)![0] });
  expect(headers).toMatchObject({
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    "X-Request-Id": "r",
  });
  expect(of("http://localhost:8000")).not.toHaveProperty("List-Unsubscribe-Post");
  const needed = withHeaders(parts("https://api.example.org"), { mail_id, kind: "verify_email" }, {
    ...message,
    headers: {},
  });
  expect(needed.headers).toEqual({});
});

Deno.test("the same stands at the mail's end; mail that an account needs has no such link", () => {
  const of = (kind: "welcome" | "password_reset", recipient = "ada@example.com") =>
    leaveUrl(parts("https://api.example.org"), { mail_id, kind, recipient });
  const url = new URL(of("welcome")!);
  expect(url.origin + url.pathname).toBe("https://api.example.org/email/unsubscribe");
  expect(readToken(keys, url.searchParams.get("token")!)).toMatchObject({ mail_id });
  expect([of("password_reset"), of("welcome", "no address")]).toEqual([null, null]);
});

Deno.test("a mail service is given the mail's name where it would not hand our Message-ID back", () => {
  const of = (config: Partial<HeaderParts["config"]>) =>
    withHeaders(parts("https://a.example", config), { mail_id, kind: "verify_email" }, {
      ...message,
      headers: {},
    })
      .headers;
  expect(of({ webhook_postmark_password: "x" })).toEqual({ "X-PM-Metadata-mail_id": mail_id });
  expect(of({ webhook_ses_topic_arn: "x" })).toEqual({ "X-SES-MESSAGE-TAGS": `mail_id=${mail_id}` });
  expect(of({ webhook_sendgrid_public_key: "x" })).toEqual({
    "X-SMTPAPI": `{"unique_args":{"mail_id":"${mail_id}"}}`,
  });
});
