import { expect } from "expect";
import { ApiError, type ClientOptions, createClient } from "./api_client.ts";
import { secondsFrom } from "./api_error.ts";

interface Seen {
  method: string;
  path: string;
  token: string | null;
  body: unknown;
}

type Answer = (call: Seen, count: number) => Response | Promise<Response>;

/** A service that answers by path, and remembers what it was asked. */
function service(answers: Record<string, Answer>) {
  const seen: Seen[] = [];
  const fake: typeof fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const call = {
      method: init.method ?? "GET",
      path: String(input),
      token: headers.get("authorization")?.replace("Bearer ", "") ?? null,
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    };
    seen.push(call);
    const answer = answers[`${call.method} ${call.path}`];
    if (!answer) throw new TypeError("connection refused");
    return await answer(call, seen.filter((other) => other.path === call.path).length);
  };
  return { seen, fake, count: (path: string) => seen.filter((call) => call.path === path).length };
}

function clientOf(fake: typeof fetch, more: Partial<ClientOptions> = {}) {
  return createClient({ fetch: fake, ...more });
}

const token = (name: string, expires_in = 1800) =>
  Response.json({ access_token: name, token_type: "Bearer", expires_in });

const problem = (status: number, code: string, more: Record<string, unknown> = {}, headers = {}) =>
  Response.json({ type: `https://auth.example/docs/problems#${code}`, code, detail: code, ...more }, {
    status,
    headers,
  });

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(() => null, (error) => error);
  if (!(error instanceof ApiError)) throw new Error(`expected an ApiError, got ${error}`);
  return error;
}

Deno.test("many calls at once share one renewal", async () => {
  const { seen, fake, count } = service({
    "POST /auth/refresh": async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return token("one");
    },
    "GET /users/me": () => Response.json({ email: "a@b.example" }),
  });
  const client = clientOf(fake);
  await Promise.all(Array.from({ length: 20 }, () => client.me()));
  expect(count("/auth/refresh")).toBe(1);
  expect(seen.filter((call) => call.path === "/users/me").every((call) => call.token === "one")).toBe(true);
});

Deno.test("a token is renewed before it ends, and not sooner", async () => {
  let now = 1_000_000;
  const { fake, count } = service({
    "POST /auth/refresh": (_, n) => token(`t${n}`, 600),
    "GET /users/me": () => Response.json({}),
  });
  const client = clientOf(fake, { now: () => now });
  await client.me();
  now += 500_000;
  await client.me();
  expect(count("/auth/refresh")).toBe(1);
  now += 60_000;
  await client.me();
  expect(count("/auth/refresh")).toBe(2);
});

Deno.test("a refused token is renewed once, and many refusals at once lead to one renewal", async () => {
  const { fake, count } = service({
    "POST /auth/refresh": (_, n) => token(`t${n}`),
    "GET /users/me": (call) =>
      call.token === "t1" ? problem(401, "session_required") : Response.json({ id: 1 }),
  });
  const client = clientOf(fake);
  const answers = await Promise.all([client.me(), client.me(), client.me()]);
  expect(answers).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }]);
  expect(count("/auth/refresh")).toBe(2);
});

Deno.test("a token that is refused again is not renewed a second time", async () => {
  const { fake, count } = service({
    "POST /auth/refresh": (_, n) => token(`t${n}`),
    "GET /users/me": () => problem(401, "session_expired"),
  });
  const error = await failure(clientOf(fake).me());
  expect([error.status, error.code]).toEqual([401, "session_expired"]);
  expect(count("/auth/refresh")).toBe(2);
  expect(count("/users/me")).toBe(2);
});

Deno.test("a refresh token is sent, replaced by its successor, and dropped when the session is over", async () => {
  let kept: string | null = "r1";
  const { seen, fake } = service({
    "POST /auth/refresh": (_, n) =>
      n === 1
        ? Response.json({ access_token: "a", token_type: "Bearer", expires_in: 0, refresh_token: "r2" })
        : problem(401, "session_expired"),
    "GET /users/me": () => Response.json({}),
  });
  const client = clientOf(fake, { storage: { get: () => kept, set: (value) => kept = value } });
  await client.me();
  expect([seen[0].body, kept]).toEqual([{ refresh_token: "r1" }, "r2"]);
  expect((await failure(client.me())).code).toBe("session_expired");
  expect(seen.at(-1)?.body).toEqual({ refresh_token: "r2" });
  expect(kept).toBe(null);
});

