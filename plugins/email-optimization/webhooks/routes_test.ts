import { expect } from "expect";
import { configure, definePlugin } from "../../../core/plugin.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { type EmailConfig, emailConfig } from "../config.ts";
import { eventsOf, findMessage, insertMessage } from "../message_event.ts";
import { addressTags, isSuppressed } from "../suppression.ts";
import type { MailReport, WebhookSource } from "./report.ts";
import { createWebhookRoutes, webhookMetrics } from "./routes.ts";
import { takeReports } from "./take.ts";
import { iso, mailgun, postmark, sendgrid, sesBounce, sesMail, testSenders } from "./testing.ts";

const senders = testSenders();
const asked: string[] = [];
const plugin = definePlugin<EmailConfig>({
  name: "email-optimization",
  about: "Its webhooks alone, and a host of AWS that is here.",
  config: emailConfig,
  migrations: new URL("../migrations/", import.meta.url),
  metrics: webhookMetrics,
  routes: createWebhookRoutes({
    outgoing: {
      get(url) {
        asked.push(url);
        return Promise.resolve({ status: 200, headers: {}, text: senders.certificate });
      },
    },
  }),
});
const secrets = [crypto.getRandomValues(new Uint8Array(32))];
const service = await testPlugins([configure(plugin, senders.config)], { secrets });
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, keys, api, ctx } = service;

let people = 0;
/** A mail that was decided on, to an address of its own. */
async function sentMail(): Promise<{ mail_id: string; to: string; message_id: string; tag: Uint8Array }> {
  const [mail_id, to] = [crypto.randomUUID(), `ada${++people}@example.com`];
  const tag = addressTags(keys, to)![0];
  await insertMessage(sql, {
    ...{ mail_id, kind: "welcome", flow_id: null, account_id: null, address_tag: tag, domain_class: "other" },
    ...{
      locale: "en",
      experiment_id: null,
      variant: "standard",
      hold_out: false,
      context: "all",
      propensity: 1,
    },
    ...{ model_version: "test", timing: null, held_until: null, reasons: ["default"] },
  });
  return { mail_id, to, message_id: `<${mail_id}@mail.example.org>`, tag };
}

/** The same bounce of an address that is not there, as each of them tells it. */
const bounces: Record<WebhookSource, (mail: { message_id: string; mail_id: string; to: string }) => unknown> =
  {
    generic: ({ message_id, to, mail_id }) => ({
      events: [{ id: mail_id, type: "bounced", hard: true, at: iso, message_id, recipient: to }],
    }),
    ses: ({ message_id, to, mail_id }) => ({
      ...sesBounce({
        feedbackId: mail_id,
        bouncedRecipients: [{ emailAddress: to, diagnosticCode: "550 5.1.1" }],
      }),
      mail: { ...sesMail, commonHeaders: { messageId: message_id } },
    }),
    sendgrid: ({ message_id, to, mail_id }) =>
      sendgrid({ event: "bounce", type: "bounce", email: to, "smtp-id": message_id, sg_event_id: mail_id }),
    postmark: ({ mail_id, to }) =>
      postmark({ RecordType: "Bounce", Type: "HardBounce", ID: ++people, Email: to, Metadata: { mail_id } }),
    mailgun: ({ message_id, to, mail_id }) =>
      mailgun({
        ...{ event: "failed", severity: "permanent", reason: "bounce", id: mail_id, recipient: to },
        message: { headers: { "message-id": message_id } },
      }),
  };

const post = (source: WebhookSource, { body, headers }: { body: string; headers: Record<string, string> }) =>
  api("POST", `/email/webhooks/${source}`, body, { headers });
const events = async () => (await sql`select count(*)::int as n from email_event`)[0].n;

