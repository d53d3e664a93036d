/** The five senders: how each shows that it is one, and how its words are read. */
import type { KeyObject } from "node:crypto";
import { Problem } from "../../../core/http/problem.ts";
import type { Log } from "../../../core/observe/log.ts";
import { readGeneric, verifyGeneric } from "./generic.ts";
import { readMailgun, verifyMailgun } from "./mailgun.ts";
import { readPostmark, verifyPostmark } from "./postmark.ts";
import { parseJson, read, type Reading, type WebhookSource } from "./report.ts";
import { readSendgrid, sendgridKey, verifySendgrid } from "./sendgrid.ts";
import { readSes } from "./ses.ts";
import type { WebhookConfig } from "./settings.ts";
import { badSignature, type Signed } from "./signature.ts";
import { type Sns, snsMessage } from "./sns.ts";

type Told = Reading & { once?: string };

export interface Sender {
  source: WebhookSource;
  title: string;
  description: string;
  consumes?: string[];
  /** Default: 256 KiB. */
  body_bytes_max?: number;
  setting: keyof WebhookConfig;
  /**
   * @param secret the value of its setting
   * @throws Problem 401 `webhook_signature_invalid`
   */
  receive(
    received: Signed,
    secret: string,
    parts: { sns: Sns; log: Pick<Log, "info" | "warn"> },
  ): Told | Promise<Told>;
}

/** Signed, so it is its sender's fault. */
function signedJson(raw: Uint8Array): unknown {
  const body = parseJson(raw);
  if (body === undefined) throw new Problem(400, "invalid_json", "The body is not valid JSON.");
  return body;
}

const nothing: Reading = { reports: [], passed_over: 0 };

const generic: Sender = {
  source: "generic",
  title: "Reports of any mail service",
  description:
    "Signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` (at most five minutes old) and " +
    '`webhook-signature`, HMAC-SHA-256 over `id.timestamp.body`. The body is `{"events": [{"id", "type", "hard", ' +
    '"message_id" or "mail_id", "recipient", "detail", "at"}]}`, where `type` is `bounced`, `complained`, ' +
    "`delivered` or `unsubscribed`.",
  setting: "webhook_generic_secret",
  receive(received, secret) {
    verifyGeneric(received, secret);
    return readGeneric(signedJson(received.raw));
  },
};

const ses: Sender = {
  source: "ses",
  title: "Reports of Amazon SES, by way of SNS",
  description:
    "The messages of one SNS topic, signed by SNS, without raw delivery. A subscription to that topic is " +
    "confirmed by itself. SES has to be told to include the original headers, or to send by a configuration set.",
  consumes: ["text/plain", "application/json"],
  setting: "webhook_ses_topic_arn",
  async receive({ raw, now_ms }, topic_arn, { sns, log }) {
    const message = read(snsMessage, parseJson(raw));
    if (!message) throw badSignature("no SNS message");
    await sns.verify(message, topic_arn, now_ms);
    // SES first writes a sentence to a topic, to see whether it may: that is no JSON, and of no interest.
    if (message.Type === "Notification") return readSes(parseJson(message.Message));
    if (message.Type === "SubscriptionConfirmation") {
      await sns.confirm(message);
      log.info("mail.webhook_subscribed", { source: "ses" });
    } else {
      log.warn("mail.webhook_unsubscribed", { source: "ses" });
    }
    return nothing;
  },
};

const keys = new Map<string, KeyObject>();

const sendgrid: Sender = {
  source: "sendgrid",
  title: "Reports of SendGrid",
  description: 'SendGrid\'s Event Webhook with "Signed Event Webhook" on.',
  setting: "webhook_sendgrid_public_key",
  // Its largest batch is 768 KiB.
  body_bytes_max: 1_048_576,
  receive(received, base64) {
    // One in a process, and a few in its tests.
    if (!keys.has(base64)) keys.clear();
    const key = keys.get(base64) ?? sendgridKey(base64);
    keys.set(base64, key);
    verifySendgrid(received, key);
    return readSendgrid(signedJson(received.raw));
  },
};

const postmark: Sender = {
  source: "postmark",
  title: "Reports of Postmark",
  description:
    "Postmark's webhooks for bounces, complaints, deliveries and subscription changes, at an address with " +
    "user `postmark` and the password that is set.",
  setting: "webhook_postmark_password",
  receive(received, password) {
    verifyPostmark(received, password);
    return readPostmark(signedJson(received.raw));
  },
};

const mailgun: Sender = {
  source: "mailgun",
  title: "Reports of Mailgun",
  description: "Mailgun's webhooks. Their signature does not cover the event, so each is taken once.",
  setting: "webhook_mailgun_signing_key",
  receive({ raw, now_ms }, key) {
    const body = parseJson(raw);
    const once = verifyMailgun(body, now_ms, key);
    return { ...readMailgun(body), once };
  },
};

export const senders: Sender[] = [generic, ses, sendgrid, postmark, mailgun];
