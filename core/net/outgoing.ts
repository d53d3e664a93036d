/**
 * The only way this service fetches an address that a stranger registered (`jwks_uri`, `sector_identifier_uri`, a
 * logout URI): a request of ours must not reach what the stranger cannot (OpenID Connect Core §16, RFC 7591 §5).
 */
import { Buffer } from "node:buffer";
import { lookup as resolve } from "node:dns/promises";
import {
  type ClientRequest,
  type IncomingMessage,
  request as requestHttp,
  type RequestOptions,
} from "node:http";
import { request as requestHttps } from "node:https";
import { isV4, readAddress, writeAddress } from "../http/client_address.ts";
import { isPublic } from "./address_rules.ts";
import { type AllowList, readAllowList } from "./allow_list.ts";

export type OutgoingErrorCode = "scheme" | "address" | "timeout" | "too_large" | "unreachable" | "redirect";

/** `message` says what is wrong in words for the owner of the address; what lies behind it is the `cause`. */
export class OutgoingError extends Error {
  override name = "OutgoingError";

  constructor(readonly code: OutgoingErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
  }
}

export interface OutgoingAnswer {
  /** 200 to 299, or 400 and above: a redirect is an error. */
  status: number;
  /** By lower-case name; of one that came twice, both joined by a comma. */
  headers: Record<string, string>;
  /** Read as UTF-8. */
  text: string;
}

/** Both throw OutgoingError, and nothing else. */
export interface Outgoing {
  get(
    url: string,
    options: { bytes_max: number; accept?: string; headers?: Record<string, string> },
  ): Promise<OutgoingAnswer>;
  post(
    url: string,
    options: { body: string; content_type: string; bytes_max: number },
  ): Promise<OutgoingAnswer>;
}

export interface OutgoingParts {
  /** Hosts, addresses and networks that may be reached although they are not public, and by plain http. */
  allow_private: string[];
  /** For the whole of a request, from the name's look-up to the last byte. */
  timeout_seconds: number;
  /** PEM certificates to trust, for hosts of one's own. */
  ca?: string[];
  /** Every address of a host; for tests. */
  resolveHost?: (host: string) => Promise<string[]>;
}

interface Sent {
  method: "GET" | "POST";
  headers: Record<string, string>;
  body: string | null;
  bytes_max: number;
}

interface Target {
  url: URL;
  host: string;
  port: number;
}

const urlCharactersMax = 2048;
/** A name with more addresses is still checked whole; so many of them are tried. */
const addressesTriedMax = 3;
/** Nobody has answered yet, so that the next address may be asked. */
const notConnected = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);

export function createOutgoing(parts: OutgoingParts): Outgoing {
  const allowed = readAllowList(parts.allow_private);
  const resolveHost = parts.resolveHost ?? resolveAll;

  async function send(address: string, sent: Sent): Promise<OutgoingAnswer> {
    const target = readTarget(address);
    const clock = new Clock(parts.timeout_seconds);
    try {
      const addresses = await clock.limit(checkedAddresses(target, allowed, resolveHost));
      return await firstAnswer(target, addresses.slice(0, addressesTriedMax), sent, clock, parts.ca);
    } finally {
      clock.stop();
    }
  }

  return {
    get: (url, { bytes_max, accept = "application/json", headers }) =>
      send(url, { method: "GET", headers: { ...headers, accept }, body: null, bytes_max }),
    post: (url, { body, content_type, bytes_max }) =>
      send(url, { method: "POST", headers: { "content-type": content_type }, body, bytes_max }),
  };
}

function readTarget(address: string): Target {
  // The parser knows every spelling of an address (0x7f.1, 2130706433, [::ffff:127.0.0.1]) and gives one of them.
  const url = address.length <= urlCharactersMax ? URL.parse(address) : null;
  if (!url || url.hostname === "") {
    throw new OutgoingError("scheme", "This is not an absolute https address.");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new OutgoingError("scheme", "Only https addresses are fetched.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new OutgoingError("scheme", "An address must not contain a user or a password.");
  }
  return {
    url,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""),
    port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
  };
}

