/** What a client is told by (Back-Channel Logout §2.4). Pure. */
import { randomUUID } from "node:crypto";

/** Seconds; §2.4 asks for little, so that a stolen one is soon worth nothing. */
const lifetime_seconds = 120;

export const logoutEvent = "http://schemas.openid.net/event/backchannel-logout";

export interface LogoutTokenClaims {
  iss: string;
  sub: string;
  aud: string;
  iat: number;
  exp: number;
  jti: string;
  sid: string;
  events: { [logoutEvent]: Record<string, never> };
}

/** A `nonce` must never be in it (§2.4), so that it cannot pass for an ID token. */
export function logoutTokenClaims(
  { issuer, client_id, sub, sid }: { issuer: string; client_id: string; sub: string; sid: string },
  now = Date.now(),
): LogoutTokenClaims {
  const iat = Math.floor(now / 1000);
  return {
    iss: issuer,
    sub,
    aud: client_id,
    iat,
    exp: iat + lifetime_seconds,
    jti: randomUUID(),
    sid,
    events: { [logoutEvent]: {} },
  };
}
