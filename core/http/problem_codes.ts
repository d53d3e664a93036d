/** The problems the edge itself answers, each with its title: shown at `/docs/problems` beside those of the routes. */
import type { Problem } from "./problem.ts";

export interface ProblemCode {
  status: number;
  title: string;
  /** What it means and what to do. */
  about: string;
}

export const edgeProblems: Record<string, ProblemCode> = {
  invalid_json: {
    status: 400,
    title: "Not JSON",
    about: "The body could not be parsed. Check quotes and commas.",
  },
  invalid_utf8: {
    status: 400,
    title: "Not UTF-8",
    about: "The body has bytes that are not UTF-8. Encode it so.",
  },
  body_incomplete: {
    status: 400,
    title: "Body incomplete",
    about: "The connection ended before the announced body was there. Send it again.",
  },
  session_required: {
    status: 401,
    title: "Sign in first",
    about:
      "The call needs a bearer access token or a session cookie that is still valid. Sign in, or refresh.",
  },
  invalid_dpop_proof: {
    status: 401,
    title: "Proof not valid",
    about: "The proof in the header DPoP is not for this request, this token or this key. See RFC 9449 §4.",
  },
  use_dpop_nonce: {
    status: 401,
    title: "Nonce needed",
    about: "Make the proof again, with the nonce of the header DPoP-Nonce. See RFC 9449 §8.",
  },
  csrf_failed: {
    status: 403,
    title: "Not from our own pages",
    about:
      "A cookie came with an unsafe request, but neither Sec-Fetch-Site nor Origin shows that our own page sent " +
      "it. Programs send a bearer token instead of the cookie.",
  },
  operator_only: {
    status: 403,
    title: "For operators",
    about:
      "The session's account has not the role `operator`. Whoever runs the service gives it: `main.ts user roles EMAIL add operator`.",
  },
  origin_not_allowed: {
    status: 403,
    title: "Origin not allowed",
    about: "A browser asked whether this origin's scripts may call, and it is not in CORS_ORIGINS.",
  },
  not_found: {
    status: 404,
    title: "Not found",
    about: "There is nothing at this address. See /openapi.json.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    about: "The address exists, the method does not. The header Allow lists those that do.",
  },
  body_timeout: {
    status: 408,
    title: "Body too slow",
    about: "The body did not arrive within BODY_TIMEOUT_SECONDS. Send it again over a better connection.",
  },
  payload_too_large: {
    status: 413,
    title: "Body too large",
    about: "Send less; most bodies may have 64 KiB.",
  },
  unsupported_media_type: {
    status: 415,
    title: "Unsupported media type",
    about: "Content-Type names something this call does not read. Most read application/json in UTF-8.",
  },
  invalid_request: {
    status: 422,
    title: "Invalid request",
    about:
      "The body, query or path is well-formed, but not what the call expects. `fields` says what, by name.",
  },
  too_many_requests: {
    status: 429,
    title: "Too many requests",
    about: "A limit is used up. Wait for the seconds in Retry-After.",
  },
  internal_error: {
    status: 500,
    title: "Internal error",
    about: "A mistake of ours. It was logged under the request_id; give that to whoever runs the service.",
  },
  request_timeout: {
    status: 503,
    title: "Took too long",
    about:
      "The answer was not ready in time. What was begun may still be finished; look before trying again.",
  },
  service_unavailable: {
    status: 503,
    title: "Service unavailable",
    about: "A part of the service cannot be reached. Try again after the seconds in Retry-After.",
  },
};

/** A short name of the kind of problem, the same for each occurrence (RFC 9457 §3.1.3). */
export function problemTitle(problem: Pick<Problem, "code">): string {
  return edgeProblems[problem.code]?.title ?? titleOf(problem.code);
}

/** `email_unverified` → `Email unverified`. */
export function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
