/** One attempt to tell a client that a session has ended (Back-Channel Logout §2.5). */
import type { Keys } from "../../../core/keys/keys.ts";
import { OutgoingError } from "../../../core/net/outgoing.ts";
import { endpointsOf, type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { againAfter } from "./back_off.ts";
import { type LogoutDelivery, recordAttempt } from "./delivery.ts";
import { logoutTokenClaims } from "./logout_token.ts";

/** Attempts under way, by client; one set of them per running service. */
const underWay = new WeakMap<Keys, Map<string, number>>();
const atOnceMax = 32;
/** One client that hangs must not hold up the others. */
const atOnceOfClientMax = 4;

/** Takes a place for one attempt. Null while there is none; else what gives the place back. */
export function enter(keys: Keys, client_id: string): (() => void) | null {
  const counts = underWay.get(keys) ?? new Map<string, number>();
  underWay.set(keys, counts);
  const own = counts.get(client_id) ?? 0;
  const all = [...counts.values()].reduce((sum, n) => sum + n, 0);
  if (all >= atOnceMax || own >= atOnceOfClientMax) return null;
  counts.set(client_id, own + 1);
  return () => {
    const left = counts.get(client_id)! - 1;
    if (left === 0) counts.delete(client_id);
    else counts.set(client_id, left);
  };
}

/** Tells the client, stores how that ended, and wakes the story. */
export async function attempt(ctx: OAuth2Ctx, delivery: LogoutDelivery): Promise<void> {
  const { flow_id, client_id, attempts } = delivery;
  const { last_error, refused } = await tell(ctx, delivery);
  const again_seconds = last_error === null ? null : againAfter(attempts, { refused });
  const result = last_error === null ? "delivered" : again_seconds === null ? "given_up" : "failed";
  const recorded = await ctx.sql.begin(async (tx) => {
    if (!await recordAttempt(tx, delivery, { last_error, again_seconds })) return false;
    await ctx.flows.poke(tx, flow_id);
    return true;
  });
  // Somebody else's attempt has overtaken this one, and is the one that counts.
  if (!recorded) return;
  ctx.metrics.inc("oauth_logout_deliveries_total", { result });
  ctx.log[result === "delivered" ? "info" : "warn"](`back_channel_logout.${result}`, {
    ...{ flow_id, client_id, attempts },
    ...last_error ? { reason: last_error } : {},
  });
}

async function tell(
  ctx: OAuth2Ctx,
  { client_id, sub, sid }: LogoutDelivery,
): Promise<{ last_error: string | null; refused: boolean }> {
  const { clients, outgoing } = runtimeOf(ctx);
  const client = await clients.find(client_id);
  // It no longer wants to know: asking again would not change that.
  if (!client?.backchannel_logout_uri) {
    return { last_error: "the client has no address for it", refused: true };
  }
  try {
    const { issuer } = endpointsOf(ctx.core);
    // Back-Channel Logout §2.4: signed as its ID tokens are; the type keeps it from passing for another token.
    const logout_token = await ctx.signing_keys.sign(
      { ...logoutTokenClaims({ issuer, client_id, sub, sid }) },
      { alg: client.id_token_signed_response_alg, typ: "logout+jwt" },
    );
    const { status } = await outgoing.post(client.backchannel_logout_uri, {
      body: new URLSearchParams({ logout_token }).toString(),
      content_type: "application/x-www-form-urlencoded",
      bytes_max: 16_384,
    });
    // Back-Channel Logout §2.8: 200, and 204 because some frameworks answer it for nothing to say.
    if (status === 200 || status === 204) return { last_error: null, refused: false };
    return { last_error: `it answered ${status}`, refused: status === 400 };
  } catch (error) {
    if (error instanceof OutgoingError) return { last_error: error.code, refused: false };
    ctx.log.error("back_channel_logout.broken", { client_id, error });
    return { last_error: "an error of ours", refused: false };
  }
}
