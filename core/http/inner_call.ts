/** A page's call to the API: the same way in as a stranger's, without the network. */
import type { Incoming, Info, Rendered } from "./exchange.ts";
import type { InnerCall } from "./pages.ts";
import type { ApiAnswer } from "./route.ts";

/** Headers of the visitor's own request that the API may see. */
const passedOn = ["user-agent", "accept-language"];

/** @param respond the app; it counts and logs nothing of this, since the page's own request is counted and logged */
export function createInnerCall(
  base: string,
  respond: (request: Incoming, info: Info) => Promise<Rendered>,
): (inner: InnerCall) => Promise<ApiAnswer> {
  const encoder = new TextEncoder();
  return async ({ method, path, body, cookies, exchange }) => {
    if (!path.startsWith("/")) throw new Error("a page calls paths of this service only");
    const headers = new Headers();
    for (const name of passedOn) {
      const value = exchange.request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const jar = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
    if (jar !== "") headers.set("cookie", jar);
    if (body !== undefined) headers.set("content-type", "application/json");
    const request: Incoming = {
      method,
      url: new URL(base).origin + path,
      headers,
      body: body === undefined ? null : encoder.encode(JSON.stringify(body)),
      signal: exchange.request.signal,
    };
    const { ip, request_id } = exchange;
    return toApiAnswer(
      await respond(request, { remote_address: null, internal: { ip, request_id, outer: exchange } }),
    );
  };
}

function toApiAnswer({ status, headers, cookies, body }: Rendered): ApiAnswer {
  const text = typeof body === "string" ? body : null;
  const wait = Number(headers["retry-after"]);
  return {
    status,
    ok: status >= 200 && status < 300,
    body: text !== null && headers["content-type"]?.includes("json") ? JSON.parse(text) : text,
    cookies,
    retry_after_seconds: Number.isFinite(wait) && headers["retry-after"] !== undefined ? wait : null,
  };
}
