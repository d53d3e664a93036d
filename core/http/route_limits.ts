/** The limits a route states, asked before its handler runs, and the headers that tell the caller about them. */
import type { Route } from "../plugin.ts";
import { addressForLimits } from "./client_address.ts";
import type { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import type { Limiter, LimitState, RateLimit } from "./rate_limit.ts";
import type { Visitor } from "./route.ts";

export interface RouteLimits {
  limiter: Limiter;
  /** A pool was used up: for the metrics. */
  refused(pool: string): void;
}

export interface LimitSubject {
  exchange: Exchange;
  visitor: Visitor | null;
  body: unknown;
}

/**
 * `before` anything is read, the limits by address; `after` caller and body are known, the others.
 *
 * @throws Problem 429 `too_many_requests`
 */
export async function spendLimits(
  { limiter, refused }: RouteLimits,
  route: Pick<Route, "limits">,
  when: "before" | "after",
  subject: LimitSubject,
): Promise<void> {
  for (const limit of route.limits ?? []) {
    if ((limit.by === "ip") !== (when === "before")) continue;
    const key = keyOf(limit, subject);
    if (key === null) continue;
    const state = await limiter.consume(limit, key);
    if (!state.allowed) {
      refused(limit.pool);
      throw tooManyRequests(state);
    }
    tell(subject.exchange, state);
  }
}

/** The headers of the limit that is nearest to its end. */
function tell(exchange: Exchange, state: LimitState): void {
  const shown = exchange.headers["ratelimit-remaining"];
  if (shown === undefined || state.remaining < Number(shown)) {
    Object.assign(exchange.headers, limitHeaders(state));
  }
}

/** draft-ietf-httpapi-ratelimit-headers, the three headers that clients know. */
export function limitHeaders(state: LimitState): Record<string, string> {
  return {
    "ratelimit-limit": String(state.limit),
    "ratelimit-remaining": String(state.remaining),
    "ratelimit-reset": String(state.reset_seconds),
  };
}

export function tooManyRequests(state: LimitState): Problem {
  return new Problem(
    429,
    "too_many_requests",
    `Too many requests. Try again in ${state.reset_seconds} seconds.`,
    {
      retry_after_seconds: state.reset_seconds,
      headers: limitHeaders(state),
    },
  );
}

/** Null when there is nothing to count by, such as a field the body does not have. */
function keyOf(limit: RateLimit, { exchange, visitor, body }: LimitSubject): string | null {
  if (limit.by === "ip") return exchange.ip === null ? null : addressForLimits(exchange.ip);
  if (limit.by === "account") return visitor?.account_id ?? (exchange.ip && addressForLimits(exchange.ip));
  const value = (body as Record<string, unknown> | null | undefined)?.[limit.by.body_field];
  return typeof value === "string" ? value.normalize("NFKC").trim().toLowerCase() : null;
}
