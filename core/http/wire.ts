/** Between answers and the bytes of HTTP. */

/** An answer ready for the wire. Header names are lower case. */
export interface Wire {
  status: number;
  headers: Record<string, string>;
  set_cookie: string[];
  body: string | Uint8Array | null;
}

/** Path and query of an absolute address, without parsing what nobody reads. The fragment never arrives. */
export function splitUrl(url: string): { path: string; search: string } {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start < 0) return { path: "/", search: "" };
  const end = url.indexOf("#", start);
  const whole = end < 0 ? url.slice(start) : url.slice(start, end);
  const mark = whole.indexOf("?");
  return mark < 0
    ? { path: whole, search: "" }
    : { path: whole.slice(0, mark), search: whole.slice(mark + 1) };
}

/** @throws Error when a header could end itself and begin another (RFC 9110 §5.5) */
export function checkHeaders(headers: Record<string, string>): void {
  for (const name in headers) {
    if (/[\0\r\n]/.test(headers[name])) throw new Error(`the header ${name} holds a line break`);
  }
}

const encoder = new TextEncoder();

/** HEAD: everything GET would say, but for the body (RFC 9110 §9.3.2). */
export function withoutBody(wire: Wire): Wire {
  if (wire.body === null) return wire;
  const length = typeof wire.body === "string" ? encoder.encode(wire.body).length : wire.body.length;
  return { ...wire, headers: { ...wire.headers, "content-length": String(length) }, body: null };
}

export function toResponse({ status, headers, set_cookie, body }: Wire): Response {
  const response = new Response(body as BodyInit | null, { status, headers });
  for (const line of set_cookie) response.headers.append("set-cookie", line);
  return response;
}
