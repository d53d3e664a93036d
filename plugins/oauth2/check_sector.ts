/** Who shares one sector of pairwise subjects: the list at `sector_identifier_uri` says it (OpenID Connect Registration §5). */
import { OAuthError } from "../../core/http/oauth_error.ts";
import { OutgoingError } from "../../core/net/outgoing.ts";
import type { ClientMetadata } from "./metadata.ts";
import { invalidMetadata } from "./metadata_fields.ts";
import { type OAuth2Ctx, runtimeOf } from "./runtime.ts";

const name = "sector_identifier_uri";
const bytesMax = 65_536;

/**
 * Fetches the list, where there is one, and makes sure that it names every redirect URI.
 *
 * @throws OAuthError 400 `invalid_client_metadata`
 */
export async function checkSector(
  ctx: OAuth2Ctx,
  { sector_identifier_uri, redirect_uris }: Pick<ClientMetadata, "sector_identifier_uri" | "redirect_uris">,
): Promise<void> {
  if (sector_identifier_uri === null) return;
  const listed = await fetchList(ctx, sector_identifier_uri);
  // OpenID Connect Registration §5: the values registered MUST be in the list.
  const odd = redirect_uris.find((uri) => !listed.includes(uri));
  if (odd) throw invalidMetadata(name, `does not list ${odd.slice(0, 200)}`);
}

async function fetchList(ctx: OAuth2Ctx, url: string): Promise<unknown[]> {
  let answer;
  try {
    answer = await runtimeOf(ctx).outgoing.get(url, { bytes_max: bytesMax });
  } catch (cause) {
    if (!(cause instanceof OutgoingError)) throw cause;
    throw new OAuthError(400, "invalid_client_metadata", `${name} could not be fetched: ${cause.message}`, {
      cause,
    });
  }
  if (answer.status !== 200) throw invalidMetadata(name, `answered ${answer.status} in place of 200`);
  let list: unknown;
  try {
    list = JSON.parse(answer.text);
  } catch {
    throw invalidMetadata(name, "answered what is no JSON");
  }
  if (!Array.isArray(list)) throw invalidMetadata(name, "answered what is no list of redirect URIs");
  return list;
}
