/** What no honest client sends, at every public POST: refused with a problem that names the field, and nothing stored. */
import { softKey } from "../authenticator.ts";
import { expect } from "expect";
import { type Answer, type Client, goodPassword, type Json, newAddress } from "../client.ts";
import type { Pool } from "../../db/postgres.ts";
import { testService } from "../service.ts";
import { expectWhole } from "./whole.ts";

const sqlText = "'); drop table account; --";
const id = crypto.randomUUID();

/** Every public POST, with a body whose fields are all of the right type. */
const routes: Record<string, Record<string, unknown>> = {
  "/auth/register": { email: "", password: goodPassword, username: "ada", first_name: "Ada", last_name: "L" },
  "/user/register": { email: "", password: goodPassword, username: "ada", first_name: "Ada", last_name: "L" },
  "/auth/verify-email": { token: "x".repeat(43) },
  "/auth/verify-email/resend": { email: "", registration_id: id },
  "/auth/login": { email: "", password: goodPassword },
  "/user/login": { email: "", password: goodPassword },
  "/auth/refresh": { refresh_token: "x".repeat(43) },
  "/auth/password-reset/request": { email: "" },
  "/auth/password-reset/confirm": { token: "x".repeat(43), new_password: goodPassword },
  "/auth/password/analyze": { password: goodPassword, username: "ada", first_name: "Ada", last_name: "L" },
  "/auth/passkey": { credential: softKey("http://localhost").show({ challenge: "x" }) },
  "/auth/passkey/options": { challenge_id: id },
  "/auth/not-me": { token: "x".repeat(80) },
  "/mfa/recovery": { challenge_id: id },
  "/mfa/recovery/confirm": { token: "x".repeat(80) },
  "/mfa/recovery/cancel": { token: "x".repeat(80) },
  "/email/unsubscribe/undo": { token: "x".repeat(108) },
};
/** Of mail services; none is set up here. */
const webhooks = ["generic", "mailgun", "postmark", "sendgrid", "ses"].map((name) =>
  `/email/webhooks/${name}`
);
/** They take no object: the first no body at all, the others whatever it is. */
const without = [
  "/auth/logout",
  "/auth/challenge/{challenge_id}",
  "/auth/challenge/{challenge_id}/begin",
  "/email/unsubscribe",
  ...webhooks,
  "/temporal-ping",
];

const wrongTypes: unknown[] = [null, 7, true, [], {}, ["a@example.com"], { $ne: null }, { toString: "x" }];
const wrongTexts = ["", "a\u0000b", "x".repeat(50_000), "\ud800"];
const wrongAddresses = [
  "no address",
  "a@b@c.example",
  "a\r\nBcc: b@example.com",
  `${sqlText}@example.com`,
  "a@example.com\u0000",
  "a b@example.com",
  `${"a".repeat(300)}@example.com`,
];
const wrongNames = ["Ada\r\nBcc: eve@example.com", "Ada\nX: y", "A\u0000da", "x".repeat(5_000)];

const raw: Record<string, { body: string | Uint8Array; type?: string }> = {
  "no JSON": { body: "{" },
  "an empty body": { body: "" },
  "an array": { body: "[]" },
  "a text": { body: '"a@example.com"' },
  "null": { body: "null" },
  "a form that claims to be JSON": { body: "email=a@example.com&password=x" },
  "XML": { body: "<a/>", type: "application/xml" },
  "1 MB": { body: JSON.stringify({ email: "a@example.com", password: "x".repeat(1_000_000) }) },
  "deep": { body: '{"email":' + "[".repeat(20_000) + "]".repeat(20_000) + "}" },
  "broken UTF-8": { body: new Uint8Array([0x7b, 0x22, 0x65, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]) },
  "another encoding": { body: "{}", type: "application/json; charset=utf-16" },
  "__proto__ alone": { body: '{"__proto__":{"email":"a@example.com","password":"correct horse battery"}}' },
};