async function resolveAll(host: string): Promise<string[]> {
  return (await resolve(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** Every address of the host, when each of them may be reached: one that may not spoils all. */
async function checkedAddresses(
  { url, host, port }: Target,
  allowed: AllowList,
  resolveHost: (host: string) => Promise<string[]>,
): Promise<string[]> {
  const literal = readAddress(host);
  const texts = literal ? [writeAddress(literal)] : await resolveHost(host).catch((cause) => {
    throw new OutgoingError("unreachable", "The host's name is not known.", { cause });
  });
  if (texts.length === 0) throw new OutgoingError("unreachable", "The host has no address.");
  const listedHost = allowed.coversHost(host, port);
  let listed = true;
  for (const text of texts) {
    const bytes = readAddress(text);
    const covered = listedHost || (bytes !== null && allowed.coversAddress(bytes, port));
    // One answer for every address of ours, so that nobody learns by it what lies in our network.
    if (!bytes || !(covered || isPublic(bytes))) {
      throw new OutgoingError("address", "The host is not on the public internet.");
    }
    listed &&= covered;
  }
  if (url.protocol === "http:" && !listed) {
    throw new OutgoingError("scheme", "Only https addresses are fetched.");
  }
  return texts;
}

async function firstAnswer(
  target: Target,
  addresses: string[],
  sent: Sent,
  clock: Clock,
  ca: string[] | undefined,
): Promise<OutgoingAnswer> {
  for (const [i, address] of addresses.entries()) {
    try {
      return await exchange(target, address, sent, clock, ca);
    } catch (error) {
      const code = ((error as OutgoingError).cause as { code?: string } | undefined)?.code;
      if (i === addresses.length - 1 || code === undefined || !notConnected.has(code)) throw error;
    }
  }
  throw new OutgoingError("unreachable", "The host has no address.");
}

/** One request to exactly this address; TLS is checked against the host's name. */
function exchange(
  { url, host, port }: Target,
  address: string,
  sent: Sent,
  clock: Clock,
  ca: string[] | undefined,
): Promise<OutgoingAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<OutgoingAnswer>();
  const fail = (error: unknown) =>
    reject(
      error instanceof OutgoingError
        ? error
        : new OutgoingError("unreachable", "The host did not answer as it should.", { cause: error }),
    );
  const body = sent.body === null ? null : Buffer.from(sent.body);
  const options: RequestOptions = {
    method: sent.method,
    host,
    port,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      "accept-encoding": "identity",
      "user-agent": "flow-shield",
      connection: "close",
      ...sent.headers,
      ...(body ? { "content-length": String(body.length) } : {}),
    },
    agent: false,
    // No second look-up: the name may lead elsewhere by now (DNS rebinding).
    lookup: pinnedLookup(address),
  };
  const request: ClientRequest = url.protocol === "https:"
    ? requestHttps({ ...options, ...(ca ? { ca } : {}), rejectUnauthorized: true })
    : requestHttp(options);
  clock.onEnd((error) => {
    fail(error);
    request.destroy();
  });
  request.on("error", fail);
  request.on("response", (response) => {
    read(response, sent.bytes_max).then(resolve, (error) => {
      fail(error);
      request.destroy();
    });
  });
  request.end(body ?? undefined);
  return promise;
}

function pinnedLookup(address: string): RequestOptions["lookup"] {
  const family = isV4(readAddress(address)!) ? 4 : 6;
  return (_host, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}

async function read(response: IncomingMessage, bytes_max: number): Promise<OutgoingAnswer> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    throw new OutgoingError("redirect", "The host answered with a redirect, which is not followed.");
  }
  const tooLarge = () => new OutgoingError("too_large", `The answer is longer than ${bytes_max} bytes.`);
  if (Number(response.headers["content-length"] ?? 0) > bytes_max) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > bytes_max) throw tooLarge();
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { status, headers, text: Buffer.concat(chunks).toString("utf8") };
}

/** The time limit of one request, whatever it is doing when it ends. */
class Clock {
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #error: OutgoingError;
  readonly #ended = Promise.withResolvers<never>();
  #over = false;
  #listener: ((error: OutgoingError) => void) | null = null;

  constructor(seconds: number) {
    this.#error = new OutgoingError("timeout", `The host did not answer within ${seconds} s.`);
    this.#ended.promise.catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#over = true;
      this.#ended.reject(this.#error);
      this.#listener?.(this.#error);
    }, seconds * 1000);
  }

  limit<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended.promise]);
  }

  onEnd(listener: (error: OutgoingError) => void): void {
    this.#listener = listener;
    if (this.#over) listener(this.#error);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
