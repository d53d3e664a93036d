import { evidenceOf } from "../client_evidence.ts";
import { insertFlow } from "../flow/flow.ts";
import { expect } from "expect";
import { createKeys } from "../keys/keys.ts";
import type { MailRequest } from "../services/mod.ts";
import { testMailer } from "../testing/mail.ts";
import {
  backoffSeconds,
  claimMail,
  enqueueMail,
  giveUpExpired,
  hurryDelayed,
  mailOf,
  markDelayed,
  markFailed,
  markSent,
  openData,
  queueDepth,
  sweepMail,
} from "./mail.ts";
import { AWAY_PREFIX } from "./smtp_error.ts";

const lease_seconds = 90;

Deno.test("enqueueMail() refuses what could end a header or an SMTP command, and stores nothing", async () => {
  await using mail = await testMailer();
  const refused = [
    "",
    "ada",
    "@example.com",
    "ada@",
    "ada@example.com\r\nBcc: b@c.example",
    "ada@example.com\nRCPT TO:<b@c.example>",
    "ada@example.com>",
    "<ada@example.com>",
    "ada@example.com,b@c.example",
    "ada b@example.com",
    '"ada"@example.com',
    "ada@[127.0.0.1]",
    "ada@example.com\0",
    "ada@example.com\u2028",
    "ada@exam\u00a0ple.com",
    "\ud800@example.com",
    `${"a".repeat(250)}@example.com`,
  ];
  for (const to of refused) {
    await expect(mail.enqueue({ to })).rejects.toThrow("mail: the recipient is not an address");
  }
  for (const to of ["ada@example.com", "o'neill+tag@example.com", "jörg@bücher.example"]) {
    expect((await mail.enqueue({ to })).mail_id).toMatch(/^[\w-]{36}$/);
  }
  expect((await queueDepth(mail.sql)).depth).toBe(3);
});

Deno.test("data of 16 KiB is taken, a byte more is not, and what it says never reaches the error", async () => {
  await using mail = await testMailer();
  const around = JSON.stringify({ url: "" }).length;
  const most = 16 * 1024 - around;
  expect((await mail.enqueue({ data: { url: "x".repeat(most) } })).mail_id).not.toBeNull();
  for (const url of ["x".repeat(most + 1), "ä".repeat(most / 2 + 1)]) {
    await expect(mail.enqueue({ data: { url } })).rejects.toThrow(
      new RangeError("mail data: at most 16384 bytes"),
    );
  }
});

Deno.test("data is sealed at rest, to its own mail, and opened by nobody with other secrets", async () => {
  await using mail = await testMailer();
  const { mail_id, flow_id } = await mail.enqueue();
  const [row] = await mail.sql`select row_to_json(m)::text as stored from mail m`;
  for (const said of ["t0ken", "123456"]) {
    expect(row.stored).not.toContain(said);
    expect(row.stored).not.toContain(new TextEncoder().encode(said).toHex());
  }
  const claimed = (await claimMail(mail.sql, { lease_seconds, whose: { flow_id } }))!;
  expect(claimed.mail_id).toBe(mail_id);
  expect(openData(mail.keys, claimed)).toMatchObject({ code: "123456" });
  expect(() => openData(mail.keys, { ...claimed, mail_id: crypto.randomUUID() })).toThrow();
  const others = createKeys([crypto.getRandomValues(new Uint8Array(32))]);
  expect(() => openData(others, claimed)).toThrow();
});

Deno.test("a mail that cannot be opened waits for its secret: it is neither lost nor the server's fault", async () => {
  await using mail = await testMailer();
  const flow_id = crypto.randomUUID();
  const foreign = createKeys([crypto.getRandomValues(new Uint8Array(32))]);
  const request: MailRequest = {
    kind: "welcome",
    to: "ada@example.com",
    locale: "en",
    dedupe_key: "x",
    flow_id,
    account_id: null,
    request_id: null,
    data: {},
    expires_at: new Date(Date.now() + 60_000),
  };
  const mail_id = await enqueueMail(mail.sql, foreign, request);
  await expect(mail.mailer.deliver(flow_id)).rejects.toThrow();
  const row = await mail.row(mail_id!);
  expect(row).toMatchObject({ status: "queued", attempts: 1, last_error: expect.stringMatching(/compose/) });
  expect(row.last_error).not.toMatch(new RegExp(`^${AWAY_PREFIX}`));
  expect(await mail.mailer.health()).toMatchObject({ up: true });
});

