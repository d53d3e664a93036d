/** POST /oauth/token: what a client was allowed becomes tokens (RFC 6749 §3.2). */
import { z } from "zod";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { defineRoute } from "../../../core/plugin.ts";
import type { Client } from "../client.ts";
import { authenticateClient } from "../client_authentication.ts";
import type { OAuth2Config } from "../config.ts";
import { invalidRequest, unauthorizedClient } from "../grants/errors.ts";
import { grantHandler } from "../grants/mod.ts";
import { provenKey } from "../proof.ts";
import { endpointsOf, runtimeOf } from "../runtime.ts";

const schema = z.object({
  access_token: z.string(),
  token_type: z.enum(["Bearer", "DPoP", "N_A"]),
  expires_in: z.int().describe("seconds"),
  scope: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  issued_token_type: z.string().optional(),
}).meta({ id: "TokenAnswer" });

const body = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

export const token = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/token",
  summary: "Tokens for a code, a refresh token, a device code, the client itself, or another token",
  description:
    "The client authenticates as it is registered. With a proof (`DPoP`) the tokens are bound to its key (RFC 9449).",
  tags: ["OAuth"],
  access: "own",
  errors: "oauth",
  cors: "any",
  consumes: ["application/x-www-form-urlencoded"],
  repeatable: ["resource", "audience"],
  body,
  answers: {
    200: { description: "RFC 6749 §5.1", schema },
    400: { description: "`error` and `error_description` (RFC 6749 §5.2)" },
    401: { description: "`invalid_client`" },
  },
  async handle({ body, headers, ip, request_id }, ctx) {
    const { form, lists } = readForm(body);
    const { token_endpoint: endpoint_url } = endpointsOf(ctx.core);
    const client = await authenticateClient(ctx, { headers, form, endpoint_url });
    const { grant_type } = form;
    if (grant_type === undefined) throw invalidRequest("grant_type is missing.");
    const grant = grantHandler(grant_type);
    if (!grant) {
      throw new OAuthError(400, "unsupported_grant_type", "There is no such grant_type here.");
    }
    if (!client.grant_types.includes(grant.grant_type)) {
      throw unauthorizedClient("The client is not registered for this grant_type.");
    }
    const proof = headers.get("dpop");
    checkBound(client, proof);
    const dpop_jkt = await provenKey(ctx, client, proof, endpoint_url);
    const answer = await grant.handle(ctx, { client, form, lists, dpop_jkt, ip, request_id });
    return {
      status: 200,
      headers: {
        // RFC 6749 §5.1: MUST, in both words.
        "cache-control": "no-store",
        pragma: "no-cache",
        // RFC 9449 §8.2: a fresh one in time.
        ...dpop_jkt === null ? {} : { "dpop-nonce": runtimeOf(ctx).dpop.nonce() },
      },
      body: answer,
    };
  },
});

/** RFC 6749 §3.2: parameters without a value are treated as if they were omitted. */
function readForm(body: Record<string, string | string[]>) {
  const form: Record<string, string> = Object.create(null);
  const lists = { resource: [] as string[], audience: [] as string[] };
  for (const [name, value] of Object.entries(body)) {
    const values = [value].flat().filter((one) => one !== "");
    if (name === "resource" || name === "audience") lists[name] = values;
    else if (values.length > 0) form[name] = values[0];
  }
  return { form, lists };
}

/** RFC 9449 §5.2: MUST reject; FAPI 2.0 Security Profile §5.3.2.1 item 4: only sender-constrained tokens. */
function checkBound(client: Client, proof: string | null): void {
  if (proof !== null || !client.dpop_bound_access_tokens && client.profile !== "fapi2") return;
  throw new OAuthError(400, "invalid_dpop_proof", "The client has to prove its key with a DPoP header.");
}
