/** Who may call from a browser: our own pages, and the origins an operator lists (Fetch §3.2, RFC 6454). */
import type { HeaderFields } from "./header_fields.ts";
import type { CoreConfig } from "../config.ts";
import type { Exchange, Rendered } from "./exchange.ts";
import { Problem } from "./problem.ts";

const exposed = [
  "x-request-id",
  "retry-after",
  "ratelimit-limit",
  "ratelimit-remaining",
  "ratelimit-reset",
  "www-authenticate",
  "dpop-nonce",
].join(", ");

const allowedHeaders = "authorization, content-type, dpop, x-request-id";

/** Without credentials: what anybody may call from anywhere, a script of any page may. */
const anyOrigin: Record<string, string> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": exposed,
  "cross-origin-resource-policy": "cross-origin",
};

export interface Origins {
  /** Headers to add when the caller's origin is on the list; nothing for others, so their scripts read nothing. */
  allow(origin: string | null, cors?: "listed" | "any"): Record<string, string>;
  /** The answer to a preflight; a problem when the origin is not on the list. */
  preflight(exchange: Exchange, methods: string[], cors?: "listed" | "any"): Rendered;
  /**
   * Refuses an unsafe request that carries the visitor's cookie unless the browser says that it comes from here.
   * @throws Problem 403 `csrf_failed`
   */
  checkOwn(headers: HeaderFields, what: "json" | "form"): void;
}

export function createOrigins(
  core: Pick<CoreConfig, "backend_url" | "frontend_url" | "cors_origins">,
): Origins {
  const own = new Set([new URL(core.backend_url).origin, new URL(core.frontend_url).origin]);
  const listed = new Set(core.cors_origins);
  const cors = new Map(
    [...own, ...listed].map((origin) => [origin, {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": exposed,
      vary: "origin",
    }]),
  );
  // Answers differ by origin as soon as one is listed, so that caches must keep them apart.
  const others: Record<string, string> = cors.size > 1 ? { vary: "origin" } : {};

  return {
    allow: (origin, from = "listed") =>
      from === "any" ? anyOrigin : origin === null ? others : cors.get(origin) ?? others,
    preflight({ request }, methods, from = "listed") {
      const origin = request.headers.get("origin");
      if (from !== "any" && (origin === null || !cors.has(origin))) {
        throw new Problem(
          403,
          "origin_not_allowed",
          "Scripts of this origin may not call here; see CORS_ORIGINS.",
        );
      }
      return {
        status: 204,
        headers: {
          "access-control-allow-methods": methods.join(", "),
          "access-control-allow-headers": allowedHeaders,
          "access-control-max-age": "600",
        },
        cookies: [],
        body: null,
      };
    },
    checkOwn(headers, what) {
      if (headers.get("sec-fetch-site") === "same-origin") return;
      const origin = headers.get("origin");
      if (origin !== null && (own.has(origin) || what === "json" && listed.has(origin))) return;
      throw new Problem(
        403,
        "csrf_failed",
        "A browser's cookie came with this request, and nothing shows that one of our pages sent it. " +
          "Programs use a bearer token instead.",
      );
    },
  };
}
