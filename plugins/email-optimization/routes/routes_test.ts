import { expect } from "expect";
import { noteEvent } from "../message_event.ts";
import { addressTags, suppress } from "../suppression.ts";
import { mailToPrepare, outcomeOf, testEmail } from "../../../core/testing/email.ts";

const service = await testEmail();
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { sql, advice, api, keys } = service;
const operator = await service.person({ operator: true });
const stranger = await service.person();
const ask = (method: string, path: string, body?: unknown, token = operator.token) =>
  api(method, path, body, { token });
const subjects = { kind: "verify_email", variants: ["standard", "one_step_left"] };

/** A mail that is sent, and perhaps leads to its goal. */
async function send(leads: (variant: string) => boolean): Promise<string> {
  const mail = mailToPrepare();
  const plan = await advice.prepare(mail);
  await sql.begin((tx) => advice.heard(tx, outcomeOf(mail, plan)));
  const { mail_id } = mail;
  const event = { mail_id, source: "service", source_id: mail_id };
  const variant = plan.act === "send" ? plan.wording?.variant ?? "standard" : "none";
  if (leads(variant)) {
    await noteEvent(sql, { ...event, type: "pressed" });
    await noteEvent(sql, { ...event, type: "goal" });
  }
  return mail_id;
}

Deno.test("what is known of mail is shown to operators alone", async () => {
  const id = crypto.randomUUID();
  const routes: [string, string, unknown?][] = [
    ["GET", "/email/insights"],
    ["GET", "/email/experiments"],
    ["POST", "/email/experiments", subjects],
    ["GET", `/email/experiments/${id}`],
    ["POST", `/email/experiments/${id}/promote`, { variant: "standard" }],
    ["POST", `/email/experiments/${id}/end`],
    ["GET", `/email/messages?q=${id}`],
    ["GET", `/email/messages/${id}`],
    ["GET", "/email/suppressions"],
    ["POST", "/email/suppressions/lift", { email: "a@example.com" }],
  ];
  for (const [method, path, body] of routes) {
    expect([path, (await api(method, path, body)).status]).toEqual([path, 401]);
    expect([path, (await ask(method, path, body, "not-a-token")).status]).toEqual([path, 401]);
    expect([path, (await ask(method, path, body, stranger.token)).status]).toEqual([path, 403]);
  }
});

Deno.test("a question that makes no sense is told so, and begins nothing", async () => {
  const id = crypto.randomUUID();
  const cases: [string, string, unknown, number][] = [
    ["POST", "/email/experiments", {}, 422],
    ["POST", "/email/experiments", { ...subjects, kind: "new_device" }, 422],
    ["POST", "/email/experiments", { ...subjects, variants: ["standard"] }, 422],
    ["POST", "/email/experiments", { ...subjects, variants: ["standard", "standard"] }, 422],
    ["POST", "/email/experiments", { ...subjects, variants: ["standard", "no_such"] }, 422],
    ["POST", "/email/experiments", { ...subjects, variants: ["standard", "deadline"] }, 422],
    ["POST", "/email/experiments", { ...subjects, hold_out: 1 }, 422],
    ["POST", "/email/experiments", { ...subjects, hold_out: -0.1 }, 422],
    ["POST", "/email/experiments", { ...subjects, floor: 0.9 }, 422],
    ["POST", "/email/experiments", { ...subjects, loss_max: 0 }, 422],
    ["POST", "/email/experiments", { ...subjects, window_hours: 0 }, 422],
    ["POST", "/email/experiments", { ...subjects, window_hours: 721 }, 422],
    ["POST", "/email/experiments", { ...subjects, stop: "never" }, 422],
    ["GET", `/email/experiments/${id}`, undefined, 404],
    ["GET", "/email/experiments/x", undefined, 422],
    ["POST", `/email/experiments/${id}/promote`, { variant: "standard" }, 404],
    ["POST", `/email/experiments/${id}/end`, undefined, 404],
    ["GET", `/email/messages/${id}`, undefined, 404],
    ["GET", "/email/messages?q=", undefined, 422],
    ["GET", "/email/insights?days=0", undefined, 422],
    ["GET", "/email/insights?days=many", undefined, 422],
    ["GET", "/email/suppressions?reason=rain", undefined, 422],
    ["GET", "/email/suppressions?limit=1000", undefined, 422],
    ["POST", "/email/suppressions/lift", {}, 422],
    ["POST", "/email/suppressions/lift", { email: "nobody" }, 422],
    ["POST", "/email/suppressions/lift", { email: "a@example.com", address_tag: "x" }, 422],
  ];
  for (const [method, path, body, status] of cases) {
    expect([path, body, (await ask(method, path, body)).status]).toEqual([path, body, status]);
  }
  expect((await ask("GET", "/email/experiments")).body.experiments).toEqual([]);
});

