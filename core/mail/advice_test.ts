/** What an adviser may change about a mail, and what it cannot keep from going. */
import { expect } from "expect";
import type { MailAdvice, MailOutcome, MailPlan } from "../services/mod.ts";
import { createMailer } from "./mailer.ts";
import type { Message } from "./message.ts";
import { testMailer } from "../testing/mail.ts";

interface World {
  prepare?: MailAdvice["prepare"];
  heard?: MailAdvice["heard"];
}

const sendAs = (finish: (message: Message) => Message = (message) => message): MailPlan => ({
  act: "send",
  wording: null,
  link_tag: "0123456789abcdef",
  finish,
});

/** Mail that is advised on, what left, and what was heard. */
async function advised({ prepare, heard }: World) {
  const left: Message[] = [];
  const outcomes: MailOutcome[] = [];
  const base = await testMailer();
  const mailer = createMailer({
    ...base,
    transport: {
      send: (message) => (left.push(message), Promise.resolve()),
      verify: () => Promise.resolve(),
      close() {},
    },
    advice: () => ({
      prepare: prepare ?? (() => Promise.resolve(sendAs())),
      heard: heard ?? ((_tx, outcome) => (outcomes.push(outcome), Promise.resolve())),
      pressed() {},
    }),
  });
  return {
    ...base,
    mailer,
    left,
    outcomes,
    async [Symbol.asyncDispose]() {
      mailer.close();
      await base[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a link carries its tag, and the last look may change headers", async () => {
  await using world = await advised({
    prepare: () =>
      Promise.resolve(sendAs((message) => ({ ...message, headers: { ...message.headers, "X-Seen": "1" } }))),
  });
  const { mail_id, flow_id } = await world.enqueue();
  await world.mailer.deliver(flow_id);
  const [message] = world.left;
  expect(message.text).toContain("token=t0ken&m=0123456789abcdef");
  expect(message.headers["X-Seen"]).toBe("1");
  expect(world.outcomes).toMatchObject([{ mail_id, result: "sent", attempts: 1, plan: { act: "send" } }]);
});

for (
  const [claim, prepare] of [
    ["an adviser that throws", () => Promise.reject(new Error("no idea"))],
    ["an adviser that never answers", () => new Promise<never>(() => {})],
    ["a last look that throws", () =>
      Promise.resolve(sendAs(() => {
        throw new Error("no idea");
      }))],
  ] as [string, MailAdvice["prepare"]][]
) {
  Deno.test(`${claim} keeps no mail from going`, async () => {
    await using world = await advised({ prepare });
    const { mail_id, flow_id } = await world.enqueue();
    await world.mailer.deliver(flow_id);
    expect(world.left.length).toBe(1);
    expect((await world.row(mail_id)).status).toBe("sent");
  });
}

Deno.test("what an adviser throws at what it hears leaves the mail sent, once", async () => {
  await using world = await advised({
    heard: async (tx) => void await tx`select 1 / 0`,
  });
  const { mail_id, flow_id } = await world.enqueue();
  await world.mailer.deliver(flow_id);
  await world.mailer.deliver(flow_id);
  expect((await world.row(mail_id)).status).toBe("sent");
  expect(world.left.length).toBe(1);
});

Deno.test("mail that may wait is held for everybody, and a look at it is no attempt", async () => {
  const until = new Date(Date.now() + 3_600_000);
  await using world = await advised({ prepare: () => Promise.resolve({ act: "wait", until }) });
  const welcome = await world.enqueue({ kind: "welcome", expires_at: new Date(Date.now() + 86_400_000) });
  await world.mailer.deliver(welcome.flow_id);
  await world.mailer.deliverMail(welcome.mail_id);
  expect(await world.mailer.deliverNext()).toBe(false);
  expect(world.left).toEqual([]);
  expect(await world.row(welcome.mail_id)).toMatchObject({
    status: "queued",
    attempts: 0,
    held_until: until,
  });
});

for (
  const [claim, kind, hours] of [
    ["security mail", "verify_email", 1],
    ["mail that would be late", "welcome", 72],
    ["mail whose hour is over", "welcome", -1],
  ] as const
) {
  Deno.test(`${claim} does not wait, whatever the adviser says`, async () => {
    const until = new Date(Date.now() + hours * 3_600_000);
    await using world = await advised({ prepare: () => Promise.resolve({ act: "wait", until }) });
    const { flow_id } = await world.enqueue({ kind, expires_at: new Date(Date.now() + 72 * 3_600_000) });
    await world.mailer.deliver(flow_id);
    expect(world.left.length).toBe(1);
  });
}

Deno.test("mail that is dropped has failed, with the reason, and is no refusal of the server's", async () => {
  await using world = await advised({
    prepare: () => Promise.resolve({ act: "drop", reason: "suppressed: it bounced" }),
  });
  const { mail_id, flow_id } = await world.enqueue();
  await world.mailer.deliver(flow_id);
  expect(world.left).toEqual([]);
  expect(await world.row(mail_id)).toMatchObject({ status: "failed", last_error: "suppressed: it bounced" });
  expect(world.outcomes).toMatchObject([{ result: "failed", recipient_refused: false }]);
});
