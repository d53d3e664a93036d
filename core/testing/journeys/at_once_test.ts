/** The same thing many times at once, links opened by machines, and time that has run out. */
import { expect } from "expect";
import { goodPassword, newAddress } from "../client.ts";
import { testService } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";
import { eventually, expectAccount, expectWhole, flowOf, hasten, mailsTo, told } from "./whole.ts";

const ignore = await withoutTemporal();

const count = <T>(items: T[], one: T) => items.filter((item) => item === one).length;
const times = <T>(n: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

async function live(t: Deno.TestContext, temporal: { env(): Record<string, string> } | null) {
  await using world = await testService({ temporal });
  const { client, service } = world;
  const { sql } = service.ctx;
  if (temporal) await eventually("Temporal is ready", () => service.temporal.ready());
  const whole = () => expectWhole(sql, { temporal: temporal !== null });
  const email = newAddress("popular");

  await t.step(
    "one registration sent 50 times: one account, one mail, 50 times the same answer",
    async () => {
      const answers = await times(50, () => client.register(email, goodPassword, { first_name: "Ada" }));
      expect(new Set(answers.map(({ body }) => body.registration_id)).size).toBe(1);
      expect(new Set(answers.map(({ body }) => body.status))).toEqual(new Set(["pending_verification"]));
      await client.lastMail(email);
      await whole();
      await expectAccount(sql, email, "pending_verification");
      expect(await mailsTo(sql, email)).toEqual({ verify_email: 1 });
      expect((await told(client, answers[0].body.registration_id)).mail.status).toBe("sent");
    },
  );

  await t.step(
    "its link opened by GET and HEAD, as scanners do, and used 20 times: once it works",
    async () => {
      const { token, link } = await client.lastMail(email);
      const path = new URL(link!).pathname + new URL(link!).search;
      for (const method of ["HEAD", "GET", "GET", "HEAD"]) {
        expect((await client.call(method, path, undefined, { headers: { accept: "text/html" } })).status)
          .toBe(200);
      }
      await expectAccount(sql, email, "pending_verification");
      const answers = await times(20, () => client.call("POST", "/auth/verify-email", { token }));
      const statuses = answers.map(({ status }) => status);
      expect(count(statuses, 200) + count(statuses, 202)).toBe(1);
      expect(new Set(answers.filter(({ status }) => status > 202).map(({ body }) => body.code)))
        .toEqual(new Set(["token_used"]));
      await whole();
      await expectAccount(sql, email, "active");
      expect(await mailsTo(sql, email)).toEqual({ verify_email: 1, welcome: 1 });
    },
  );

  await t.step("resets asked for at once: one link is open, and 20 new passwords make one", async () => {
    const { access_token } = await client.login(email);
    const before = (await client.mails(email)).length;
    await times(4, () => client.expect(202, "POST", "/auth/password-reset/request", { email }));
    await client.lastMail(email, before + 3);
    const [{ open }] = await sql`select count(*)::int as open from password_reset where state = 'open'`;
    expect(open).toBe(1);
    const tokens = (await client.mails(email)).slice(before).map(({ token }) => token);
    const tried = await times(20, async (i) => {
      const body = { token: tokens[i % tokens.length], new_password: `${goodPassword} number ${i}` };
      return { ...body, ...await client.call("POST", "/auth/password-reset/confirm", body) };
    });
    const won = tried.filter(({ status }) => status === 200 || status === 202);
    expect(won.length).toBe(1);
    for (const { status, body } of tried.filter((one) => !won.includes(one))) {
      expect(status).toBe(400);
      expect(body.code).toMatch(/^token_(invalid|used)$/);
    }
    await whole();
    await client.login(email, won[0].new_password);
    await client.expect(401, "POST", "/auth/login", { email, password: goodPassword });
    expect((await client.me(access_token)).status).toBe(401);
    expect((await mailsTo(sql, email)).password_changed).toBe(1);
  });

  await t.step("tokens past their end: said so, the address is free again, nothing is left", async () => {
    const late = newAddress("late");
    const { body } = await client.register(late);
    const { token, code } = await client.lastMail(late);
    await whole();
    await sql`update email_verification set expires_at = now() where flow_id = ${body.registration_id}`;
    expect(await client.call("POST", "/auth/verify-email", { token }))
      .toMatchObject({ status: 400, body: { code: "token_expired" } });
    expect((await client.call("POST", "/auth/verify-email", { email: late, code })).status).toBe(400);
    // Its story comes to it at its time, which is now.
    await sql.begin((tx) => service.ctx.flows.poke(tx, body.registration_id));
    await hasten(sql);
    await eventually(
      "the story ends",
      () => flowOf(sql, body.registration_id),
      ({ status }) => status === "expired",
    );
    expect(await sql`select 1 from account where email = ${late}`).toHaveLength(0);
    expect((await told(client, body.registration_id)).status).toBe("expired");
    const again = await client.register(late);
    expect(again.body.registration_id).not.toBe(body.registration_id);
    await eventually("a new mail", () => mailsTo(sql, late), ({ verify_email }) => verify_email === 2);

    const before = (await client.mails(email)).length;
    await client.expect(202, "POST", "/auth/password-reset/request", { email });
    const link = await client.lastMail(email, before);
    await sql`update password_reset set expires_at = now() where state = 'open'`;
    const reset = { token: link.token, new_password: "one that is never set" };
    expect(await client.call("POST", "/auth/password-reset/confirm", reset))
      .toMatchObject({ status: 400, body: { code: "token_expired" } });
    const [{ flow_id }] = await sql`select flow_id from password_reset order by created_at desc limit 1`;
    await sql.begin((tx) => service.ctx.flows.poke(tx, flow_id));
    await hasten(sql);
    await eventually("the reset ends", () => flowOf(sql, flow_id), ({ status }) => status === "expired");
    await whole();
  });
}

Deno.test("everything at once, through Temporal", { ignore }, async (t) => {
  using temporal = await testTemporal();
  await live(t, temporal);
});
Deno.test("everything at once, directly", (t) => live(t, null));
