import { expect } from "expect";
import { AWAY_PREFIX, classify, cleanText } from "./smtp_error.ts";

const error = (fields: Record<string, unknown>, message = "failed") =>
  Object.assign(new Error(message), fields);
const reply = (command: string, responseCode: number, text: string, code = "EENVELOPE") =>
  error({ code, command, responseCode, response: `${responseCode} ${text}` });

Deno.test("classify() ends a mail only for a 5yz about it, and calls the operator for what an operator can change", () => {
  const rows: [Error | string, string][] = [
    [reply("RCPT TO", 550, "5.1.1 no such user"), "recipient"],
    [reply("RCPT TO", 553, "5.1.3 bad syntax"), "recipient"],
    [reply("DATA", 554, "5.7.1 looks like spam", "EMESSAGE"), "recipient"],
    [error({ code: "EENVELOPE", command: "API" }, "Invalid recipient"), "recipient"],
    [reply("RCPT TO", 450, "4.2.1 mailbox busy"), "later"],
    [reply("RCPT TO", 452, "4.2.2 over quota"), "later"],
    [reply("RCPT TO", 503, "bad sequence"), "later"],
    [reply("DATA", 451, "4.3.0 try again", "EMESSAGE"), "later"],
    [reply("RCPT TO", 421, "closing"), "away"],
    [reply("CONN", 421, "too many connections", "ECONNECTION"), "away"],
    [reply("CONN", 554, "no service", "EPROTOCOL"), "away"],
    [reply("MAIL FROM", 451, "greylisted"), "away"],
    [error({ code: "ETIMEDOUT", command: "CONN" }), "away"],
    [error({ code: "ESOCKET" }, "connect ECONNREFUSED 127.0.0.1:25"), "away"],
    [error({ code: "ESOCKET", command: "DATA" }, "read ECONNRESET"), "away"],
    [error({ code: "EDNS" }), "away"],
    [error({ code: "EABORT" }), "away"],
    [error({}), "away"],
    ["not even an error", "away"],
    [reply("AUTH PLAIN", 535, "5.7.8 no", "EAUTH"), "config"],
    [reply("MAIL FROM", 530, "authentication required"), "config"],
    [reply("RCPT TO", 530, "authentication required"), "config"],
    [reply("MAIL FROM", 550, "sender rejected"), "config"],
    [error({ code: "ETLS" }, "STARTTLS failed"), "config"],
    [error({ code: "ESOCKET" }, "invalid peer certificate: UnknownIssuer"), "config"],
  ];
  for (const [given, kind] of rows) {
    const failure = classify(given, "ada@example.com");
    const shown = given instanceof Error ? JSON.stringify({ ...given, message: given.message }) : given;
    expect([shown, failure.kind]).toEqual([shown, kind]);
    expect(failure.text.startsWith(AWAY_PREFIX)).toBe(kind === "away" || kind === "config");
  }
});

Deno.test("no text of a failure has an address in it, whatever way the server quotes it", () => {
  const recipient = "ada.lovelace@example.com";
  const texts = [
    "550 <ada.lovelace@example.com>: Recipient address rejected",
    "550 5.1.1 ADA.LOVELACE@EXAMPLE.COM unknown",
    "550 user ada.lovelace is not here",
    "550 mailbox 'ada.lovelace' (ada.lovelace@example.com,other@example.org)",
    "550 address=ada.lovelace@example.com;x",
    "550 no-reply@[10.0.0.1] may not",
    "550 <ada.lovelace@example.com\r\n",
  ];
  for (const text of texts) {
    const clean = cleanText(text, recipient);
    expect(clean).not.toMatch(/lovelace|@|[\r\n]/i);
    expect(clean).toContain("550");
  }
  expect(cleanText("550 invalid user in domain", "in@example.com")).toBe("550 invalid user [address] domain");
});

Deno.test("a text of a failure is short and plain, and keeps what helps", () => {
  const clean = cleanText(
    `554 \x1b[31m see https://mail.example/why?id=s3cret \u202e ${"x".repeat(9_000)}`,
    "a@b.example",
  );
  expect(clean.length).toBeLessThanOrEqual(250);
  expect(clean).toContain("https://mail.example/why?…");
  expect(clean).not.toContain("s3cret");
  // deno-lint-ignore no-control-regex -- control characters are what must be gone
  expect(clean).not.toMatch(/[\u0000-\u001f\u202e]/);
});
