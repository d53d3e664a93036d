import { expect } from "expect";
import { silentLog } from "../observe/log.ts";
import { connect } from "../db/postgres.ts";
import { testMailer } from "../testing/mail.ts";
import { faultProxy } from "../testing/proxy.ts";
import { testSmtp } from "../testing/smtp.ts";
import { createMailer, type RunningMailer } from "./mailer.ts";
import { startPump } from "./pump.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what: () => Promise<boolean> | boolean, milliseconds: number): Promise<void> {
  for (const end = Date.now() + milliseconds; !await what();) {
    if (Date.now() > end) throw new Error(`not within ${milliseconds} ms`);
    await pause(50);
  }
}

Deno.test("the pump sends what nobody delivers, a little after it was queued", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer({ smtp_server: smtp.host, smtp_port: smtp.port });
  const pump = startPump(mail);
  try {
    const { mail_id } = await mail.enqueue();
    const [received] = await smtp.waitFor("ada@example.com", 1, 12_000);
    await until(async () => (await mail.row(mail_id)).status === "sent", 1_000);
    const [{ waited }] = await mail.sql`
      select extract(epoch from sent_at - created_at)::float8 as waited from mail where mail_id = ${mail_id}`;
    expect(waited).toBeGreaterThan(4);
    expect(received.received_at.getTime()).toBeLessThan(Date.now() + 1);
    expect(await mail.metrics.text()).toMatch(/mail_queue_depth [01]\n/);
  } finally {
    await pump.stop();
  }
});

/** Counts what a pump asks of its mailer. */
function counting(behaviour: { tidy?(): Promise<void>; deliverNext?(): Promise<boolean> } = {}) {
  const asked = { tidy: 0, deliverNext: 0, interrupted: 0 };
  const mailer = {
    tidy() {
      asked.tidy++;
      return behaviour.tidy?.() ?? Promise.resolve();
    },
    deliverNext() {
      asked.deliverNext++;
      return behaviour.deliverNext?.() ?? Promise.resolve(false);
    },
    interrupt: () => void asked.interrupted++,
  } as RunningMailer;
  return { asked, mailer };
}

Deno.test("an idle pump asks three times and rests, and neither faults nor notices make it run in circles", async () => {
  await using mail = await testMailer();
  const idle = counting();
  const faulty = counting({ tidy: () => Promise.reject(new Error("the database is away")) });
  const throwing = counting({ deliverNext: () => Promise.reject(new Error("the database is away")) });
  const pumps = [idle, faulty, throwing].map(({ mailer }) =>
    startPump({ sql: mail.sql, mailer, log: silentLog })
  );
  await pause(300);
  for (let i = 0; i < 50; i++) await mail.sql`select pg_notify('mail', '')`;
  await pause(300);
  await Promise.all(pumps.map((pump) => pump.stop()));
  expect(idle.asked).toEqual({ tidy: 1, deliverNext: 3, interrupted: 0 });
  expect(faulty.asked).toEqual({ tidy: 1, deliverNext: 0, interrupted: 0 });
  expect(throwing.asked).toEqual({ tidy: 1, deliverNext: 3, interrupted: 0 });
});

Deno.test("a pump has three mails on their way and looks after the queue every sixty", async () => {
  await using mail = await testMailer();
  let [left, now, most] = [100, 0, 0];
  const { asked, mailer } = counting({
    async deliverNext() {
      if (left === 0) return false;
      left--;
      most = Math.max(most, ++now);
      await pause(1);
      now--;
      return true;
    },
  });
  const pump = startPump({ sql: mail.sql, mailer, log: silentLog });
  await until(() => left === 0 && now === 0, 5_000);
  await pump.stop();
  expect(most).toBe(3);
  expect(asked.tidy).toBe(2);
});

Deno.test("stop() waits for the mail that is on its way, and sends no more", async () => {
  await using smtp = await testSmtp();
  smtp.slow(100);
  await using mail = await testMailer({
    smtp_server: smtp.host,
    smtp_port: smtp.port,
    smtp_timeout_seconds: 10,
  });
  for (let i = 0; i < 10; i++) await mail.enqueue({ to: `user${i}@example.com` });
  await mail.hurry();
  const pump = startPump(mail);
  await until(() => smtp.connections() > 0, 2_000);
  await pump.stop();
  const counts = await mail.sql<{ status: string; count: number }[]>`
    select status, count(*)::int as count from mail group by status order by status`;
  expect(counts.map(({ status }) => status)).toEqual(["queued", "sent"]);
  expect(smtp.messages()).toHaveLength(counts[1].count);
  expect(counts[1].count).toBeLessThanOrEqual(3);
});

Deno.test("stop() breaks off what a silent server holds, and leaves it to others", async () => {
  await using smtp = await testSmtp();
  smtp.blackhole();
  await using mail = await testMailer({
    smtp_server: smtp.host,
    smtp_port: smtp.port,
    smtp_timeout_seconds: 60,
  });
  const { mail_id } = await mail.enqueue();
  await mail.hurry();
  const pump = startPump(mail);
  await until(() => smtp.connections() > 0, 2_000);
  const began = Date.now();
  await pump.stop();
  expect(Date.now() - began).toBeLessThan(8_000);
  const row = await mail.row(mail_id);
  expect(row).toMatchObject({ status: "queued", attempts: 1, last_error: "away: interrupted" });
  expect(row.next_attempt_at!.getTime()).toBeLessThan(Date.now() + 2_000);
});

Deno.test("the pump outlives a database that is away, and goes on where it was", async () => {
  await using smtp = await testSmtp();
  await using mail = await testMailer();
  const { hostname, port } = new URL(mail.url);
  await using proxy = await faultProxy({ upstream: { host: hostname, port: Number(port) } });
  const sql = connect(proxy.url(mail.url), { max: 4 });
  const mailer = createMailer({
    ...mail,
    core: { ...mail.core, smtp_server: smtp.host, smtp_port: smtp.port },
    transport: undefined,
    sql,
  });
  const pump = startPump({ sql, mailer, log: mail.log });
  try {
    await pause(300);
    proxy.cut();
    const { mail_id } = await mail.enqueue();
    await mail.hurry();
    await until(() => mail.lines.join("").includes("mail.pump_failed"), 12_000);
    expect(smtp.messages()).toHaveLength(0);
    proxy.pass();
    await smtp.waitFor("ada@example.com", 1, 12_000);
    await until(async () => (await mail.row(mail_id)).status === "sent", 2_000);
    expect(mail.lines.filter((line) => line.includes("mail.pump_failed")).length).toBeLessThan(5);
  } finally {
    await pump.stop();
    mailer.close();
    await sql.end({ timeout: 1 });
  }
});
