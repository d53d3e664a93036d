/** Making a passkey (Web Authentication Level 3 §7.1). */
import { Buffer } from "node:buffer";
import { generateRegistrationOptions, verifyRegistrationResponse } from "@simplewebauthn/server";
import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { decodeAttestationObject, isoCBOR } from "@simplewebauthn/server/helpers";
import { findById } from "../../../core/account.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import type { MfaCtx } from "../ctx.ts";
import { beginCeremony, CEREMONY_SECONDS, claimCeremony } from "./ceremony.ts";
import { amrOf, challengeOf } from "./credential.ts";
import { listPasskeys, type NewPasskey, userHandleOf } from "./passkey.ts";
import { relyingParty } from "./relying_party.ts";

/** ES256, EdDSA, RS256 (RFC 9053, RFC 8812): what authenticators make. */
const algorithms = [-7, -8, -257];
// §7.1 step 25.
const CREDENTIAL_ID_BYTES_MAX = 1023;
/** An RSA key of 8,192 bits has less: nobody makes us reckon with larger ones. */
const PUBLIC_KEY_BYTES_MAX = 1100;

/** What `navigator.credentials.create()` is given. Discoverable, so that nobody has to type who they are. */
export async function registrationOptions(
  tx: Sql,
  ctx: MfaCtx,
  { account_id, challenge_id }: { account_id: string; challenge_id: string | null },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const account = await findById(tx, account_id);
  if (!account) throw new Error("a passkey for an account that is gone");
  const { rp_id, name } = relyingParty(ctx);
  const user_verification = "preferred";
  const challenge = await beginCeremony(tx, {
    kind: "registration",
    account_id,
    challenge_id,
    user_verification,
  });
  const present = await listPasskeys(tx, account_id);
  const names = [account.first_name, account.last_name].filter(Boolean).join(" ");
  return await generateRegistrationOptions({
    rpName: name,
    rpID: rp_id,
    userID: Uint8Array.from(await userHandleOf(tx, account_id)),
    userName: account.email,
    userDisplayName: names || account.email,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    timeout: CEREMONY_SECONDS * 1000,
    attestationType: "none",
    // One authenticator holds one passkey of an account.
    excludeCredentials: present.map(({ credential_id, transports }) => ({
      id: Buffer.from(credential_id).toString("base64url"),
      transports: transports as never,
    })),
    authenticatorSelection: { residentKey: "required", userVerification: user_verification },
    supportedAlgorithmIDs: algorithms,
  });
}

export interface Registered {
  passkey: Omit<NewPasskey, "authenticator_id">;
  /** What making it has shown (RFC 8176). */
  amr: string[];
}

/** Null when it is no new passkey of this account, for this site, answering what was asked just now. */
export async function verifyRegistration(
  sql: Sql,
  ctx: MfaCtx,
  { account_id, challenge_id, credential }: {
    account_id: string;
    challenge_id: string | null;
    credential: RegistrationResponseJSON;
  },
): Promise<Registered | null> {
  const challenge = challengeOf(credential.response.clientDataJSON);
  const ceremony = challenge && await claimCeremony(sql, "registration", challenge);
  if (!challenge || !ceremony) return null;
  if (ceremony.account_id !== account_id || ceremony.challenge_id !== challenge_id) return null;
  const { rp_id, origins } = relyingParty(ctx);
  let info: Extract<Awaited<ReturnType<typeof verifyRegistrationResponse>>, { verified: true }>[
    "registrationInfo"
  ];
  try {
    const verified = await verifyRegistrationResponse({
      response: withoutStatement(credential),
      expectedChallenge: challenge,
      expectedOrigin: origins,
      expectedRPID: rp_id,
      requireUserVerification: ceremony.user_verification === "required",
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified.verified) throw new Error("not verified");
    info = verified.registrationInfo;
  } catch (error) {
    ctx.log.warn("passkey.registration_refused", { account_id, error });
    return null;
  }
  const credential_id = Buffer.from(info.credential.id, "base64url");
  if (credential_id.length > CREDENTIAL_ID_BYTES_MAX) return null;
  if (info.credential.publicKey.length > PUBLIC_KEY_BYTES_MAX) return null;
  return {
    passkey: {
      credential_id,
      public_key: info.credential.publicKey,
      sign_count: info.credential.counter,
      transports: (info.credential.transports ?? []).slice(0, 8),
      aaguid: info.aaguid,
      backup_eligible: info.credentialDeviceType === "multiDevice",
      backup_state: info.credentialBackedUp,
    },
    amr: amrOf(info.credentialDeviceType === "multiDevice", info.userVerified),
  };
}

/**
 * What some authenticators say about themselves although `attestation` is `none` (§5.4.7) would tell nothing that we go
 * by. Left in, its certificates would be read, and their lists of revoked ones fetched from wherever they say.
 */
function withoutStatement(credential: RegistrationResponseJSON): RegistrationResponseJSON {
  const { response } = credential;
  const made = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, "base64url")));
  const plain = new Map<string, unknown>([
    ["fmt", "none"],
    ["attStmt", new Map()],
    ["authData", made.get("authData")],
  ]);
  const attestationObject = Buffer.from(isoCBOR.encode(plain as never)).toString("base64url");
  return { ...credential, response: { ...response, attestationObject } };
}
