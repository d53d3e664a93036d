/** Showing a passkey (Web Authentication Level 3 §7.2). */
import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { generateAuthenticationOptions, verifyAuthenticationResponse } from "@simplewebauthn/server";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import type { Sql } from "../../../core/db/postgres.ts";
import type { MfaCtx } from "../ctx.ts";
import { beginCeremony, type Ceremony, CEREMONY_SECONDS, claimCeremony } from "./ceremony.ts";
import { amrOf, challengeOf } from "./credential.ts";
import { countUse, findPasskey, listPasskeys, type Passkey, userHandleOf } from "./passkey.ts";
import { relyingParty } from "./relying_party.ts";

/**
 * What `navigator.credentials.get()` is given. For whoever is known, the passkeys they have; else none are named, and
 * the authenticator finds its own (discoverable credentials).
 */
export async function authenticationOptions(
  sql: Sql,
  ctx: MfaCtx,
  asked: Omit<Ceremony, "kind">,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const challenge = await beginCeremony(sql, { kind: "authentication", ...asked });
  const known = asked.account_id === null ? [] : await listPasskeys(sql, asked.account_id);
  return await generateAuthenticationOptions({
    rpID: relyingParty(ctx).rp_id,
    challenge: new Uint8Array(Buffer.from(challenge, "base64url")),
    timeout: CEREMONY_SECONDS * 1000,
    userVerification: asked.user_verification,
    allowCredentials: known.map(({ credential_id, transports }) => ({
      id: Buffer.from(credential_id).toString("base64url"),
      transports: transports as never,
    })),
  });
}

export interface Shown {
  account_id: string;
  authenticator_id: string;
  /** RFC 8176. */
  amr: string[];
}

/**
 * @param asked who has to show it, for which challenge; null: whoever it is
 * @returns null when it is no passkey of theirs, answering what was asked just now, for this site, by one that counts on
 */
export async function verifyAuthentication(
  ctx: MfaCtx,
  credential: AuthenticationResponseJSON,
  asked: { account_id: string; challenge_id: string } | null,
): Promise<Shown | null> {
  const { sql, log, metrics } = ctx;
  const { account_id = null, challenge_id = null } = asked ?? {};
  const challenge = challengeOf(credential.response.clientDataJSON);
  const ceremony = challenge && await claimCeremony(sql, "authentication", challenge);
  const refused = (why: string, error?: unknown) => {
    metrics.inc("mfa_passkey_refused_total", { why });
    log.warn("passkey.refused", { why, account_id, error });
    return null;
  };
  if (!challenge || !ceremony) return refused("challenge");
  if (ceremony.account_id !== account_id || ceremony.challenge_id !== challenge_id) {
    return refused("challenge");
  }
  const passkey = await findPasskey(sql, Buffer.from(credential.id, "base64url"));
  // §7.2 step 6: the credential has to be one of whoever is to show it.
  if (!passkey || asked && passkey.account_id !== asked.account_id) return refused("unknown");
  if (!await isOf(sql, passkey, credential.response.userHandle, asked === null)) {
    return refused("user_handle");
  }
  const { rp_id, origins } = relyingParty(ctx);
  let info: Awaited<ReturnType<typeof verifyAuthenticationResponse>>["authenticationInfo"];
  try {
    const verified = await verifyAuthenticationResponse({
      response: credential,
      expectedChallenge: challenge,
      expectedOrigin: origins,
      expectedRPID: rp_id,
      requireUserVerification: ceremony.user_verification === "required",
      credential: {
        id: credential.id,
        publicKey: Uint8Array.from(passkey.public_key),
        // Compared where it is stored, in one statement: of two copies at once one is refused.
        counter: 0,
      },
    });
    if (!verified.verified) return refused("signature");
    info = verified.authenticationInfo;
  } catch (error) {
    return refused("response", error);
  }
  // §6.1.3: what a passkey can be does not change; another answer is another authenticator's.
  if ((info.credentialDeviceType === "multiDevice") !== passkey.backup_eligible) return refused("backup");
  const { authenticator_id, backup_eligible } = passkey;
  const used = { authenticator_id, sign_count: info.newCounter, backup_state: info.credentialBackedUp };
  if (!await countUse(sql, used)) return refused("sign_count");
  return { account_id: passkey.account_id, authenticator_id, amr: amrOf(backup_eligible, info.userVerified) };
}

/** §7.2 step 6: who is not known yet is named by the authenticator alone. */
async function isOf(
  sql: Sql,
  { account_id }: Pick<Passkey, "account_id">,
  user_handle: string | null | undefined,
  needed: boolean,
): Promise<boolean> {
  if (!user_handle) return !needed;
  const [shown, own] = [Buffer.from(user_handle, "base64url"), await userHandleOf(sql, account_id)];
  return shown.length === own.length && timingSafeEqual(shown, own);
}
