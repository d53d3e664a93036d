import { expect } from "expect";
import fc from "fast-check";
import {
  boolean,
  choice,
  ConfigError,
  type ConfigSchema,
  coreConfig,
  coreSchema,
  describeConfig,
  duration,
  integer,
  list,
  number,
  parseDotenv,
  readConfig,
  type ReadConfigInput,
  schemaOwners,
  secret,
  text,
  url,
  variableName,
} from "./config.ts";
import { isLoopback } from "./config/checks.ts";
import { editDistance, nearest } from "./config/nearest.ts";
import { currentEnvExample, expectedEnvExample } from "./tools/env_example.ts";
import type { AnyPlugin, Enabled } from "./plugin.ts";

const mfaConfig = {
  totp_period_seconds: duration({ default: 30, unit: "seconds", min: 15, max: 60, about: "One code." }),
  issuer_name: text({ default: null, about: "Shown in the app." }),
  pepper: secret({ default: null, length_min: 8, about: "Hidden." }),
  drift: number({ default: 0.5, min: 0, max: 2, about: "Windows." }),
};
const mfa: AnyPlugin = { name: "mfa", about: "", config: mfaConfig };
const oneTime: AnyPlugin = {
  name: "one-time-code",
  about: "",
  config: { digits: integer({ default: 6, min: 6, max: 8, about: "Digits." }) },
};

function problems(input: Partial<ReadConfigInput>): string[] {
  try {
    readConfig({ env: {}, plugins: [mfa, oneTime], ...input });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

const key = "A".repeat(43);
const production = {
  NODE_ENV: "production",
  SECRET_KEYS: key,
  DATABASE_URL: "postgres://u:p@db/x",
  BACKEND_URL: "https://auth.example.org",
  SMTP_SERVER: "smtp.example.org",
};

Deno.test("an empty environment is a whole configuration", () => {
  const { core, plugins, warnings } = readConfig({ env: {}, plugins: [mfa] });
  expect(core.port).toBe(8000);
  expect(core.backend_url).toBe("http://localhost:8000");
  expect(core.frontend_url).toBe("http://localhost:8000");
  expect(core.secret_keys).toBeNull();
  expect(core.production).toBe(false);
  expect(plugins.mfa).toEqual({ totp_period_seconds: 30, issuer_name: null, pepper: null, drift: 0.5 });
  expect(warnings).toEqual([]);
});

Deno.test("the environment wins over .env, and .env over the config file", () => {
  const options = { port: 1001, site_name: "file", log_level: "warn" as const };
  const dotenv = { PORT: "1002", SITE_NAME: "dotenv" };
  const { core, origins } = readConfig({ env: { PORT: "1003" }, dotenv, options });
  expect([core.port, core.site_name, core.log_level]).toEqual([1003, "dotenv", "warn"]);
  expect(origins).toEqual({ PORT: "environment", SITE_NAME: ".env", LOG_LEVEL: "flow-shield.config.ts" });
});

Deno.test("computed defaults follow what they are computed from", () => {
  expect(coreConfig({ port: 9000 }).backend_url).toBe("http://localhost:9000");
  expect(coreConfig({ backend_url: "https://a.example/base/" }).frontend_url).toBe("https://a.example/base");
  expect(readConfig({ env: { FRONTEND_URL: "https://www.example.org" } }).core.smtp_from)
    .toBe("Flow Shield <no-reply@www.example.org>");
  expect(readConfig({ env: {}, terminal: true }).core.log_format).toBe("pretty");
  expect(readConfig({ env: {}, terminal: false }).core.log_format).toBe("json");
});

Deno.test("a plugin's key is its name and key in upper case", () => {
  expect(variableName("email-verification", "code_lifetime_seconds")).toBe(
    "EMAIL_VERIFICATION_CODE_LIFETIME_SECONDS",
  );
  const read = readConfig({ env: { ONE_TIME_CODE_DIGITS: "8" }, plugins: [oneTime] });
  expect(read.plugins["one-time-code"]).toEqual({ digits: 8 });
});

Deno.test("a value may come from the file that NAME_FILE names", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, `${key}\n${"B".repeat(43)}\n`);
  const { core, origins } = readConfig({ env: { SECRET_KEYS_FILE: path } });
  expect(core.secret_keys).toEqual([key, "B".repeat(43)]);
  expect(origins.SECRET_KEYS).toBe(`file ${path}`);
  await Deno.remove(path);
});

