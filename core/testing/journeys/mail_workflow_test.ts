/** Mail of stories that Temporal tells: late when its server is away, and not lost when the story ends before it. */
import { expect } from "expect";
import { testService } from "../service.ts";
import { testSmtp } from "../smtp.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";
import { confirm, deliveries, mailIsToldToBe, signUp, tokenOf } from "./mail_world.ts";
import { eventually, expectWhole, flowOf, newestFlow } from "./whole.ts";

Deno.test({
  name: "the mail server's bad days, under Temporal",
  ignore: await withoutTemporal(),
  // The native runtime behind the worker lives as long as the process.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    using temporal = await testTemporal();
    await using smtp = await testSmtp();
    await using world = await testService({
      temporal,
      env: { ...smtp.env(), SMTP_TIMEOUT_SECONDS: "4", TEMPORAL_REQUEST_MILLISECONDS: "10000" },
    });
    const { client, service } = world;
    const { sql } = service.ctx;
    await eventually("Temporal is ready", () => service.temporal.ready());

    const workflowEnds = async (flow_id: string): Promise<string> => {
      const { workflow_id } = await flowOf(sql, flow_id);
      return await service.temporal.client()!.workflow.getHandle(workflow_id).result();
    };
    /** Sent by the workflow's own activity, not only by the queue that stands behind it. */
    const expectSentByWorkflow = async (flow_id: string): Promise<void> => {
      const [step] = await sql`
        select state, executor from flow_step where flow_id = ${flow_id} and step = 'send_email'`;
      expect(step).toEqual({ state: "done", executor: "temporal" });
    };

    const member = await signUp(client, "member");

    await t.step("well: the first mail of a workflow, and the welcome of one that ends with it", async () => {
      expect(member.answer.body.method).toBe("temporal_workflow");
      const [mail] = await smtp.waitFor(member.email);
      await confirm(client, mail);
      const [, welcome] = await smtp.waitFor(member.email, 2);
      expect(welcome.subject).toBe("Welcome to Flow Shield");
      expect(await workflowEnds(member.registration_id)).toBe("completed");
      await expectSentByWorkflow(member.registration_id);
    });

    await t.step(
      "well: the notice of a changed password, whose workflow has nothing else to wait for",
      async () => {
        await client.expect(202, "POST", "/auth/password-reset/request", { email: member.email });
        const [, , link] = await smtp.waitFor(member.email, 3);
        const new_password = "another horse, another battery";
        const confirmed = await client.expect(200, "POST", "/auth/password-reset/confirm", {
          token: tokenOf(link),
          new_password,
        });
        expect(confirmed.body.method).toBe("temporal_workflow");
        const [, , , notice] = await smtp.waitFor(member.email, 4);
        expect(notice.subject).toBe("Your password was changed");
        const flow = await newestFlow(sql, "password_reset_confirmation");
        expect(await workflowEnds(flow!.flow_id)).toBe("completed");
        await expectSentByWorkflow(flow!.flow_id);
      },
    );

    await t.step("held: a mail that may wait sleeps in a workflow, and goes at its hour, once", async () => {
      const [{ account_id }] = await sql`select account_id from account where email = ${member.email}`;
      const later = new Date(Date.now() + 6 * 3_600_000);
      await sql`
        insert into email_habit (account_id, hour, weight) values (${account_id}, ${later.getUTCHours()}, 40)
        on conflict (account_id, hour) do update set weight = 40`;
      const mail_id = (await sql.begin((tx) =>
        service.ctx.service("mailer").enqueue(tx, {
          ...{ kind: "security_tips", to: member.email, locale: "en", dedupe_key: "held", account_id },
          ...{ flow_id: null, request_id: null, expires_at: new Date(Date.now() + 7 * 86_400_000) },
          data: { url: "http://localhost/account/tips", tips: '[{"code":"second_factor_missing"}]' },
        })
      ))!;
      const steps = () =>
        sql`select step, state, executor from flow_step where flow_id = ${mail_id} order by first_started_at`;
      await eventually("what was decided is written down", steps, ([first]) => first?.state === "done");
      await eventually("it sleeps", () => flowOf(sql, mail_id), ({ status }) => status === "waiting");
      expect(smtp.messages(member.email)).toHaveLength(4);
      await sql`update email_message set held_until = now() where mail_id = ${mail_id}`;
      // Its place in the queue stays as it was, so that only the workflow can send it.
      await sql`update mail set held_until = now() where mail_id = ${mail_id}`;
      await sql.begin((tx) => service.ctx.flows.poke(tx, mail_id));
      const mails = await smtp.waitFor(member.email, 5);
      expect(mails[4].subject).toBe("One thing would make your account safer");
      expect(await workflowEnds(mail_id)).toBe("completed");
      await eventually("all is written down", steps, (all) => all.every(({ state }) => state === "done"));
      expect((await steps()).map(({ step, executor }) => [step, executor])).toEqual([
        ["optimize_email", "temporal"],
        ["held_mail_hour", "temporal"],
        ["send_held_mail", "temporal"],
      ]);
    });

    const ending = await signUp(client, "end");
    let away = ending;

    await t.step("away at the end of a story: it ends all the same, its last mail is delayed", async () => {
      const [mail] = await smtp.waitFor(ending.email);
      // A mail whose answer does not come through is sent again.
      await mailIsToldToBe(client, ending.registration_id, "sent");
      smtp.down();
      await confirm(client, mail);
      await eventually(
        "the welcome is delayed",
        () => deliveries(sql, ending.registration_id),
        (all) => all.some(({ kind, attempts }) => kind === "welcome" && attempts > 0),
      );
      expect((await flowOf(sql, ending.registration_id)).status).toBe("completed");
    });

    await t.step("away during a sign-up: 202 at once, told to be delayed", async () => {
      away = await signUp(client, "away");
      expect(away.answer.body).toMatchObject({
        status: "pending_verification",
        method: "temporal_workflow",
      });
      const mail = await mailIsToldToBe(client, away.registration_id, "delayed");
      expect(Date.parse(mail.next_attempt_at)).toBeGreaterThan(Date.now() - 1_000);
      const page = await client.call("GET", `/check-your-mail?registration_id=${away.registration_id}`);
      expect(page.body).toContain("Mail delayed");
    });

    await t.step("well again: every mail arrives once, and the stories end", async () => {
      smtp.ok();
      const [, welcome] = await smtp.waitFor(ending.email, 2, 30_000);
      expect(welcome.subject).toBe("Welcome to Flow Shield");
      const [arrived] = await smtp.waitFor(away.email, 1, 30_000);
      await mailIsToldToBe(client, away.registration_id, "sent");
      await confirm(client, arrived);
      expect(await workflowEnds(away.registration_id)).toBe("completed");
      await smtp.waitFor(away.email, 2, 20_000);
      await expectWhole(sql, { temporal: true });
      for (const { email } of [ending, away]) expect(smtp.messages(email)).toHaveLength(2);
    });
  },
});
