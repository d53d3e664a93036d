import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { accessToken, GOOD_PASSWORD, newMember } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { addApp, codesAreFresh } from "../../../core/testing/second_factor.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import { reset } from "../operator.ts";
import mfa from "../mod.ts";
import { linkToken, readLinkToken } from "./links.ts";
import { listOpenRecoveries } from "./recovery.ts";
import { noticesDue, noticeTimes } from "./rules.ts";

const service = await testPlugins([configure(password, { bcrypt_cost: 4 }), verification, mfa]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, sql, mails, turn, keys } = service;

/** Somebody with an app, and the sign-in that waits for its code. */
async function lost() {
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const app = await addApp(service, token);
  await codesAreFresh(service);
  return { email, token, app };
}
const signIn = async (email: string) =>
  (await api("POST", "/auth/login", { email, password: GOOD_PASSWORD })).body;

type Lost = Awaited<ReturnType<typeof lost>>;

async function ask({ email }: Lost) {
  const { challenge_id } = await signIn(email);
  return await api("POST", "/mfa/recovery", { challenge_id });
}

const linkOf = async ({ email }: Lost, kind: "recovery_confirm" | "recovery_waiting" | "recovery_notice") =>
  new URL((await mails({ to: email, kind })).at(-1)!.data.url).searchParams.get("token")!;
const confirm = async (who: Lost) =>
  await api("POST", "/mfa/recovery/confirm", { token: await linkOf(who, "recovery_confirm") });
const cancel = (token: string) => api("POST", "/mfa/recovery/cancel", { token });

async function waiting() {
  const who = await lost();
  expect((await ask(who)).status).toBe(202);
  await turn();
  expect(await confirm(who)).toMatchObject({ status: 200, body: { state: "waiting" } });
  await turn();
  return who;
}

/** Moves the recovery's times back, as if so many hours had passed. */
async function pass({ email }: Lost, hours: number): Promise<void> {
  await sql`
    update factor_recovery set created_at = created_at - make_interval(hours => ${hours}),
      proven_at = proven_at - make_interval(hours => ${hours}),
      expires_at = expires_at - make_interval(hours => ${hours}), due_at = due_at - make_interval(hours => ${hours})
    where account_id = (select account_id from account where email = ${email})`;
  await sql`update flow set next_tick_at = now() where kind = 'factor_recovery' and finished_at is null`;
  await turn();
}

const kinds = async ({ email }: Lost) =>
  (await mails({ to: email })).map(({ kind }) => kind).filter((kind) => kind.startsWith("recovery_"));
const stateOf = async ({ email }: Lost) => {
  const [row] = await sql`
    select r.state, f.status from factor_recovery r join flow f using (flow_id)
    where r.account_id = (select account_id from account where email = ${email}) order by r.created_at desc limit 1`;
  return [row.state, row.status];
};

Deno.test("lost factors: a mail, three days with notices, then the password alone lets in", async () => {
  const who = await waiting();
  expect((await signIn(who.email)).kind).toBe("challenge");
  await pass(who, 37);
  expect(await kinds(who)).toEqual(["recovery_confirm", "recovery_waiting", "recovery_notice"]);
  await pass(who, 12);
  expect((await kinds(who)).length).toBe(4);
  expect((await signIn(who.email)).kind).toBe("challenge");
  await pass(who, 24);
  expect((await kinds(who)).at(-1)).toBe("recovery_done");
  expect(await stateOf(who)).toEqual(["done", "completed"]);
  expect((await signIn(who.email)).kind).toBe("session");
  expect((await api("GET", "/users/me", undefined, { token: who.token })).status).toBe(401);
  expect((await cancel(await linkOf(who, "recovery_notice"))).body.code).toBe("recovery_done");
});

Deno.test("notices count from the proof by the mailbox, however late that came", async () => {
  const who = await lost();
  await ask(who);
  await turn();
  await pass(who, 23);
  expect((await confirm(who)).status).toBe(200);
  await pass(who, 35);
  expect(await kinds(who)).toEqual(["recovery_confirm", "recovery_waiting"]);
  await pass(who, 2);
  expect(await kinds(who)).toEqual(["recovery_confirm", "recovery_waiting", "recovery_notice"]);
});

