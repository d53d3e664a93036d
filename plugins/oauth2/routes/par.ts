/** POST /oauth/par: a client hands its request over itself, so that no browser can change it (RFC 9126). */
import { z } from "zod";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { holdRequest } from "../authorization_request.ts";
import { readPush, requestUri } from "../authorize/read_request.ts";
import { authenticateClient } from "../client_authentication.ts";
import type { OAuth2Config } from "../config.ts";
import { provenKey } from "../proof.ts";
import { endpointsOf, runtimeOf } from "../runtime.ts";

const body = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** What a client says of itself here, and not of the request. */
const ofTheClient = ["client_secret", "client_assertion", "client_assertion_type"];

export const pushRequest = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/par",
  summary: "Push an authorization request (RFC 9126)",
  description:
    "The parameters of the authorization endpoint, from the client itself, which authenticates as at the " +
    "token endpoint. The browser is then sent with `client_id` and `request_uri` alone.",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  cors: "any",
  consumes: ["application/x-www-form-urlencoded"],
  repeatable: ["resource"],
  body,
  limits: [{ pool: "par", points: 1200, per_seconds: 60, by: "ip" }],
  answers: {
    201: {
      description: "Held for the browser",
      schema: z.object({ request_uri: z.string(), expires_in: z.int().describe("seconds") })
        .meta({ id: "PushedRequest" }),
    },
    400: { description: "`error` and `error_description`" },
    401: { description: "`invalid_client`" },
  },
  async handle({ body, headers }, ctx) {
    const { resource = [], ...rest } = body;
    const form = rest as Record<string, string>;
    const { pushed_authorization_request_endpoint: endpoint_url } = endpointsOf(ctx.core);
    const client = await authenticateClient(ctx, { headers, form, endpoint_url });
    const fields = Object.entries(form).filter(([name]) => !ofTheClient.includes(name));
    const parameters = await readPush(
      ctx,
      client,
      new Map([...fields.map(([name, value]): [string, string[]] => [name, [value]]), [
        "resource",
        [resource].flat(),
      ]]),
    );
    const dpop_jkt = await provenKey(ctx, client, headers.get("dpop"), endpoint_url);
    // RFC 9449 §10.1: of a proof and a thumbprint that do not agree, none can be believed.
    if (dpop_jkt !== null && parameters.dpop_jkt !== null && dpop_jkt !== parameters.dpop_jkt) {
      throw new OAuthError(400, "invalid_dpop_proof", "The proof is of another key than dpop_jkt.");
    }
    const expires_in = ctx.config.pushed_request_seconds;
    const reference = await holdRequest(ctx.sql, {
      client_id: client.client_id,
      origin: "pushed",
      parameters: { ...parameters, dpop_jkt: parameters.dpop_jkt ?? dpop_jkt },
      dpop_jkt,
      lifetime_seconds: expires_in,
    });
    return {
      status: 201,
      headers: {
        "cache-control": "no-store",
        ...dpop_jkt === null ? {} : { "dpop-nonce": runtimeOf(ctx).dpop.nonce() },
      },
      body: { request_uri: requestUri(reference), expires_in },
    };
  },
});
