import { expect } from "expect";
import { testMailer } from "../testing/mail.ts";
import { type TestSmtp, testSmtp } from "../testing/smtp.ts";
import type { CoreConfig } from "../config.ts";
import { MailDelayed } from "./mailer.ts";

const from = "Flow Shield <no-reply@mail.example.org>";
const through = (smtp: TestSmtp): Partial<CoreConfig> => ({
  smtp_server: smtp.host,
  smtp_port: smtp.port,
  smtp_from: from,
});

Deno.test("deliver() hands over a flow's mail with the headers it owes, and forgets what it said", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  const { mail_id, flow_id } = await mail.enqueue();
  expect((await mail.row(mail_id)).data_sealed).not.toBe(null);
  await mail.mailer.deliver(flow_id);
  const [received] = await smtp.waitFor("ada@example.com");
  expect(received).toMatchObject({
    from: "no-reply@mail.example.org",
    subject: "Confirm your e-mail address",
    message_id: `<${mail_id}@mail.example.org>`,
    headers: {
      "auto-submitted": "auto-generated",
      "x-auto-response-suppress": "All",
      "x-request-id": "request-1",
    },
  });
  expect(received.headers).not.toHaveProperty("list-unsubscribe");
  expect(received.text).toContain("token=t0ken");
  expect(received.html).toContain("123 456");
  expect(await mail.row(mail_id)).toMatchObject({
    status: "sent",
    attempts: 1,
    data_sealed: null,
    last_error: null,
  });
  expect(await mail.mailer.of(mail.sql, flow_id)).toMatchObject([{ status: "sent", next_attempt_at: null }]);
  expect(await mail.metrics.text()).toContain('mail_sent_total{kind="verify_email"} 1');
});

Deno.test("List-Unsubscribe stands only on mail that one may do without", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  for (const kind of ["welcome", "password_changed"] as const) {
    const { flow_id } = await mail.enqueue({ kind, to: `${kind}@example.com` });
    await mail.mailer.deliver(flow_id);
  }
  expect(smtp.messages("welcome@example.com")[0].headers["list-unsubscribe"])
    .toBe("<mailto:no-reply@mail.example.org?subject=unsubscribe>");
  expect(smtp.messages("password_changed@example.com")[0].headers["list-unsubscribe"]).toBeUndefined();
});

const badDays: [string, (smtp: TestSmtp) => void, RegExp][] = [
  ["is down", (smtp) => smtp.down(), /^away: /],
  ["never greets", (smtp) => smtp.blackhole(), /^away: no answer within the time limit/],
  ["is slower than our patience", (smtp) => smtp.slow(1_500), /^away: no answer within the time limit/],
  ["says 421", (smtp) => smtp.refuse("ada@example.com", 421), /^away: .*421/],
  ["says 450 to the recipient", (smtp) => smtp.refuse("ada@example.com", 450), /^not now: 450/],
  ["says 451 after the last byte", (smtp) => smtp.refuseData(451), /^not now: 451/],
];
for (const [claim, makeBad, last_error] of badDays) {
  Deno.test(`mail is delayed, visibly, when the server ${claim}, and sent when it is well again`, async () => {
    await using smtp = await testSmtp();
    await using mail = await testMailer(through(smtp));
    makeBad(smtp);
    const { mail_id, flow_id } = await mail.enqueue();
    await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
    const [seen] = await mail.mailer.of(mail.sql, flow_id);
    expect(seen).toMatchObject({
      status: "delayed",
      attempts: 1,
      last_error: expect.stringMatching(last_error),
    });
    expect(seen.next_attempt_at!.getTime()).toBeGreaterThan(Date.now() + 2_000);
    expect((await mail.row(mail_id)).data_sealed).not.toBe(null);
    smtp.ok();
    await mail.mailer.deliver(flow_id);
    expect(await mail.row(mail_id)).toMatchObject({ status: "sent", attempts: 2 });
    expect(smtp.messages("ada@example.com")).toHaveLength(1);
    expect(mail.lines.join("")).not.toContain("@");
  });
}

Deno.test("a recipient that is refused for good ends its mail, and nobody else's", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  smtp.refuse("gone@example.com", 550);
  const flow_id = crypto.randomUUID();
  const gone = await mail.enqueue({ flow_id, to: "gone@example.com" });
  const there = await mail.enqueue({ flow_id, to: "there@example.com" });
  await mail.mailer.deliver(flow_id);
  expect(await mail.row(gone.mail_id)).toMatchObject({ status: "failed", attempts: 1, data_sealed: null });
  expect((await mail.row(gone.mail_id)).last_error).toMatch(/^refused: 550/);
  expect(await mail.row(there.mail_id)).toMatchObject({ status: "sent" });
  expect(mail.lines.join("")).not.toContain("@");
});

