import { expect } from "expect";
import { mailToPrepare, testEmail } from "../../../core/testing/email.ts";
import { findMessage } from "../message_event.ts";
import { learnHabit, readHabits, refreshDeployment } from "./habits.ts";
import { nobodyKnown } from "../reader.ts";
import { timingOf } from "./mod.ts";

const service = await testEmail();
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, advice, email } = service;

/** Somebody who is about six hours from now, each day. */
async function regular(): Promise<{ account_id: string; later: Date }> {
  const { account_id } = await service.person();
  const later = new Date(Date.now() + 6 * 3_600_000);
  await sql`
    insert into email_habit (account_id, hour, weight) values (${account_id}, ${later.getUTCHours()}, 40)
    on conflict (account_id, hour) do update set weight = 40`;
  return { account_id, later };
}

Deno.test("only mail that may wait is held, within its bound, and then goes", async () => {
  const { account_id, later } = await regular();
  const day = new Date(Date.now() + 3 * 86_400_000);
  const cases: [string, Parameters<typeof mailToPrepare>[0], "wait" | "send"][] = [
    ["welcome", { kind: "welcome" }, "wait"],
    ["verify_reminder", { kind: "verify_reminder" }, "wait"],
    ["verify_email", { kind: "verify_email" }, "send"],
    ["password_reset", { kind: "password_reset" }, "send"],
    ["new_device", { kind: "new_device" }, "send"],
    ["too short-lived", { kind: "welcome", expires_at: new Date(Date.now() + 5 * 3_600_000) }, "send"],
    ["of nobody", { kind: "welcome", account_id: null }, "send"],
    ["of a stranger", { kind: "welcome", account_id: crypto.randomUUID() }, "send"],
  ];
  for (const [what, of, act] of cases) {
    const mail = mailToPrepare({ account_id, expires_at: day, ...of });
    expect([what, (await advice.prepare(mail)).act]).toEqual([what, act]);
    const stored = (await findMessage(sql, mail.mail_id))!;
    expect([what, stored.held_until?.getUTCHours() ?? null]).toEqual([
      what,
      act === "wait" ? later.getUTCHours() : null,
    ]);
    if (act === "send") continue;
    expect(await advice.prepare(mail)).toEqual({ act: "wait", until: stored.held_until });
    await sql`update email_message set held_until = now() where mail_id = ${mail.mail_id}`;
    expect((await advice.prepare(mail)).act).toBe("send");
  }
  const off = { sql, config: { ...email.config, send_time: false } };
  expect(await timingOf(off, mailToPrepare({ kind: "welcome", account_id, expires_at: day }), nobodyKnown))
    .toBe(null);
});

Deno.test("habits are learnt from sign-ins, age, and add up to everybody's once an hour", async () => {
  const { account_id } = await service.person();
  await service.turn();
  const hour = new Date().getUTCHours();
  const count = async () => (await readHabits(sql, account_id)).habit.reduce((a, b) => a + b);
  expect(await count()).toBeCloseTo(1, 2);
  await learnHabit(sql, account_id);
  await sql`update email_habit set updated_at = now() - interval '60 days' where account_id = ${account_id}`;
  expect(await count()).toBeCloseTo(1, 2);
  await learnHabit(sql, account_id, new Date(Date.now() + 7_200_000));
  expect(await count()).toBeCloseTo(2, 2);
  await learnHabit(sql, crypto.randomUUID());
  await refreshDeployment(sql);
  const { deployment } = await readHabits(sql, account_id);
  expect(deployment[hour]).toBeGreaterThan(0);
  for (let i = 0; i < 5; i++) await learnHabit(sql, account_id);
  await refreshDeployment(sql);
  expect((await readHabits(sql, account_id)).deployment).toEqual(deployment);
});

Deno.test("a held mail has a story, which sends it when its hour has come, once", async () => {
  const { account_id } = await regular();
  const expires_at = new Date(Date.now() + 3 * 86_400_000);
  const mail_id = await sql.begin((tx) =>
    service.ctx.service("mailer").enqueue(tx, {
      ...{ kind: "welcome", to: "ada@example.com", locale: "en", dedupe_key: account_id, expires_at },
      ...{ flow_id: null, account_id, request_id: null, data: {} },
    })
  );
  const mail = mailToPrepare({ kind: "welcome", mail_id: mail_id!, account_id, expires_at });
  for (let i = 0; i < 2; i++) expect((await advice.prepare(mail)).act).toBe("wait");
  await service.flows.tellDirectly(mail_id!);
  const status = async () =>
    (await sql`
      select f.status as story, m.status as mail from flow f, mail m
      where f.flow_id = ${mail_id} and m.mail_id = ${mail_id}`)[0];
  expect(await status()).toEqual({ story: "waiting", mail: "queued" });
  const [step] = await sql`
    select result from flow_step where flow_id = ${mail_id} and step = 'optimize_email'`;
  expect(step.result).toMatchObject({
    personalized_content: { mail_id, kind: "welcome", locale: "en" },
    optimal_timing: { reason: "better_hour" },
    variant: "standard",
    reasons: ["default", "better_hour"],
  });
  expect(JSON.stringify(step)).not.toContain("ada@");
  await sql`update email_message set held_until = now() where mail_id = ${mail_id}`;
  await service.flows.tellDirectly(mail_id!);
  await service.idle();
  expect(await status()).toEqual({ story: "completed", mail: "sent" });
});
