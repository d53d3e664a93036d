import { expect } from "expect";
import fc from "fast-check";
import { createLog, describeError, isSecretName, type LogOptions } from "./log.ts";

function logged(work: (log: ReturnType<typeof createLog>) => void, options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const now = () => new Date("2030-01-02T03:04:05.678Z");
  work(createLog({ level: "debug", format: "json", write: (line) => lines.push(line), now, ...options }));
  return lines;
}

// deno-lint-ignore no-explicit-any -- the lines of a test are read by their fields
const parsed = (lines: string[]): any[] => lines.map((line) => JSON.parse(line));

Deno.test("a line is JSON with its time, level, event and fields, and one newline", () => {
  const [line] = logged((log) => log.info("service.started", { port: 8000, took_ms: 12 }));
  expect(line).toBe(
    '{"at":"2030-01-02T03:04:05.678Z","level":"info","event":"service.started","port":8000,"took_ms":12}\n',
  );
});

Deno.test("lines below the level are not written", () => {
  const lines = logged((log) => {
    log.debug("a.b");
    log.info("a.b");
    log.warn("a.c");
    log.error("a.d");
  }, { level: "warn" });
  expect(parsed(lines).map((line) => line.event)).toEqual(["a.c", "a.d"]);
});

Deno.test("with() adds fields to every line, and the line's own win", () => {
  const lines = logged((log) =>
    log.with({ request_id: "r1", part: "x" }).with({ n: 1 }).info("a.b", { part: "y" })
  );
  expect(parsed(lines)[0]).toMatchObject({ request_id: "r1", part: "y", n: 1 });
});

const hidden = [
  "password",
  "new_password",
  "currentPassword",
  "token",
  "access_token",
  "refreshToken",
  "id_token",
  "client_secret",
  "SECRET_KEYS",
  "secret_keys",
  "code",
  "code_hash",
  "authorization_code",
  "email",
  "email_key",
  "Authorization",
  "Set-Cookie",
  "cookie",
  "api_key",
  "apiKey",
  "verifier",
  "code_verifier",
  "recipient",
  "to",
  "otp",
  "private_jwk",
  "pass",
];
const shown = [
  "status_code",
  "exit_code",
  "problem_code",
  "tokens_total",
  "token_type",
  "code_challenge_method_count",
  "email_status",
  "request_id",
  "flow_id",
  "session_id",
  "kid",
  "path",
  "mail_kind",
  "encoder",
  "barcodes",
  "total",
];
for (const name of hidden) {
  Deno.test(`a field named ${name} is hidden, however deep`, () => {
    expect(isSecretName(name)).toBe(true);
    const [line] = logged((log) =>
      log.info("a.b", { list: [{ deep: { [name]: "hunter2" } }], [name]: ["hunter2"] })
    );
    expect(line).not.toContain("hunter2");
    expect(line).toContain("[hidden]");
  });
}
for (const name of shown) {
  Deno.test(`a field named ${name} is shown`, () => expect(isSecretName(name)).toBe(false));
}

Deno.test("an error is its name, code, message and causes, without parameters and addresses", () => {
  const database = Object.assign(
    new Error('duplicate key value violates unique constraint "account_email_key"'),
    {
      code: "23505",
      detail: "Key (email_key)=(ann@example.com) already exists.",
      parameters: ["ann@example.com"],
      query: "insert into account",
    },
  );
  const error = new Error("550 no such user ann@example.com here", { cause: database });
  const [line] = logged((log) => log.error("mail.failed", { error }));
  expect(line).not.toContain("ann@example.com");
  expect(JSON.parse(line).error).toMatchObject({
    name: "Error",
    message: "550 no such user [address] here",
    stack: expect.arrayContaining([expect.stringContaining("log_test.ts")]),
    cause: { name: "Error", code: "23505", message: database.message },
  });
});

Deno.test("the causes of an error end, even when they go round in a circle", () => {
  const error = new Error("a");
  error.cause = new Error("b", { cause: error });
  expect(JSON.stringify(describeError(error)).match(/"message"/g)?.length).toBe(6);
});

Deno.test("what is thrown need not be an error", () => {
  expect(describeError("text")).toEqual({ name: "string", message: "text" });
  expect(describeError(null)).toEqual({ name: "object", message: "null" });
});

const circle: Record<string, unknown> = {};
circle.self = circle;
const awkward: [string, Record<string, unknown>][] = [
  ["a circle", circle],
  [
    "a getter that throws",
    Object.defineProperty({}, "x", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    }),
  ],
  ["a proxy that throws", {
    x: new Proxy({}, {
      ownKeys: () => {
        throw new Error("no");
      },
    }),
  }],
  ["a bigint", { n: 10n ** 30n }],
  ["not a number", { n: NaN, m: Infinity }],
  ["a symbol and a function", { s: Symbol("x"), f: () => 1 }],
  ["a toJSON that throws", {
    x: {
      toJSON: () => {
        throw new Error("no");
      },
    },
  }],
  ["a bad date", { d: new Date(NaN) }],
  ["a revoked promise of text", { x: "\ud800" }],
  ["__proto__", JSON.parse('{"__proto__": {"polluted": true}}')],
  ["a deep thing", { x: Array.from({ length: 50 }).reduce((inner) => ({ inner }), {}) }],
  ["a long text", { x: "x".repeat(100_000) }],
  ["many fields", Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]))],
];
for (const [what, fields] of awkward) {
  for (const format of ["json", "pretty"] as const) {
    Deno.test(`${what} is logged as ${format} without a throw, in one short line`, () => {
      const lines = logged((log) => log.info("a.b", fields), { format });
      expect(lines.length).toBe(1);
      expect(lines[0]).toContain("a.b");
      for (const line of lines) {
        expect(line.length).toBeLessThan(8000);
        expect(line.indexOf("\n")).toBe(line.length - 1);
      }
    });
  }
}

Deno.test("a field cannot take the place of the event", () => {
  const [line] = parsed(logged((log) => log.info("a.b", { event: "c.d", level: "x", at: "never" })));
  expect(line).toMatchObject({ event: "a.b", level: "info", at: "2030-01-02T03:04:05.678Z" });
});

Deno.test("a writer that fails does not fail the caller", () => {
  logged((log) => log.info("a.b"), {
    write: () => {
      throw new Error("disk full");
    },
  });
});

Deno.test("no field can break out of its line or drive a terminal", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, value) => {
    for (const format of ["json", "pretty"] as const) {
      const lines = logged((log) => log.info("a.b", { [name]: value, nested: { [name]: value } }), {
        format,
      });
      // deno-lint-ignore no-control-regex -- what a terminal obeys
      const bare = lines.join("").replace(/\x1b\[\d\d?m/g, "");
      // deno-lint-ignore no-control-regex -- see above
      expect(bare.slice(0, -1)).not.toMatch(/[\u0000-\u001f]/);
    }
  }));
});
