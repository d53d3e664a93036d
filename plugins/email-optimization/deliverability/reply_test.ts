import { expect } from "expect";
import type { MailOutcome } from "../../../core/services/mod.ts";
import { type BounceClass, bounceOf, readReply } from "./reply.ts";

/** Replies as big receivers give them. */
const replies: [code: number, enhanced: string | null, text: string, BounceClass][] = [
  [550, "5.1.1", "The email account that you tried to reach does not exist", "hard"],
  [550, "5.1.10", "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "hard"],
  [550, "5.2.1", "The email account that you tried to reach is disabled", "hard"],
  [550, null, "Requested action not taken: mailbox unavailable", "hard"],
  [553, null, "sorry, no such user here", "hard"],
  [556, "5.1.10", "Recipient address has null MX", "hard"],
  [554, "5.1.2", "Host unknown", "hard"],
  [550, "5.7.1", "Our system has detected that this message is likely unsolicited mail", "message"],
  [550, "5.7.26", "This mail is unauthenticated: SPF and DKIM did not pass", "message"],
  [550, null, "blocked using Spamhaus", "message"],
  [550, "5.1.1", "rejected, your server is listed", "message"],
  [554, null, "transaction failed", "message"],
  [554, "5.6.0", "message content is not acceptable", "message"],
  [571, null, "delivery not authorized", "message"],
  [500, null, "command unrecognised", "message"],
  [552, "5.2.2", "The email account that you tried to reach is over quota", "soft"],
  [552, null, "storage allocation exceeded", "soft"],
  [550, "5.2.2", "mailbox full", "soft"],
  [554, null, "mailbox is over quota", "soft"],
  [450, "4.2.0", "greylisted, try again", "soft"],
  [451, null, "local error", "soft"],
  [452, "4.2.2", "over quota", "soft"],
];

Deno.test("readReply() tells an address that is gone from one that is full and a mail that is not wanted", () => {
  for (const [code, enhanced, text, is] of replies) {
    expect([code, text, readReply({ code, enhanced }, text)]).toEqual([code, text, is]);
  }
});

const gone: MailOutcome = {
  ...{ mail_id: crypto.randomUUID(), kind: "welcome", result: "failed", attempts: 1, plan: null },
  ...{ reason: "refused: 550 5.1.1 no such user", recipient_refused: true },
  smtp: { code: 550, enhanced: "5.1.1" },
};

Deno.test("bounceOf() counts against an address only what concerns it", () => {
  const outcomes: [string, Partial<MailOutcome>, boolean | null][] = [
    ["gone", {}, true],
    ["full, for good", { reason: "refused: mailbox full", smtp: { code: 552, enhanced: "5.2.2" } }, false],
    ["taken", { result: "sent", smtp: { code: 250, enhanced: null }, recipient_refused: false }, null],
    ["no reply", { smtp: null }, null],
    ["the mail is unwanted", { smtp: { code: 550, enhanced: "5.7.1" } }, null],
    [
      "greylisted",
      { result: "delayed", recipient_refused: false, smtp: { code: 451, enhanced: "4.7.1" } },
      null,
    ],
    ["still full", {
      ...{ result: "delayed", recipient_refused: false, attempts: 4 },
      smtp: { code: 452, enhanced: "4.2.2" },
    }, false],
    ["the server is away", {
      ...{ result: "delayed", recipient_refused: false, attempts: 4 },
      ...{ reason: "away: 421 try later", smtp: { code: 421, enhanced: "4.3.2" } },
    }, null],
    ["the password is wrong", {
      reason: "away: SMTP_PASSWORD not accepted",
      smtp: { code: 535, enhanced: null },
    }, null],
  ];
  for (const [what, change, hard] of outcomes) {
    expect([what, bounceOf({ ...gone, ...change })?.hard ?? null]).toEqual([what, hard]);
  }
});
