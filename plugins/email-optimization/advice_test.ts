/** What is decided about a mail, what is heard of it, and that both can be told again. */
import { expect } from "expect";
import { evidenceOf, type ScriptSignals } from "../../core/client_evidence.ts";
import type { MailPlan } from "../../core/services/mod.ts";
import { endExperiment, insertExperiment, promoteVariant } from "./experiments/experiment.ts";
import { stopAnswered } from "./experiments/stopping.ts";
import { linkTagOf, mailOfTag } from "./link_tag.ts";
import { eventsOf, findMessage, noteEvent, rebuildMessages } from "./message_event.ts";
import { forgetStandings } from "./runtime.ts";
import { addressTags, lift, suppress } from "./suppression.ts";
import { letter, mailToPrepare, outcomeOf, testEmail } from "../../core/testing/email.ts";

const trial = {
  kind: "verify_email",
  goal: "verified",
  window_hours: 24,
  variants: ["standard", "code_first"],
  hold_out: 0.1,
  floor: 0.1,
  loss_max: 0.01,
  stop: "auto",
  created_by: null,
} as const;
const service = await testEmail();
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, advice, keys, email, ctx, turn, idle } = service;

/** Nothing is tried out, and what is sent is the standard. */
async function nothingTried(): Promise<void> {
  await sql`update email_experiment set state = 'ended' where state = 'running'`;
  await sql`delete from email_default`;
  forgetStandings(email);
}

Deno.test("prepare() sends plain mail where nothing is tried out, and says so", async () => {
  await nothingTried();
  const mail = mailToPrepare();
  const plan = await advice.prepare(mail);
  expect(plan).toMatchObject({ act: "send", wording: null });
  const stored = await findMessage(sql, mail.mail_id);
  expect(stored).toMatchObject({
    variant: "standard",
    experiment_id: null,
    propensity: 1,
    reasons: ["default"],
  });
  expect(JSON.stringify(stored)).not.toContain("ada@");
});

Deno.test("prepare() decides by the reader's own clock and device, as the request showed them", async () => {
  await nothingTried();
  await insertExperiment(sql, { ...trial, variants: [...trial.variants] });
  forgetStandings(email);
  const client = {
    ...evidenceOf(
      { headers: new Headers(), ip: null, user_agent: "Firefox on Android", locale: "de" },
      null,
      "page",
    ),
    form: { shown_ms: 9000, trap_filled: false, script: { utc_offset_minutes: 330 } as ScriptSignals },
  };
  const known = mailToPrepare({ locale: "de", created_at: new Date("2026-03-01T01:00:00Z"), client });
  const unknown = mailToPrepare();
  const contexts = [];
  for (const mail of [known, unknown]) {
    await advice.prepare(mail);
    contexts.push((await findMessage(sql, mail.mail_id))!.context);
  }
  expect(contexts).toEqual(["morning/de/mobile/other", "any/en/any/other"]);
});

Deno.test("prepare() decides once for a mail, whatever was learnt between two attempts", async () => {
  await nothingTried();
  const experiment = (await insertExperiment(sql, { ...trial, variants: [...trial.variants] }))!;
  expect(await insertExperiment(sql, { ...trial, variants: [...trial.variants] })).toBe(null);
  const mails = Array.from({ length: 30 }, () => mailToPrepare());
  for (const mail of mails) await advice.prepare(mail);
  const before = await Promise.all(mails.map(({ mail_id }) => findMessage(sql, mail_id)));
  expect(new Set(before.map((one) => one!.variant))).toEqual(new Set(["standard", "code_first"]));
  expect(before.every((one) => one!.experiment_id === experiment.experiment_id)).toBe(true);
  await promoteVariant(sql, experiment.experiment_id, { variant: "code_first", because: "operator" });
  forgetStandings(email);
  for (const mail of mails) {
    await advice.prepare({ ...mail, attempts: 2 });
    // A mail that was held comes as a first attempt again.
    await advice.prepare(mail);
  }
  expect(await Promise.all(mails.map(({ mail_id }) => findMessage(sql, mail_id)))).toEqual(before);
  const next = mailToPrepare();
  await advice.prepare(next);
  expect(await findMessage(sql, next.mail_id)).toMatchObject({ variant: "code_first", experiment_id: null });
  expect(await endExperiment(sql, experiment.experiment_id, "operator")).toBe(null);
});

