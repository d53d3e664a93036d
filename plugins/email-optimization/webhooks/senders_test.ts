import { expect } from "expect";
import { readGeneric } from "./generic.ts";
import { readMailgun } from "./mailgun.ts";
import { readPostmark } from "./postmark.ts";
import { mailIdOf, type Reading, reportsMax, withoutAddresses } from "./report.ts";
import { readSendgrid } from "./sendgrid.ts";
import { readSes } from "./ses.ts";
import {
  generic,
  id,
  iso,
  mailgun,
  message_id,
  postmark,
  sendgrid,
  sesBounce,
  sesComplaint,
  sesMail,
  to,
} from "./testing.ts";

type Case = [what: string, read: (body: unknown) => Reading, body: unknown, means: string | null];

const cases: Case[] = [
  ["a user unknown", readSes, sesBounce({}), "bounced hard"],
  [
    "a full mailbox",
    readSes,
    sesBounce({ bounceType: "Transient", bounceSubType: "MailboxFull" }),
    "bounced",
  ],
  ["nobody knows why", readSes, sesBounce({ bounceType: "Undetermined" }), "bounced"],
  ["no recipient named", readSes, sesBounce({ bouncedRecipients: [] }), "bounced hard"],
  ["spam", readSes, sesComplaint({ complaintFeedbackType: "abuse" }), "complained"],
  ["spam, without a type", readSes, sesComplaint({}), "complained"],
  ["taken out of spam again", readSes, sesComplaint({ complaintFeedbackType: "not-spam" }), null],
  ["arrived", readSes, {
    notificationType: "Delivery",
    mail: sesMail,
    delivery: { timestamp: iso, recipients: [to], smtpResponse: "250 ok" },
  }, "delivered"],
  ["opened", readSes, { eventType: "Open", mail: sesMail, open: { timestamp: iso } }, null],
  ["a mail of somebody else's", readSes, {
    ...sesBounce({}),
    mail: { ...sesMail, commonHeaders: null, headers: null },
  }, null],
  ["a bounce without a bounce", readSes, { notificationType: "Bounce", mail: sesMail }, null],
  ["a bounce without an id", readSes, sesBounce({ feedbackId: "" }), null],
  ["a bounce at no time", readSes, sesBounce({ timestamp: "yesterday" }), null],
  ["no mail", readSes, { notificationType: "Bounce" }, null],
  ["a text", readSes, "Successfully validated SNS topic for Amazon SES event publishing.", null],

  [
    "a bounce",
    readSendgrid,
    sendgrid({
      event: "bounce",
      type: "bounce",
      status: "5.1.1",
      reason: `550 ${to} unknown`,
      bounce_classification: "Invalid Address",
    }),
    "bounced hard",
  ],
  ["a block", readSendgrid, sendgrid({ event: "bounce", type: "blocked", reason: "no MX" }), "bounced"],
  [
    "its reputation",
    readSendgrid,
    sendgrid({ event: "bounce", type: "bounce", bounce_classification: "Reputation" }),
    "bounced",
  ],
  [
    "dropped as bounced",
    readSendgrid,
    sendgrid({ event: "dropped", reason: "Bounced Address" }),
    "bounced hard",
  ],
  ["dropped as no address", readSendgrid, sendgrid({ event: "dropped", reason: "Invalid" }), "bounced hard"],
  [
    "dropped as spam",
    readSendgrid,
    sendgrid({ event: "dropped", reason: "Spam Reporting Address" }),
    "complained",
  ],
  [
    "dropped as left",
    readSendgrid,
    sendgrid({ event: "dropped", reason: "Unsubscribed Address" }),
    "unsubscribed",
  ],
  [
    "dropped for our fault",
    readSendgrid,
    sendgrid({ event: "dropped", reason: "Invalid SMTPAPI header" }),
    "bounced",
  ],
  [
    "spam, by custom argument",
    readSendgrid,
    sendgrid({ event: "spamreport", "smtp-id": undefined, mail_id: id }),
    "complained",
  ],
  ["left", readSendgrid, sendgrid({ event: "group_unsubscribe" }), "unsubscribed"],
  ["arrived", readSendgrid, sendgrid({ event: "delivered", response: "250 OK" }), "delivered"],
  ["later", readSendgrid, sendgrid({ event: "deferred", attempt: "5" }), null],
  ["opened", readSendgrid, sendgrid({ event: "open" }), null],
  [
    "of another sender",
    readSendgrid,
    sendgrid({ event: "bounce", "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>" }),
    null,
  ],
  ["an object", readSendgrid, sendgrid({ event: "bounce" })[0], null],

  [
    "a bounce",
    readPostmark,
    postmark({ RecordType: "Bounce", Type: "HardBounce", TypeCode: 1 }),
    "bounced hard",
  ],
  ["no address", readPostmark, postmark({ RecordType: "Bounce", Type: "BadEmailAddress" }), "bounced hard"],
  ["a soft bounce", readPostmark, postmark({ RecordType: "Bounce", Type: "SoftBounce" }), "bounced"],
  ["taken for spam", readPostmark, postmark({ RecordType: "Bounce", Type: "SpamNotification" }), "bounced"],
  ["out of office", readPostmark, postmark({ RecordType: "Bounce", Type: "AutoResponder" }), null],
  ["spam", readPostmark, postmark({ RecordType: "SpamComplaint", Type: "SpamComplaint" }), "complained"],
  [
    "arrived",
    readPostmark,
    postmark({ RecordType: "Delivery", ID: undefined, Recipient: to, DeliveredAt: iso }),
    "delivered",
  ],
  [
    "left",
    readPostmark,
    postmark({
      RecordType: "SubscriptionChange",
      ID: undefined,
      Recipient: to,
      ChangedAt: iso,
      SuppressSending: true,
      SuppressionReason: "ManualSuppression",
    }),
    "unsubscribed",
  ],
  [
    "back",
    readPostmark,
    postmark({ RecordType: "SubscriptionChange", ChangedAt: iso, SuppressSending: false }),
    null,
  ],
  [
    "suppressed for its bounce",
    readPostmark,
    postmark({
      RecordType: "SubscriptionChange",
      ChangedAt: iso,
      SuppressSending: true,
      SuppressionReason: "HardBounce",
    }),
    null,
  ],
  ["opened", readPostmark, postmark({ RecordType: "Open" }), null],
  [
    "their Message-ID alone",
    readPostmark,
    postmark({ RecordType: "Bounce", Type: "HardBounce", Metadata: {} }),
    "bounced hard of 883953f4",
  ],

  [
    "a bounce",
    readMailgun,
    mailgun({
      event: "failed",
      severity: "permanent",
      reason: "bounce",
      "delivery-status": { code: 550, message: `5.1.1 ${to}` },
    }),
    "bounced hard",
  ],
  [
    "bounced before",
    readMailgun,
    mailgun({ event: "failed", severity: "permanent", reason: "suppress-bounce" }),
    "bounced hard",
  ],
  [
    "refused for what it says",
    readMailgun,
    mailgun({ event: "failed", severity: "permanent", reason: "generic" }),
    "bounced",
  ],
  ["too old", readMailgun, mailgun({ event: "failed", severity: "permanent", reason: "old" }), "bounced"],
  ["tried again", readMailgun, mailgun({ event: "failed", severity: "temporary", reason: "generic" }), null],
  [
    "complained before",
    readMailgun,
    mailgun({ event: "failed", severity: "permanent", reason: "suppress-complaint" }),
    "complained",
  ],
  ["spam", readMailgun, mailgun({ event: "complained" }), "complained"],
  ["left", readMailgun, mailgun({ event: "unsubscribed" }), "unsubscribed"],
  ["arrived", readMailgun, mailgun({ event: "delivered" }), "delivered"],
  ["clicked", readMailgun, mailgun({ event: "clicked" }), null],
  ["no event", readMailgun, { signature: mailgun({}).signature }, null],

  ["a hard bounce", readGeneric, generic({ hard: true }), "bounced hard"],
  ["a bounce", readGeneric, generic({}), "bounced"],
  ["spam is never hard", readGeneric, generic({ type: "complained", hard: true }), "complained"],
  ["by the mail's id", readGeneric, generic({ message_id: null, mail_id: id.toUpperCase() }), "bounced"],
  ["an unknown type", readGeneric, generic({ type: "opened" }), null],
  ["no mail", readGeneric, generic({ message_id: null }), null],
  ["a date without a time", readGeneric, generic({ at: "2026-11-20" }), null],
  ["an id that is too long", readGeneric, generic({ id: "x".repeat(201) }), null],
  ["no list", readGeneric, { events: { 0: generic({}).events[0] } }, null],
];

