/** Which algorithms a client's proofs may have (RFC 9449 §4.3 item 5). */
import { dpopAlgorithms } from "../../core/dpop/dpop.ts";
import type { Client } from "./client.ts";

/** FAPI 2.0 Security Profile §5.4.1; `Ed25519` is EdDSA's exact name (RFC 9864). */
const fapi2Proofs = ["PS256", "ES256", "EdDSA", "Ed25519"] as const;

export const proofAlgorithms = ({ profile }: Pick<Client, "profile">): readonly string[] =>
  profile === "fapi2" ? fapi2Proofs : dpopAlgorithms;
