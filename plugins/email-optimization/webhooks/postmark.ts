/** Postmark's webhooks: one record a request, unsigned; what shows the sender is a password in the address (RFC 7617). */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { maybe, type RawReport, read, readEach, type Reading } from "./report.ts";
import { badSignature, sameSecret, type Signed } from "./signature.ts";

export const postmarkUser = "postmark";

/** @throws Problem 401 `webhook_signature_invalid` */
export function verifyPostmark({ headers }: Pick<Signed, "headers">, password: string): void {
  const [, given] = /^basic +([A-Za-z0-9+/=]{1,2000})$/i.exec(headers.get("authorization") ?? "") ?? [];
  const expected = `${postmarkUser}:${password}`;
  if (!given || !sameSecret(Buffer.from(given, "base64"), expected)) {
    throw badSignature("authorization", 'Basic realm="webhook"');
  }
}

const record = z.object({
  RecordType: z.string(),
  ID: z.number().nullish(),
  MessageID: maybe,
  Type: maybe,
  Email: maybe,
  Recipient: maybe,
  Description: maybe,
  Details: maybe,
  BouncedAt: maybe,
  DeliveredAt: maybe,
  ChangedAt: maybe,
  SuppressSending: z.boolean().nullish(),
  SuppressionReason: maybe,
  Metadata: z.object({ mail_id: maybe }).nullish().catch(null),
});
type Record_ = z.infer<typeof record>;

const hardTypes = new Set(["HardBounce", "BadEmailAddress"]);
const softTypes = new Set([
  "Transient",
  "SoftBounce",
  "DnsError",
  "SpamNotification",
  "Blocked",
  "SMTPApiError",
  "DMARCPolicy",
  "TemplateRenderingFailed",
  "InboundError",
  "Undeliverable",
]);

export function readPostmark(body: unknown): Reading {
  return readEach([body], (entry) => {
    const one = read(record, entry);
    const kind = one && kindOf(one);
    return kind && {
      ...kind,
      names: [one.Metadata?.mail_id, one.MessageID],
      recipient: one.Email ?? one.Recipient ?? null,
      detail: [one.Type, one.Description, one.Details],
    };
  });
}

function kindOf(one: Record_): Pick<RawReport, "type" | "hard" | "source_id" | "at"> | null {
  const bounce_id = `${one.ID ?? ""}`;
  switch (one.RecordType) {
    case "Bounce": {
      const [hard, soft] = [hardTypes.has(one.Type ?? ""), softTypes.has(one.Type ?? "")];
      if (one.Type === "Unsubscribe") {
        return { type: "unsubscribed", hard: false, source_id: bounce_id, at: one.BouncedAt };
      }
      if (one.Type === "SpamComplaint") {
        return { type: "complained", hard: false, source_id: bounce_id, at: one.BouncedAt };
      }
      return hard || soft ? { type: "bounced", hard, source_id: bounce_id, at: one.BouncedAt } : null;
    }
    case "SpamComplaint":
      return { type: "complained", hard: false, source_id: bounce_id, at: one.BouncedAt };
    case "SubscriptionChange":
      // The other reasons, a bounce and a complaint, come as records of their own.
      return one.SuppressSending && one.SuppressionReason === "ManualSuppression"
        ? { type: "unsubscribed", hard: false, source_id: change(one, one.ChangedAt), at: one.ChangedAt }
        : null;
    case "Delivery":
      return { type: "delivered", hard: false, source_id: change(one, one.DeliveredAt), at: one.DeliveredAt };
    default:
      return null;
  }
}

/** Such records have no id of their own. */
const change = ({ MessageID }: Record_, at: unknown) => MessageID && at ? `${MessageID} ${at}` : "";
