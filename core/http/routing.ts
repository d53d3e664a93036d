/** Which endpoint answers: Hono's router, with one handler for every method of every path, wrong ones included. */
import { Hono } from "hono";
import type { Exchange, Handler, Rendered } from "./exchange.ts";
import type { Origins } from "./origins.ts";
import { Problem } from "./problem.ts";

export interface Endpoint {
  method: string;
  /** OpenAPI style: `/auth/challenge/{challenge_id}`. */
  path: string;
  kind: Exchange["kind"];
  cors?: Exchange["cors"];
  errors?: Exchange["errors"];
  /** Whose it is, to name both sides of a clash. */
  owner: string;
  handle: Handler;
}

type Env = { Bindings: Exchange };
export type Routing = Hono<Env>;

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/**
 * @param before runs once it is known whose address this is, so that what it refuses is told in the right form
 * @throws Error when two endpoints claim one method of one path; the names of parameters make no difference
 */
export function createRouting(
  endpoints: Endpoint[],
  origins: Origins,
  before: (exchange: Exchange) => void,
): Routing {
  // What Hono gets as its request is our exchange, which has a method and a path of its own.
  const hono = new Hono<Env>({ getPath: (request) => (request as unknown as Exchange).path });
  for (const group of byPath(endpoints)) {
    const allowed = allowedMethods(group);
    for (const method of methods) {
      const endpoint = group.find((one) => one.method === method);
      const handler: Handler = endpoint?.handle ??
        (method === "OPTIONS" ? optionsHandler(group, allowed, origins) : refuseMethod(allowed));
      const { path } = endpoint ?? group[0];
      // A wrong method on a page is told to a person as a page, to a program as a problem.
      const kind = endpoint?.kind ?? null;
      hono.on(method, path.replace(/\{(\w+)\}/g, ":$1"), (context) => {
        const exchange = context.env;
        exchange.route = path;
        exchange.kind = kind ?? kindByAccept(exchange);
        exchange.cors = endpoint?.cors ?? group.find((one) => one.cors)?.cors ?? "listed";
        exchange.errors = endpoint?.errors ?? group.find((one) => one.errors)?.errors ?? "problem";
        before(exchange);
        // Hono hands on whatever a handler answers; the edge renders it.
        return handler(exchange, context.req.param()) as unknown as Response;
      });
    }
  }
  hono.notFound((context) => {
    context.env.kind = kindByAccept(context.env);
    before(context.env);
    throw new Problem(404, "not_found", "There is nothing at this address.");
  });
  hono.onError((error) => {
    throw error;
  });
  return hono;
}

function byPath(endpoints: Endpoint[]): Endpoint[][] {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const shape = endpoint.path.replace(/\{\w+\}/g, "{}");
    const group = groups.get(shape) ?? [];
    const other = group.find((one) => one.method === endpoint.method);
    if (other) {
      throw new Error(
        `${endpoint.method} ${endpoint.path} is claimed by ${other.owner} and by ${endpoint.owner}`,
      );
    }
    groups.set(shape, [...group, endpoint]);
  }
  // Of two paths that fit, the one that says more wins, whatever the order of the plugins.
  const parameters = (path: string) => path.split("{").length;
  return [...groups.values()].sort((a, b) => parameters(a[0].path) - parameters(b[0].path));
}

function allowedMethods(group: Endpoint[]): string[] {
  const own = group.map((one) => one.method);
  return [...own, ...own.includes("GET") ? ["HEAD"] : [], "OPTIONS"];
}

function optionsHandler(group: Endpoint[], allowed: string[], origins: Origins): Handler {
  return (exchange): Rendered => {
    exchange.kind = "api";
    const asks = exchange.request.headers.get("access-control-request-method");
    // Pages are for looking at, not for scripts of others.
    if (asks !== null && group.some((one) => one.kind === "api")) {
      return origins.preflight(exchange, allowed, exchange.cors);
    }
    return { status: 204, headers: { allow: allowed.join(", ") }, cookies: [], body: null };
  };
}

function refuseMethod(allowed: string[]): Handler {
  return ({ method }) => {
    throw new Problem(
      405,
      "method_not_allowed",
      `${method} is not possible here; ${allowed.join(", ")} are.`,
      {
        headers: { allow: allowed.join(", ") },
      },
    );
  };
}

/** Browsers that open an address ask for HTML by name; programs seldom do. */
function kindByAccept({ request }: Exchange): "page" | "api" {
  return request.headers.get("accept")?.includes("text/html") ? "page" : "api";
}