Deno.test("what five senders tell means the same thing here, and what is of no interest is passed over", () => {
  for (const [what, read, body, means] of cases) {
    const { reports, passed_over } = read(body);
    const told = reports.map(({ type, hard, mail_id }) =>
      `${type}${hard ? " hard" : ""}${mail_id === id ? "" : ` of ${mail_id.slice(0, 8)}`}`
    );
    expect([read.name, what, told]).toEqual([read.name, what, means === null ? [] : [means]]);
    if (means !== null) {
      expect(passed_over).toBe(0);
      expect(Math.abs(reports[0].at.getTime() - Date.parse(iso))).toBeLessThan(1000);
      expect(JSON.stringify({ ...reports[0], recipient: null })).not.toContain("@");
    }
  }
});

Deno.test("an entry that makes no sense does not keep the others of its batch back", () => {
  const good = sendgrid({ event: "bounce", type: "bounce" })[0];
  const batch = [null, 7, "x", [], { event: 3 }, { ...good, timestamp: "now" }, good, {
    ...good,
    sg_event_id: "",
  }];
  const { reports, passed_over } = readSendgrid(batch);
  expect([reports.length, passed_over]).toEqual([1, 7]);
  const many = Array.from({ length: reportsMax + 5 }, (_, i) => ({ ...good, sg_event_id: `${i}` }));
  expect(readSendgrid(many)).toMatchObject({ passed_over: 5 });
});