async function counts(sql: Pool): Promise<Record<string, number>> {
  const tables = [
    "account",
    "registration",
    "flow",
    "outbox",
    "mail",
    "email_verification",
    "password_reset",
    "email_suppression",
  ];
  const rows = await sql.unsafe<{ name: string; n: number }[]>(
    tables.map((name) => `select '${name}' as name, count(*)::int as n from ${name}`).join(" union all "),
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

Deno.test("bad input at every public POST", async (t) => {
  await using world = await testService();
  const { client, service } = world;
  const { sql } = service.ctx;
  const someone = newAddress();
  await client.register(someone);
  await client.verify(someone);
  await expectWhole(sql);
  const before = await counts(sql);
  const unfit: unknown[] = [];
  const oauth: string[] = [];

  const refused = (what: unknown, answer: Answer, field?: string) => {
    const { status, body } = answer;
    const named = field === undefined ||
      Object.keys(body.fields ?? {}).some((name) => name.startsWith(field));
    const good = [400, 413, 415, 422].includes(status) && typeof body.code === "string" && named;
    if (!good) unfit.push([what, field, status, JSON.stringify(body).slice(0, 200)]);
  };
  const send = (path: string, body: Json) => client.call("POST", path, body);

  await t.step("the table above has every public POST that there is", async () => {
    const { body } = await client.expect(200, "GET", "/openapi.json");
    const posts = Object.entries(body.paths as Json).filter(([, methods]) => {
      const { post } = methods as Json;
      return post && (post.security ?? []).length === 0;
    });
    const paths = posts.map(([path]) => path);
    oauth.push(...paths.filter((path) => path.startsWith("/oauth/")));
    expect(paths.filter((path) => !oauth.includes(path)).sort()).toEqual(
      [...Object.keys(routes), ...without].sort(),
    );
    expect(oauth.length).toBeGreaterThan(5);
  });

  await t.step("endpoints of OAuth refuse it in the words of RFC 6749", async () => {
    const form = "application/x-www-form-urlencoded";
    const forms: Record<string, string | Uint8Array> = {
      "a name twice": "grant_type=a&grant_type=b&token=a&token=b&client_id=a&client_id=b",
      "NUL": "grant_type=%00&token=%00&client_id=%00",
      "broken UTF-8": "grant_type=%ff&token=%ff&client_id=%ff",
      "half a character": "client_id=%ed%a0%80&token=x",
      "SQL": `client_id=${encodeURIComponent(sqlText)}&token=${encodeURIComponent(sqlText)}`,
      "a megabyte": `client_id=a&token=${"x".repeat(1_000_000)}`,
      "many names": Array.from({ length: 5000 }, (_, i) => `a${i}=1`).join("&"),
      "__proto__": "__proto__=1&client_id=a&token=a",
    };
    const bodies = [
      ...Object.entries(forms).map(([name, body]) => ({ name, body, type: form })),
      ...Object.entries(raw).map(([name, { body, type = "application/json" }]) => ({ name, body, type })),
    ];
    for (const path of oauth) {
      for (const { name, body, type } of bodies) {
        const { status, body: said } = await rawPost(client, path, body, type);
        const told = [400, 401, 413].includes(status) && /^[a-z_]+$/.test(said.error ?? "");
        if (!told) unfit.push([path, name, status, JSON.stringify(said).slice(0, 200)]);
      }
    }
  });

  for (const [path, fields] of Object.entries(routes)) {
    await t.step(path, async () => {
      const good = () => ({ ...fields, ...("email" in fields ? { email: newAddress() } : {}) });
      for (const [name, { body, type = "application/json" }] of Object.entries(raw)) {
        refused([path, name], await rawPost(client, path, body, type));
      }
      // Verification takes one of two shapes, so what is missing is not one field.
      const shapes = path === "/auth/verify-email";
      // A browser has its token in a cookie.
      const optional = ["username", "first_name", "last_name", "registration_id", "refresh_token"];
      // Anybody's passkey; and who is signed in needs no link.
      const open = ["/auth/passkey/options challenge_id", "/mfa/recovery/cancel token"];
      for (const field of Object.keys(fields)) {
        const { [field as never]: _, ...rest } = good();
        if (!optional.includes(field) && !open.includes(`${path} ${field}`)) {
          refused([path, "missing"], await send(path, rest), shapes ? undefined : field);
        }
        for (const wrong of wrongTypes) {
          // A name may be left open by saying so.
          if (wrong === null && optional.includes(field)) continue;
          refused([path, wrong], await send(path, { ...good(), [field]: wrong }), shapes ? undefined : field);
        }
      }
      if ("email" in fields) {
        for (const wrong of [...wrongTexts, ...wrongAddresses]) {
          refused([path, wrong.slice(0, 30)], await send(path, { ...good(), email: wrong }), "email");
        }
      }
      for (const field of ["username", "first_name", "last_name"].filter((field) => field in fields)) {
        for (const wrong of wrongNames) {
          refused([path, wrong.slice(0, 30)], await send(path, { ...good(), [field]: wrong }), field);
        }
      }
      for (const field of ["token", "registration_id"].filter((field) => field in fields)) {
        for (const wrong of [...wrongTexts, sqlText]) {
          refused([path, wrong.slice(0, 30)], await send(path, { ...good(), [field]: wrong }));
        }
      }
      const all = Object.fromEntries(Object.keys(fields).map((field) => [field, sqlText]));
      const everywhere = await send(path, all);
      if (path === "/auth/refresh") expect(everywhere.status).toBe(401);
      else refused([path, "SQL in every field"], everywhere);
    });
  }

  await t.step("where any text is taken", async () => {
    for (const body of ["{", "\u0000", "x".repeat(1_000_000), sqlText]) {
      const leave = `/email/unsubscribe?token=${"x".repeat(108)}`;
      const paths = ["/auth/logout", `/auth/challenge/${id}`, "/auth/challenge/x", leave, ...webhooks];
      for (const path of [...paths, "/temporal-ping"]) {
        const { status } = await rawPost(client, path, body, "application/json");
        if (status >= 500 && path !== "/temporal-ping") unfit.push([path, body.slice(0, 20), status]);
      }
    }
  });

  await t.step("all of it was refused, with the field named, and nothing is stored", async () => {
    expect(unfit).toEqual([]);
    expect(await counts(sql)).toEqual(before);
    expect(({} as Json).email).toBe(undefined);
  });

  await t.step("what only looks bad is kept as it is: SQL in a name and a password is text", async () => {
    const email = newAddress();
    const password = `${sqlText} ${"\u{1f511}".repeat(3)}`;
    await client.register(email, password, { last_name: "O'Neill; --" });
    await client.verify(email);
    const { access_token } = await client.login(email, password);
    expect((await client.me(access_token)).body).toMatchObject({ last_name: "O'Neill; --" });
  });
});

async function rawPost(
  client: Client,
  path: string,
  body: string | Uint8Array,
  type: string,
): Promise<Answer> {
  const response = await fetch(client.url + path, {
    method: "POST",
    headers: { "content-type": type },
    body: body as BodyInit,
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    body: json ? JSON.parse(text) : text,
    headers: response.headers,
    retry_after_seconds: null,
  };
}
