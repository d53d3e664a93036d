/** Errors on the wire: problem+json (RFC 9457), and what of an unknown error may be said at all: nothing. */
import type { Exchange, Rendered } from "./exchange.ts";
import { Problem } from "./problem.ts";
import { problemTitle } from "./problem_codes.ts";

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  fields?: Record<string, string>;
  [member: string]: unknown;
}

/** Whatever was thrown, as a problem. The cause is for the log only. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) {
    return new Problem(
      503,
      "service_unavailable",
      "A part of the service cannot be reached. Try again in a moment.",
      { retry_after_seconds: 5, cause: error },
    );
  }
  return new Problem(
    500,
    "internal_error",
    "Something went wrong here. It has been recorded under the request_id.",
    {
      cause: error,
    },
  );
}

/** Codes of postgres.js, of sockets, and of Postgres itself (classes 08, 25, 53 and 57). */
const unavailable = new RegExp(
  "^(?:CONNECT_TIMEOUT|CONNECTIONS?_\\w+|ECONN\\w+|EPIPE|ETIMEDOUT|EHOST\\w+|ENET\\w+|ENOTFOUND|EAI_AGAIN|" +
    "08\\w{3}|25P03|53\\w{3}|57P0[1-5]|57014)$",
);

/** True when the database cannot be reached or has no room: nobody's mistake, and worth another try. */
export function isUnavailable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && unavailable.test(code);
}

export function problemBody(problem: Problem, issuer: string, request_id: string): ProblemBody {
  return {
    type: `${issuer}/docs/problems#${problem.code}`,
    title: problemTitle(problem),
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    request_id,
    ...problem.extra.fields ? { fields: problem.extra.fields } : {},
    ...problem.extra.retry_after_seconds === undefined
      ? {}
      : { retry_after_seconds: Math.ceil(problem.extra.retry_after_seconds) },
    ...problem.extra.members,
  };
}

export function renderProblem(problem: Problem, issuer: string, exchange: Exchange): Rendered {
  return {
    status: problem.status,
    headers: { "content-type": "application/problem+json", ...problemHeaders(problem) },
    cookies: [],
    body: JSON.stringify(problemBody(problem, issuer, exchange.request_id)),
  };
}

export function problemHeaders(problem: Problem): Record<string, string> {
  const { headers, retry_after_seconds } = problem.extra;
  return retry_after_seconds === undefined
    ? headers ?? {}
    : { ...headers, "retry-after": String(Math.max(1, Math.ceil(retry_after_seconds))) };
}
