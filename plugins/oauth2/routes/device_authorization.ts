/** POST /oauth/device_authorization: a device without a keyboard asks for two codes (RFC 8628 §3.1, §3.2). */
import { z } from "zod";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { checkResource, checkScope } from "../asked.ts";
import { authenticateClient } from "../client_authentication.ts";
import type { OAuth2Config } from "../config.ts";
import { insertDeviceCode, pollSeconds } from "../device_code.ts";
import { provenKey } from "../proof.ts";
import { endpointsOf } from "../runtime.ts";
import { shownUserCode } from "../user_code.ts";

const grantType = "urn:ietf:params:oauth:grant-type:device_code";

const schema = z.object({
  device_code: z.string().describe("for the device alone"),
  user_code: z.string().describe("for the person to type in"),
  verification_uri: z.url(),
  verification_uri_complete: z.url().describe("the same with the code in it, for a QR code"),
  expires_in: z.int().describe("seconds"),
  interval: z.int().describe("seconds between two questions at the token endpoint"),
}).meta({ id: "DeviceAuthorization" });

/** A client that sends nothing is told that it is nobody, not that its form is empty. */
const body = z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({});

export const deviceAuthorization = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/device_authorization",
  summary: "Codes for a device without a keyboard (RFC 8628)",
  description:
    "The client authenticates as at the token endpoint. `scope` and `resource` as in a request for a code.",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  cors: "any",
  consumes: ["application/x-www-form-urlencoded"],
  repeatable: ["resource"],
  body,
  limits: [{ pool: "device_authorization", points: 60, per_seconds: 60, by: "ip" }],
  answers: {
    200: { description: "Show the code, and ask at the token endpoint", schema },
    400: { description: "`error` and `error_description` (RFC 6749 §5.2)" },
    401: { description: "`invalid_client`" },
  },
  async handle({ body, headers }, ctx) {
    const { resource: given = [], ...rest } = body;
    const form = rest as Record<string, string>;
    const { device_authorization_endpoint: endpoint_url } = endpointsOf(ctx.core);
    const client = await authenticateClient(ctx, { headers, form, endpoint_url });
    if (!client.grant_types.includes(grantType)) {
      throw new OAuthError(400, "unauthorized_client", "The client is not registered for the device grant.");
    }
    const asked = {
      client_id: client.client_id,
      scope: checkScope(ctx, client, form.scope),
      resource: checkResource(client, [given].flat()),
      dpop_jkt: await provenKey(ctx, client, headers.get("dpop"), endpoint_url),
    };
    const lifetime_seconds = ctx.config.device_code_minutes * 60;
    const { device_code, user_code } = await insertDeviceCode(ctx.sql, ctx.keys, {
      ...asked,
      lifetime_seconds,
    });
    const shown = shownUserCode(user_code);
    const verification_uri = `${ctx.core.frontend_url}/device`;
    return {
      status: 200,
      // RFC 8628 §3.2, RFC 6749 §5.1: not to be stored on the way.
      headers: { "cache-control": "no-store" },
      body: {
        device_code,
        user_code: shown,
        verification_uri,
        verification_uri_complete: `${verification_uri}?user_code=${shown}`,
        expires_in: lifetime_seconds,
        interval: pollSeconds,
      },
    };
  },
});