Deno.test("a factor that is added calls the recovery off, and is not taken along", async () => {
  const who = await waiting();
  const { challenge_id } = await signIn(who.email);
  const [code] = who.app.recovery_codes!;
  const { body } = await api("POST", `/auth/challenge/${challenge_id}`, { method: "recovery_code", code });
  expect((await stateOf(who))[0]).toBe("waiting");
  await addApp(service, body.access_token, "new phone");
  await turn();
  expect(await stateOf(who)).toEqual(["cancelled", "compensated"]);
  expect((await kinds(who)).at(-1)).toBe("recovery_cancelled");
  await pass(who, 100);
  expect((await signIn(who.email)).kind).toBe("challenge");
});

Deno.test("a recovery that nobody proves by the mailbox changes nothing, and expires", async () => {
  const who = await lost();
  await ask(who);
  await turn();
  const token = await linkOf(who, "recovery_confirm");
  await pass(who, 25);
  expect(await stateOf(who)).toEqual(["expired", "expired"]);
  expect(await api("POST", "/mfa/recovery/confirm", { token })).toMatchObject({
    status: 400,
    body: { code: "token_expired" },
  });
  expect((await signIn(who.email)).kind).toBe("challenge");
});

for (
  const [by, act] of [
    ["the link of a mail", async (who) => await cancel(await linkOf(who, "recovery_waiting"))],
    ["who is signed in", (who) => api("POST", "/mfa/recovery/cancel", {}, { token: who.token })],
  ] as [string, (who: Lost) => ReturnType<typeof cancel>][]
) {
  Deno.test(`a recovery is called off by ${by}, and stays so`, async () => {
    const who = await waiting();
    expect(await act(who)).toMatchObject({ status: 200, body: { state: "cancelled" } });
    expect((await act(who)).status).toBe(200);
    await turn();
    await pass(who, 100);
    expect(await stateOf(who)).toEqual(["cancelled", "compensated"]);
    expect((await kinds(who)).filter((kind) => kind === "recovery_cancelled")).toHaveLength(1);
    expect((await signIn(who.email)).kind).toBe("challenge");
    expect(await confirm(who)).toMatchObject({ status: 400, body: { code: "token_used" } });
  });
}

Deno.test("a recovery whose time has come and its cancel, at once: one of the two, wholly", async () => {
  let [done, cancelled] = [0, 0];
  for (let round = 0; round < 8; round++) {
    const who = await waiting();
    const token = await linkOf(who, "recovery_waiting");
    await sql`
      update factor_recovery set due_at = now() - interval '1 second'
      where account_id = (select account_id from account where email = ${who.email})`;
    await sql`update flow set next_tick_at = now() where kind = 'factor_recovery' and finished_at is null`;
    const answers = await Promise.all([
      ...round % 2 ? [] : [turn()],
      ...Array.from({ length: 5 }, () => cancel(token)),
      ...round % 2 ? [turn()] : [],
    ]);
    await turn();
    const statuses = new Set(answers.filter((one) => one !== undefined).map(({ status }) => status));
    const [state] = await stateOf(who);
    const outcome = (await signIn(who.email)).kind;
    expect([state, outcome]).toEqual(state === "done" ? ["done", "session"] : ["cancelled", "challenge"]);
    if (state === "done") done++;
    else {
      cancelled++;
      expect(statuses).toEqual(new Set([200]));
    }
  }
  expect(done + cancelled).toBe(8);
});

Deno.test("a recovery that is told by many at once is carried out once", async () => {
  const who = await waiting();
  const [{ flow_id }] = await sql`
    update factor_recovery set due_at = now() - interval '1 second'
    where account_id = (select account_id from account where email = ${who.email}) returning flow_id`;
  const { flows, metrics } = service.ctxOf("mfa");
  const carriedOut = async () =>
    Number(/mfa_recovery_total\{event="done"\} (\d+)/.exec(await metrics.text())?.[1] ?? 0);
  const before = await carriedOut();
  await Promise.all(Array.from({ length: 8 }, () => flows.tellDirectly(flow_id)));
  await flows.tellDirectly(flow_id);
  expect(await stateOf(who)).toEqual(["done", "completed"]);
  expect((await kinds(who)).filter((kind) => kind === "recovery_done")).toHaveLength(1);
  expect(await carriedOut() - before).toBe(1);
});