Deno.test("every problem is reported at once, in one error", () => {
  const env = { PORT: "0", LOG_LEVEL: "loud", MFA_TOTP_PERIOD_SECONDS: "5", TRUSTED_PROXIES: "10.0.0.0/33" };
  expect(problems({ env })).toEqual([
    "PORT: expected 1..65535, got 0",
    "TRUSTED_PROXIES: expected an address or network, as 10.0.0.0/8, got 10.0.0.0/33",
    "LOG_LEVEL: expected one of debug, info, warn, error, got loud",
    "MFA_TOTP_PERIOD_SECONDS: expected 15..60, got 5",
  ]);
});

const refused: [string, Partial<ReadConfigInput>, RegExp][] = [
  ["a word where a number belongs", { env: { PORT: "eighty" } }, /^PORT: expected 1\.\.65535, got eighty$/],
  ["a number with a unit", { env: { MFA_TOTP_PERIOD_SECONDS: "30s" } }, /expected 15\.\.60, got 30s/],
  ["a hexadecimal number", { env: { PORT: "0x50" } }, /^PORT: expected/],
  ["an exponent", { env: { PORT: "1e3" } }, /^PORT: expected/],
  ["a fraction where a whole number belongs", { env: { PORT: "80.5" } }, /^PORT: expected/],
  [
    "a decimal number out of range",
    { env: { MFA_DRIFT: "2.5" } },
    /^MFA_DRIFT: expected a number in 0\.\.2, got 2.5/,
  ],
  [
    "a switch that is neither on nor off",
    { env: { RATE_LIMITS: "maybe" } },
    /^RATE_LIMITS: expected on or off/,
  ],
  [
    "another algorithm",
    { env: { JWT_ALGORITHM: "none" } },
    /^JWT_ALGORITHM: expected one of EdDSA, ES256, RS256/,
  ],
  ["an algorithm with a shared secret", { env: { JWT_ALGORITHM: "HS256" } }, /^JWT_ALGORITHM/],
  ["an address of another kind", { env: { DATABASE_URL: "mysql://x" } }, /^DATABASE_URL: expected postgres:/],
  [
    "a base with a query",
    { env: { BACKEND_URL: "https://a.example/?x=1" } },
    /^BACKEND_URL: .*without credentials/,
  ],
  ["a base with a password", { env: { BACKEND_URL: "https://u:p@a.example" } }, /^BACKEND_URL/],
  [
    "an origin with a path",
    { env: { CORS_ORIGINS: "https://a.example/x" } },
    /^CORS_ORIGINS: expected an origin/,
  ],
  ["every origin at once", { env: { CORS_ORIGINS: "*" } }, /^CORS_ORIGINS/],
  ["a short secret", { env: { SECRET_KEYS: "short" } }, /^SECRET_KEYS: expected at least 32 random bytes/],
  [
    "the same secret twice",
    { env: { SECRET_KEYS: `${key},${key}` } },
    /^SECRET_KEYS: has the same key twice/,
  ],
  ["a certificate without a key", { env: { SSL_CERT_PATH: "deno.json" } }, /^SSL_KEY_PATH: is needed too/],
  [
    "a certificate that is not there",
    { env: { SSL_CERT_PATH: "/none", SSL_KEY_PATH: "/none" } },
    /no file \/none/,
  ],
  ["a mail user without a password", { env: { SMTP_USERNAME: "u" } }, /^SMTP_PASSWORD: is needed too/],
  ["a sender that is no address", { env: { SMTP_FROM: "nobody" } }, /^SMTP_FROM/],
  ["a sender with a line break", { env: { SMTP_FROM: "a@b.example\nBcc: c@d.example" } }, /^SMTP_FROM/],
  [
    "an idle time beyond the lifetime",
    { env: { SESSION_IDLE_DAYS: "60" } },
    /^SESSION_IDLE_DAYS: expected at most/,
  ],
  ["a value given twice", { env: { PORT: "1", PORT_FILE: "/none" } }, /^PORT and PORT_FILE are both set/],
  [
    "a file that is not there",
    { env: { SECRET_KEYS_FILE: "/none" } },
    /SECRET_KEYS_FILE: cannot read \/none: there is no/,
  ],
  [
    "an unknown option",
    { options: { prot: 1 } as never },
    /core has no setting prot; the nearest known one is port/,
  ],
  [
    "an unknown option of a plugin",
    { plugins: [{ plugin: mfa, options: { totp_period: 30 } }] },
    /mfa has no setting totp_period; the nearest known one is totp_period_seconds/,
  ],
  [
    "an option of another type",
    { options: { port: "8000" } as never },
    /^PORT \(core\.port .*\): expected 1/,
  ],
  [
    "an option of a plugin out of range",
    { plugins: [{ plugin: mfa, options: { drift: 3 } }] },
    /^MFA_DRIFT \(mfa\.drift/,
  ],
  [
    "a slip in a plugin's variable",
    { env: { MFA_TOTP_PERIOD_SECOND: "30" } },
    /the nearest known one is MFA_TOTP_PERIOD_S/,
  ],
  [
    "an unknown variable of a plugin in .env",
    { dotenv: { MFA_WINDOW: "3" } },
    /^MFA_WINDOW is not a setting/,
  ],
  ["a plugin listed twice", { plugins: [mfa, mfa] }, /plugin mfa is listed twice/],
];

for (const [what, input, expected] of refused) {
  Deno.test(`readConfig() refuses ${what}`, () => {
    expect(problems(input).join("\n")).toMatch(expected);
  });
}

Deno.test("two plugins whose variables have one name are refused", () => {
  const other: AnyPlugin = {
    name: "mfa-totp",
    about: "",
    config: { period_seconds: mfaConfig.totp_period_seconds },
  };
  expect(problems({ plugins: [mfa, other] })[0]).toMatch(
    /MFA_TOTP_PERIOD_SECONDS is both mfa\.totp_.* and mfa-totp\./,
  );
});

Deno.test("somebody else's variables are left alone, and a likely slip is warned about", () => {
  const env = {
    MFA_STORE_OF_ANOTHER_PROGRAM: "x",
    SMTP_SEVER: "smtp.example.org",
    HOME: "/",
    POSTGRES_PASSWORD: "x",
  };
  const { warnings } = readConfig({ env, plugins: [mfa] });
  expect(warnings.map((one) => one.split(" ")[0])).toEqual(["MFA_STORE_OF_ANOTHER_PROGRAM", "SMTP_SEVER"]);
});

Deno.test("production with what it needs is accepted", () => {
  expect(problems({ env: production })).toEqual([]);
  expect(problems({ env: { ...production, NODE_ENV: "test", DENO_ENV: "production" } })).toEqual([]);
});

const inProduction: [string, Record<string, string | undefined>, RegExp][] = [
  ["no secrets", { SECRET_KEYS: undefined }, /^SECRET_KEYS: is required in production.*openssl rand/],
  ["a database of its own", { DATABASE_URL: undefined }, /^DATABASE_URL: is required in production/],
  ["captured mail", { SMTP_SERVER: undefined }, /^SMTP_SERVER: is required in production/],
  ["no rate limits", { RATE_LIMITS: "off" }, /^RATE_LIMITS: off is for load tests/],
  ["plain http", { BACKEND_URL: "http://auth.example.org" }, /^BACKEND_URL: expected https in production/],
  ["pages over plain http", { FRONTEND_URL: "http://www.example.org" }, /^FRONTEND_URL: expected https/],
  ["scripts over plain http", { CORS_ORIGINS: "http://www.example.org" }, /^CORS_ORIGINS: expected https/],
  ["no secrets, whichever variable says production", {
    NODE_ENV: "x",
    DENO_ENV: "production",
    SECRET_KEYS: "",
  }, /^SECR/],
];

for (const [what, env, expected] of inProduction) {
  Deno.test(`production refuses ${what}`, () => {
    expect(problems({ env: { ...production, ...env } }).join("\n")).toMatch(expected);
  });
}

Deno.test("a problem never shows a secret", () => {
  const env = {
    SECRET_KEYS: "hunter2",
    MFA_PEPPER: "hunter2",
    DATABASE_URL: "hunter2",
    SMTP_PASSWORD: "hunt\u0007er2",
  };
  const found = problems({ env });
  expect(found.length).toBe(4);
  expect(found.join("\n")).not.toMatch(/hunt/);
});

Deno.test("describeConfig() tells where each value came from, and no secret", () => {
  const env = { PORT: "8001", SECRET_KEYS: key, DATABASE_URL: "postgres://u:hunter2@db/x" };
  const settings = describeConfig(readConfig({ env, plugins: [mfa] }), schemaOwners([mfa]));
  const of = (name: string) => settings.find((one) => one.name === name)!;
  expect([of("PORT").value, of("PORT").origin]).toEqual(["8001", "environment"]);
  expect([of("BACKEND_URL").value, of("BACKEND_URL").origin]).toEqual(["http://localhost:PORT", "default"]);
  expect(of("SECRET_KEYS").value).toBe("(secret)");
  expect(JSON.stringify(settings)).not.toContain("hunter2");
  expect(settings.length).toBe(Object.keys(coreSchema).length + Object.keys(mfaConfig).length);
});

Deno.test(".env.example is what the schemas say", async () => {
  expect(await currentEnvExample()).toBe(await expectedEnvExample());
});

Deno.test("every default is accepted by its own field", () => {
  for (const [name, field] of Object.entries(coreSchema as ConfigSchema<Record<string, unknown>>)) {
    expect([name, field.check(field.default)]).toEqual([name, field.default]);
  }
});

Deno.test("an env file is read as other tools read it", () => {
  const content = [
    "\uFEFF# comment",
    "A=1",
    "export B = two words ",
    "C='as # it is \\n'",
    'D="a \\"quoted\\"\\nline" # comment',
    "E=value # comment",
    "F=a#b",
    "G=",
    "A=2\r",
  ].join("\n");
  expect(parseDotenv(content)).toEqual({
    A: "2",
    B: "two words",
    C: "as # it is \\n",
    D: 'a "quoted"\nline',
    E: "value",
    F: "a#b",
    G: "",
  });
});

for (const line of ["no equals sign", "1A=2", "A='open", 'A="open', "=x", 'A="a"b']) {
  Deno.test(`an env file with the line ${line} is refused without showing it`, () => {
    expect(() => parseDotenv(`OK=1\n${line}`)).toThrow(/^\.env line 2: expected NAME=value$/);
  });
}

for (
  const [host, expected] of [
    ["localhost", true],
    ["app.localhost", true],
    ["127.8.8.8", true],
    ["[::1]", true],
    ["localhost.example.org", false],
    ["127.0.0.1.example.org", false],
    ["0.0.0.0", false],
    ["192.168.0.1", false],
  ] as const
) {
  Deno.test(`isLoopback() says ${expected} of ${host}`, () => expect(isLoopback(host)).toBe(expected));
}

Deno.test("editDistance() is zero for equals only, and symmetric", () => {
  fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
    expect(editDistance(a, b)).toBe(editDistance(b, a));
    expect(editDistance(a, b) === 0).toBe(a === b);
  }));
  expect(nearest("SMTP_SEVRER", ["SMTP_PORT", "SMTP_SERVER"])).toEqual({ word: "SMTP_SERVER", edits: 1 });
});

Deno.test("fields infer the types that a schema promises", () => {
  const schema = {
    a: integer({ default: 1, min: 0, max: 2, about: "" }),
    b: text({ default: null, about: "" }),
    c: choice({ default: "x", of: ["x", "y"], about: "" }),
    d: list({ default: [], about: "" }),
    e: boolean({ default: false, about: "" }),
    f: url({ default: null, protocols: ["https"], about: "" }),
  };
  // Compiled or not: that is the test.
  const typed: ConfigSchema<
    { a: number; b: string | null; c: "x" | "y"; d: string[]; e: boolean; f: string | null }
  > = schema;
  const enabled: Enabled = { plugin: { name: "typed", about: "", config: typed }, options: {} };
  expect(readConfig({ env: { TYPED_C: "y", TYPED_D: "1, 2" }, plugins: [enabled] }).plugins.typed)
    .toEqual({ a: 1, b: null, c: "y", d: ["1", "2"], e: false, f: null });
});
