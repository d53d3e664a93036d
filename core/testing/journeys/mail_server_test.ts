/** The mail server is away, slow, or refuses somebody, and stories are told directly: mail waits, people do not. */
import { expect } from "expect";
import { newAddress } from "../client.ts";
import { testService } from "../service.ts";
import { testSmtp } from "../smtp.ts";
import { confirm, deliveries, expectNoAddress, mailIsToldToBe, signUp } from "./mail_world.ts";
import { expectWhole } from "./whole.ts";

Deno.test("the mail server's bad days, without Temporal", async (t) => {
  await using smtp = await testSmtp();
  await using world = await testService({ env: { ...smtp.env(), SMTP_TIMEOUT_SECONDS: "4" } });
  const { client, service } = world;
  const { sql } = service.ctx;

  await t.step("where mail is really sent there is no inbox to read it in", async () => {
    for (const path of ["/dev/mailbox", "/dev/mailbox.json"]) {
      expect((await client.call("GET", path)).status).toBe(404);
    }
  });

  const late: { email: string; registration_id: string }[] = [];
  const delayed = async (email: string, last_error: RegExp): Promise<void> => {
    const { body } = await client.register(email);
    expect(body).toMatchObject({ status: "pending_verification", method: "direct_registration" });
    const { registration_id } = body;
    const mail = await mailIsToldToBe(client, registration_id, "delayed");
    expect(Date.parse(mail.next_attempt_at)).toBeGreaterThan(Date.now() - 1_000);
    expect(mail.attempts).toBeGreaterThanOrEqual(1);
    const page = await client.call("GET", `/check-your-mail?registration_id=${registration_id}`);
    expect(page.body).toContain("Mail delayed");
    const [delivery] = await deliveries(sql, registration_id);
    expect(delivery.last_error).toMatch(last_error);
    expectNoAddress(delivery.last_error, email);
    late.push({ email, registration_id });
  };

  await t.step("it wants to be asked later (450): told to be delayed", async () => {
    smtp.refuse("greylisted@example.com", 450);
    await delayed("greylisted@example.com", /^not now: 450 /);
  });

  await t.step("silent: the attempt ends, told to be delayed", async () => {
    smtp.blackhole();
    await delayed(newAddress("silent"), /^away: no answer within the time limit$/);
  });

  await t.step("away: told to be delayed, to operators too", async () => {
    smtp.down();
    await delayed(newAddress("away"), /^away: /);
    const { body: health } = await client.call("GET", "/health");
    expect(JSON.stringify(health)).toMatch(/3 waiting, [1-3] of them delayed/);
  });

  await t.step("well again: what was late arrives, each mail once, and the stories go on", async () => {
    smtp.ok();
    for (const { email, registration_id } of late) {
      const [arrived] = await smtp.waitFor(email, 1, 30_000);
      await mailIsToldToBe(client, registration_id, "sent");
      await confirm(client, arrived);
    }
    for (const { email } of late) await smtp.waitFor(email, 2, 20_000);
    await expectWhole(sql);
    for (const { email } of late) {
      expect(smtp.messages(email).map(({ subject }) => subject)).toEqual([
        "Confirm your e-mail address",
        "Welcome to Flow Shield",
      ]);
    }
  });

  await t.step("slow: nobody who asks waits for it, and the mails arrive once each", async () => {
    smtp.slow(500);
    const people = await Promise.all(Array.from({ length: 6 }, async () => {
      const person = await signUp(client, "slow");
      // The greeting alone takes half a second: an answer that waited for the mail would come after it.
      return { ...person, arrived: smtp.messages(person.email).length };
    }));
    expect(people.map(({ arrived }) => arrived)).toEqual(people.map(() => 0));
    for (const { email } of people) await smtp.waitFor(email, 1, 30_000);
    for (const { registration_id } of people) await mailIsToldToBe(client, registration_id, "sent");
    smtp.ok();
    for (const { email } of people) expect(smtp.messages(email)).toHaveLength(1);
  });

  await t.step("it refuses one address: that person is told what to do, others do not notice", async () => {
    const refused = "no-such-person@example.com";
    smtp.refuse(refused, 550);
    const { body } = await client.register(refused);
    const other = await signUp(client, "other");
    await smtp.waitFor(other.email);
    expect(await mailIsToldToBe(client, body.registration_id, "failed")).toMatchObject({
      attempts: 1,
      next_attempt_at: null,
    });
    const page = await client.call("GET", `/check-your-mail?registration_id=${body.registration_id}`);
    expect(page.body).toContain("The address was refused. Check its spelling, or use another one.");
    const [delivery] = await deliveries(sql, body.registration_id);
    expect(delivery).toMatchObject({ status: "failed", attempts: 1, sent_at: null });
    expect(delivery.last_error).toMatch(/^refused: 550 /);
    expectNoAddress(delivery.last_error, refused);
    const [{ data_sealed }] = await sql`select data_sealed from mail where flow_id = ${body.registration_id}`;
    expect(data_sealed).toBeNull();
  });
});
