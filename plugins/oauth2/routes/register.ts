/** POST /oauth/register: an app makes itself known (RFC 7591, OpenID Connect Registration §3). */
import { z } from "zod";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { hashSecret } from "../../../core/session/session.ts";
import { checkMetadata } from "../check_metadata.ts";
import { checkSector } from "../check_sector.ts";
import { countUnused } from "../client.ts";
import type { OAuth2Config } from "../config.ts";
import { claimUse, isAlive } from "../initial_access_token.ts";
import { createClient, ensureKeysFor } from "../new_client.ts";
import {
  bearerOf,
  clientInformation,
  newRegistrationToken,
  noStore,
  registrationMode,
  rulesFor,
  unauthorized,
} from "../registration.ts";
import type { OAuth2Ctx } from "../runtime.ts";

const body = z.looseObject({}).describe("client metadata (RFC 7591 section 2); unknown members are ignored");

/** More registered clients that were never used are not kept: unused ones leave by themselves after a while. */
const unusedMax = 10_000;

const refused = "needs an initial access token that is alive (RFC 7591 section 3)";

export const register = defineRoute<OAuth2Config, typeof body>({
  method: "POST",
  path: "/oauth/register",
  summary: "Register a client",
  description: "Open, with an initial access token, or off: OAUTH2_REGISTRATION says which.",
  tags: ["OAuth clients"],
  access: "own",
  errors: "oauth",
  cors: "any",
  body,
  limits: [{ pool: "oauth_register", points: 120, per_seconds: 600, by: "ip" }],
  answers: {
    201: {
      description: "Registered: its metadata with every default, and its secrets (RFC 7591 section 3.2.1)",
      schema: z.looseObject({ client_id: z.string(), registration_access_token: z.string() }),
    },
    400: { description: "invalid_redirect_uri, invalid_client_metadata, unapproved_software_statement" },
    401: { description: "invalid_token: an initial access token is needed" },
    403: { description: "access_denied: registration is off" },
  },
  async handle(call, ctx) {
    const token = await checkAllowed(ctx, bearerOf(call.headers));
    const metadata = checkMetadata(call.body, rulesFor(ctx));
    await checkSector(ctx, metadata);
    await ensureKeysFor(ctx.signing_keys, metadata);
    const registration_access_token = newRegistrationToken();
    const { client } = await ctx.sql.begin(async (tx) => {
      if (token !== null && !await claimUse(tx, token)) throw unauthorized(`Registration ${refused}.`, true);
      return await createClient(tx, ctx.keys, {
        ...{ metadata, origin: "registration" },
        registration_access_token_hash: hashSecret(registration_access_token),
      });
    });
    const { client_id } = client;
    ctx.log.info("client.registered", { client_id });
    return { status: 201, headers: noStore, body: clientInformation(ctx, client, registration_access_token) };
  },
});

/** Before anything of a stranger's is looked at, or fetched. @returns the token to use up; null when none is needed */
async function checkAllowed(ctx: OAuth2Ctx, token: string | null): Promise<string | null> {
  const mode = registrationMode(ctx);
  if (mode === "off") {
    throw new OAuthError(403, "access_denied", "Dynamic registration is off: ask the operator for a client.");
  }
  if (mode === "token") {
    if (token === null) throw unauthorized(`Registration ${refused}.`, false);
    if (!await isAlive(ctx.sql, token)) throw unauthorized(`Registration ${refused}.`, true);
    return token;
  }
  if (await countUnused(ctx.sql, unusedMax) >= unusedMax) {
    const headers = { "retry-after": "3600" };
    throw new OAuthError(503, "temporarily_unavailable", "Too many clients wait to be used.", { headers });
  }
  return null;
}
