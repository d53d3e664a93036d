import { expect } from "expect";
import { type AnyCtx, configure, definePlugin, type Gate } from "../../core/plugin.ts";
import {
  GOOD_PASSWORD,
  lastLetter,
  newAddress,
  newMember,
  signIn,
  signUp,
} from "../../core/testing/people.ts";
import { eventually } from "../../core/testing/journeys/whole.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "./mod.ts";
import { beginReset } from "./open_reset.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];
const NEW_PASSWORD = "a completely new password";

const ask = ({ api }: TestPlugins, email: string) => api("POST", "/auth/password-reset/request", { email });
const confirm = ({ api }: TestPlugins, token: string, new_password = NEW_PASSWORD) =>
  api("POST", "/auth/password-reset/confirm", { token, new_password });
const linkOf = (mail: { data: Record<string, string> }) => new URL(mail.data.url).searchParams.get("token")!;

Deno.test("a reset", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;

  await t.step(
    "changes the password, ends every session, tells the owner, and cannot be used again",
    async () => {
      const email = await newMember(service);
      const { body: { access_token } } = await signIn(service, email);
      expect(await ask(service, email)).toMatchObject({
        status: 202,
        body: { status: "accepted", method: "direct_reset" },
      });
      const { token } = await lastLetter(service, email);
      expect(await confirm(service, token)).toMatchObject({
        status: 200,
        body: { status: "changed", method: "direct_reset_confirmation" },
      });
      expect((await signIn(service, email)).status).toBe(401);
      expect((await signIn(service, email, NEW_PASSWORD)).status).toBe(200);
      expect((await api("GET", "/users/me", undefined, { token: access_token })).status).toBe(401);
      expect((await confirm(service, token, "yet another password")).body.code).toBe("token_used");
      await service.turn();
      expect((await mails({ to: email })).at(-1)).toMatchObject({ kind: "password_changed", status: "sent" });
      const flows = await sql`select kind, status from flow where kind like 'password%' order by created_at`;
      expect(flows.map(({ kind, status }) => [kind, status])).toEqual([
        ["password_reset", "completed"],
        ["password_reset_confirmation", "completed"],
      ]);
      expect((await sql`select verifier from password_change`)[0].verifier).toBe(null);
    },
  );

  await t.step("looks the same for an unknown address, which gets no mail and is not kept", async () => {
    const known = await newMember(service);
    const unknown = newAddress();
    const [one, other] = await Promise.all([ask(service, known), ask(service, unknown)]);
    expect([one.status, one.body]).toEqual([other.status, other.body]);
    expect(await mails({ to: unknown })).toEqual([]);
    const rows = await sql`select 1 from password_reset where email_key is not null`;
    expect(rows.length).toBe(0);
  });

  await t.step("used twice at once gives one password", async () => {
    const email = await newMember(service);
    await ask(service, email);
    const { token } = await lastLetter(service, email);
    const passwords = Array.from({ length: 10 }, (_, i) => `parallel password ${i}`);
    const answers = await Promise.all(passwords.map((one) => confirm(service, token, one)));
    const winners = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
    expect(winners.length).toBe(1);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(new Set(losers.map(({ body }) => body.code))).toEqual(new Set(["token_used"]));
    expect((await signIn(service, email, passwords[winners[0]])).status).toBe(200);
  });

  await t.step("is replaced by a newer one, also when both were asked for at once", async () => {
    const email = await newMember(service);
    await ask(service, email);
    await ask(service, email);
    const links = (await mails({ to: email, kind: "password_reset" })).map(linkOf);
    expect((await confirm(service, links[0])).body.code).toBe("token_invalid");
    expect((await confirm(service, links[1])).status).toBe(200);

    const other = await newMember(service);
    await Promise.all([ask(service, other), ask(service, other), ask(service, other)]);
    const tokens = (await mails({ to: other, kind: "password_reset" })).map(linkOf);
    const answers = [];
    for (const token of tokens) answers.push((await confirm(service, token)).status);
    expect(answers.filter((status) => status === 200).length).toBe(1);
  });

  await t.step("sends a handful of mails an hour at most, and the last link stays good", async () => {
    const email = await newMember(service);
    for (let i = 0; i < 8; i++) expect((await ask(service, email)).status).toBe(202);
    const sent = await mails({ to: email, kind: "password_reset" });
    expect(sent.length).toBe(5);
    expect((await confirm(service, linkOf(sent[4]))).status).toBe(200);
  });

  await t.step("refuses a link past its end, and its story ends", async () => {
    const email = await newMember(service);
    await ask(service, email);
    const { token } = await lastLetter(service, email);
    await service.idle();
    await sql`update password_reset set expires_at = now() where state = 'open'`;
    expect((await confirm(service, token)).body.code).toBe("token_expired");
    await sql`update flow set next_tick_at = now() where finished_at is null`;
    await service.turn();
    const [{ status }] = await sql`
      select f.status from flow f join password_reset r using (flow_id) order by r.created_at desc limit 1`;
    expect(status).toBe("expired");
    expect((await confirm(service, token)).body.code).toBe("token_expired");
    expect((await signIn(service, email)).status).toBe(200);
  });

  await t.step("keeps the link when the password is refused", async () => {
    const email = await newMember(service);
    await ask(service, email);
    const { token } = await lastLetter(service, email);
    for (const [bad, code] of [["short", "password_too_short"], [email, "password_same_as_email"]]) {
      expect(await confirm(service, token, bad)).toMatchObject({ status: 422, body: { code } });
    }
    expect((await confirm(service, token)).status).toBe(200);
  });

  for (const token of ["x", "", "a".repeat(500), "' or 1=1 --", "\u0430"]) {
    await t.step(`refuses the token ${JSON.stringify(token.slice(0, 12))}`, async () => {
      const { status } = await confirm(service, token);
      expect(status === 400 || status === 422).toBe(true);
    });
  }

  await t.step(
    "opens an account whose mail was never confirmed, and its sign-up's story ends well",
    async () => {
      const email = newAddress();
      const id = await signUp(service, email, GOOD_PASSWORD, { first_name: "Ada" });
      const other = await signUp(service, email, "password of a stranger");
      const { token: stale } = await lastLetter(service, email);
      await ask(service, email);
      const { token } = await lastLetter(service, email);
      expect((await confirm(service, token)).status).toBe(200);
      expect((await signIn(service, email, NEW_PASSWORD)).status).toBe(200);
      expect((await signIn(service, email, "password of a stranger")).status).toBe(401);
      await service.turn();
      expect((await signIn(service, email, NEW_PASSWORD)).status).toBe(200);
      expect((await api("POST", "/auth/verify-email", { token: stale })).body.code).toBe("token_used");
      const states = await sql`select flow_id, status from flow where flow_id in ${sql([id, other])}`;
      const statusOf = Object.fromEntries(states.map(({ flow_id, status }) => [flow_id, status]));
      expect([statusOf[id], statusOf[other]].toSorted()).toEqual(["completed", "expired"]);
      expect((await mails({ to: email, kind: "welcome" })).length).toBe(1);
    },
  );

  await t.step("gives a disabled account nothing", async () => {
    const email = await newMember(service);
    await sql`update account set status = 'disabled' where email = ${email}`;
    await ask(service, email);
    expect((await mails({ to: email, kind: "password_reset" })).length).toBe(0);
  });
});