Deno.test("prepare() sends nothing to an address that is suppressed, and its way shows why", async () => {
  const tag = addressTags(keys, "sup@example.com")![0];
  const cases = [
    ["hard_bounce", "all", "verify_email", "drop"],
    ["hard_bounce", "all", "welcome", "drop"],
    ["complaint", "optional", "welcome", "drop"],
    ["complaint", "optional", "password_reset", "send"],
    ["unsubscribed", "optional", "welcome", "drop"],
    ["unsubscribed", "optional", "new_device", "send"],
    ["operator", "all", "password_changed", "drop"],
  ] as const;
  for (const [reason, scope, kind, act] of cases) {
    await lift(sql, tag);
    await suppress(sql, { tag, reason, scope, detail: "550 no such user" });
    const mail = mailToPrepare({ kind, recipient: "Sup@Example.com" });
    const plan = await advice.prepare(mail);
    expect([reason, kind, plan.act]).toEqual([reason, kind, act]);
    if (plan.act !== "drop") continue;
    await sql.begin((tx) =>
      advice.heard(tx, outcomeOf(mail, plan, { result: "failed", reason: plan.reason }))
    );
    expect((await eventsOf(sql, mail.mail_id)).map(({ type }) => type)).toEqual(["decided", "dropped"]);
    expect(await findMessage(sql, mail.mail_id)).toMatchObject({
      sent_at: null,
      failed_at: expect.any(Date),
    });
  }
});

Deno.test("a hard refusal suppresses an address; one for the message's sake does not", async () => {
  const refusals: [string, { code: number; enhanced: string | null }, string, "send" | "drop"][] = [
    ["a@example.com", { code: 550, enhanced: "5.1.1" }, "550 5.1.1 no such user", "drop"],
    ["b@example.com", { code: 550, enhanced: "5.7.1" }, "550 5.7.1 blocked by policy", "send"],
    ["c@example.com", { code: 552, enhanced: "5.2.2" }, "552 5.2.2 mailbox full", "send"],
  ];
  for (const [recipient, smtp, reason, act] of refusals) {
    const mail = mailToPrepare({ recipient });
    const plan = await advice.prepare(mail);
    const outcome = outcomeOf(mail, plan, { result: "failed", recipient_refused: true, smtp, reason });
    await sql.begin((tx) => advice.heard(tx, outcome));
    await sql.begin((tx) => advice.heard(tx, outcome));
    expect([recipient, (await advice.prepare(mailToPrepare({ recipient }))).act]).toEqual([recipient, act]);
  }
});

Deno.test("a mail's way is told once: sent, pressed, its goal; and its columns rebuild from that", async () => {
  const mail = mailToPrepare();
  const plan = await advice.prepare(mail);
  if (plan.act !== "send") throw new Error("it goes");
  const sent = outcomeOf(mail, plan);
  for (let i = 0; i < 2; i++) await sql.begin((tx) => advice.heard(tx, sent));
  for (let i = 0; i < 2; i++) {
    advice.pressed(plan.link_tag!);
    await idle();
  }
  const { flow_id, account_id } = mail;
  for (let i = 0; i < 2; i++) {
    await sql.begin((tx) =>
      ctx.events.publish(tx, "account.verified", { account_id: account_id!, flow_id: flow_id! })
    );
    await turn();
  }
  expect((await eventsOf(sql, mail.mail_id)).map(({ type }) => type)).toEqual([
    "decided",
    "sent",
    "pressed",
    "goal",
  ]);
  const before = await findMessage(sql, mail.mail_id);
  expect(before).toMatchObject({ pressed_at: expect.any(Date), goal_at: expect.any(Date) });
  expect(before!.score).toBeGreaterThan(0.3);
  await sql`update email_message set sent_at = null, pressed_at = now() + interval '1 day', goal_at = null
    where mail_id = ${mail.mail_id}`;
  expect(await rebuildMessages(sql)).toBe(1);
  expect(await findMessage(sql, mail.mail_id)).toEqual(before);
  expect(await rebuildMessages(sql)).toBe(0);
  expect(mailOfTag(keys, linkTagOf(keys, mail.mail_id))).toBe(mail.mail_id);
  expect(email.config.send_time).toBe(true);
});

