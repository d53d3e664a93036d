/** Addresses that other sites send a browser to: what they answer may lead away from here. */
import type { AnyCtx, Crossing } from "../plugin.ts";
import { bodyBytesMax, mediaType, readBody } from "./body.ts";
import type { Exchange, Handler, Rendered } from "./exchange.ts";
import { decodeUtf8, invalidRequest, readFields } from "./json.ts";
import { localPath } from "./local_path.ts";
import { asOAuthError } from "./oauth_error.ts";
import { keepOpener, type PageParts, redirect, renderView, shellOf } from "./pages.ts";
import { Problem } from "./problem.ts";
import { type RouteLimits, spendLimits } from "./route_limits.ts";
import { withTimeLimit } from "./time_limit.ts";

/**
 * No origin is checked: anybody may send a browser here, by GET or with a form. A POST from elsewhere comes without the
 * session's cookie (SameSite=Lax), so whoever needs to know the person asks the browser to come again by GET.
 */
export function createCrossing(
  crossing: Crossing,
  ctx: AnyCtx,
  parts: PageParts,
  limits: RouteLimits | null,
): Handler {
  const run = async (exchange: Exchange, params: Record<string, string>): Promise<Rendered> => {
    if (limits) await spendLimits(limits, crossing, "before", { exchange, visitor: null, body: undefined });
    keepOpener(exchange);
    let fields: Map<string, string[]>;
    try {
      fields = await readAll(exchange, parts.core.body_timeout_seconds);
    } catch (error) {
      if (!crossing.unreadable || !(error instanceof Problem) || error.status >= 500) throw error;
      const shell = shellOf(parts, exchange, {});
      return renderView(crossing.unreadable(asOAuthError(error), shell), parts, shell, []);
    }
    // A browser that is sent here brings no token; a cookie counts.
    const visitor = await parts.door.visitor({ ...parts.door.presented(exchange), bearer: null });
    const shell = shellOf(parts, exchange, { lang: fields.get("lang")?.[0] ?? "" });
    const account = async () =>
      visitor && (shell.account ??= await parts.describeAccount(visitor.account_id));
    const { path, cookies, request, ip, user_agent, request_id } = exchange;
    const answer = await crossing.handle({
      ...{ path, fields, params, visitor, cookies, ip, user_agent, request_id },
      method: exchange.method === "POST" ? "POST" : "GET",
      account,
      headers: request.headers,
      locale: shell.locale,
      t: shell.t,
    }, ctx);
    if ("location" in answer) return redirect(checkedLocation(answer.location), answer.cookies ?? []);
    // Most lead away at once, and need not know whose name would stand above a page.
    await account();
    return renderView(answer, parts, shell, answer.cookies ?? []);
  };
  return (exchange, params) =>
    withTimeLimit(parts.core.request_timeout_seconds, exchange, () => run(exchange, checked(params)));
}

/**
 * A path here, or an absolute address with any scheme an app may have. What a browser would run or read as something
 * else than was registered is a mistake of the crossing.
 */
function checkedLocation(location: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):[\x21-\x7e]+$/i.exec(location)?.[1].toLowerCase();
  const elsewhere = scheme !== undefined && !["javascript", "data", "vbscript", "blob"].includes(scheme);
  if (elsewhere) return location;
  const here = localPath(location, "");
  if (here === "") throw new Error("a crossing leads to what is no address");
  return here;
}

function checked(params: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(params)) {
    if (value.includes("\0") || !value.isWellFormed()) throw invalidRequest({ [name]: "Is not valid." });
  }
  return params;
}

/** Of the query, and of the form behind it. */
async function readAll(exchange: Exchange, timeout_seconds: number): Promise<Map<string, string[]>> {
  const fields = readFields(exchange.search);
  if (exchange.method === "POST") {
    for (const [name, values] of await readForm(exchange, timeout_seconds)) {
      fields.set(name, [...fields.get(name) ?? [], ...values]);
    }
  }
  return fields;
}

async function readForm(exchange: Exchange, timeout_seconds: number): Promise<Map<string, string[]>> {
  const type = mediaType(exchange.request.headers);
  const bytes = await readBody(exchange.request, { bytes_max: bodyBytesMax, timeout_seconds });
  if (bytes.length === 0) return new Map();
  if (type !== "application/x-www-form-urlencoded") {
    throw new Problem(415, "unsupported_media_type", "Send a form: application/x-www-form-urlencoded.");
  }
  return readFields(decodeUtf8(bytes));
}
