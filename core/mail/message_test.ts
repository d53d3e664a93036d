import { expect } from "expect";
import { testMailer } from "../testing/mail.ts";
import { type TestSmtp, testSmtp } from "../testing/smtp.ts";
import { composeMessage, parseSender } from "./message.ts";

const core = {
  smtp_from: "Flow Shield <no-reply@mail.example.org>",
  frontend_url: "https://app.example.org",
  site_name: "Flow Shield",
};
const mail = {
  mail_id: "0b7e2c1a-0000-4000-8000-000000000001",
  kind: "verify_email" as const,
  flow_id: null,
  account_id: null,
  recipient: "ada@example.com",
  locale: "en",
  request_id: "request-1",
  attempts: 1,
  created_at: new Date(),
  expires_at: new Date(),
};

Deno.test("parseSender() reads an address with and without a name", () => {
  const rows: [string, string, string][] = [
    ["no-reply@example.org", "", "no-reply@example.org"],
    [" Flow Shield <no-reply@example.org> ", "Flow Shield", "no-reply@example.org"],
    ['"Shield, Flow" <no-reply@example.org>', "Shield, Flow", "no-reply@example.org"],
    ["<no-reply@example.org>", "", "no-reply@example.org"],
    ["Grüße <no-reply@bücher.example>", "Grüße", "no-reply@bücher.example"],
  ];
  for (const [given, name, address] of rows) expect(parseSender(given)).toEqual({ name, address });
});

Deno.test("a Message-ID is that of the mail, at a domain of ours in ASCII, the same at every attempt", () => {
  const rows: [string, string][] = [
    ["no-reply@Mail.Example.ORG", "mail.example.org"],
    ["Grüße <no-reply@bücher.example>", "app.example.org"],
    ["no-reply@[10.0.0.1]", "app.example.org"],
  ];
  for (const [smtp_from, domain] of rows) {
    for (const attempts of [1, 2]) {
      const message = composeMessage({ ...core, smtp_from }, { ...mail, attempts }, {});
      expect(message.message_id).toBe(`<${mail.mail_id}@${domain}>`);
    }
  }
});

Deno.test("a request id that is not short and plain does not become a header", () => {
  const ids = ["a\r\nBcc: b@c.example", "a b", "ä", "x".repeat(129), "", null];
  for (const request_id of ids) {
    expect(composeMessage(core, { ...mail, request_id }, {}).headers).not.toHaveProperty("X-Request-Id");
  }
});

const through = (smtp: TestSmtp) => ({
  smtp_server: smtp.host,
  smtp_port: smtp.port,
  smtp_from: core.smtp_from,
  smtp_timeout_seconds: 10,
});
const wanted = [
  "auto-submitted",
  "content-type",
  "date",
  "from",
  "message-id",
  "mime-version",
  "subject",
  "to",
  "x-auto-response-suppress",
  "x-request-id",
];

const names: [string, RegExp][] = [
  ["Ada", /^Hello Ada,$/m],
  ["Łukasz-Jürgen 李小龙", /^Hello Łukasz-Jürgen 李小龙,$/m],
  ["🦊👩‍🚀", /^Hello 🦊👩‍🚀,$/m],
  ["Ada\r\nBcc: all@example.org", /^Hello,$/m],
  ["Ada\r\n\r\nInstead of the mail", /^Hello Ada Instead of the mail,$/m],
  ["Ada\n.\nMAIL FROM:<x@y.example>", /^Hello,$/m],
  ["Ada\r.\r", /^Hello Ada \.,$/m],
  ["\u202eadA\0", /^Hello adA,$/m],
  ["<script>alert(1)</script>", /^Hello,$/m],
  ["win a prize at https://evil.example", /^Hello,$/m],
  ["x".repeat(1_000), /^Hello,$/m],
];
Deno.test("whatever a person is called, the mail has its own headers, two whole bodies, and lines that pass", async () => {
  await using smtp = await testSmtp();
  await using sender = await testMailer(through(smtp));
  for (const [first_name, greeting] of names) {
    smtp.clear();
    const url = "https://app.example.org/verify?token=t0ken&x=1";
    const { flow_id } = await sender.enqueue({ data: { first_name, url, code: "012345" } });
    await sender.mailer.deliver(flow_id);
    const [received, ...more] = smtp.messages();
    expect(more).toEqual([]);
    expect(received.to).toEqual(["ada@example.com"]);
    expect(Object.keys(received.headers).sort()).toEqual(wanted);
    expect([first_name, received.text]).toEqual([first_name, expect.stringMatching(greeting)]);
    for (const body of [received.text, received.html]) expect(body).toContain("012 345");
    expect(received.text).toContain(url);
    expect(received.html).not.toContain("<script");
    expect(received.raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(received.raw).toMatch(/^Content-Type: text\/html; charset=utf-8/m);
    // RFC 5322 §2.1.1: what a line should not exceed. And what Gmail would cut.
    expect(Math.max(...received.raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(received.raw.length).toBeLessThan(102_000);
  }
});

Deno.test("a subject with umlauts arrives, and a sender's name too", async () => {
  await using smtp = await testSmtp();
  await using sender = await testMailer({
    ...through(smtp),
    smtp_from: "Grüße, Ltd <no-reply@mail.example.org>",
  });
  const { flow_id } = await sender.enqueue({ locale: "de" });
  await sender.mailer.deliver(flow_id);
  const [received] = smtp.messages();
  expect(received.subject).toBe("Bestätigen Sie Ihre E-Mail-Adresse");
  expect(received.html).toContain("Adresse bestätigen");
  expect(received.headers.from).toMatch(/^=\?UTF-8\?Q\?.*<no-reply@mail\.example\.org>$/);
});

const addresses: [string, RegExp][] = [
  ["jörg@example.com", /^jörg@example\.com$/],
  ["ada@bücher.example", /^ada@(xn--bcher-kva|bücher)\.example$/],
  ["o'neill+tag@example.com", /^o'neill\+tag@example\.com$/],
  ["用户@例子.example", /^用户@.*\.example$/],
];
Deno.test("an address with other letters than ASCII is a recipient like any other (RFC 6531)", async () => {
  await using smtp = await testSmtp();
  await using sender = await testMailer(through(smtp));
  for (const [to, received] of addresses) {
    smtp.clear();
    const { flow_id, mail_id } = await sender.enqueue({ to });
    await sender.mailer.deliver(flow_id);
    expect(await sender.row(mail_id)).toMatchObject({ status: "sent", attempts: 1 });
    expect(smtp.messages()[0].to[0]).toMatch(received);
  }
});
