/** A proof that comes with a call of our own API, and what its failure looks like there. */
import { OAuthError } from "../http/oauth_error.ts";
import { Problem } from "../http/problem.ts";
import type { Call } from "../http/route.ts";
import type { AnyCtx } from "../plugin.ts";
import { dpopAlgorithms } from "./proof_key.ts";

/**
 * The thumbprint of the key that a POST for tokens proves (RFC 9449 §5); null when it has no `DPoP` header.
 *
 * @param path of this call, below BACKEND_URL
 * @throws {Problem} 401 `invalid_dpop_proof` or `use_dpop_nonce`, with the nonce to use
 */
export async function provenKey(
  call: Pick<Call, "headers">,
  ctx: Pick<AnyCtx, "dpop" | "core">,
  path: string,
): Promise<string | null> {
  const proof = call.headers.get("dpop");
  if (proof === null) return null;
  try {
    const url = `${ctx.core.backend_url}${path}`;
    return (await ctx.dpop.check({ proof, method: "POST", url, nonce: "required" })).jkt;
  } catch (error) {
    throw error instanceof OAuthError ? asProofProblem(error) : error;
  }
}

/** A failed proof, as our own API says it. */
export function asProofProblem({ error, error_description, extra }: OAuthError): Problem {
  return new Problem(401, error, error_description, {
    headers: { ...extra.headers, "www-authenticate": dpopChallenge(error) },
    cause: extra.cause,
  });
}

/** RFC 9449 §7.1: the algorithms that a proof may be signed with stand in the challenge. */
export function dpopChallenge(error: string): string {
  return `DPoP error="${error}", algs="${dpopAlgorithms.join(" ")}"`;
}