Deno.test("a mail whose answer was lost is sent again under the same Message-ID, as its attempts say", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  smtp.dropAfterData();
  const { mail_id, flow_id } = await mail.enqueue();
  await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
  smtp.ok();
  await mail.mailer.deliver(flow_id);
  const ids = smtp.messages("ada@example.com").map(({ message_id }) => message_id);
  expect(ids).toEqual([`<${mail_id}@mail.example.org>`, `<${mail_id}@mail.example.org>`]);
  expect(await mail.row(mail_id)).toMatchObject({ status: "sent", attempts: 2 });
});

Deno.test("a mail that took too long is broken off, so it cannot be sent behind our back", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  const first = await mail.enqueue();
  await mail.mailer.deliver(first.flow_id);
  // The connection is open and the server trickles: every byte in time, the whole never.
  smtp.proxy.throttle(300);
  const { mail_id, flow_id } = await mail.enqueue({ to: "slow@example.com" });
  const began = Date.now();
  await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
  expect(Date.now() - began).toBeLessThan(3_000);
  smtp.ok();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(smtp.messages("slow@example.com")).toHaveLength(0);
  await mail.mailer.deliver(flow_id);
  expect(smtp.messages("slow@example.com")).toHaveLength(1);
  expect(await mail.row(mail_id)).toMatchObject({ attempts: 2 });
});

Deno.test("two executors and two pumps at once send each mail once", async () => {
  await using smtp = await testSmtp();
  smtp.slow(20);
  await using mail = await testMailer(through(smtp));
  const other = mail.another();
  const flow_ids = [];
  for (let i = 0; i < 5; i++) flow_ids.push((await mail.enqueue({ to: `user${i}@example.com` })).flow_id);
  await mail.hurry();
  const drain = async (mailer: typeof other) => {
    while (await mailer.deliverNext());
  };
  await Promise.all([
    drain(mail.mailer),
    drain(other),
    ...flow_ids.flatMap((flow_id) => [mail.mailer.deliver(flow_id), other.deliver(flow_id)]),
  ]);
  expect(smtp.messages()).toHaveLength(5);
  const attempts = await mail.sql`select distinct attempts, status from mail`;
  expect([...attempts]).toEqual([{ attempts: 1, status: "sent" }]);
});

Deno.test("one key stores one mail, whoever asks and how often", async () => {
  await using mail = await testMailer();
  const dedupe_key = "verify_email/flow";
  const asked = await Promise.all([...Array(20)].map(() => mail.enqueue({ dedupe_key })));
  expect(asked.filter(({ mail_id }) => mail_id !== null)).toHaveLength(1);
  const [{ count }] = await mail.sql`select count(*)::int as count from mail`;
  expect(count).toBe(1);
});

Deno.test("enqueue() belongs to its transaction: what is rolled back is never sent", async () => {
  await using mail = await testMailer();
  const flow_id = crypto.randomUUID();
  await mail.sql.begin(async (tx) => {
    await mail.mailer.enqueue(tx, {
      kind: "welcome",
      to: "ada@example.com",
      locale: "en",
      dedupe_key: "x",
      flow_id,
      account_id: null,
      request_id: null,
      data: {},
      expires_at: new Date(Date.now() + 60_000),
    });
    throw new Error("rolled back");
  }).catch(() => {});
  await mail.mailer.deliver(flow_id);
  expect(await mail.mailer.of(mail.sql, flow_id)).toEqual([]);
});

Deno.test("a mail past its time is given up, with the reason it was late, and not sent", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  const never = await mail.enqueue({ expires_at: new Date(Date.now() - 1_000) });
  await mail.mailer.deliver(never.flow_id);
  smtp.refuse("late@example.com", 450);
  const late = await mail.enqueue({ to: "late@example.com" });
  await expect(mail.mailer.deliver(late.flow_id)).rejects.toThrow(MailDelayed);
  await mail.sql`update mail set expires_at = now() where mail_id = ${late.mail_id}`;
  smtp.ok();
  await mail.mailer.tidy();
  await mail.mailer.deliver(late.flow_id);
  expect(smtp.messages()).toHaveLength(0);
  expect(await mail.row(never.mail_id)).toMatchObject({
    status: "failed",
    data_sealed: null,
    last_error: "expired before it could be sent",
  });
  expect((await mail.row(late.mail_id)).last_error).toMatch(/^expired: not now: 450/);
  expect(await mail.metrics.text()).toContain('mail_failed_total{kind="verify_email"} 2');
});

Deno.test("a mail whose sender was killed is sent by another when the lease ends, and by nobody before", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  const { mail_id, flow_id } = await mail.enqueue();
  // What a killed process leaves behind.
  await mail.sql`update mail set status = 'sending', attempts = 1, lease_until = now() + interval '1 hour',
                   next_attempt_at = now() + interval '1 hour'`;
  expect(await mail.mailer.deliverNext()).toBe(false);
  await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
  expect(smtp.messages()).toHaveLength(0);
  await mail.sql`update mail set lease_until = now(), next_attempt_at = now()`;
  expect(await mail.mailer.of(mail.sql, flow_id)).toMatchObject([{ status: "delayed" }]);
  expect(await mail.mailer.deliverNext()).toBe(true);
  expect(await mail.row(mail_id)).toMatchObject({ status: "sent", attempts: 2 });
});

