/** What a logout request asks for, checked against its client (RP-Initiated Logout §2). */
import { OAuthError } from "../../../core/http/oauth_error.ts";
import type { Client } from "../client.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import type { ReturnAddress } from "./return_address.ts";

export interface LogoutRequest {
  client: Client | null;
  /** Null: the person stays here. */
  returns: ReturnAddress | null;
  /** Whom the client means, by an ID token of ours. */
  hint: { sub: string; sid: string | null } | null;
}

const lengths: Record<string, number> = {
  id_token_hint: 8000,
  logout_hint: 500,
  client_id: 200,
  post_logout_redirect_uri: 2000,
  state: 2000,
  ui_locales: 200,
};

const invalid = (text: string) => new OAuthError(400, "invalid_request", text);

/** @throws OAuthError `invalid_request`, to be shown on a page: nothing it says leads anywhere */
export async function readLogoutRequest(
  ctx: OAuth2Ctx,
  fields: Map<string, string[]>,
): Promise<LogoutRequest> {
  const given = single(fields);
  const hint = given.id_token_hint === null ? null : await readHint(ctx, given.id_token_hint);
  // RP-Initiated Logout §2: with both, the client has to be the one the ID token was issued to.
  if (hint && given.client_id !== null && given.client_id !== hint.client_id) {
    throw invalid("client_id is not the client that the id_token_hint was issued to.");
  }
  const client_id = hint?.client_id ?? given.client_id;
  const client = client_id === null ? null : await runtimeOf(ctx).clients.find(client_id);
  if (client_id !== null && !client) throw invalid("There is no client with this client_id.");
  return {
    client,
    returns: client && returnAddress(client, given.post_logout_redirect_uri, given.state),
    hint,
  };
}

/** Each at most once (RFC 6749 §3.1), and no longer than is sensible; others are not looked at. */
function single(fields: Map<string, string[]>) {
  const read = (name: string): string | null => {
    const values = fields.get(name) ?? [];
    if (values.length > 1) throw invalid(`${name} is given twice.`);
    const value = values[0] ?? "";
    if (value.length > lengths[name] || value.includes("\0")) throw invalid(`${name} is not valid.`);
    // RFC 6749 §3.1: a parameter without a value counts as left out.
    return value === "" ? null : value;
  };
  const [id_token_hint, client_id, post_logout_redirect_uri, state] = [
    read("id_token_hint"),
    read("client_id"),
    read("post_logout_redirect_uri"),
    read("state"),
  ];
  for (const name of ["logout_hint", "ui_locales"]) read(name);
  return { id_token_hint, client_id, post_logout_redirect_uri, state };
}

/** Ours, by its signature; it may have expired long ago (RP-Initiated Logout §4). */
async function readHint(ctx: OAuth2Ctx, id_token_hint: string) {
  const claims = await ctx.signing_keys.verify(id_token_hint, { typ: "JWT", allow_expired: true });
  const { sub, sid, aud } = claims ?? {};
  const client_id = Array.isArray(aud) ? aud.length === 1 ? aud[0] : claims?.azp : aud;
  if (typeof sub !== "string" || typeof client_id !== "string") {
    throw invalid("The id_token_hint is not an ID token of this service.");
  }
  return { sub, sid: typeof sid === "string" ? sid : null, client_id };
}

function returnAddress(
  client: Client,
  post_logout_redirect_uri: string | null,
  state: string | null,
): ReturnAddress | null {
  if (post_logout_redirect_uri === null) return null;
  // RP-Initiated Logout §3.1: nowhere but to what was registered, compared letter for letter.
  if (!client.post_logout_redirect_uris.includes(post_logout_redirect_uri)) {
    throw invalid("This post_logout_redirect_uri is not registered for the client.");
  }
  return { post_logout_redirect_uri, state };
}
