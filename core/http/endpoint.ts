/** One JSON route, made ready once and run for each request: limits, caller, body, handler, answer. */
import { Buffer } from "node:buffer";
import type { AnyCtx, Route } from "../plugin.ts";
import { evidenceOf } from "../client_evidence.ts";
import type { CoreConfig } from "../config.ts";
import type { Door } from "./authenticate.ts";
import { operatorOnly, sessionRequired } from "./authenticate.ts";
import { bodyBytesMax, mediaType, readBody } from "./body.ts";
import { deviceCookieName } from "./cookies.ts";
import type { Exchange, Handler, Rendered } from "./exchange.ts";
import { decodeUtf8, invalidRequest, readJson, readRepeatable } from "./json.ts";
import type { Origins } from "./origins.ts";
import { Problem } from "./problem.ts";
import { type LimitSubject, type RouteLimits, spendLimits } from "./route_limits.ts";
import type { Answer, Call, Visitor } from "./route.ts";
import { hashSecret } from "../session/session.ts";
import { deviceHeader, readDeviceSecrets } from "../sign_in/caller.ts";
import { withTimeLimit } from "./time_limit.ts";
import { type Check, compileCheck } from "./validate.ts";

export interface EndpointParts {
  core: Pick<CoreConfig, "backend_url" | "request_timeout_seconds" | "body_timeout_seconds">;
  door: Door;
  origins: Origins;
  /** Null while rate limits are off. */
  limits: RouteLimits | null;
  localeOf(exchange: Exchange): string;
  isOperator(account_id: string): Promise<boolean>;
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

export function createEndpoint(route: Route, ctx: AnyCtx, parts: EndpointParts): Handler {
  const params = route.params ? compileCheck(route.params, "ignore") : null;
  const query = route.query ? compileCheck(route.query, "ignore") : null;
  const readInput = bodyReader(route, parts.core.body_timeout_seconds);
  const seconds = route.timeout_seconds ?? parts.core.request_timeout_seconds;
  const unsafe = !safeMethods.has(route.method);
  const own = route.access === "own";
  const repeatable = route.repeatable ?? [];

  async function run(
    exchange: Exchange,
    given: Record<string, string>,
    signal: () => AbortSignal,
  ): Promise<Answer> {
    const subject: LimitSubject = { exchange, visitor: null, body: undefined };
    if (parts.limits) await spendLimits(parts.limits, route, "before", subject);
    const presented = own ? null : parts.door.presented(exchange);
    if (unsafe && presented && presented.cookie !== null && !exchange.internal) {
      parts.origins.checkOwn(exchange.request.headers, "json");
    }
    const visitor = presented && await parts.door.visitor(presented);
    if (presented && route.access !== "public") {
      if (visitor === null) throw sessionRequired(presented);
      if (route.access === "operator" && !await parts.isOperator(visitor.account_id)) throw operatorOnly();
    }
    const { body, raw } = readInput ? await readInput(exchange) : noBody;
    if (parts.limits) await spendLimits(parts.limits, route, "after", { exchange, visitor, body });
    const call = createCall(exchange, visitor, parts, signal, {
      body,
      raw,
      query: query?.(readRepeatable(exchange.search, repeatable)),
      params: params?.(checkedParams(given)),
    });
    return await route.handle(call, ctx);
  }

  return async (exchange, given) =>
    renderAnswer(await withTimeLimit(seconds, exchange, (signal) => run(exchange, given, signal)));
}

function createCall(
  exchange: Exchange,
  visitor: Visitor | null,
  parts: EndpointParts,
  signal: () => AbortSignal,
  input: Input & { query: unknown; params: unknown },
): Call {
  return {
    ...input,
    headers: exchange.request.headers,
    request_id: exchange.request_id,
    ip: exchange.ip,
    user_agent: exchange.user_agent,
    visitor,
    cookies: exchange.cookies,
    get locale() {
      return parts.localeOf(exchange);
    },
    get client() {
      const seen = exchange.outer ?? exchange;
      const { ip, user_agent, request: { headers }, form_signals } = seen;
      const surface = exchange.outer ? "page" : "api";
      const evidence = evidenceOf(
        { ip, user_agent, headers, locale: parts.localeOf(exchange) },
        form_signals,
        surface,
      );
      return { ...evidence, device_hashes: deviceHashes(exchange, parts.core) };
    },
    // Made when asked for: most handlers are done long before anything could be cancelled.
    get signal() {
      return signal();
    },
  };
}

const deviceHashes = ({ request, cookies }: Exchange, core: EndpointParts["core"]): string[] =>
  readDeviceSecrets(request.headers.get(deviceHeader) ?? cookies[deviceCookieName(core)])
    .map((secret) => Buffer.from(hashSecret(secret)).toString("base64url"));

function checkedParams(given: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    if (value.includes("\0") || !value.isWellFormed()) throw invalidRequest({ [name]: "Is not valid." });
  }
  return given;
}

interface Input {
  body: unknown;
  raw: Uint8Array;
}

const noBody: Input = { body: undefined, raw: new Uint8Array() };

/** Null when the route takes no body; what is sent all the same is not looked at. */
function bodyReader(
  route: Route,
  timeout_seconds: number,
): ((exchange: Exchange) => Promise<Input>) | null {
  if (!route.body) return null;
  const limits = { bytes_max: route.body_bytes_max ?? bodyBytesMax, timeout_seconds };
  const types = route.consumes ?? ["application/json"];
  const strict = compileCheck(route.body, "refuse");
  const lenient = compileCheck(route.body, "ignore");
  return async ({ request }) => {
    const type = mediaType(request.headers);
    if (type !== null && !types.includes(type)) throw unsupported(types);
    const raw = await readBody(request, limits);
    if (type === null && raw.length > 0) throw unsupported(types);
    if (route.raw) return { body: undefined, raw };
    const body = type === null || raw.length === 0
      ? strict(undefined)
      : parse(type, decodeUtf8(raw), { strict, lenient, repeatable: route.repeatable ?? [] });
    return { body, raw: noBody.raw };
  };
}

function parse(
  type: string,
  text: string,
  { strict, lenient, repeatable }: { strict: Check; lenient: Check; repeatable: string[] },
): unknown {
  if (type === "application/json") return strict(readJson(text));
  if (type === "application/x-www-form-urlencoded") return lenient(readRepeatable(text, repeatable));
  if (text.includes("\0")) throw invalidRequest({ body: "Contains a NUL character." });
  return lenient(text);
}

function unsupported(types: string[]): Problem {
  return new Problem(415, "unsupported_media_type", `Send Content-Type: ${types.join(" or ")}.`, {
    headers: { accept: types.join(", ") },
  });
}

export function renderAnswer(answer: Answer): Rendered {
  const { status, body, cookies = [] } = answer;
  if (answer.text !== undefined) return { status, headers: answer.headers ?? {}, cookies, body: answer.text };
  if (body === undefined) return { status, headers: answer.headers ?? {}, cookies, body: null };
  return {
    status,
    headers: { "content-type": "application/json", ...answer.headers },
    cookies,
    body: JSON.stringify(body),
  };
}
