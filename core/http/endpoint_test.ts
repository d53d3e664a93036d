import { expect } from "expect";
import { z } from "zod";
import { goodToken, testApp, testRoute } from "../testing/app.ts";
import type { Call } from "./route.ts";

const url = "http://localhost:8000/people";
const json = { "content-type": "application/json" };
const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );

const person = z.object({
  email: z.email().max(254),
  age: z.int().min(0).max(150).optional(),
  first_name: z.string().min(1).max(100).optional(),
  tags: z.array(z.string().max(10)).max(3).optional(),
  address: z.object({ city: z.string() }).optional(),
});

/** An app that takes people, and all it was ever given. */
function peopleApp() {
  const seen: unknown[] = [];
  const handle = (call: Call) => {
    seen.push(call.body);
    return Promise.resolve({ status: 201, body: { got: call.body } });
  };
  const app = testApp({
    core_routes: [testRoute({ method: "POST", path: "/people", body: person, handle })],
  });
  const post = async (body: BodyInit | null, headers: Record<string, string> = json) => {
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    const answer = await app.fetch(new Request(url, init));
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
  };
  return { app, post, seen };
}

const email = "ada@example.com";
const deep = (levels: number) =>
  `{"email":"${email}","address":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;

Deno.test("bad input is refused with a problem that names the field, and no handler sees it", async () => {
  const { post, seen } = peopleApp();
  const rows: [string, BodyInit | null, number, string, string | null][] = [
    ["missing", "{}", 422, "invalid_request", "email"],
    ["nothing at all", null, 422, "invalid_request", "body"],
    ["wrong type", '{"email":5}', 422, "invalid_request", "email"],
    ["null", '{"email":null}', 422, "invalid_request", "email"],
    ["list for object", "[]", 422, "invalid_request", "body"],
    ["text for object", '"x"', 422, "invalid_request", "body"],
    ["number for object", "1e999", 422, "invalid_request", "body"],
    ["null for object", "null", 422, "invalid_request", "body"],
    ["object for text", `{"email":{"$gt":""}}`, 422, "invalid_request", "email"],
    ["bad format", '{"email":"x"}', 422, "invalid_request", "email"],
    ["line break in it", '{"email":"a@b.example\\r\\nBcc: c@d.example"}', 422, "invalid_request", "email"],
    ["text for number", `{"email":"${email}","age":"5"}`, 422, "invalid_request", "age"],
    ["fraction", `{"email":"${email}","age":1.5}`, 422, "invalid_request", "age"],
    ["too small", `{"email":"${email}","age":-1}`, 422, "invalid_request", "age"],
    ["too large", `{"email":"${email}","age":1e300}`, 422, "invalid_request", "age"],
    ["empty", `{"email":"${email}","first_name":""}`, 422, "invalid_request", "first_name"],
    [
      "too long",
      `{"email":"${email}","first_name":"${"a".repeat(101)}"}`,
      422,
      "invalid_request",
      "first_name",
    ],
    ["too many", `{"email":"${email}","tags":["a","b","c","d"]}`, 422, "invalid_request", "tags"],
    ["within a list", `{"email":"${email}","tags":["a",2]}`, 422, "invalid_request", "tags.1"],
    ["within an object", `{"email":"${email}","address":{}}`, 422, "invalid_request", "address.city"],
    ["unknown name", `{"email":"${email}","fist_name":"Ada"}`, 422, "invalid_request", "fist_name"],
    ["__proto__", `{"email":"${email}","__proto__":{"admin":true}}`, 422, "invalid_request", "__proto__"],
    ["escaped __proto__", `{"email":"${email}","__pro\\u0074o__":1}`, 422, "invalid_request", "__proto__"],
    [
      "inner __proto__",
      `{"email":"${email}","address":{"__proto__":1}}`,
      422,
      "invalid_request",
      "address.__proto__",
    ],
    [
      "constructor",
      `{"email":"${email}","constructor":{"prototype":{}}}`,
      422,
      "invalid_request",
      "constructor",
    ],
    ["NUL", `{"email":"a\\u0000@example.com"}`, 422, "invalid_request", "email"],
    ["NUL in a name", `{"email":"${email}","a\\u0000":1}`, 422, "invalid_request", "body"],
    ["lone surrogate", `{"email":"${email}","first_name":"\\ud800"}`, 422, "invalid_request", "first_name"],
    ["too deep", deep(32), 422, "invalid_request", `address${".a".repeat(31)}`],
    ["very deep", deep(9000), 422, "invalid_request", `address${".a".repeat(31)}`],
    ["not JSON", "{email:1}", 400, "invalid_json", null],
    ["cut off", `{"email":"${email}"`, 400, "invalid_json", null],
    ["a form", "email=x", 400, "invalid_json", null],
    ["broken UTF-8", bytes('{"email":"', [0xff, 0xfe], '"}'), 400, "invalid_utf8", null],
    ["overlong UTF-8", bytes('{"email":"', [0xc0, 0xaf], '"}'), 400, "invalid_utf8", null],
    ["UTF-8 of a surrogate", bytes('{"email":"', [0xed, 0xa0, 0x80], '"}'), 400, "invalid_utf8", null],
    ["1 MB", `{"email":"${"a".repeat(1_000_000)}"}`, 413, "payload_too_large", null],
    ["one byte too many", " ".repeat(65_537), 413, "payload_too_large", null],
  ];
  for (const [what, body, status, code, field] of rows) {
    const answer = await post(body);
    expect([what, answer.status, answer.body.code]).toEqual([what, status, code]);
    if (field) {
      expect([what, Object.keys(answer.body.fields)[0].slice(0, 200)]).toEqual([what, field.slice(0, 200)]);
    }
  }
  expect(seen).toEqual([]);
  expect(({} as Record<string, unknown>).admin).toBe(undefined);
});

Deno.test("what is wrong is said in sentences that repeat nothing of the input", async () => {
  const { post } = peopleApp();
  const { body } = await post('{"email":"<script>","age":"hunter2","tags":"hunter2","fist_name":"hunter2"}');
  expect(body.fields).toEqual({
    fist_name: "There is no such field; did you mean first_name?",
    email: "Must be an e-mail address.",
    age: "Must be a number.",
    tags: "Must be a list.",
  });
  expect(JSON.stringify(body)).not.toMatch(/hunter2|script/);
  const missing = await post("{}");
  expect(missing.body.fields).toEqual({ email: "This is required." });
});

Deno.test("good input arrives as it was meant", async () => {
  const { post } = peopleApp();
  for (
    const body of [
      { email },
      { email, age: 36, first_name: "Ada Łovelace 👩‍💻", tags: ["a"], address: { city: "London" } },
      { email, first_name: "Robert'); drop table account;--" },
    ]
  ) {
    expect(await post(JSON.stringify(body))).toEqual({ status: 201, body: { got: body } });
  }
  expect((await post(bytes([0xef, 0xbb, 0xbf], `{"email":"${email}"}`))).status).toBe(201);
  expect((await post(`{"email":"${email}"}${" ".repeat(65_000)}`)).status).toBe(201);
});

Deno.test("a body of another type than the route reads is refused", async () => {
  const { post } = peopleApp();
  const rows: [Record<string, string>, number][] = [
    [{ "content-type": "application/json" }, 201],
    [{ "content-type": "Application/JSON; charset=UTF-8" }, 201],
    [{ "content-type": 'application/json;charset="utf-8"' }, 201],
    [{ "content-type": "application/json", "content-encoding": "identity" }, 201],
    [{ "content-type": "" }, 415],
    [{ "content-type": "text/plain" }, 415],
    [{ "content-type": "application/x-www-form-urlencoded" }, 415],
    [{ "content-type": "multipart/form-data; boundary=x" }, 415],
    [{ "content-type": "application/json; charset=utf-16" }, 415],
    [{ "content-type": "application/json, application/json" }, 415],
    [{ "content-type": "application/json, text/plain" }, 415],
    [{ "content-type": "application/json; profile=x" }, 415],
    [{ "content-type": "application/problem+json" }, 415],
    [{ "content-type": "json" }, 415],
    [{ "content-type": "application/json", "content-encoding": "gzip" }, 415],
  ];
  for (const [headers, status] of rows) {
    expect([headers, (await post(`{"email":"${email}"}`, headers)).status]).toEqual([headers, status]);
  }
});

Deno.test("a body is counted while it comes, whatever it announced", async () => {
  const { app, post } = peopleApp();
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 8192;
      controller.enqueue(new Uint8Array(8192).fill(32));
    },
  });
  expect((await post(endless)).status).toBe(413);
  expect(sent).toBeLessThan(200_000);

  const announced = await app.fetch(
    new Request(url, { method: "POST", headers: { ...json, "content-length": "999999" }, body: "{}" }),
  );
  expect(announced.status).toBe(413);
});

Deno.test("a body that stops coming is not waited for", async () => {
  const app = testApp({
    core: { body_timeout_seconds: 0.05 },
    core_routes: [testRoute({ method: "POST", path: "/people", body: person })],
  });
  const never = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(bytes("{")) });
  const init = { method: "POST", headers: json, body: never, duplex: "half" } as RequestInit;
  const answer = await app.fetch(new Request(url, init));
  expect([answer.status, (await answer.json()).code]).toEqual([408, "body_timeout"]);
});

Deno.test("of alternatives the one that was meant is explained", async () => {
  const body = z.union([
    z.object({ token: z.string() }),
    z.object({ email: z.email(), code: z.string().regex(/^\d{6}$/, "Six digits.") }),
  ]);
  const app = testApp({ core_routes: [testRoute({ method: "POST", path: "/people", body })] });
  const post = async (given: unknown) => {
    const answer = await app.fetch(
      new Request(url, { method: "POST", headers: json, body: JSON.stringify(given) }),
    );
    return (await answer.json()).fields ?? answer.status;
  };
  expect(await post({ token: "x" })).toBe(200);
  expect(await post({ email, code: "123456" })).toBe(200);
  expect(await post({ email, code: "12345" })).toEqual({ code: "Six digits." });
  expect(await post({ email })).toEqual({ code: "This is required." });
  expect(await post({ tokn: "x" })).toEqual({
    tokn: "There is no such field; did you mean token?",
    token: "This is required.",
  });
});

Deno.test("queries and paths are checked; a name given twice, bad escapes and NUL are refused", async () => {
  let seen: unknown;
  const app = testApp({
    core_routes: [testRoute({
      method: "GET",
      path: "/list/{id}",
      params: z.object({ id: z.uuid() }),
      query: z.object({ limit: z.coerce.number().int().max(100).default(10), q: z.string().optional() }),
      handle: (call) => {
        seen = { query: call.query, params: call.params };
        return Promise.resolve({ status: 200 });
      },
    })],
  });
  const id = "2b0ffb34-8bb3-4c7a-9a04-6d3b0e0b8f10";
  const rows: [string, number, string | null][] = [
    [`/list/${id}`, 200, null],
    [`/list/${id}?limit=5&q=a+b%20%C3%A4`, 200, null],
    [`/list/${id}?utm_source=mail`, 200, null],
    [`/list/${id}?limit=1000`, 422, "limit"],
    [`/list/${id}?limit=x`, 422, "limit"],
    [`/list/${id}?limit=5&limit=6`, 422, "limit"],
    [`/list/${id}?q=%00`, 422, "q"],
    [`/list/${id}?q=%ff`, 422, "q"],
    [`/list/${id}?q=%`, 422, "q"],
    [`/list/${id}?__proto__=1`, 422, "__proto__"],
    [`/list/1`, 422, "id"],
    [`/list/%00`, 422, "id"],
    [`/list/${id}%0d%0a`, 422, "id"],
    [`/list/${"?a=1".repeat(300).replaceAll("?", "&").replace("&", id + "?")}`, 422, "body"],
  ];
  for (const [path, status, field] of rows) {
    const answer = await app.fetch(new Request("http://localhost:8000" + path));
    const text = await answer.text();
    const fields = text === "" ? {} : JSON.parse(text).fields ?? {};
    expect([path, answer.status, Object.keys(fields)[0] ?? null]).toEqual([path, status, field]);
  }
  await app.fetch(new Request(`http://localhost:8000/list/${id}?q=a+b%20%C3%A4`));
  expect(seen).toEqual({ query: { limit: 10, q: "a b ä" }, params: { id } });
});

