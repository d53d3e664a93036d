/** Amazon SES, as it comes through SNS: bounces, complaints and deliveries, by identity or by configuration set. */
import { z } from "zod";
import { maybe, type RawReport, read, readEach, type Reading } from "./report.ts";

const told = z.array(z.object({ emailAddress: maybe, diagnosticCode: maybe, status: maybe })).catch([]);
const bounce = z.object({
  feedbackId: maybe,
  timestamp: maybe,
  bounceType: maybe,
  bounceSubType: maybe,
  bouncedRecipients: told,
});
const complaint = z.object({
  feedbackId: maybe,
  timestamp: maybe,
  complaintFeedbackType: maybe,
  complaintSubType: maybe,
});

const header = z.object({ name: z.string(), value: z.string() });
const notification = z.object({
  notificationType: maybe,
  eventType: maybe,
  mail: z.object({
    messageId: maybe,
    commonHeaders: z.object({ messageId: maybe }).nullish().catch(null),
    headers: z.array(header).nullish().catch(null),
    tags: z.object({ mail_id: z.array(z.string()) }).nullish().catch(null),
  }),
  bounce: bounce.nullish().catch(null),
  complaint: complaint.nullish().catch(null),
  delivery: z.object({ timestamp: maybe, recipients: z.array(z.string()).catch([]) }).nullish().catch(null),
});
type Notification = z.infer<typeof notification>;
type Kind = Omit<RawReport, "names">;

/** @param body the `Message` of an SNS notification, parsed */
export function readSes(body: unknown): Reading {
  return readEach([body], (entry) => {
    const one = read(notification, entry);
    const kind = one && kindOf(one);
    if (!kind) return null;
    const { tags, commonHeaders, headers } = one.mail;
    const named = headers?.find(({ name }) => name.toLowerCase() === "message-id")?.value;
    return { ...kind, names: [tags?.mail_id[0], commonHeaders?.messageId, named] };
  });
}

function kindOf(
  { notificationType, eventType, mail, bounce, complaint, delivery }: Notification,
): Kind | null {
  switch (notificationType ?? eventType) {
    case "Bounce": {
      if (!bounce) return null;
      const [first] = bounce.bouncedRecipients;
      return {
        type: "bounced",
        hard: bounce.bounceType === "Permanent",
        source_id: bounce.feedbackId ?? "",
        recipient: first?.emailAddress ?? null,
        detail: [bounce.bounceType, bounce.bounceSubType, first?.status, first?.diagnosticCode],
        at: bounce.timestamp,
      };
    }
    case "Complaint": {
      // Somebody found it among spam and took it out again.
      if (!complaint || complaint.complaintFeedbackType === "not-spam") return null;
      return {
        type: "complained",
        hard: false,
        source_id: complaint.feedbackId ?? "",
        // SES names everybody at the complaining host the mail went to.
        recipient: null,
        detail: [complaint.complaintFeedbackType, complaint.complaintSubType],
        at: complaint.timestamp,
      };
    }
    case "Delivery":
      return !delivery ? null : {
        type: "delivered",
        hard: false,
        source_id: mail.messageId ?? "",
        recipient: delivery.recipients[0] ?? null,
        detail: [],
        at: delivery.timestamp,
      };
    default:
      return null;
  }
}