Deno.test("interrupt() breaks off what is on its way, and the mail is free for another process at once", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer({ ...through(smtp), smtp_timeout_seconds: 60 });
  smtp.blackhole();
  const { mail_id, flow_id } = await mail.enqueue();
  const delivering = mail.mailer.deliver(flow_id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  mail.mailer.interrupt();
  await expect(delivering).rejects.toThrow(MailDelayed);
  smtp.ok();
  await mail.another().deliver(flow_id);
  expect(await mail.row(mail_id)).toMatchObject({ status: "sent", attempts: 2 });
});

Deno.test("a server that is away is given a rest: the next mails are delayed at once, without a connection", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  smtp.blackhole();
  const flows = [];
  for (let i = 0; i < 6; i++) flows.push((await mail.enqueue({ to: `user${i}@example.com` })).flow_id);
  await Promise.all(flows.slice(0, 3).map((flow_id) => mail.mailer.deliver(flow_id).catch(() => {})));
  const connections = smtp.connections();
  const began = Date.now();
  await Promise.all(flows.slice(3).map((flow_id) => mail.mailer.deliver(flow_id).catch(() => {})));
  expect(Date.now() - began).toBeLessThan(500);
  expect(smtp.connections()).toBe(connections);
  for (const flow_id of flows) {
    expect(await mail.mailer.of(mail.sql, flow_id)).toMatchObject([{ status: "delayed", attempts: 1 }]);
  }
  expect(await mail.mailer.deliverNext()).toBe(false);
  expect((await mail.mailer.health()).up).toBe(false);
});

Deno.test("when the server is back, what waited for it goes within seconds instead of at its own time", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer(through(smtp));
  smtp.down();
  const flows = [];
  for (let i = 0; i < 3; i++) flows.push((await mail.enqueue({ to: `user${i}@example.com` })).flow_id);
  for (const flow_id of flows) await mail.mailer.deliver(flow_id).catch(() => {});
  await mail.sql`update mail set next_attempt_at = now() + interval '10 minutes'`;
  smtp.ok();
  // Long after the last look.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const end = Date.now() + 10_000;
  while (smtp.messages().length < 3 && Date.now() < end) {
    await mail.mailer.tidy();
    while (await mail.mailer.deliverNext());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(smtp.messages()).toHaveLength(3);
  expect(mail.lines.join("")).toContain("mail.server_back");
  expect(await mail.mailer.health()).toMatchObject({ up: true, essential: false });
});

Deno.test("a wrong password delays mail, and the log shouts once", async () => {
  await using smtp = await testSmtp({ username: "us", password: "right" });
  await using mail = await testMailer({ ...through(smtp), smtp_username: "us", smtp_password: "wr0ng-pass" });
  const { mail_id, flow_id } = await mail.enqueue();
  for (const _ of [1, 2]) await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
  const { last_error } = await mail.row(mail_id);
  expect(last_error).toMatch(/^away: SMTP_USERNAME or SMTP_PASSWORD not accepted: 535/);
  const loud = mail.lines.filter((line) => line.includes('"level":"error"'));
  expect(loud).toHaveLength(1);
  expect(mail.lines.join("") + last_error).not.toContain("wr0ng-pass");
});

Deno.test("three hundred deliveries at once end with every mail sent once", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer({ ...through(smtp), smtp_timeout_seconds: 20 });
  const flows = await Promise.all(
    [...Array(300).keys()].map(async (i) => (await mail.enqueue({ to: `user${i}@example.com` })).flow_id),
  );
  const ends = await Promise.allSettled(flows.map((flow_id) => mail.mailer.deliver(flow_id)));
  for (const end of ends) if (end.status === "rejected") expect(end.reason).toBeInstanceOf(MailDelayed);
  await mail.hurry();
  while (await mail.mailer.deliverNext());
  expect(new Set(smtp.messages().map(({ to }) => to[0])).size).toBe(300);
  expect(smtp.messages()).toHaveLength(300);
  expect(smtp.connections()).toBeLessThanOrEqual(10);
});

Deno.test("a server that says it is well and takes nothing is tried more and more rarely", async () => {
  const asked = { verify: 0, send: 0 };
  await using mail = await testMailer({ smtp_server: "mail.example.org" }, {
    send() {
      asked.send++;
      return Promise.reject(Object.assign(new Error("broken off"), { code: "EABORT" }));
    },
    verify() {
      asked.verify++;
      return Promise.resolve();
    },
    close() {},
  });
  const { flow_id } = await mail.enqueue();
  await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
  const now = Date.now;
  try {
    // Ten minutes, a quarter of a minute at a time.
    for (let step = 1; step <= 40; step++) {
      Date.now = () => now() + step * 15_001;
      await mail.mailer.tidy();
    }
  } finally {
    Date.now = now;
  }
  expect(asked.verify).toBeGreaterThanOrEqual(4);
  expect(asked.verify).toBeLessThanOrEqual(7);
});
