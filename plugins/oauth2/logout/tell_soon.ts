/** The first attempt at once, rather than when the story comes to it: many clients answer before the page is there. */
import type { OAuth2Ctx } from "../runtime.ts";
import { claimAttempt } from "./delivery.ts";
import { attempt, enter } from "./notify.ts";

/** A person who signs out waits for clients, but not for those that hang. */
const patienceMilliseconds = 2000;

/**
 * Begins the first attempt of each delivery, after the transaction that stored them. Resolves when they have ended, or
 * after a while; what fails, or finds no place, is the story's.
 */
export async function tellSoon(
  ctx: OAuth2Ctx,
  begun: { flow_id: string; client_id: string }[],
): Promise<void> {
  const ends = begun.map((delivery) =>
    new Promise<void>((resolve) =>
      ctx.background("back-channel logout", () => tellOnce(ctx, delivery).finally(resolve))
    )
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, patienceMilliseconds));
  await Promise.race([Promise.all(ends), enough]);
  clearTimeout(timer);
}

async function tellOnce(ctx: OAuth2Ctx, { flow_id, client_id }: { flow_id: string; client_id: string }) {
  const leave = enter(ctx.keys, client_id);
  if (!leave) return;
  try {
    const claimed = await claimAttempt(ctx.sql, flow_id, leaseSeconds(ctx));
    if (claimed) await attempt(ctx, claimed);
  } finally {
    leave();
  }
}

/** Longer than an attempt can take: its end says when the next one is. */
export const leaseSeconds = (ctx: OAuth2Ctx) => ctx.config.outgoing_seconds + 10;