Deno.test("forms and plain text are read where an RFC wants them; unknown form fields are ignored", async () => {
  const form = "application/x-www-form-urlencoded";
  const bodies: unknown[] = [];
  const handle = (call: Call) => {
    bodies.push(call.body);
    return Promise.resolve({ status: 200 });
  };
  const app = testApp({
    core_routes: [
      testRoute({
        method: "POST",
        path: "/token",
        consumes: [form],
        body: z.object({ grant_type: z.string() }),
        handle,
      }),
      testRoute({ method: "POST", path: "/ping", consumes: ["text/plain"], body: z.string().max(5), handle }),
    ],
  });
  const post = async (path: string, type: string, body: string) => {
    const request = new Request("http://localhost:8000" + path, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    return (await app.fetch(request)).status;
  };
  expect(await post("/token", form, "grant_type=a%20b&extra=1")).toBe(200);
  expect(await post("/token", form, "grant_type=a&grant_type=b")).toBe(422);
  expect(await post("/token", form, "extra=1")).toBe(422);
  expect(await post("/token", "application/json", '{"grant_type":"a"}')).toBe(415);
  expect(await post("/ping", "text/plain", "hallo")).toBe(200);
  expect(await post("/ping", "text/plain", "hallo!")).toBe(422);
  expect(await post("/ping", "text/plain", "a\0b")).toBe(422);
  expect(bodies).toEqual([{ grant_type: "a b" }, "hallo"]);
});

Deno.test("where its route says raw a handler gets the body's bytes unread, and nowhere else", async () => {
  const seen: Pick<Call, "body" | "raw">[] = [];
  const handle = ({ body, raw }: Call) => {
    seen.push({ body, raw });
    return Promise.resolve({ status: 200 });
  };
  const route = { method: "POST" as const, body: z.object({ a: z.number() }), handle };
  const app = testApp({
    core_routes: [
      testRoute({ ...route, path: "/hook", raw: true, body_bytes_max: 40 }),
      testRoute({ ...route, path: "/plain" }),
    ],
  });
  const post = async (path: string, body: string | null, headers: Record<string, string> = json) => {
    const request = new Request("http://localhost:8000" + path, { method: "POST", headers, body });
    return (await app.fetch(request)).status;
  };
  const texts = ['{ "a" : 1.0 }', '{"a":"\\u0000"}', "{", "\u0000"];
  for (const text of texts) expect(await post("/hook", text)).toBe(200);
  expect(await post("/hook", null, {})).toBe(200);
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(seen.splice(0)).toEqual([...texts, ""].map((text) => ({ body: undefined, raw: bytes(text) })));
  // It is counted, and of a type that is wanted, all the same.
  expect(await post("/hook", "x".repeat(41))).toBe(413);
  expect(await post("/hook", "{}", { "content-type": "text/plain" })).toBe(415);
  expect(await post("/plain", texts[0])).toBe(200);
  expect(seen).toEqual([{ body: { a: 1 }, raw: bytes("") }]);
});

Deno.test("who is not allowed is told so before the body is looked at", async () => {
  const app = testApp({
    core_routes: [testRoute({ method: "PUT", path: "/people", access: "session", body: person })],
  });
  const put = async (headers: Record<string, string>) =>
    (await app.fetch(new Request(url, { method: "PUT", headers: { ...json, ...headers }, body: "{" })))
      .status;
  expect(await put({})).toBe(401);
  expect(await put({ authorization: `Bearer ${goodToken}` })).toBe(400);
});
