/** The log: one line an event, never a secret. An event is `area.what_happened`; what varies is in its fields. */

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, unknown>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log whose lines all carry these fields, such as a `request_id`. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  level: LogLevel;
  format: "pretty" | "json";
  /** Takes one whole line with its newline. Standard output unless given. */
  write?: (line: string) => void;
  now?: () => Date;
}

const ranks: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40 };

/** Never throws, whatever it is given: a value that cannot be written is named, not logged. */
export function createLog(options: LogOptions): Log {
  const write = options.write ?? writeOut;
  const now = options.now ?? (() => new Date());
  const render = options.format === "json" ? jsonLine : prettyLine;
  const make = (bound: LogFields): Log => {
    const line = (level: LogLevel) => (event: string, fields?: LogFields): void => {
      if (ranks[level] < ranks[options.level]) return;
      try {
        write(render({ at: now().toISOString(), level, event }, () => clean({ ...bound, ...fields })));
      } catch {
        // A full disk or a closed pipe under the log must not take the service with it.
      }
    };
    return {
      debug: line("debug"),
      info: line("info"),
      warn: line("warn"),
      error: line("error"),
      with: (fields) => make({ ...bound, ...fields }),
    };
  };
  return make({});
}

/** A log that drops everything. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  with: () => silentLog,
};

const encoder = new TextEncoder();

function writeOut(line: string): void {
  const bytes = encoder.encode(line);
  // A pipe may take a part of it; the rest follows before any other line.
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/**
 * The last line of defence: fields are chosen with care where they are logged. A name is cut into words, so that
 * `refresh_token` and `setCookie` are hidden while `tokens_total` or `status_code` are not.
 */
const secretWords = new Set([
  "password",
  "passphrase",
  "token",
  "secret",
  "secrets",
  "code",
  "email",
  "authorization",
  "cookie",
  "cookies",
  "verifier",
  "jwt",
  "otp",
  "recipient",
  "private",
  "credential",
  "credentials",
  "apikey",
]);
const innocentNames = new Set(["status_code", "problem_code", "exit_code", "error_code", "sqlstate"]);
const secretNames = /^(?:to|from|api_key|secret_keys?|code_hash|pass)$/;

export function isSecretName(name: string): boolean {
  const snake = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().replace(/[^a-z0-9]+/g, "_");
  if (innocentNames.has(snake)) return false;
  if (secretNames.test(snake)) return true;
  return snake.split("_").some((word) => secretWords.has(word)) &&
    !/_(id|kind|type|status|count|total|ms|seconds|key_id)$/.test(snake);
}

const depthMax = 6;
const entriesMax = 50;
const textMax = 2000;

function clean(fields: LogFields): LogFields {
  const seen = new Set<object>();
  return cleanObject(fields, 0, seen);
}

function cleanObject(object: object, depth: number, seen: Set<object>): LogFields {
  const out: LogFields = {};
  let count = 0;
  for (const key of Object.keys(object)) {
    if (count++ >= entriesMax) {
      out["…"] = "more";
      break;
    }
    // An accessor may throw, and what it computes was not meant for a log.
    const value = Object.getOwnPropertyDescriptor(object, key)?.value;
    if (value === undefined) continue;
    out[key] = isSecretName(key) && value !== null ? "[hidden]" : cleanValue(value, depth + 1, seen);
  }
  return out;
}

function cleanValue(value: unknown, depth: number, seen: Set<object>): unknown {
  switch (typeof value) {
    case "string":
      return value.length > textMax ? `${value.slice(0, textMax)}…` : value;
    case "bigint":
      return String(value);
    case "function":
    case "symbol":
      return `[${typeof value}]`;
    case "object":
      return value === null ? null : cleanThing(value, depth, seen);
    default:
      return Number.isNaN(value) || value === Infinity || value === -Infinity ? String(value) : value;
  }
}

function cleanThing(value: object, depth: number, seen: Set<object>): unknown {
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[bad date]" : value.toISOString();
  if (value instanceof URL) return value.origin + value.pathname;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth > depthMax) return "[deep]";
  if (seen.has(value)) return "[seen]";
  seen.add(value);
  try {
    if (Array.isArray(value)) {
      const items = value.slice(0, entriesMax).map((item) => cleanValue(item, depth + 1, seen));
      return value.length > entriesMax ? [...items, `… ${value.length - entriesMax} more`] : items;
    }
    if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`;
    return cleanObject(value, depth, seen);
  } finally {
    seen.delete(value);
  }
}

export interface LoggedError {
  name: string;
  code?: string;
  message: string;
  stack?: string[];
  cause?: LoggedError;
}

/**
 * An error with its causes: name, code, message and where. Messages of Postgres are its own and carry no parameters
 * (those are in `detail`, `where` and `parameters`, which are left out).
 */
export function describeError(error: unknown, depth = 0): LoggedError {
  try {
    if (!(error instanceof Error)) return { name: typeof error, message: String(error).slice(0, textMax) };
    const code = "code" in error && (typeof error.code === "string" || typeof error.code === "number")
      ? String(error.code)
      : undefined;
    const message = String(error.message).slice(0, textMax).replace(quotedAddress, "[address]");
    return {
      name: error.name,
      ...(code === undefined ? {} : { code }),
      message,
      ...(depth === 0 ? { stack: framesOf(error) } : {}),
      ...(error.cause !== undefined && error.cause !== null && depth < 5
        ? { cause: describeError(error.cause, depth + 1) }
        : {}),
    };
  } catch {
    return { name: "Error", message: "[unreadable error]" };
  }
}

/** A driver or a mail server likes to quote the address it could not use. */
const quotedAddress = /[^\s"'<>()=:,;@]{1,64}@[^\s"'<>()=:,;@]+\.[^\s"'<>()=:,;@]+/g;

function framesOf(error: Error): string[] {
  return (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)).slice(0, 8).map((line) =>
    line.trim().slice(3)
  );
}

interface Head {
  at: string;
  level: LogLevel;
  event: string;
}

/** Fields that cannot be read are lost; that something happened is not. */
function readable(read: () => LogFields): LogFields {
  try {
    return read();
  } catch {
    return { unreadable_fields: true };
  }
}

function jsonLine(head: Head, read: () => LogFields): string {
  // The head's own names are taken, and stay first.
  return JSON.stringify({ ...head, ...readable(read), ...head }) + "\n";
}

const colours: Record<LogLevel, string> = {
  debug: "\x1b[90m",
  info: "\x1b[36m",
  warn: "\x1b[33m",
  error: "\x1b[31m",
};

function prettyLine({ at, level, event }: Head, read: () => LogFields): string {
  const time = at.slice(11, 19);
  const label = `${colours[level]}${level.padEnd(5)}\x1b[0m`;
  const shown = Object.entries(readable(read)).map(([key, value]) =>
    ` \x1b[90m${plain(key)}=\x1b[0m${prettyValue(value)}`
  );
  return `\x1b[90m${time}\x1b[0m ${label} ${plain(event)}${shown.join("")}\n`;
}

function prettyValue(value: unknown): string {
  if (typeof value === "string") return /^[\w./:@+-]+$/.test(value) ? value : plain(JSON.stringify(value));
  return plain(JSON.stringify(value));
}

/** Without what a terminal would obey. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "?");
}