Deno.test("claimMail() gives the longest waiting first, each to one, and none that is not due or past its time", async () => {
  await using mail = await testMailer();
  const { sql } = mail;
  const [late, early, later, expired] = [
    await mail.enqueue(),
    await mail.enqueue(),
    await mail.enqueue(),
    await mail.enqueue(),
  ];
  // New mail is its own executor's for a moment.
  expect(await claimMail(sql, { lease_seconds })).toBeNull();
  const due = (mail_id: string, seconds: number) =>
    sql`update mail set next_attempt_at = now() + make_interval(secs => ${seconds}) where mail_id = ${mail_id}`;
  await due(late.mail_id, -1);
  await due(early.mail_id, -2);
  await due(later.mail_id, 60);
  await due(expired.mail_id, -3);
  await sql`update mail set expires_at = now() where mail_id = ${expired.mail_id}`;
  const claimed = await Promise.all(Array.from({ length: 4 }, () => claimMail(sql, { lease_seconds })));
  expect(claimed.map((one) => one?.mail_id ?? null).sort()).toEqual(
    [early.mail_id, late.mail_id, null, null].sort(),
  );
  // Its flow's executor does not wait, but for what it has tried.
  const { flow_id, mail_id } = later;
  expect(await claimMail(sql, { lease_seconds, whose: { flow_id }, except: [mail_id] })).toBeNull();
  expect(await claimMail(sql, { lease_seconds, whose: { flow_id } })).toMatchObject({ mail_id, attempts: 1 });
  expect(await claimMail(sql, { lease_seconds, whose: { flow_id } })).toBeNull();
});

Deno.test("claimMail() tells what the request behind a mail showed, where somebody kept it", async () => {
  await using mail = await testMailer();
  const client = evidenceOf(
    { headers: new Headers(), ip: null, user_agent: "Firefox on Android", locale: "de" },
    null,
    "page",
  );
  const [kept, unknown] = [await mail.enqueue(), await mail.enqueue()];
  await insertFlow(
    mail.sql,
    {
      ...{ flow_id: kept.flow_id, kind: "registration", workflow: "AuthenticationSagaWorkflow" },
      ...{ account_id: null, request_id: null, client },
    } as Parameters<typeof insertFlow>[1],
  );
  for (const [{ flow_id }, shown] of [[kept, client], [unknown, null]] as const) {
    const claimed = await claimMail(mail.sql, { lease_seconds, whose: { flow_id } });
    expect(claimed?.client).toEqual(shown);
  }
});

Deno.test("whoever lost the lease cannot say how it went, but for having sent it", async () => {
  await using mail = await testMailer();
  const { sql } = mail;
  const { mail_id, flow_id } = await mail.enqueue();
  const lost = (await claimMail(sql, { lease_seconds: 0, whose: { flow_id } }))!;
  const held = (await claimMail(sql, { lease_seconds, whose: { flow_id } }))!;
  expect([lost.attempts, held.attempts]).toEqual([1, 2]);
  expect(await markFailed(sql, lost, "refused: 550")).toBe(false);
  expect(await markDelayed(sql, lost, "away: x", 5)).toBe(false);
  expect(await mail.row(mail_id)).toMatchObject({ status: "sending", last_error: null });
  expect(await markSent(sql, mail_id)).toBe(true);
  expect(await markSent(sql, mail_id)).toBe(false);
  expect(await markDelayed(sql, held, "away: x", 5)).toBe(false);
  expect(await markFailed(sql, held, "refused: 550")).toBe(false);
  expect(await mail.row(mail_id)).toMatchObject({ status: "sent", last_error: null, data_sealed: null });
  const slow = await mail.enqueue();
  await claimMail(sql, { lease_seconds: 0, whose: { flow_id: slow.flow_id } });
  await sql`update mail set expires_at = now() where mail_id = ${slow.mail_id}`;
  expect(await giveUpExpired(sql)).toHaveLength(1);
  expect(await markSent(sql, slow.mail_id)).toBe(true);
});

