import { expect } from "expect";
import { newAccount } from "../../core/testing/core.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import { configure, definePlugin } from "../../core/plugin.ts";
import { presentation } from "../../ui/mod.ts";
import emailOptimization from "../email-optimization/mod.ts";
import { makeToken } from "../email-optimization/unsubscribe/token.ts";
import { mailAdvice } from "../email-optimization/advice.ts";
import { mailToPrepare } from "../../core/testing/email.ts";
import mfa from "../mfa/mod.ts";
import { insertAuthenticator } from "../mfa/authenticator.ts";
import { makeRecoveryCodes } from "../mfa/recovery_code.ts";
import type { TipsConfig } from "./config.ts";
import securityTips from "./mod.ts";
import { sendDigests } from "./send.ts";

const tested = (options: Partial<TipsConfig> = {}) =>
  testPlugins([configure(securityTips, options), mfa, emailOptimization], { presentation });
const service = await tested();
Deno.test.afterAll(() => service[Symbol.asyncDispose]());

async function person(on = service) {
  const email = `${crypto.randomUUID()}@example.org`;
  const account_id = await newAccount(on.sql, email);
  await on
    .sql`update account set status = 'active', email_verified_at = now() where account_id = ${account_id}`;
  const signIn = async () => {
    const outcome = await on.ctx.sign_in.complete({
      ...{ account_id, client: null, amr: ["pwd"], auth_time: new Date(), transport: "token" },
      ...{ ip: null, user_agent: null, request_id: crypto.randomUUID() },
    });
    if (outcome.kind !== "session" || !outcome.tokens) throw new Error("a session was expected");
    return outcome.tokens.access_token;
  };
  const token = await signIn();
  const ask = async (method: string, path: string, body?: unknown) =>
    (await on.api(method, path, body, { token })).body;
  return {
    account_id,
    email,
    signIn,
    ask,
    codes: async () =>
      (await ask("GET", "/users/me/tips")).tips.map((tip: { code: string; params: { count?: string } }) =>
        tip.params.count === undefined ? tip.code : `${tip.code} ${tip.params.count}`
      ),
    want: (wanted: boolean) => ask("PUT", "/users/me/tips/digest", { wanted }),
    mails: async () => (await on.mails({ to: email, kind: "security_tips" })),
  };
}
const round = (on = service) => sendDigests(on.ctxOf("security-tips"));

Deno.test("what is wanting is told, the gravest first, and no longer once it is done", async () => {
  const { sql } = service;
  const ada = await person();
  const { account_id } = ada;
  for (let i = 0; i < 2; i++) await ada.signIn();
  expect(await ada.codes()).toEqual(["second_factor_missing"]);
  await insertAuthenticator(sql, { account_id, type: "email_code", name: "mail", confirmed: true });
  expect(await ada.codes()).toEqual(["second_factor_missing"]);
  await insertAuthenticator(sql, { account_id, type: "passkey", name: "key", confirmed: false });
  expect(await ada.codes()).toEqual(["second_factor_missing"]);
  await insertAuthenticator(sql, { account_id, type: "passkey", name: "key", confirmed: true });
  expect(await ada.codes()).toEqual(["recovery_codes_missing"]);
  await makeRecoveryCodes(sql, account_id);
  expect(await ada.codes()).toEqual([]);
  await sql`update recovery_code set used_at = now() where account_id = ${account_id} and ctid not in (
    select ctid from recovery_code where account_id = ${account_id} limit 2)`;
  expect(await ada.codes()).toEqual(["recovery_codes_few 2"]);
  await sql`update session set last_used_at = now() - make_interval(hours => ${
    12 * service.core.session_idle_days + 1
  })
    where account_id = ${account_id} and session_id in (
      select session_id from session where account_id = ${account_id} order by created_at desc limit 2)`;
  expect((await ada.codes()).toSorted()).toEqual(["devices_unused 2", "recovery_codes_few 2"]);
});

Deno.test("nobody is written to who did not ask, and whoever did once in so many days", async () => {
  const { sql } = service;
  const [ada, bob] = [await person(), await person()];
  expect((await ada.ask("GET", "/users/me/tips")).digest).toEqual({
    wanted: false,
    available: true,
    every_days: 90,
  });
  await round();
  expect(await ada.mails()).toEqual([]);
  expect(await ada.want(true)).toEqual({ wanted: true, available: true, every_days: 90 });
  await Promise.all([round(), round(), round()]);
  const [mail, ...more] = await ada.mails();
  expect([more, await bob.mails()]).toEqual([[], []]);
  expect(JSON.parse(mail.data.tips)).toEqual([{ code: "second_factor_missing", params: {} }]);
  expect(mail.data.url).toMatch(/\/account\/tips$/);
  // Off and on again is no way to be written to again.
  await ada.want(false);
  await ada.want(true);
  await round();
  expect((await ada.mails()).length).toBe(1);
  const soon = () => sql`update security_digest set next_at = now() where account_id = ${ada.account_id}`;
  await soon();
  await round();
  expect((await ada.mails()).length).toBe(2);
  await ada.want(false);
  await soon();
  await round();
  expect((await ada.mails()).length).toBe(2);
});