for (const source of Object.keys(bounces) as WebhookSource[]) {
  Deno.test(`${source}: a bounce is taken once, and its address gets no more mail`, async () => {
    const mail = await sentMail();
    const body = bounces[source](mail);
    const sent = senders.send(source, body);
    const taken = { taken: 1, seen: 0, unknown: 0, passed_over: 0 };
    expect(await post(source, sent)).toMatchObject({ status: 200, body: taken });
    expect(await isSuppressed(sql, mail.tag, false)).toMatchObject({ reason: "hard_bounce", strikes: 1 });
    expect(await findMessage(sql, mail.mail_id)).toMatchObject({ bounced_at: expect.any(Date) });
    const seen = { taken: 0, seen: 1 };
    // The same request again, and the same news in another.
    expect(await post(source, sent)).toMatchObject({ status: 200, body: seen });
    expect(await post(source, senders.send(source, body))).toMatchObject({ status: 200, body: seen });
    expect(await isSuppressed(sql, mail.tag, false)).toMatchObject({ strikes: 1 });
    expect((await eventsOf(sql, mail.mail_id)).map(({ type }) => type)).toEqual(["decided", "bounced"]);
  });

  Deno.test(`${source}: what it did not sign changes nothing, whatever it says`, async () => {
    const mail = await sentMail();
    const before = await events();
    const good = senders.send(source, bounces[source](mail));
    const unsigned = { body: good.body.replace(/"signature":\{[^}]*\}/, '"signature":{}'), headers: {} };
    const json = { "content-type": "application/json" };
    const rows = [
      ...source === "ses" ? [] : [unsigned, { body: JSON.stringify(bounces[source](mail)), headers: json }],
      ...["{}", "[]", "null", '"{}"', "7", "{", "\u0000", "[".repeat(100_000), ""].map((body) => ({
        body,
        headers: json,
      })),
      senders.send(source, bounces[source](mail), { at: new Date(Date.now() - 40 * 3600_000), over: "x" }),
    ];
    for (const row of source === "postmark" ? rows.slice(0, -1) : rows) {
      expect([row.body.slice(0, 30), await post(source, row)]).toMatchObject([
        row.body.slice(0, 30),
        { status: 401, body: { code: "webhook_signature_invalid" } },
      ]);
    }
    const { headers } = await post(source, { body: "{}", headers: json });
    expect(headers.get("www-authenticate")).toBe(source === "postmark" ? 'Basic realm="webhook"' : "Webhook");
    expect(await service.metrics.text()).toContain(
      `email_reports_total{source="${source}",result="refused"}`,
    );
    const large = `{"x":"${"y".repeat(1_100_000)}"}`;
    expect(await post(source, { body: large, headers: json })).toMatchObject({ status: 413 });
    expect(await events()).toBe(before);
    expect(await isSuppressed(sql, mail.tag, true)).toBeNull();
  });
}

Deno.test("ses: a subscription to the topic is confirmed by itself, and nothing else is asked", async () => {
  asked.length = 0;
  const SubscribeURL = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";
  const message = (Type: "SubscriptionConfirmation" | "UnsubscribeConfirmation", url: string) => ({
    body: JSON.stringify(senders.snsMessage({ Type, SubscribeURL: url, Token: "t" }, new Date())),
    headers: { "content-type": "text/plain; charset=UTF-8" },
  });
  expect(await post("ses", message("SubscriptionConfirmation", "https://example.org/"))).toMatchObject({
    status: 401,
  });
  expect(await post("ses", message("SubscriptionConfirmation", SubscribeURL))).toMatchObject({ status: 200 });
  expect(await post("ses", message("UnsubscribeConfirmation", SubscribeURL))).toMatchObject({ status: 200 });
  expect(asked.filter((url) => !url.endsWith(".pem"))).toEqual([SubscribeURL]);
  // SES tries a topic out with a sentence.
  const sentence = senders.snsMessage({ Message: "Successfully validated SNS topic." }, new Date());
  expect(
    await post("ses", {
      ...message("SubscriptionConfirmation", SubscribeURL),
      body: JSON.stringify(sentence),
    }),
  )
    .toMatchObject({ status: 200, body: { taken: 0, passed_over: 1 } });
});

Deno.test("mailgun: another event under a signature that was used is not taken", async () => {
  const [mail, other] = [await sentMail(), await sentMail()];
  const sent = senders.send("mailgun", bounces.mailgun(mail));
  expect(await post("mailgun", sent)).toMatchObject({ body: { taken: 1 } });
  const forged = {
    ...JSON.parse(sent.body),
    "event-data": (bounces.mailgun(other) as { "event-data": unknown })["event-data"],
  };
  expect(await post("mailgun", { ...sent, body: JSON.stringify(forged) })).toMatchObject({
    body: { taken: 0, seen: 1 },
  });
  expect(await isSuppressed(sql, other.tag, true)).toBeNull();
});

Deno.test("a webhook that is not set up is not there", async () => {
  await using off = await testPlugins([plugin], { database: service.database, secrets });
  for (const source of Object.keys(bounces)) {
    expect(await off.api("POST", `/email/webhooks/${source}`, {})).toMatchObject({
      status: 404,
      body: { code: "webhook_off" },
    });
  }
});

const report = (mail: { mail_id: string; to: string }, of: Partial<MailReport> = {}): MailReport => ({
  ...{
    source_id: crypto.randomUUID(),
    type: "bounced",
    hard: true,
    mail_id: mail.mail_id,
    recipient: mail.to,
  },
  ...{ detail: "550 5.1.1", at: new Date() },
  ...of,
});
const take = (...reports: MailReport[]) => takeReports(ctx, { source: "generic", reports });

