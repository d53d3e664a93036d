import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { newAddress, newMember, signIn } from "../../core/testing/people.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "./mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];

Deno.test("a sign-up looks the same for an address that has an account", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;
  const taken = await newMember(service);
  const fresh = newAddress();
  const password = "a password nobody had";
  const answers = await Promise.all(
    [taken, fresh].map((email) => api("POST", "/auth/register", { email, password })),
  );
  await service.turn();
  const shape = (value: Record<string, unknown>) => ({
    ...value,
    registration_id: "id",
    workflow_id: undefined,
    created_at: "then",
    steps: (value.steps as { finished_at: string | null }[] | undefined)
      ?.map((step) => ({ ...step, finished_at: step.finished_at && "then" })),
  });

  await t.step("in its answer", () => {
    expect(shape(answers[0].body)).toEqual(shape(answers[1].body));
    expect(answers[0].status).toBe(answers[1].status);
  });

  const statuses = () =>
    Promise.all(answers.map(({ body }) => api("GET", `/auth/registrations/${body.registration_id}`)));

  await t.step("in its live status, before and after a mail that was sent once already today", async () => {
    const [one, other] = await statuses();
    expect(shape(one.body)).toEqual(shape(other.body));
    expect(one.body).toMatchObject({ status: "pending_verification", mail: { status: "sent", attempts: 1 } });
    answers[0] = await api("POST", "/auth/register", { email: taken, password: "yet another password" });
    await service.turn();
    const [again] = await statuses();
    expect(shape(again.body)).toEqual(shape(other.body));
  });

  await t.step("in its end", async () => {
    await service.idle();
    await sql`update flow set created_at = created_at - interval '25 hours',
                next_tick_at = next_tick_at - interval '25 hours'`;
    await sql`update email_verification set expires_at = expires_at - interval '25 hours'`;
    await service.turn();
    const [one, other] = await statuses();
    expect(one.body.status).toBe("expired");
    expect(other.body.status).toBe("expired");
    expect(one.body.steps.map(({ step }: { step: string }) => step)).toEqual(
      other.body.steps.map(({ step }: { step: string }) => step),
    );
  });

  await t.step(
    "while its owner gets one mail a day that says so, and keeps account and password",
    async () => {
      expect((await mails({ to: taken })).map(({ kind }) => kind)).toEqual([
        "verify_email",
        "welcome",
        "already_registered",
      ]);
      expect((await signIn(service, taken)).status).toBe(200);
      expect((await signIn(service, taken, password)).status).toBe(401);
    },
  );

  await t.step("and for one that looks like another's, who asks is told by mail", async () => {
    // U+0430 is the Cyrillic letter that looks like a.
    const cyrillic = "\u0430\u0440\u0440\u0435";
    await newMember(service, "appe@example.com");
    const answer = await api("POST", "/auth/register", { email: `${cyrillic}@example.com`, password });
    expect(answer).toMatchObject({ status: 202, body: { status: "pending_verification" } });
    expect((await mails({ to: `${cyrillic}@example.com` })).map(({ kind }) => kind)).toEqual([
      "address_too_similar",
    ]);
    expect((await sql`select 1 from account where email = ${`${cyrillic}@example.com`}`).length).toBe(0);
  });
});