/** Policy that looks around, or waits, when it is asked about a reset. */
function policy(look: (account_id: string, ctx: AnyCtx) => Promise<void>) {
  const gate: Gate<"reset_password"> = {
    ...{ act: "reset_password", phase: "policy", name: "policy.reset" },
    async decide({ account_id }, ctx) {
      await look(account_id, ctx);
      return { kind: "pass" };
    },
  };
  return definePlugin({ name: "policy", about: "For a test.", config: {}, gates: [gate as unknown as Gate] });
}

Deno.test("while policy is asked about a reset, nothing is locked and no connection is held", async () => {
  const seen: unknown[] = [];
  await using service = await testPlugins([
    ...plugins,
    policy(async (account_id, { sql }) => {
      // What is done behind the answers before is over in a moment; the reset's own would stay.
      await eventually(
        "no transaction is open",
        () =>
          sql<{ open: number }[]>`
          select count(*)::int as open from pg_stat_activity
          where datname = current_database() and state like 'idle in transaction%'`,
        ([{ open }]) => open === 0,
        2_000,
      );
      seen.push(...await sql`select status from account where account_id = ${account_id} for update nowait`);
    }),
  ]);
  const email = await newMember(service);
  expect((await ask(service, email)).status).toBe(202);
  expect(seen).toEqual([{ status: "active" }]);
  expect((await confirm(service, (await lastLetter(service, email)).token)).status).toBe(200);
});

Deno.test("a reset that two tell at once opens one link, which works, and sends one mail", async () => {
  let asked = 0;
  const both = Promise.withResolvers<void>();
  await using service = await testPlugins([
    ...plugins,
    policy(async () => {
      if (++asked === 2) both.resolve();
      await both.promise;
    }),
  ]);
  const { sql, flows, mails } = service;
  const email = await newMember(service);
  const [{ email_key }] = await sql<{ email_key: string }[]>`select email_key from account`;
  const flow_id = await sql.begin((tx) =>
    beginReset(tx, service.ctxOf("password"), { email_key, locale: "en", request_id: null })
  );
  await Promise.all([flows.tellDirectly(flow_id), flows.tellDirectly(flow_id)]);
  const [mail, ...more] = await mails({ kind: "password_reset" });
  expect([asked, more]).toEqual([2, []]);
  await service.turn();
  expect(await sql`select status from flow where flow_id = ${flow_id}`).toEqual([{ status: "waiting" }]);
  expect((await confirm(service, linkOf(mail))).status).toBe(200);
  expect((await signIn(service, email, NEW_PASSWORD)).status).toBe(200);
});
