/** SendGrid's Event Webhook: a list of events, signed as a whole with a key of theirs (ECDSA, P-256). */
import { Buffer } from "node:buffer";
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { maybe, type RawReport, read, readEach, type Reading } from "./report.ts";
import { badSignature, isFresh, retrySeconds, type Signed, unixMilliseconds } from "./signature.ts";

const header = "x-twilio-email-event-webhook";

/** @throws Error when it is no public key on P-256; boot says so */
export function sendgridKey(base64: string): KeyObject {
  const key = createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" });
  if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("not a key on P-256");
  return key;
}

/** @throws Problem 401 `webhook_signature_invalid` */
export function verifySendgrid({ raw, headers, now_ms }: Signed, key: KeyObject): void {
  const timestamp = headers.get(`${header}-timestamp`);
  if (!isFresh(unixMilliseconds(timestamp), now_ms, retrySeconds)) throw badSignature("timestamp");
  const signature = Buffer.from(headers.get(`${header}-signature`) ?? "", "base64");
  const signed = Buffer.concat([Buffer.from(timestamp!), raw]);
  if (!verify("sha256", signed, key, signature)) throw badSignature("signature");
}

const event = z.object({
  event: z.string(),
  sg_event_id: z.string(),
  timestamp: z.number(),
  email: maybe,
  "smtp-id": maybe,
  mail_id: maybe,
  type: maybe,
  reason: maybe,
  status: maybe,
  bounce_classification: maybe,
});
type SendgridEvent = z.infer<typeof event>;

/** Not the address's fault: what was said, who said it, how often. */
const passing = new Set(["technical", "content", "reputation", "frequency or volume too high"]);

export function readSendgrid(body: unknown): Reading {
  return readEach(Array.isArray(body) ? body : [], (entry) => {
    const one = read(event, entry);
    const kind = one && kindOf(one);
    return kind && {
      ...kind,
      source_id: one.sg_event_id,
      names: [one.mail_id, one["smtp-id"]],
      recipient: one.email ?? null,
      detail: [one.bounce_classification, one.status, one.reason],
      at: one.timestamp,
    };
  });
}

function kindOf(one: SendgridEvent): Pick<RawReport, "type" | "hard"> | null {
  switch (one.event) {
    case "bounce": {
      const blocked = one.type === "blocked" || passing.has((one.bounce_classification ?? "").toLowerCase());
      return { type: "bounced", hard: !blocked };
    }
    case "dropped":
      return dropped((one.reason ?? "").toLowerCase());
    case "spamreport":
      return { type: "complained", hard: false };
    case "unsubscribe":
    case "group_unsubscribe":
      return { type: "unsubscribed", hard: false };
    case "delivered":
      return { type: "delivered", hard: false };
    default:
      return null;
  }
}

/** Not even tried, by what SendGrid remembers of an address. */
function dropped(reason: string): Pick<RawReport, "type" | "hard"> {
  if (reason.includes("bounced address") || reason === "invalid") return { type: "bounced", hard: true };
  if (reason.includes("spam report")) return { type: "complained", hard: false };
  if (reason.includes("unsubscribed")) return { type: "unsubscribed", hard: false };
  return { type: "bounced", hard: false };
}