Deno.test("without a refresh token the cookie stands for it", async () => {
  const { seen, fake } = service({
    "POST /auth/refresh": () => token("a"),
    "DELETE /users/me/sessions/s%2F1": () => new Response(null, { status: 204 }),
  });
  await clientOf(fake).revokeSession("s/1");
  expect(seen.map((call) => call.body)).toEqual([{}, undefined]);
});

Deno.test("a failed renewal is tried anew by the next call", async () => {
  const { fake } = service({
    "POST /auth/refresh": (_, n) => n === 1 ? problem(503, "service_unavailable") : token("a"),
    "GET /users/me": () => Response.json({ id: 1 }),
  });
  const client = clientOf(fake);
  expect((await failure(client.me())).status).toBe(503);
  expect(await client.me()).toEqual({ id: 1 });
});

Deno.test("signing in keeps the token, a challenge keeps none", async () => {
  const { fake, count } = service({
    "POST /auth/login": (_, n) =>
      n === 1
        ? Response.json({
          kind: "challenge",
          challenge_id: "c",
          methods: ["totp"],
          expires_at: "2030-01-01T00:00:00Z",
        })
        : Response.json({
          kind: "session",
          method: "x",
          access_token: "a",
          token_type: "Bearer",
          expires_in: 1800,
        }),
    "POST /auth/refresh": () => problem(401, "session_expired"),
    "GET /users/me": () => Response.json({ id: 1 }),
  });
  const client = clientOf(fake);
  const credentials = { email: "a@b.example", password: "x" };
  await client.signIn(credentials);
  expect((await failure(client.me())).status).toBe(401);
  await client.signIn(credentials);
  expect(await client.me()).toEqual({ id: 1 });
  expect(count("/auth/refresh")).toBe(1);
});

Deno.test("an answer without a body is no error", async () => {
  for (const status of [202, 204]) {
    const { fake } = service({ "POST /auth/verify-email/resend": () => new Response(null, { status }) });
    expect(await clientOf(fake).resendVerification("a@b.example")).toBe(undefined);
  }
});

Deno.test("problems are read whatever they are made of", async () => {
  const rows: [Response, Partial<ApiError>][] = [
    [problem(429, "too_many_requests", {}, { "retry-after": "17" }), {
      status: 429,
      code: "too_many_requests",
      retry_after_seconds: 17,
    }],
    [problem(422, "invalid_request", { fields: { email: "bad", other: 3 } }), { fields: { email: "bad" } }],
    [Response.json({ type: "https://x/docs/problems#token_used" }, { status: 400 }), { code: "token_used" }],
    [new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }), {
      code: "http_502",
      detail: "Bad Gateway",
    }],
    [Response.json(["unexpected"], { status: 500 }), { code: "http_500", fields: undefined }],
    [Response.json({ retry_after_seconds: -1, fields: null }, { status: 503 }), {
      retry_after_seconds: undefined,
    }],
  ];
  for (const [response, expected] of rows) {
    const { fake } = service({ "POST /auth/register": () => response });
    const error = await failure(clientOf(fake).register({ email: "a", password: "b" }));
    for (const [name, value] of Object.entries(expected)) {
      expect(error[name as keyof ApiError]).toEqual(value);
    }
  }
});

Deno.test("no answer is an error with a name: no connection, or too late", async () => {
  expect((await failure(clientOf(service({}).fake).requestPasswordReset("a"))).code).toBe("network_error");
  const never: typeof fetch = (_, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  // The time limit's own timer does not keep Deno awake.
  const awake = setInterval(() => {}, 1000);
  const error = await failure(clientOf(never, { timeout_ms: 10 }).requestPasswordReset("a"));
  clearInterval(awake);
  expect([error.status, error.code]).toEqual([0, "request_timeout"]);
});

Deno.test("whoever calls may give up, and gets no problem for it", async () => {
  const never: typeof fetch = (_, init) =>
    new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  const stop = new AbortController();
  const asked = clientOf(never).registration("r", stop.signal).then(() => null, (error) => error);
  stop.abort();
  expect((await asked).name).toBe("AbortError");
});

Deno.test("keepFresh() stops and says so when the session is over", async () => {
  const { fake, count } = service({ "POST /auth/refresh": () => problem(401, "session_expired") });
  await new Promise<void>((ended) => clientOf(fake).keepFresh(ended));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(count("/auth/refresh")).toBe(1);
});

Deno.test("secondsFrom() reads both forms of Retry-After and nothing else", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const rows: [string | null, number | undefined][] = [
    ["0", 0],
    ["120", 120],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    [null, undefined],
    ["", undefined],
    ["soon", undefined],
    ["-5 apples", undefined],
  ];
  for (const [header, seconds] of rows) expect(secondsFrom(header, now)).toBe(seconds);
});
