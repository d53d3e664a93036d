/** Who is calling: a bearer access token (RFC 6750 §2.1), or the browser's session cookie. */
import type { CoreConfig } from "../config.ts";
import { sessionCookieName } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import type { Visitor } from "./route.ts";

/** What was presented. Of bearer and cookie at most one is set. */
export interface Credentials {
  bearer: string | null;
  cookie: string | null;
  ip: string | null;
  user_agent: string | null;
}

/** Null when what was presented leads to no live session. */
export type Authenticate = (presented: Credentials) => Promise<Visitor | null>;

export interface Door {
  /** A token counts before the cookie: who sends one means it, and no browser sends one by itself. */
  presented(exchange: Exchange): Credentials;
  /** Asks only when something was presented. */
  visitor(presented: Credentials): Promise<Visitor | null>;
}

const bearerShape = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const cookieShape = /^[A-Za-z0-9_-]{16,128}$/;
const tokenCharactersMax = 4096;
/** Not a token at all; presented as one, so that it is refused as one. */
const malformed = "malformed";

export function createDoor(core: Pick<CoreConfig, "backend_url">, authenticate: Authenticate): Door {
  const cookieName = sessionCookieName(core);
  return {
    presented({ request, cookies, ip, user_agent }) {
      const bearer = readBearer(request.headers.get("authorization"));
      const cookie = cookies[cookieName];
      return {
        bearer,
        cookie: bearer === null && cookie !== undefined && cookieShape.test(cookie) ? cookie : null,
        ip,
        user_agent,
      };
    },
    async visitor(presented) {
      if (presented.bearer === malformed) return null;
      return presented.bearer === null && presented.cookie === null ? null : await authenticate(presented);
    },
  };
}

/** Null when there is no bearer token; other schemes, such as a client's Basic, are their route's business. */
function readBearer(header: string | null): string | null {
  if (header === null || !/^bearer(?: |$)/i.test(header)) return null;
  const match = header.length <= tokenCharactersMax ? bearerShape.exec(header) : null;
  return match ? match[1] : malformed;
}

/** The answer to a call without a live session; the challenge is that of RFC 6750 §3. */
export function sessionRequired(presented: Credentials): Problem {
  const bad = presented.bearer !== null;
  return new Problem(
    401,
    "session_required",
    bad ? "The access token is not valid, has expired, or its session has ended." : "Sign in first.",
    { headers: { "www-authenticate": bad ? 'Bearer error="invalid_token"' : "Bearer" } },
  );
}