Deno.test("with nothing to do there is no mail, and a closed account gets none", async () => {
  const { sql } = service;
  const [done, closed] = [await person(), await person()];
  await insertAuthenticator(sql, {
    account_id: done.account_id,
    type: "passkey",
    name: "key",
    confirmed: true,
  });
  await makeRecoveryCodes(sql, done.account_id);
  for (const one of [done, closed]) await one.want(true);
  await sql`update account set status = 'disabled' where account_id = ${closed.account_id}`;
  await round();
  expect([await done.mails(), await closed.mails()]).toEqual([[], []]);
});

Deno.test("many rounds at once write to each person once, and one that fails loses nobody's turn", async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => person()));
  for (const one of people) await one.want(true);
  const ctx = service.ctxOf("security-tips");
  const broken = {
    ...ctx,
    service: () => ({ enqueue: () => Promise.reject(new Error("the database is away")) }),
  };
  await expect(sendDigests(broken as never)).rejects.toThrow("away");
  await Promise.all([round(), round(), round(), round()]);
  for (const one of people) expect((await one.mails()).length).toBe(1);
});

Deno.test("a plugin that cannot say is no all-clear: the page says so, and nobody's turn is lost or waits for it", async () => {
  let broken = "";
  const failing = definePlugin({
    ...{ name: "failing", about: "For a test.", config: {} },
    tips: (account_id) => account_id === broken ? Promise.reject(new Error("away")) : Promise.resolve([]),
  });
  await using world = await testPlugins([securityTips, mfa, failing]);
  const [ada, bob] = [await person(world), await person(world)];
  broken = ada.account_id;
  for (const one of [ada, bob]) await one.want(true);
  await round(world);
  expect([(await ada.mails()).length, (await bob.mails()).length]).toEqual([0, 1]);
  expect((await ada.ask("GET", "/users/me/tips")).status).toBe(500);
  const [{ minutes }] = await world.sql`
    select extract(epoch from next_at - now()) / 60 as minutes from security_digest where account_id = ${broken}`;
  expect(Math.round(Number(minutes))).toBe(60);
  broken = "";
  await world.sql`update security_digest set next_at = now() where account_id = ${ada.account_id}`;
  await round(world);
  expect((await ada.mails()).length).toBe(1);
});

Deno.test("leaving by the link in the mail turns it off, and wanting it again lifts what was left", async () => {
  const ada = await person();
  await ada.want(true);
  const mail = mailToPrepare({ kind: "security_tips", recipient: ada.email, account_id: ada.account_id });
  const advice = mailAdvice(service.ctxOf("email-optimization"));
  expect((await advice.prepare(mail)).act).toBe("send");
  await service.turn();
  const token = makeToken(service.keys, { address: ada.email, mail_id: mail.mail_id })!;
  expect((await service.api("POST", `/email/unsubscribe?token=${token}`)).status).toBe(200);
  await service.turn();
  expect((await ada.ask("GET", "/users/me/tips")).digest.wanted).toBe(false);
  expect((await advice.prepare(mail)).act).toBe("drop");
  await ada.want(true);
  await service.turn();
  expect((await advice.prepare(mail)).act).toBe("send");
});

Deno.test("an operator writes to all but those who say no, spread over the days, or to nobody", async () => {
  await using everyone = await tested({ digest: "everyone", every_days: 30 });
  const { sql } = everyone;
  const [ada, bob] = [await person(everyone), await person(everyone)];
  expect((await bob.ask("GET", "/users/me/tips")).digest.wanted).toBe(true);
  await bob.want(false);
  await round(everyone);
  expect(await ada.mails()).toEqual([]);
  const [{ days }] = await sql`
    select extract(epoch from next_at - now()) / 86400 as days from security_digest where account_id = ${ada.account_id}`;
  expect(Number(days)).toBeGreaterThan(13.9);
  expect(Number(days)).toBeLessThan(44.1);
  await sql`update security_digest set next_at = now()`;
  await round(everyone);
  expect([(await ada.mails()).length, (await bob.mails()).length]).toEqual([1, 0]);

  await using off = await tested({ digest: "off" });
  const cy = await person(off);
  expect(await cy.want(true)).toMatchObject({ status: 409, code: "tips_mail_off" });
  expect((await cy.ask("GET", "/users/me/tips")).digest).toMatchObject({ wanted: false, available: false });
  await off
    .sql`insert into security_digest (account_id, wanted, next_at) values (${cy.account_id}, true, now())`;
  await round(off);
  expect(await cy.mails()).toEqual([]);
});

Deno.test("nobody reads or sets another's, and what is no answer is refused", async () => {
  const ada = await person();
  for (const [method, path] of [["GET", "/users/me/tips"], ["PUT", "/users/me/tips/digest"]]) {
    expect((await service.api(method, path, method === "PUT" ? { wanted: true } : undefined)).status).toBe(
      401,
    );
  }
  for (const body of [{}, { wanted: "yes" }, { wanted: null }, [], "{", 1]) {
    expect((await ada.ask("PUT", "/users/me/tips/digest", body)).status).toBe(body === "{" ? 400 : 422);
  }
});