Deno.test("what is reported counts for the address that the mail went to, and for no other", async () => {
  const mail = await sentMail();
  expect(await take(report({ ...mail, mail_id: crypto.randomUUID() }))).toEqual({
    taken: 0,
    seen: 0,
    unknown: 1,
  });
  // A mailbox that sends on to one that is gone.
  await take(report(mail, { recipient: "bob@elsewhere.example" }));
  expect(await isSuppressed(sql, mail.tag, true)).toBeNull();
  expect((await eventsOf(sql, mail.mail_id)).at(-1)!.detail).toMatchObject({ hard: false, elsewhere: true });
  await take(report(mail, { recipient: `"Ada" <${mail.to.toUpperCase()}>` }));
  expect(await isSuppressed(sql, mail.tag, false)).toMatchObject({
    reason: "hard_bounce",
    detail: "550 5.1.1",
  });
});

Deno.test("a full mailbox is given a rest at the third time, and mail that arrives ends it", async () => {
  const mail = await sentMail();
  for (let i = 0; i < 3; i++) await take(report(mail, { hard: false }));
  expect(await isSuppressed(sql, mail.tag, true)).toMatchObject({ reason: "soft_bounce", strikes: 3 });
  await take(report(mail, { type: "delivered", hard: false }));
  expect(await isSuppressed(sql, mail.tag, true)).toBeNull();
});

Deno.test("who complains gets no more mail: none at all as a stranger, and none they may do without as a holder", async () => {
  const account = async (to: string, status: string) => {
    const [{ account_id }] = await sql`
      insert into account (email, email_key, email_skeleton, locale, status, email_verified_at)
      values (${to}, ${to}, ${to}, 'en', ${status}, now()) returning account_id`;
    return account_id as string;
  };
  const rows: [whose: string, account: (to: string) => Promise<string | null>, scope: "all" | "optional"][] =
    [
      ["nobody's", () => Promise.resolve(null), "all"],
      ["of an account that is gone", () => Promise.resolve(crypto.randomUUID()), "all"],
      ["pending", (to) => account(to, "pending_verification"), "all"],
      ["disabled", (to) => account(to, "disabled"), "all"],
      ["of an account with another address", (to) => account(`new.${to}`, "active"), "all"],
      ["the holder's", (to) => account(to, "active"), "optional"],
    ];
  for (const [whose, make, scope] of rows) {
    const mail = await sentMail();
    await sql`update email_message set account_id = ${await make(mail.to)} where mail_id = ${mail.mail_id}`;
    await take(report(mail, { type: "complained", hard: false, recipient: null }));
    expect([whose, await isSuppressed(sql, mail.tag, true)]).toMatchObject([whose, {
      reason: "complaint",
      scope,
    }]);
  }
});

Deno.test("batches that name the same mails in other orders at once all come through, each report once", async () => {
  const mails = await Promise.all(Array.from({ length: 120 }, sentMail));
  const reports = mails.map((mail) => report(mail, { hard: false }));
  const done = await Promise.all([
    take(...reports),
    take(...reports.toReversed()),
    take(...reports.toSorted(() => Math.random() - 0.5)),
  ]);
  const sum = (name: "taken" | "seen") => done.reduce((all, one) => all + one[name], 0);
  expect([sum("taken"), sum("seen")]).toEqual([120, 240]);
  const ids = mails.map(({ mail_id }) => mail_id);
  const [{ strikes }] = await sql`
    select sum(strikes)::int as strikes from email_suppression where mail_id = any(${ids}::uuid[])`;
  expect(strikes).toBe(120);
});

Deno.test("what servers say is taken whatever is in it, and kept in characters that can be kept", async () => {
  const [mail, other] = [await sentMail(), await sentMail()];
  const event = (of: typeof mail, more: Record<string, unknown>) =>
    sendgrid({ event: "bounce", type: "blocked", email: of.to, "smtp-id": of.message_id, ...more })[0];
  const body = [
    event(mail, { sg_event_id: "nul\u0000" }),
    event(mail, {
      sg_event_id: "half",
      reason: "full\u0000 \ud800 <x@y.example>",
      deep: JSON.parse("[".repeat(500) + "]".repeat(500)),
    }),
    event(other, { sg_event_id: "other", reason: "x".repeat(299) + "🦊" }),
  ];
  expect(await post("sendgrid", senders.send("sendgrid", body))).toMatchObject({
    status: 200,
    body: { taken: 2, passed_over: 1 },
  });
  const [, { detail }] = await eventsOf(sql, mail.mail_id);
  expect(detail).toEqual({ hard: false, elsewhere: false, detail: "full \ufffd <…>" });
  const broken = senders.send("sendgrid", null, { over: "{" });
  expect(await post("sendgrid", { ...broken, body: "{" })).toMatchObject({
    status: 400,
    body: { code: "invalid_json" },
  });
});