Deno.test("a mail is named by our own Message-ID, and by no other", () => {
  const rows: [unknown[], string | null][] = [
    [[message_id], id],
    [[message_id.slice(1, -1)], id],
    [[` ${id.toUpperCase()} `], id],
    [[null, undefined, 7, "x@example.org", message_id], id],
    [[], null],
    [[""], null],
    [[`<${id}`], id],
    [[`<${id}x@mail.example.org>`], null],
    [[`<x${id}@mail.example.org>`], null],
    [[`<${id}@mail.example.org> <b@c>`], null],
    [[`<${id.replaceAll("-", "")}@mail.example.org>`], null],
    [[`<${id}@${"x".repeat(300)}>`], null],
  ];
  for (const [names, means] of rows) expect([names, mailIdOf(names)]).toEqual([names, means]);
});

Deno.test("what is kept of a sender's words has no address in it, however it is written", () => {
  const rows: [unknown[], string][] = [
    [["5.1.1", `550 <${to}>: user unknown`], "5.1.1: 550 <…>: user unknown"],
    [[`rfc822;${to} is full`], "rfc822;… is full"],
    [["to=a%40b.example,x"], "to=…,x"],
    [["a\r\nb\tc\u0000d"], "a b c d"],
    [[null, undefined, "", 7], ""],
    [["Ünï@exämple.org fehlt"], "… fehlt"],
  ];
  for (const [parts, kept] of rows) expect(withoutAddresses(parts)).toBe(kept);
  expect(withoutAddresses(["x".repeat(5000)])).toHaveLength(300);
});
