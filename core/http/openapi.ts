/** The OpenAPI 3.1 file, computed from the routes, so that it cannot say anything else than they do. */
import { z } from "zod";
import type { CoreConfig } from "../config.ts";
import type { Route } from "../plugin.ts";
import { sessionCookieName } from "./cookies.ts";
import { edgeProblems } from "./problem_codes.ts";
import { createSchemas, type JsonSchema, type Schemas } from "./openapi_schema.ts";

export interface OpenApi {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, unknown> };
}

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, { description: string; content?: unknown; headers?: unknown }>;
}

export interface OpenApiInput {
  routes: Route[];
  core: Pick<CoreConfig, "backend_url" | "site_name">;
  version: string;
}

export function createOpenApi({ routes, core, version }: OpenApiInput): OpenApi {
  const schemas = createSchemas();
  schemas.define("Problem", problemSchema);
  schemas.define("OAuthError", oauthErrorSchema);
  const paths: OpenApi["paths"] = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route, schemas);
  }
  const tags = [...new Set(routes.flatMap((route) => tagsOf(route)))].sort(byAudience).map((name) => ({
    name,
  }));
  return {
    openapi: "3.1.0",
    info: {
      title: core.site_name,
      version,
      description:
        "Names are snake_case. Errors are problem+json (RFC 9457); every code is described under " +
        `[/docs/problems](${core.backend_url}/docs/problems).`,
    },
    servers: [{ url: core.backend_url }],
    tags,
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description:
            "The access token of a sign-in. One that is bound to a key goes as `DPoP`, with a proof (RFC 9449 §7).",
        },
        cookie: {
          type: "apiKey",
          in: "cookie",
          name: sessionCookieName(core),
          description: "The browser's session. Unsafe methods must come from our own origin.",
        },
      },
    },
  };
}

function operationOf(route: Route, schemas: Schemas): Operation {
  const parameters = [
    ...pathParameters(route, schemas),
    ...route.query ? parametersOf(route.query, "query", schemas) : [],
  ];
  const { summary, description } = route;
  return {
    operationId: operationId(route),
    summary,
    ...description === undefined ? {} : { description },
    tags: tagsOf(route),
    security: asksForSession(route) ? [{ bearer: [] }, { cookie: [] }] : [],
    ...parameters.length > 0 ? { parameters } : {},
    ...route.body ? { requestBody: requestBody(route, schemas) } : {},
    responses: responsesOf(route, schemas),
  };
}

const asksForSession = ({ access }: Route) => access === "session" || access === "operator";

/** `POST /auth/challenge/{challenge_id}` → `post_auth_challenge_by_challenge_id`. */
function operationId({ method, path }: Route): string {
  const words = path.replace(/\{(\w+)\}/g, "by_$1").split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return [method.toLowerCase(), ...words].join("_");
}

/** What callers want first; what only operators and developers of this service want, last. */
const inner_tags = ["Operate", "Development"];
const byAudience = (a: string, b: string) =>
  inner_tags.indexOf(a) - inner_tags.indexOf(b) || (a < b ? -1 : 1);

function tagsOf(route: Route): string[] {
  return route.tags ?? [route.path.split("/")[1] || "root"];
}

function pathParameters(route: Route, schemas: Schemas): unknown[] {
  const known = route.params ? schemas.of(route.params, "input") : {};
  const properties = (known.properties ?? {}) as Record<string, JsonSchema>;
  return [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? { type: "string" },
  }));
}

function parametersOf(schema: z.ZodType, place: "query", schemas: Schemas): unknown[] {
  const { properties = {}, required = [] } = schemas.of(schema, "input") as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

function requestBody(route: Route, schemas: Schemas): unknown {
  const schema = schemas.of(route.body!, "input");
  const types = route.consumes ?? ["application/json"];
  return {
    required: !route.body!.safeParse(undefined).success,
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
  };
}

function responsesOf(route: Route, schemas: Schemas): Operation["responses"] {
  const responses: Operation["responses"] = {};
  for (const [status, { description, schema }] of Object.entries(route.answers)) {
    responses[status] = {
      description,
      ...schema ? { content: { "application/json": { schema: schemas.of(schema, "output") } } } : {},
    };
  }
  for (const [status, description] of oauthFailures(route)) {
    const standing = responses[status] ?? { description };
    responses[status] = { content: { "application/json": { schema: oauthError } }, ...standing };
  }
  for (const [status, codes] of problemsOf(route)) {
    const standing = responses[status];
    const titles = [...codes].map((code) => edgeProblems[code]?.title).filter((title) => title !== undefined);
    responses[status] = {
      description: standing?.description ?? (titles.join("; ") || "A problem"),
      ...status === 429 || status === 503 ? { headers: { "Retry-After": retryAfter } } : {},
      content: {
        ...standing?.content as Record<string, unknown> | undefined,
        "application/problem+json": { schema: problemOf([...codes].sort()) },
      },
    };
  }
  return responses;
}

const retryAfter = { description: "Seconds to wait.", schema: { type: "integer", minimum: 1 } };

const oauthError = { $ref: "#/components/schemas/OAuthError" };

/** What any route of OAuth may answer (RFC 6749 §5.2). */
function oauthFailures({ errors }: Route): [number, string][] {
  return errors !== "oauth" ? [] : [
    [400, "The request is not as it should be"],
    [429, "`temporarily_unavailable`: too many requests"],
    [500, "`server_error`"],
    [503, "`temporarily_unavailable`"],
  ];
}

/** Codes by status: what the route says, and what the edge answers for a route of its kind. */
export function problemsOf(route: Route): Map<number, Set<string>> {
  if (route.errors === "oauth") return new Map();
  const problems = new Map<number, Set<string>>();
  const add = (status: number, code: string) => {
    problems.set(status, (problems.get(status) ?? new Set()).add(code));
  };
  for (const [status, { problem_codes = [] }] of Object.entries(route.answers)) {
    for (const code of problem_codes) add(Number(status), code);
  }
  const json = route.body && (route.consumes ?? ["application/json"]).includes("application/json");
  const edge = [
    ...route.body ? ["invalid_utf8", "body_timeout", "payload_too_large", "unsupported_media_type"] : [],
    ...json ? ["invalid_json"] : [],
    ...route.body || route.query || route.params ? ["invalid_request"] : [],
    ...asksForSession(route) ? ["session_required"] : [],
    ...route.access === "operator" ? ["operator_only"] : [],
    ...route.method === "GET" || route.access === "own" ? [] : ["csrf_failed"],
    "too_many_requests",
    "internal_error",
    "service_unavailable",
    "request_timeout",
  ];
  for (const code of edge) add(edgeProblems[code].status, code);
  return problems;
}

function problemOf(codes: string[]): JsonSchema {
  return {
    allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }],
  };
}

const oauthErrorSchema = z.object({
  error: z.string().describe("A code of OAuth (RFC 6749 §5.2)."),
  error_description: z.string().optional().describe("For the developer of the client; ASCII."),
});

const problemSchema = z.object({
  type: z.url().describe("Names the kind of problem, and leads to its description."),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("What went wrong this time, for people."),
  code: z.string().describe("For programs; stable."),
  request_id: z.string().describe("Finds this request in the log."),
  fields: z.record(z.string(), z.string()).optional().describe("What is wrong with each field."),
  retry_after_seconds: z.int().optional(),
});