Deno.test("a mail that went with plain words, whatever was decided, counts for no wording", async () => {
  await nothingTried();
  const made = await insertExperiment(sql, {
    ...trial,
    variants: ["code_first", "one_step_left"],
    hold_out: 0,
  });
  const late = mailToPrepare();
  await advice.prepare(late);
  await sql.begin((tx) => advice.heard(tx, outcomeOf(late, null)));
  const unusable = mailToPrepare();
  const plan = await advice.prepare(unusable);
  // Its words throw, so the last look never comes.
  await sql.begin((tx) =>
    advice.heard(tx, outcomeOf(unusable, { ...plan, finish: () => letter } as typeof plan))
  );
  const good = mailToPrepare();
  const used = await advice.prepare(good);
  await sql.begin((tx) => advice.heard(tx, outcomeOf(good, used)));
  expect(await rebuildMessages(sql)).toBe(0);
  for (const { mail_id } of [late, unusable]) {
    expect(await findMessage(sql, mail_id)).toMatchObject({ variant: "standard", experiment_id: null });
  }
  const { experiment_id } = made!;
  expect(await findMessage(sql, good.mail_id)).toMatchObject({ experiment_id, sent_at: expect.any(Date) });
  await sql`update email_message set variant = 'x', experiment_id = ${experiment_id} where mail_id in
    (${late.mail_id}, ${good.mail_id})`;
  expect(await rebuildMessages(sql)).toBe(2);
  expect(await findMessage(sql, good.mail_id)).toMatchObject({
    variant: (used as MailPlan & { act: "send" }).wording!.variant,
  });
});

Deno.test("a goal is nobody's where no mail led to it", async () => {
  const reset = mailToPrepare({ kind: "password_reset" });
  await sql.begin(async (tx) => advice.heard(tx, outcomeOf(reset, await advice.prepare(reset))));
  const never = mailToPrepare({ kind: "password_reset" });
  await advice.prepare(never);
  await sql.begin(async (tx) => {
    // Of a mail that was never sent, by a change that was no reset, and of another account.
    await ctx.events.publish(tx, "password.changed", { account_id: never.account_id!, origin: "reset" });
    await ctx.events.publish(tx, "password.changed", { account_id: reset.account_id!, origin: "change" });
    await ctx.events.publish(tx, "password.changed", { account_id: crypto.randomUUID(), origin: "reset" });
    await ctx.events.publish(tx, "account.verified", {
      account_id: reset.account_id!,
      flow_id: reset.flow_id!,
    });
  });
  await turn();
  expect(
    await sql`select 1 from email_event where type = 'goal' and mail_id in (${reset.mail_id}, ${never.mail_id})`,
  )
    .toHaveLength(0);
});

Deno.test("a link's tag that was altered, cut or made up leads to no mail", async () => {
  const tag = linkTagOf(keys, crypto.randomUUID());
  const other = linkTagOf(keys, crypto.randomUUID());
  const [before] = await sql`select count(*) from email_event`;
  for (
    const wrong of ["", "x", tag.slice(1), `${tag}A`, tag.slice(0, 22) + other.slice(22), "A".repeat(32)]
  ) {
    expect([wrong, mailOfTag(keys, wrong)]).toEqual([wrong, null]);
    advice.pressed(wrong);
  }
  await idle();
  expect(await sql`select count(*) from email_event`).toEqual([before]);
});

Deno.test("an experiment that is answered promotes its winner, unless its operator decides; once", async () => {
  await nothingTried();
  for (const [kind, stop] of [["verify_email", "auto"], ["password_reset", "manual"]] as const) {
    const { experiment_id } =
      (await insertExperiment(sql, { ...trial, variants: [...trial.variants], kind, stop }))!;
    await sql`
      insert into email_message (mail_id, kind, address_tag, domain_class, locale, experiment_id, variant, context,
        propensity, model_version, reasons, sent_at, goal_at)
      select gen_random_uuid(), ${kind}, ${
      addressTags(keys, "a@example.com")![0]
    }, 'other', 'en', ${experiment_id},
        v, 'any', 0.5, 'm', '[]', now() - interval '3 days',
        case when n % 10 < case when v = 'code_first' then 8 else 3 end then now() - interval '71 hours' end
      from generate_series(1, 200) n, unnest(array['standard', 'code_first']) v`;
  }
  const stopped = (await Promise.all([stopAnswered(email), stopAnswered(email)])).flat();
  expect(stopped).toMatchObject([{
    kind: "verify_email",
    winner: "code_first",
    ended_because: "loss_small",
  }]);
  expect(await stopAnswered(email)).toEqual([]);
  const mail = mailToPrepare();
  await advice.prepare(mail);
  expect(await findMessage(sql, mail.mail_id)).toMatchObject({ variant: "code_first" });
});

Deno.test("an event that is told twice is heard once, from whatever source", async () => {
  const mail = mailToPrepare();
  await advice.prepare(mail);
  const event = { mail_id: mail.mail_id, type: "bounced", source: "ses", source_id: "1" } as const;
  expect((await Promise.all([1, 2, 3].map(() => noteEvent(sql, event)))).filter(Boolean)).toHaveLength(1);
  expect(await noteEvent(sql, { ...event, source: "sendgrid" })).toBe(true);
});