Deno.test("a recovery is asked for once, however often, and its mail comes again after ten minutes", async () => {
  const who = await lost();
  const { challenge_id } = await signIn(who.email);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api("POST", "/mfa/recovery", { challenge_id })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  await turn();
  expect(await kinds(who)).toEqual(["recovery_confirm"]);
  await sql`update factor_recovery set created_at = created_at - interval '11 minutes'`;
  await ask(who);
  await ask(who);
  expect(await kinds(who)).toEqual(["recovery_confirm", "recovery_confirm"]);
});

Deno.test("nobody begins a recovery without the password, for nothing, or from a session", async () => {
  const who = await lost();
  const refused = { status: 400, body: { code: "challenge_invalid" } };
  expect(await api("POST", "/mfa/recovery", { challenge_id: crypto.randomUUID() })).toMatchObject(refused);
  await sql`update session set auth_time = now() - interval '1 hour'`;
  const { body } = await api("POST", "/auth/step-up", {}, { token: who.token });
  expect(await api("POST", "/mfa/recovery", { challenge_id: body.challenge_id })).toMatchObject(refused);
  const { challenge_id } = await signIn(who.email);
  await sql`update challenge set amr = '{}' where challenge_id = ${challenge_id}`;
  expect(await api("POST", "/mfa/recovery", { challenge_id })).toMatchObject(refused);
});

Deno.test("links are good for what they were made for, and for nothing else", async () => {
  const who = await waiting();
  const token = await linkOf(who, "recovery_waiting");
  expect((await api("POST", "/mfa/recovery/confirm", { token })).body.code).toBe("token_invalid");
  expect((await cancel(await linkOf(who, "recovery_confirm"))).body.code).toBe("token_invalid");
  for (const bad of [`${token}x`, token.slice(1), `${crypto.randomUUID()}${token.slice(36)}`, "x", " "]) {
    expect((await cancel(bad)).status).toBe(400);
  }
  expect(await api("POST", "/mfa/recovery/cancel", {})).toMatchObject({ status: 401 });
  const id = crypto.randomUUID();
  expect(readLinkToken(keys, "not_me", linkToken(keys, "not_me", id))).toBe(id);
  expect(readLinkToken(keys, "recovery_cancel", linkToken(keys, "not_me", id))).toBeNull();
});

Deno.test("a new password removes no factor and calls nothing off", async () => {
  const who = await waiting();
  await api("POST", "/auth/password-reset/request", { email: who.email });
  await turn();
  const link = (await mails({ to: who.email, kind: "password_reset" })).at(-1)!.data.url;
  const token = new URL(link).searchParams.get("token")!;
  await api("POST", "/auth/password-reset/confirm", { token, new_password: "another good battery" });
  await turn();
  const answer = await api("POST", "/auth/login", { email: who.email, password: "another good battery" });
  expect(answer.body).toMatchObject({ kind: "challenge", methods: expect.arrayContaining(["totp"]) });
  expect((await stateOf(who))[0]).toBe("waiting");
});

Deno.test("its owner and the operator see it; a reset by the operator ends it", async () => {
  const who = await waiting();
  const { body } = await api("GET", "/mfa/factors", undefined, { token: who.token });
  expect(body.recovery).toMatchObject({ state: "waiting", due_at: expect.any(String) });
  const open = await listOpenRecoveries(sql);
  const mine = open.find(({ email }) => email === who.email)!;
  expect(mine).toMatchObject({ state: "waiting" });
  await reset(service.ctxOf("mfa"), { account_id: mine.account_id, reason: "seen in person" });
  await turn();
  expect(await stateOf(who)).toEqual(["cancelled", "compensated"]);
});

const hours = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 3_600_000);

for (
  const [wait, times] of [
    [72, [36, 48]],
    [48, [24]],
    [24, [12]],
    [1, [0.5]],
    [720, [360, 696]],
  ] as [number, number[]][]
) {
  Deno.test(`a wait of ${wait} hours has notices after ${times.join(" and ")}`, () => {
    expect(noticeTimes(hours(0), hours(wait))).toEqual(times.map(hours));
  });
}

Deno.test("after an outage one notice stands for all that were missed", () => {
  const times = noticeTimes(hours(0), hours(72));
  expect(noticesDue(times, hours(72), 0, hours(1))).toEqual({ notices: 0, next: hours(36) });
  expect(noticesDue(times, hours(72), 0, hours(60))).toEqual({ notices: 2, next: hours(72) });
  expect(noticesDue(times, hours(72), 2, hours(60))).toEqual({ notices: 2, next: hours(72) });
});
