/** Proofs of clients at our endpoints: which algorithms they may have, and whose key they show (RFC 9449 §4.3, §5). */
import { dpopAlgorithms } from "../../core/dpop/dpop.ts";
import type { Client } from "./client.ts";
import { type OAuth2Ctx, runtimeOf } from "./runtime.ts";

/** FAPI 2.0 Security Profile §5.4.1; `Ed25519` is EdDSA's exact name (RFC 9864). */
const fapi2Proofs = ["PS256", "ES256", "EdDSA", "Ed25519"] as const;

export const proofAlgorithms = ({ profile }: Pick<Client, "profile">): readonly string[] =>
  profile === "fapi2" ? fapi2Proofs : dpopAlgorithms;

/**
 * The thumbprint of the key that is proven; null without a proof.
 *
 * @param proof the header `DPoP`
 * @throws OAuthError `invalid_dpop_proof`, `use_dpop_nonce`
 */
export async function provenKey(
  ctx: OAuth2Ctx,
  client: Pick<Client, "profile">,
  proof: string | null,
  url: string,
): Promise<string | null> {
  if (proof === null) return null;
  const nonce = ctx.config.dpop_nonce;
  const algorithms = proofAlgorithms(client);
  return (await runtimeOf(ctx).dpop.check({ proof, method: "POST", url, nonce, algorithms })).jkt;
}
