import { expect } from "expect";
import { z } from "zod";
import { testRoute } from "../testing/app.ts";
import { createOpenApi } from "./openapi.ts";
import { listProblems } from "./docs.ts";

const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("session"), access_token: z.string() }),
  z.object({ kind: z.literal("challenge"), challenge_id: z.uuid() }),
]).meta({ id: "Outcome" });

const routes = [
  testRoute({
    method: "POST",
    path: "/auth/login",
    summary: "Signs in",
    tags: ["auth"],
    body: z.object({
      email: z.email().meta({ examples: ["ada@example.com"] }),
      remember: z.boolean().default(false),
    }),
    answers: {
      200: { description: "Signed in, or what is still to be shown", schema: outcome },
      401: { description: "Address and password do not match", problem_codes: ["invalid_credentials"] },
    },
  }),
  testRoute({
    method: "GET",
    path: "/users/me/sessions/{session_id}",
    access: "session",
    params: z.object({ session_id: z.uuid() }),
    query: z.object({ limit: z.coerce.number().int().max(100).default(10) }),
    answers: { 200: { description: "One", schema: z.object({ at: z.date(), outcome }) } },
  }),
  testRoute({
    method: "POST",
    path: "/oauth/token",
    access: "own",
    errors: "oauth",
    repeatable: ["resource"],
    consumes: ["application/x-www-form-urlencoded"],
    body: z.object({ grant_type: z.string(), resource: z.array(z.string()).optional() }),
    answers: { 200: { description: "Tokens" }, 400: { description: "Refused, as RFC 6749 §5.2 says" } },
  }),
  testRoute({ method: "POST", path: "/revoke", access: "own" }),
  testRoute({ method: "POST", path: "/ping", body: z.string().optional(), consumes: ["text/plain"] }),
];
const openapi = createOpenApi({
  routes,
  core: { backend_url: "https://id.example", site_name: "Flow Shield" },
  version: "0.1.0",
});

Deno.test("the OpenAPI file says what the routes say", () => {
  const login = openapi.paths["/auth/login"].post;
  expect(login).toMatchObject({
    operationId: "post_auth_login",
    summary: "Signs in",
    tags: ["auth"],
    security: [],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["email"],
            properties: { email: { type: "string", format: "email", examples: ["ada@example.com"] } },
          },
        },
      },
    },
  });
  expect(login.responses["200"].content).toEqual({
    "application/json": { schema: { $ref: "#/components/schemas/Outcome" } },
  });
  expect(openapi.components.schemas.Outcome).toMatchObject({
    oneOf: [{ type: "object" }, { type: "object" }],
  });
  const one = openapi.paths["/users/me/sessions/{session_id}"].get;
  expect(one.security).toEqual([{ bearer: [] }, { cookie: [] }]);
  expect(one.parameters).toMatchObject([
    { name: "session_id", in: "path", required: true, schema: { format: "uuid" } },
    { name: "limit", in: "query", required: false },
  ]);
  expect(openapi.paths["/ping"].post.requestBody).toMatchObject({
    required: false,
    content: { "text/plain": {} },
  });
  expect(openapi.components.securitySchemes.cookie).toMatchObject({ name: "__Host-fs_session" });
});

Deno.test("what clients call says so: a form, lists, no session, and errors as OAuth has them", () => {
  const token = openapi.paths["/oauth/token"].post;
  expect(token.security).toEqual([]);
  expect(token.requestBody).toMatchObject({
    content: {
      "application/x-www-form-urlencoded": {
        schema: {
          required: ["grant_type"],
          properties: {
            grant_type: { type: "string" },
            resource: { type: "array", items: { type: "string" } },
          },
        },
      },
    },
  });
  expect(Object.keys(token.responses)).toEqual(["200", "400", "429", "500", "503"]);
  const schema = { $ref: "#/components/schemas/OAuthError" };
  expect(token.responses[400].description).toBe("Refused, as RFC 6749 §5.2 says");
  for (const status of [400, 429, 500, 503]) {
    expect(token.responses[status].content).toEqual({ "application/json": { schema } });
  }
  expect(openapi.components.schemas.OAuthError).toMatchObject({ required: ["error"] });
  expect(JSON.stringify(openapi.paths["/revoke"].post.responses)).not.toContain("csrf_failed");
});

Deno.test("every call lists the problems it may answer, its own and the edge's", () => {
  const codes = (path: string, method: string, status: number) => {
    const content = openapi.paths[path][method].responses[status]?.content as
      | Record<string, unknown>
      | undefined;
    const problem = content?.["application/problem+json"] as { schema: { allOf: unknown[] } } | undefined;
    return (problem?.schema.allOf[1] as { properties: { code: { enum: string[] } } })?.properties.code.enum;
  };
  expect(codes("/auth/login", "post", 401)).toEqual(["invalid_credentials"]);
  expect(codes("/auth/login", "post", 400)).toEqual(["invalid_json", "invalid_utf8"]);
  expect(codes("/auth/login", "post", 422)).toEqual(["invalid_request"]);
  expect(codes("/users/me/sessions/{session_id}", "get", 401)).toEqual(["session_required"]);
  expect(codes("/users/me/sessions/{session_id}", "get", 403)).toBe(undefined);
  expect(codes("/ping", "post", 400)).toEqual(["invalid_utf8"]);
});

Deno.test("no reference in the file leads nowhere", () => {
  const names = [...JSON.stringify(openapi).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(name).toMatch(/^#\/components\/schemas\//);
    expect(openapi.components.schemas).toHaveProperty(name.split("/").at(-1)!);
  }
  expect(JSON.stringify(openapi)).not.toContain("$defs");
});

Deno.test("the list of problems has each code once, with the calls that answer it", () => {
  const listed = listProblems({ routes });
  expect(new Set(listed.map((one) => one.code)).size).toBe(listed.length);
  expect(listed.find((one) => one.code === "invalid_credentials")).toEqual({
    code: "invalid_credentials",
    status: 401,
    title: "Invalid credentials",
    about: "Address and password do not match",
    calls: ["POST /auth/login"],
  });
});
