/** The tables of `/docs/mail`. */

export const kinds: [kind: string, goal: string, within: string, waits: string][] = [
  ["verify_email", "verified: the address is confirmed", "24 h", "never"],
  ["verify_reminder", "verified: the address is confirmed", "24 h", "at most EMAIL_OPTIMIZATION_HOLD_HOURS"],
  ["password_reset", "reset_completed: a new password is chosen", "24 h", "never"],
  ["welcome", "returned: somebody signs in", "168 h", "at most EMAIL_OPTIMIZATION_HOLD_HOURS"],
  ["security_tips", "returned: somebody signs in", "168 h", "at most EMAIL_OPTIMIZATION_HOLD_HOURS"],
];

/** As `suppression.ts` has them. */
export const suppressed: [reason: string, when: string, until: string][] = [
  ["hard_bounce", "the mailbox does not exist", "an operator lifts it"],
  [
    "soft_bounce",
    "the mailbox took nothing, three times in a row",
    "6 hours, doubled each time; a week at most",
  ],
  ["complaint", "its reader called it spam", "an operator lifts it"],
  ["unsubscribed", "its reader wants no mail one may do without", "its reader comes back"],
  ["operator", "somebody stopped it by hand", "an operator lifts it"],
];

export const reports: [endpoint: string, of: string, checked: string, setting: string][] = [
  [
    "POST /email/webhooks/generic",
    "anything that signs as Standard Webhooks has it",
    "HMAC-SHA256, time, id",
    "EMAIL_OPTIMIZATION_WEBHOOK_GENERIC_SECRET",
  ],
  [
    "POST /email/webhooks/ses",
    "Amazon SES, by SNS",
    "SNS signature, topic",
    "EMAIL_OPTIMIZATION_WEBHOOK_SES_TOPIC_ARN",
  ],
  [
    "POST /email/webhooks/sendgrid",
    "SendGrid",
    "ECDSA signature, time",
    "EMAIL_OPTIMIZATION_WEBHOOK_SENDGRID_PUBLIC_KEY",
  ],
  [
    "POST /email/webhooks/postmark",
    "Postmark",
    "password in the address",
    "EMAIL_OPTIMIZATION_WEBHOOK_POSTMARK_PASSWORD",
  ],
  [
    "POST /email/webhooks/mailgun",
    "Mailgun",
    "HMAC-SHA256, time, token",
    "EMAIL_OPTIMIZATION_WEBHOOK_MAILGUN_SIGNING_KEY",
  ],
];

export const commands = `deno run -A main.ts doctor mail

TRUSTED_PROXIES=127.0.0.1,::1 deno task start
deno run -A main.ts mail simulate --against http://localhost:8000 --people 200 --better one_step_left`;

export const endpoints: [endpoint: string, does: string][] = [
  ["GET /email/insights", "sent, pressed, goals and bounces of the last days, by kind"],
  ["GET /email/experiments", "experiments, and what can be tried out"],
  ["POST /email/experiments", "begins one: kind, variants, hold_out, stop"],
  ["GET /email/experiments/{id}", "each wording with its interval, and how that came to be"],
  ["POST /email/experiments/{id}/promote", "sends one of its wordings from now on"],
  ["POST /email/experiments/{id}/end", "ends it; what was sent before is sent again"],
  ["POST /email/experiments/{id}/drafts", "has a language model propose a wording, where there is a key"],
  ["GET /email/variants", "wordings, and drafts that wait to be read"],
  ["POST /email/variants", "writes one, as a draft"],
  ["POST /email/variants/{kind}/{variant}/approve", "lets a draft be tried out"],
  ["POST /email/variants/{kind}/{variant}/reject", "puts it away"],
  ["GET /email/variants/{kind}/{variant}/preview", "the mail as it would be read, in a locale"],
  ["GET /email/variants/{kind}/{variant}/preview.html", "its HTML alone, for a frame"],
  ["GET /email/messages", "finds mails by the id of a mail, a flow, an account or a request: q"],
  ["GET /email/messages/{id}", "one mail: its decision with reasons, and everything that came of it"],
  ["GET /email/suppressions", "addresses that get no mail, by their hash"],
  ["POST /email/suppressions/lift", "lets one have mail again"],
  ["GET /email/domain", "the sender's domain as last looked at, with what to publish"],
  ["POST /email/domain/check", "looks again"],
  ["POST /email/domain/keys", "makes a key to sign with"],
  ["POST /email/domain/keys/{selector}/use", "signs with it, whether its record was seen or not"],
  ["POST /email/unsubscribe", "what a mail program's own button calls (RFC 8058)"],
  ["GET /email/unsubscribe", "leads a person who follows that address to the page"],
  ["POST /email/unsubscribe/undo", "takes it back"],
];

export const settings: [setting: string, does: string][] = [
  ["EMAIL_OPTIMIZATION_SEND_TIME", "whether mail that may wait goes when its reader is likely about"],
  ["EMAIL_OPTIMIZATION_HOLD_HOURS", "how long it may wait"],
  ["EMAIL_OPTIMIZATION_MX_LOOKUPS", "whether it is asked if a domain takes mail"],
  ["EMAIL_OPTIMIZATION_DKIM", "published, always or never: when mail is signed by the service's own key"],
  ["EMAIL_OPTIMIZATION_SENDING_ADDRESSES", "addresses that mail leaves from, for doctor mail"],
  ["EMAIL_OPTIMIZATION_GENERATOR_CENTS", "what proposing wordings may cost in a month"],
  ["EMAIL_OPTIMIZATION_RETENTION_DAYS", "how long decisions and what came of them are kept"],
];
