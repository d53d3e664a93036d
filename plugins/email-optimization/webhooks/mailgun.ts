/** Mailgun's webhooks: one event a request. What is signed is a timestamp and a token, and not the event. */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { maybe, type RawReport, read, readEach, type Reading } from "./report.ts";
import { badSignature, isFresh, retrySeconds, sameSecret, unixMilliseconds } from "./signature.ts";

const request = z.object({
  signature: z.object({
    timestamp: z.union([z.string(), z.number().transform(String)]),
    token: z.string().min(20).max(100),
    signature: z.string().length(64),
  }),
  "event-data": z.unknown().optional(),
});

/**
 * @returns the token. As the event is not signed, whoever sees one request could put another event under its
 *   signature: the caller takes each token once
 * @throws Problem 401 `webhook_signature_invalid`
 */
export function verifyMailgun(body: unknown, now_ms: number, key: string): string {
  const { signature: given } = read(request, body) ?? {};
  if (!given) throw badSignature("no signature");
  const { timestamp, token, signature } = given;
  if (!isFresh(unixMilliseconds(timestamp), now_ms, retrySeconds)) throw badSignature("timestamp");
  const expected = createHmac("sha256", key).update(timestamp + token).digest("hex");
  if (!sameSecret(signature.toLowerCase(), expected)) throw badSignature("signature");
  return token;
}

const event = z.object({
  id: z.string(),
  event: z.string(),
  timestamp: z.number(),
  severity: maybe,
  reason: maybe,
  recipient: maybe,
  message: z.object({ headers: z.object({ "message-id": maybe }).nullish() }).nullish().catch(null),
  "user-variables": z.object({ mail_id: maybe }).nullish().catch(null),
  "delivery-status": z.object({
    code: z.union([z.string(), z.number().transform(String)]).nullish().catch(null),
    message: maybe,
    description: maybe,
  }).nullish().catch(null),
});
type MailgunEvent = z.infer<typeof event>;

export function readMailgun(body: unknown): Reading {
  return readEach([read(request, body)?.["event-data"]], (entry) => {
    const one = read(event, entry);
    const kind = one && kindOf(one);
    const status = one?.["delivery-status"];
    return kind && {
      ...kind,
      source_id: one.id,
      names: [one["user-variables"]?.mail_id, one.message?.headers?.["message-id"]],
      recipient: one.recipient ?? null,
      detail: [one.reason, status?.code, status?.message || status?.description],
      at: one.timestamp,
    };
  });
}

function kindOf({ event, severity, reason }: MailgunEvent): Pick<RawReport, "type" | "hard"> | null {
  switch (event) {
    case "failed":
      if (reason === "suppress-complaint") return { type: "complained", hard: false };
      if (reason === "suppress-unsubscribe") return { type: "unsubscribed", hard: false };
      // A temporary failure is tried again over there: nothing is lost yet.
      if (severity !== "permanent") return null;
      return { type: "bounced", hard: reason === "bounce" || reason === "suppress-bounce" };
    case "complained":
      return { type: "complained", hard: false };
    case "unsubscribed":
      return { type: "unsubscribed", hard: false };
    case "delivered":
      return { type: "delivered", hard: false };
    default:
      return null;
  }
}
