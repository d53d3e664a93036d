/** Reads an outcome from what was answered. */
import { headingOf, type Place } from "../clients/browserless.ts";
import type { Outcome } from "./case.ts";

const errorCode =
  /\b(invalid_[a-z_]+|[a-z]+_(denied|required|client|scope|token)|[a-z_]+_not_supported|(unsupported|unmet|server|temporarily)_[a-z_]+|slow_down|authorization_pending)\b/;

/** Parameters of a redirect that the RFCs leave to the provider, and those that explain. */
const beside = new Set(["error", "error_description", "error_uri", "error_detail", "session_state", "scope"]);

/**
 * @param state what the client sent
 * @param allowed where this client's answers may go; a place elsewhere is never an outcome
 * @throws Error when the person was led somewhere else
 */
export function outcomeOfPlace(place: Place, state: string | null, allowed: string[]): Outcome {
  if (!place.away) {
    const error = errorCode.exec(headingOf(place) ?? "")?.[0] ?? null;
    return { kind: "page", status: place.status, error, where: "", has: [] };
  }
  const bare = new URL(place.url);
  const inFragment = /(^#|&)(code|error)=/.test(bare.hash);
  const fields = place.away === "form"
    ? place.sent
    : [...(inFragment ? new URLSearchParams(bare.hash.slice(1)) : bare.searchParams)];
  bare.hash = "";
  if (!allowed.some((one) => sameAddress(one, bare))) {
    throw new Error(`led away to ${bare.origin}${bare.pathname}, which is none of ${allowed.join(" ")}`);
  }
  const values = new Map(fields);
  const known = new Set(allowed.flatMap((one) => [...new URL(one).searchParams.keys()]));
  const has = [...values.keys()].filter((name) => !beside.has(name) && !known.has(name)).sort()
    .map((name) => name === "state" && values.get(name) !== state ? "state(changed)" : name);
  return {
    kind: "redirect",
    status: 0,
    error: values.get("error") ?? null,
    where: place.away === "form" ? "form" : inFragment ? "fragment" : "query",
    has,
  };
}

/** Without the query; a loopback address may have any port (RFC 8252 §7.3). */
function sameAddress(registered: string, reached: URL): boolean {
  const one = new URL(registered);
  const loopback = ["127.0.0.1", "[::1]"].includes(one.hostname);
  return one.protocol === reached.protocol && one.hostname === reached.hostname &&
    one.pathname === reached.pathname && (loopback || one.port === reached.port);
}

const members = [
  "access_token",
  "device_code",
  "id_token",
  "refresh_token",
  "request_uri",
  "active",
  "client_id",
];

/** Of an answer to a client. */
export async function outcomeOfAnswer(response: Response): Promise<Outcome> {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  try {
    const json = JSON.parse(text);
    if (json !== null && typeof json === "object") body = json;
  } catch {
    // No JSON: then there is no error code in it.
  }
  const error = typeof body.error === "string" ? body.error : null;
  const has = members.filter((name) => name in body && body[name] !== false);
  const scheme = response.headers.get("www-authenticate")?.split(/[ ,]/)[0].toLowerCase();
  return {
    kind: "json",
    status: response.status,
    error,
    where: "",
    has: scheme ? [...has, `www-authenticate:${scheme}`] : has,
  };
}
