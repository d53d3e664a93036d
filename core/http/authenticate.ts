/** Who is calling: an access token, bearer (RFC 6750 §2.1) or bound to a key (RFC 9449 §7.1), or the session cookie. */
import type { CoreConfig } from "../config.ts";
import { asProofProblem, dpopChallenge } from "../dpop/proven_key.ts";
import type { PresentedDpop } from "../session/sessions.ts";
import { sessionCookieName } from "./cookies.ts";
import type { Exchange } from "./exchange.ts";
import { OAuthError } from "./oauth_error.ts";
import { Problem } from "./problem.ts";
import type { Visitor } from "./route.ts";

/** What was presented. Of bearer, dpop and cookie at most one is set. */
export interface Credentials {
  bearer: string | null;
  dpop: PresentedDpop | null;
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

const tokenShape = /^(?:bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i;
const cookieShape = /^[A-Za-z0-9_-]{16,128}$/;
const tokenCharactersMax = 4096;
/** Not a token at all; presented as one, so that it is refused as one. */
const malformed = "malformed";

/** @param dpopNonce the nonce that callers with proofs are told to use from now on (RFC 9449 §8.2) */
export function createDoor(
  core: Pick<CoreConfig, "backend_url">,
  authenticate: Authenticate,
  dpopNonce?: () => string,
): Door {
  const cookieName = sessionCookieName(core);
  return {
    presented(exchange) {
      const { request: { headers }, cookies, ip, user_agent } = exchange;
      const authorization = headers.get("authorization");
      const bearer = readToken("bearer", authorization);
      const bound = readToken("dpop", authorization);
      const proof = headers.get("dpop");
      if (dpopNonce && (bound !== null || proof !== null)) exchange.headers["dpop-nonce"] = dpopNonce();
      const cookie = bearer === null && bound === null ? cookies[cookieName] : undefined;
      return {
        bearer,
        dpop: bound === null ? null : {
          access_token: bound,
          proof,
          method: exchange.head ? "HEAD" : exchange.method,
          url: `${core.backend_url}${exchange.path}`,
        },
        cookie: cookie !== undefined && cookieShape.test(cookie) ? cookie : null,
        ip,
        user_agent,
      };
    },
    async visitor(presented) {
      const { bearer, dpop, cookie } = presented;
      if (bearer === malformed || dpop?.access_token === malformed) return null;
      if (bearer === null && dpop === null && cookie === null) return null;
      try {
        return await authenticate(presented);
      } catch (error) {
        throw error instanceof OAuthError ? asProofProblem(error) : error;
      }
    },
  };
}

/** Null when there is no token of the scheme; others, such as a client's Basic, are their route's business. */
function readToken(scheme: "bearer" | "dpop", header: string | null): string | null {
  if (header === null || header.split(" ", 1)[0].toLowerCase() !== scheme) return null;
  const match = header.length <= tokenCharactersMax ? tokenShape.exec(header) : null;
  return match ? match[1] : malformed;
}

/** The answer to a live session of somebody who does not run the service. */
export function operatorOnly(): Problem {
  return new Problem(403, "operator_only", "Only operators may do this, and this account is none.");
}

/** The answer to a call without a live session; the challenge is that of RFC 6750 §3. */
export function sessionRequired(presented: Credentials): Problem {
  const bad = presented.bearer !== null || presented.dpop !== null;
  const challenge = presented.dpop ? dpopChallenge("invalid_token") : 'Bearer error="invalid_token"';
  return new Problem(
    401,
    "session_required",
    bad ? "The access token is not valid, has expired, or its session has ended." : "Sign in first.",
    { headers: { "www-authenticate": bad ? challenge : "Bearer" } },
  );
}
