/**
 * For any sender that can sign: the headers of Standard Webhooks (`webhook-id`, `webhook-timestamp`,
 * `webhook-signature`), and events in our own words.
 */
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { z } from "zod";
import { maybe, read, readEach, type Reading } from "./report.ts";
import { badSignature, isFresh, sameSecret, type Signed, unixMilliseconds } from "./signature.ts";

const freshSeconds = 300;
/** While a secret is changed a sender signs with both. */
const signaturesMax = 10;

/**
 * HMAC-SHA-256 over `id.timestamp.body`; of several signatures one has to fit.
 *
 * @throws Problem 401 `webhook_signature_invalid`
 */
export function verifyGeneric({ raw, headers, now_ms }: Signed, secret: string): void {
  const id = headers.get("webhook-id") ?? "";
  const timestamp = headers.get("webhook-timestamp");
  if (!/^[\x21-\x7e]{1,200}$/.test(id)) throw badSignature("no webhook-id");
  if (!isFresh(unixMilliseconds(timestamp), now_ms, freshSeconds)) throw badSignature("webhook-timestamp");
  const expected = signGeneric(secret, { id, timestamp: timestamp!, raw });
  const given = (headers.get("webhook-signature") ?? "").split(" ", signaturesMax);
  if (!given.some((one) => sameSecret(one, expected))) throw badSignature("webhook-signature");
}

export function signGeneric(
  secret: string,
  { id, timestamp, raw }: { id: string; timestamp: string; raw: Uint8Array },
): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(raw).digest("base64")}`;
}

export const genericEvent = z.object({
  id: z.string().min(1).max(200).describe("The sender's own name for what happened"),
  type: z.enum(["bounced", "complained", "delivered", "unsubscribed"]),
  hard: z.boolean().default(false).describe("Of a bounce: the address is not there, and will not be"),
  message_id: maybe.describe("`Message-ID` of the mail"),
  mail_id: maybe,
  recipient: maybe,
  detail: maybe.describe("What the receiving side said"),
  at: z.iso.datetime({ offset: true }),
});

export function readGeneric(body: unknown): Reading {
  const batch = read(z.object({ events: z.array(z.unknown()) }), body);
  return readEach(batch?.events ?? [], (entry) => {
    const event = read(genericEvent, entry);
    return event && {
      source_id: event.id,
      type: event.type,
      hard: event.type === "bounced" && event.hard,
      names: [event.mail_id, event.message_id],
      recipient: event.recipient ?? null,
      detail: [event.detail],
      at: event.at,
    };
  });
}