Deno.test("an experiment shows the better wording winning, and its operator promotes it, once", async () => {
  const begun = await ask("POST", "/email/experiments", { ...subjects, floor: 0.2, hold_out: 0 });
  expect(begun).toMatchObject({ status: 201, body: { state: "running", goal: "verified", stop: "manual" } });
  expect((await ask("POST", "/email/experiments", subjects)).status).toBe(409);
  const { experiment_id } = begun.body;
  const path = `/email/experiments/${experiment_id}`;
  let i = 0;
  const ids = [];
  for (; i < 120; i++) ids.push(await send((variant) => i % 10 < (variant === "one_step_left" ? 8 : 3)));
  const { body } = await ask("GET", path);
  const [standard, better] = body.arms;
  expect([standard.variant, better.variant]).toEqual(subjects.variants);
  expect(better.mean).toBeGreaterThan(standard.mean);
  expect(standard.low < standard.mean && standard.mean < standard.high).toBe(true);
  expect(better.probability_best).toBeGreaterThan(0.9);
  expect(standard.sent + better.sent).toBe(120);
  expect(body.funnel).toMatchObject({ decided: 120, sent: 120, goals: standard.goals + better.goals });
  expect(body.funnel.pressed).toBe(body.funnel.goals);
  expect(body.timeline.length).toBeLessThanOrEqual(60);
  expect(body.timeline.at(-1).arms).toMatchObject([{ variant: "standard" }, { variant: "one_step_left" }]);

  expect((await ask("POST", `${path}/promote`, { variant: "code_first" })).status).toBe(409);
  const promoted = await ask("POST", `${path}/promote`, { variant: "one_step_left" });
  expect(promoted).toMatchObject({ status: 200, body: { state: "promoted", winner: "one_step_left" } });
  expect((await ask("POST", `${path}/promote`, { variant: "standard" })).status).toBe(409);
  expect((await ask("POST", `${path}/end`)).status).toBe(409);
  const next = await send(() => false);
  expect((await ask("GET", `/email/messages/${next}`)).body).toMatchObject({
    message: { variant: "one_step_left", experiment_id: null, propensity: 1 },
    events: [{ type: "decided" }, { type: "sent" }],
  });
  const { body: insights } = await ask("GET", "/email/insights");
  expect(insights.kinds).toMatchObject([{ kind: "verify_email", variant: "one_step_left", sent: 121 }]);
  const found = await ask("GET", `/email/messages?q=${ids[0]}`);
  expect(found.body.messages).toMatchObject([{ mail_id: ids[0], experiment_id }]);
});

Deno.test("an experiment that is ended sends what was sent before it", async () => {
  const begun = await ask("POST", "/email/experiments", {
    kind: "welcome",
    variants: ["plain", "first_step"],
    floor: 0.5,
    hold_out: 0,
  });
  expect((await ask("POST", `/email/experiments/${begun.body.experiment_id}/end`)).body).toMatchObject({
    state: "ended",
    winner: null,
    ended_because: "operator",
  });
  const mail = mailToPrepare({ kind: "welcome" });
  expect(await advice.prepare(mail)).toMatchObject({ wording: null });
});

Deno.test("an address is found by its tag alone, and lifting it leaves its owner's wish", async () => {
  const [tag] = addressTags(keys, "bounce@example.com")!;
  const of = { tag, detail: "550 5.1.1 no such user" };
  await suppress(sql, { ...of, reason: "hard_bounce", scope: "all" });
  await suppress(sql, { ...of, reason: "unsubscribed", scope: "optional" });
  const { body } = await ask("GET", "/email/suppressions");
  expect(body.suppressions).toHaveLength(2);
  expect(JSON.stringify(body)).not.toContain("bounce@");
  const lifted = await ask("POST", "/email/suppressions/lift", { email: "Bounce@Example.com" });
  expect(lifted).toMatchObject({ status: 200, body: { lifted: 1 } });
  const recipient = "bounce@example.com";
  expect(await advice.prepare(mailToPrepare({ recipient }))).toMatchObject({ act: "send" });
  expect(await advice.prepare(mailToPrepare({ recipient, kind: "welcome" }))).toMatchObject({ act: "drop" });
});
