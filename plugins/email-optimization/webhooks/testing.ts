/** Requests as five senders make them, for tests: their shapes, and their signatures by keys of our own. */
import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import { signGeneric } from "./generic.ts";
import { postmarkUser } from "./postmark.ts";
import type { WebhookSource } from "./report.ts";
import type { WebhookConfig } from "./settings.ts";
import { type SnsMessage, stringToSign } from "./sns.ts";

export const id = "0b6f9d7e-3c55-4d4f-9f0a-5f3f6f0c2a11";
export const message_id = `<${id}@mail.example.org>`;
export const to = "ada@example.com";
export const iso = "2026-11-20T08:00:00.000Z";
export const unix = Date.parse(iso) / 1000;

export const sendgrid = (more: Record<string, unknown>) => [
  {
    email: to,
    timestamp: unix,
    "smtp-id": message_id,
    sg_event_id: "ev",
    sg_message_id: "x.recvd-1",
    ...more,
  },
];
export const mailgun = (more: Record<string, unknown>) => ({
  signature: { timestamp: `${unix}`, token: "t".repeat(50), signature: "0".repeat(64) },
  "event-data": {
    id: "ev",
    timestamp: unix + 0.25,
    recipient: to,
    message: { headers: { to, "message-id": message_id.slice(1, -1), from: "a@example.org", subject: "Hi" } },
    ...more,
  },
});
export const postmark = (more: Record<string, unknown>) => ({
  ID: 4323372036854775,
  MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
  Email: to,
  BouncedAt: "2026-11-20T08:00:00Z",
  Metadata: { mail_id: id },
  ...more,
});
export const sesMail = {
  timestamp: iso,
  source: "no-reply@example.org",
  messageId: "0100017c-ses",
  destination: [to],
  headersTruncated: false,
  headers: [{ name: "Message-ID", value: message_id }],
  commonHeaders: { from: ["no-reply@example.org"], messageId: message_id, subject: "Hi" },
};
export const sesBounce = (more: Record<string, unknown>) => ({
  notificationType: "Bounce",
  mail: sesMail,
  bounce: {
    feedbackId: "ev",
    bounceType: "Permanent",
    bounceSubType: "General",
    bouncedRecipients: [{
      emailAddress: to,
      action: "failed",
      status: "5.1.1",
      diagnosticCode: `smtp; 550 5.1.1 <${to}>: user unknown`,
    }],
    timestamp: iso,
    reportingMTA: "dns; a8-50.smtp-out.amazonses.com",
    ...more,
  },
});
export const sesComplaint = (more: Record<string, unknown>) => ({
  eventType: "Complaint",
  mail: { ...sesMail, headers: undefined, commonHeaders: undefined, tags: { mail_id: [id] } },
  complaint: {
    feedbackId: "ev",
    complainedRecipients: [{ emailAddress: "somebody@example.com" }, { emailAddress: to }],
    timestamp: iso,
    ...more,
  },
});
export const generic = (more: Record<string, unknown>) => ({
  events: [{ id: "ev", type: "bounced", at: iso, message_id, recipient: to, ...more }],
});

const topic_arn = "arn:aws:sns:eu-central-1:123456789012:mail";
export const certificate_url = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a1b.pem";

export interface Sent {
  body: string;
  headers: Record<string, string>;
}

export interface SignedBy {
  /** When; now unless given. */
  at?: Date;
  /** What the signature is made over in place of the body. */
  over?: string;
}

/** A certificate for SNS, with its key, as PEM. */
function snsCertificate(): { key: string; certificate: string } {
  const folder = Deno.makeTempDirSync();
  execFileSync("openssl", [
    ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sns.amazonaws.com".split(" "),
    ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
  ], { stdio: "ignore" });
  const [key, certificate] = ["key.pem", "cert.pem"].map((name) => Deno.readTextFileSync(join(folder, name)));
  Deno.removeSync(folder, { recursive: true });
  return { key, certificate };
}

/** Keys for all five, what an operator sets for them, and requests signed by them. */
export function testSenders() {
  const ecdsa = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const sns = snsCertificate();
  const config = {
    webhook_generic_secret: `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`,
    webhook_ses_topic_arn: topic_arn,
    webhook_sendgrid_public_key: ecdsa.publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    webhook_postmark_password: "a password of postmark",
    webhook_mailgun_signing_key: "a signing key of mailgun",
  } satisfies WebhookConfig;

  function snsMessage(
    given: Partial<SnsMessage>,
    at: Date,
    digest: "sha1" | "sha256" = "sha256",
  ): SnsMessage {
    const message: SnsMessage = {
      ...{ Type: "Notification", MessageId: crypto.randomUUID(), TopicArn: topic_arn, Message: "{}" },
      ...{ Timestamp: at.toISOString(), SignatureVersion: digest === "sha1" ? "1" : "2", Signature: "" },
      SigningCertURL: certificate_url,
      ...given,
    };
    const Signature = sign(digest, Buffer.from(stringToSign(message)), sns.key).toString("base64");
    return { ...message, Signature };
  }

  const signers: Record<WebhookSource, (body: unknown, by: { at: Date; over: string }) => Sent> = {
    generic(body, { at, over }) {
      const [id, timestamp] = [crypto.randomUUID(), `${Math.floor(at.getTime() / 1000)}`];
      const signature = signGeneric(config.webhook_generic_secret, { id, timestamp, raw: Buffer.from(over) });
      return {
        body: JSON.stringify(body),
        headers: {
          "webhook-id": id,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,AAAA ${signature}`,
        },
      };
    },
    ses: (body, { at }) => ({
      body: JSON.stringify(snsMessage({ Message: JSON.stringify(body) }, at)),
      headers: { "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": "Notification" },
    }),
    sendgrid(body, { at, over }) {
      const timestamp = `${Math.floor(at.getTime() / 1000)}`;
      const signature = sign("sha256", Buffer.from(timestamp + over), ecdsa.privateKey).toString("base64");
      const name = "x-twilio-email-event-webhook";
      return {
        body: JSON.stringify(body),
        headers: { [`${name}-signature`]: signature, [`${name}-timestamp`]: timestamp },
      };
    },
    postmark: (body) => ({
      body: JSON.stringify(body),
      headers: {
        authorization: `Basic ${
          Buffer.from(`${postmarkUser}:${config.webhook_postmark_password}`).toString("base64")
        }`,
      },
    }),
    mailgun(body, { at }) {
      const [timestamp, token] = [`${Math.floor(at.getTime() / 1000)}`, crypto.randomUUID().repeat(2)];
      const signature = createHmac("sha256", config.webhook_mailgun_signing_key)
        .update(timestamp + token).digest("hex");
      return {
        body: JSON.stringify({ ...body as object, signature: { timestamp, token, signature } }),
        headers: {},
      };
    },
  };

  return {
    config,
    certificate: sns.certificate,
    snsMessage,
    /** A request of this sender's, as it would make it. */
    send(
      source: WebhookSource,
      body: unknown,
      { at = new Date(), over = JSON.stringify(body) }: SignedBy = {},
    ): Sent {
      return signers[source](body, { at, over });
    },
  };
}
