/** The client of OAUTH2_CLIENT_ID, OAUTH2_CLIENT_SECRET and OAUTH2_REDIRECT_URI: as they say, from the start on. */
import { OAuthError } from "../../core/http/oauth_error.ts";
import { OperatorError } from "../../core/operator_error.ts";
import { checkMetadata } from "./check_metadata.ts";
import { findClient, insertClient, openSecret, replaceSecret, sealSecret, updateClient } from "./client.ts";
import type { ClientMetadata } from "./metadata.ts";
import { ensureKeysFor } from "./new_client.ts";
import { type OAuth2Ctx, runtimeOf } from "./runtime.ts";

/** Tokens of our own sign-in say this as their `client_id`. */
export const reservedClientId = "first-party";

const secretLengthMin = 16;

/**
 * Makes the client what the settings say. A client whose settings are gone stays until it is deleted by command, so
 * that a replica started without them ends nobody's session.
 *
 * @throws OperatorError naming the variable
 */
export async function seedClient(ctx: OAuth2Ctx): Promise<void> {
  const { client_id, client_secret, redirect_uri } = ctx.config;
  if (client_id === null) {
    if (client_secret === null && redirect_uri.length === 0) return;
    throw new OperatorError("OAUTH2_CLIENT_ID is needed for OAUTH2_CLIENT_SECRET and OAUTH2_REDIRECT_URI.");
  }
  checkClientId(client_id);
  if (client_secret !== null && client_secret.length < secretLengthMin) {
    ctx.log.warn("client.secret_short", { client_id, length_min: secretLengthMin });
  }
  const metadata = metadataOf(ctx, client_id);
  await ensureKeysFor(ctx.signing_keys, metadata);
  await ctx.sql.begin(async (tx) => {
    const sealed = client_secret === null ? null : sealSecret(ctx.keys, client_id, client_secret);
    const made = await insertClient(tx, {
      ...{ client_id, metadata, origin: "setting", client_secret_sealed: sealed },
      ...{ client_secret_expires_at: null, registration_access_token_hash: null },
    });
    if (made) return;
    const known = await findClient(tx, client_id);
    if (known && known.origin !== "setting") {
      throw new OperatorError(
        `OAUTH2_CLIENT_ID: there is a client ${client_id} that was not made by this setting. ` +
          `Choose another name, or type: main.ts client delete ${client_id}`,
      );
    }
    await updateClient(tx, client_id, metadata);
    if (!known || openSecret(ctx.keys, known) !== client_secret) {
      await replaceSecret(tx, client_id, { client_secret_sealed: sealed, client_secret_expires_at: null });
    }
  });
  runtimeOf(ctx).clients.forget(client_id);
}

function checkClientId(client_id: string): void {
  if (client_id === reservedClientId) {
    throw new OperatorError(
      `OAUTH2_CLIENT_ID: ${reservedClientId} is the name of our own pages; choose another.`,
    );
  }
  // RFC 6749 §2.2, Appendix A.1; a colon would end it early in HTTP Basic, and a slash in an address.
  if (!/^[A-Za-z0-9._~-]{1,200}$/.test(client_id)) {
    throw new OperatorError("OAUTH2_CLIENT_ID: letters, digits and . _ ~ - only.");
  }
}

function metadataOf({ config, core }: OAuth2Ctx, client_id: string): ClientMetadata {
  const { client_secret, redirect_uri } = config;
  const code = redirect_uri.length > 0;
  const isPublic = client_secret === null;
  if (!code && isPublic) {
    throw new OperatorError(
      "OAUTH2_REDIRECT_URI is needed for OAUTH2_CLIENT_ID (or OAUTH2_CLIENT_SECRET, for a machine).",
    );
  }
  const https = redirect_uri.every((uri) => uri.startsWith("https:"));
  try {
    return checkMetadata({
      client_name: client_id.slice(0, 100),
      redirect_uris: redirect_uri,
      grant_types: [
        ...code ? ["authorization_code", "refresh_token"] : [],
        ...isPublic ? [] : ["client_credentials"],
      ],
      token_endpoint_auth_method: isPublic ? "none" : "client_secret_basic",
      // Without a secret and without https it is an app on somebody's device.
      application_type: isPublic && !https ? "native" : "web",
    }, { by: "setting", production: core.production });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const said = error.error_description.replace(/^redirect_uris:? ?/, "");
    throw new OperatorError(`OAUTH2_REDIRECT_URI: ${said}`, { cause: error });
  }
}
