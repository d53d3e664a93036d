/** A code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3). */
import { createHash } from "node:crypto";
import { type AuthorizationCode, claimCode } from "../authorization_code.ts";
import type { Client } from "../client.ts";
import { type Grant, revokeGrants } from "../grant.ts";
import { issueTokens } from "../issue.ts";
import { endpointsOf, type OAuth2Ctx } from "../runtime.ts";
import { invalidGrant, invalidRequest, invalidTarget } from "./errors.ts";
import type { GrantHandler, TokenCall } from "./grant_type.ts";
import { askedResource, covers } from "./narrow.ts";

const codeCharactersMax = 200;
/** RFC 7636 §4.1. */
const verifierShape = /^[A-Za-z0-9._~-]{43,128}$/;

/**
 * Whatever is malformed is refused before the code is touched. From then on the code is used up, and whoever fails to
 * show what it is bound to (`redirect_uri`, `code_verifier`, the key) ends the grant with it: a code that reached
 * somebody who cannot redeem it has leaked (RFC 9700 §4.5), so it must not wait for a second guess, nor leave a grant
 * behind that no token hangs on. The same holds for every later use, however soon: an honest client sends a code once,
 * and of two that come at the same time nobody can tell which is the thief's (RFC 6749 §4.1.2). So of parallel
 * requests one is answered with tokens, and those are revoked by the others.
 */
export const authorizationCode: GrantHandler = async (ctx, call) => {
  const { client, form, lists, dpop_jkt } = call;
  const { code, code_verifier } = form;
  if (code === undefined) throw invalidRequest("code is missing.");
  if (code_verifier !== undefined && !verifierShape.test(code_verifier)) {
    throw invalidRequest("code_verifier must be 43 to 128 letters, digits, or any of . _ ~ -");
  }
  const { resource, foreign } = askedResource(client, lists.resource, endpointsOf(ctx.core).issuer);
  const claim = code.length > codeCharactersMax ? { kind: "unknown" as const } : await claimCode(
    ctx.sql,
    code,
    client.client_id,
  );
  if (claim.kind === "unknown") {
    throw invalidGrant("The code is unknown, has expired, or is another client's.");
  }
  if (claim.kind === "reused") {
    await revoke(ctx, client, claim.grant_id, "code_reuse");
    throw invalidGrant("The code was used before, so what it gave was revoked.");
  }
  const { grant, sid } = claim;
  const wrong = whyNot(claim.code, call);
  if (wrong !== null) {
    await revoke(ctx, client, grant.grant_id, "code_misuse");
    throw invalidGrant(wrong);
  }
  checkGranted(grant, foreign);
  return await issueTokens(ctx, {
    ...{ client, grant, sid, dpop_jkt },
    scope: grant.scope,
    resource: resource.length > 0 ? resource : grant.resource,
    refresh_token: client.grant_types.includes("refresh_token"),
    id_token: grant.scope.includes("openid"),
  });
};

async function revoke(ctx: OAuth2Ctx, client: Client, grant_id: string, reason: string): Promise<void> {
  const count = await revokeGrants(ctx.sql, { grant_id }, reason);
  if (count > 0) {
    ctx.log.warn("authorization_code.refused", { client_id: client.client_id, grant_id, reason });
  }
}

function checkGranted(grant: Grant, foreign: string[]): void {
  if (!covers(grant.resource, foreign)) {
    throw invalidTarget("resource may only be what the request for the code asked for.");
  }
}

/** Null when the request shows everything that the code is bound to. */
function whyNot(code: AuthorizationCode, { client, form, dpop_jkt }: TokenCall): string | null {
  const { redirect_uri, code_verifier } = form;
  // RFC 6749 §4.1.3: the same as in the request for the code, if it was there. If not, only the one it meant.
  if (code.redirect_uri !== null ? redirect_uri !== code.redirect_uri : !isTheOnly(client, redirect_uri)) {
    return "redirect_uri is not that of the request for the code.";
  }
  if (code.code_challenge === null) {
    // RFC 9700 §2.1.1: a verifier without a challenge is the mark of a downgrade.
    if (code_verifier !== undefined) return "code_verifier was sent, but the request had no code_challenge.";
  } else if (code_verifier === undefined) {
    return "code_verifier is missing.";
  } else if (createHash("sha256").update(code_verifier).digest("base64url") !== code.code_challenge) {
    // RFC 7636 §4.6.
    return "code_verifier is not that of the code_challenge.";
  }
  // RFC 9449 §10.
  if (code.dpop_jkt !== null && dpop_jkt !== code.dpop_jkt) return "The code is bound to another DPoP key.";
  return null;
}

const isTheOnly = ({ redirect_uris }: Client, given: string | undefined) =>
  given === undefined || redirect_uris.length === 1 && redirect_uris[0] === given;