Deno.test("giveUpExpired() leaves alone what is on its way, what has time, and what has ended", async () => {
  await using mail = await testMailer();
  const { sql } = mail;
  const ids: Record<string, string> = {};
  for (const name of ["waiting", "on_its_way", "abandoned", "sent"]) {
    ids[name] = (await mail.enqueue({ expires_at: new Date(Date.now() - 1_000) })).mail_id;
  }
  ids.has_time = (await mail.enqueue()).mail_id;
  await sql`update mail set status = 'sending', lease_until = now() + interval '1 minute'
            where mail_id = ${ids.on_its_way}`;
  await sql`update mail set status = 'sending', lease_until = now() where mail_id = ${ids.abandoned}`;
  await markSent(sql, ids.sent);
  const given = await giveUpExpired(sql);
  expect(given.map(({ mail_id }) => mail_id).sort()).toEqual([ids.waiting, ids.abandoned].sort());
});

Deno.test("hurryDelayed() brings forward what waits for the server, and not what was told to wait", async () => {
  await using mail = await testMailer();
  const { sql } = mail;
  const errors = ["away: connection lost", "away: no answer", "not now: 450 busy", null];
  for (const last_error of errors) {
    const { mail_id } = await mail.enqueue();
    await sql`update mail set last_error = ${last_error}, next_attempt_at = now() + interval '10 minutes'
              where mail_id = ${mail_id}`;
  }
  expect(await hurryDelayed(sql, AWAY_PREFIX, 1)).toBe(1);
  expect(await hurryDelayed(sql, AWAY_PREFIX)).toBe(1);
  const soon = await sql`select last_error from mail where next_attempt_at <= now() + interval '3 seconds'`;
  expect(soon.map(({ last_error }) => last_error).sort()).toEqual(errors.slice(0, 2));
});

Deno.test("backoffSeconds() doubles from 5 seconds to 10 minutes, a quarter around it", () => {
  const rows: [number, number][] = [[0, 5], [1, 5], [2, 10], [3, 20], [7, 320], [8, 600], [50, 600], [
    1e9,
    600,
  ]];
  for (const [attempts, seconds] of rows) {
    expect(backoffSeconds(attempts, 0.5)).toBe(seconds);
    expect(backoffSeconds(attempts, 0)).toBe(seconds * 0.75);
    expect(backoffSeconds(attempts, 1)).toBe(seconds * 1.25);
  }
});

Deno.test("mailOf() tells of one flow alone, oldest first, and calls tried and waiting delayed", async () => {
  await using mail = await testMailer();
  const { sql } = mail;
  const flow_id = crypto.randomUUID();
  await mail.enqueue();
  const states = [
    sql`status = 'queued'`,
    sql`status = 'queued', attempts = 1, last_error = 'away: x'`,
    sql`status = 'sending', attempts = 1, lease_until = now() + interval '1 minute'`,
    sql`status = 'sending', attempts = 1, lease_until = now()`,
    sql`status = 'failed', attempts = 1`,
    sql`status = 'sent', attempts = 1, sent_at = now()`,
  ];
  for (const state of states) {
    const { mail_id } = await mail.enqueue({ flow_id });
    await sql`update mail set ${state} where mail_id = ${mail_id}`;
  }
  const told = await mailOf(sql, flow_id);
  expect(told.map(({ status }) => status)).toEqual([
    "queued",
    "delayed",
    "sending",
    "delayed",
    "failed",
    "sent",
  ]);
  expect(told.map(({ next_attempt_at }) => next_attempt_at !== null)).toEqual([
    ...[true, true, true, true],
    ...[false, false],
  ]);
  expect(await queueDepth(sql)).toMatchObject({ depth: 5, delayed: 1 });
});

Deno.test("sweepMail() forgets what ended long ago, and nothing that is still to be sent", async () => {
  await using mail = await testMailer();
  const { sql } = mail;
  const old: Record<string, string> = {};
  for (const status of ["sent", "failed", "queued", "sending"]) {
    old[status] = (await mail.enqueue()).mail_id;
    await sql`update mail set status = ${status}, created_at = now() - interval '91 days'
              where mail_id = ${old[status]}`;
  }
  const young = await mail.enqueue();
  await markSent(sql, young.mail_id);
  expect(await sweepMail(sql)).toBe(2);
  const left = await sql`select mail_id from mail`;
  expect(left.map(({ mail_id }) => mail_id).sort()).toEqual([old.queued, old.sending, young.mail_id].sort());
});
