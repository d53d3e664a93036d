import { expect } from "expect";
import { addRole, findByEmailKey } from "../../../core/account.ts";
import { configure, definePlugin } from "../../../core/plugin.ts";
import { accessToken, newMember, sessionCookie, signIn } from "../../../core/testing/people.ts";
import { type TestPlugins, testPlugins, type TestPluginsOptions } from "../../../core/testing/plugins.ts";
import { person, testProvider } from "../../../core/testing/provider.ts";
import { authorizePath } from "../../../core/testing/authorization.ts";
import { bearer, callback, connected, tokenClient, userinfo } from "../../../core/testing/token_client.ts";
import { presentation } from "../../../ui/mod.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import { linkAccount, noteVerdict } from "./link.ts";
import * as rings from "./mod.ts";
import { refreshRings } from "./refresh.ts";
import { ringIdOf } from "./ring_store.ts";

const fraud = definePlugin({
  name: "fraud",
  about: "Rings alone.",
  config: {},
  ...{ routes: rings.routes, gates: rings.gates, pages: rings.pages, on: rings.on, sweep: rings.sweep },
});
const service = (options: TestPluginsOptions = {}) =>
  testPlugins([configure(password, { bcrypt_cost: 4 }), verification, fraud], options);

/** Accounts that nobody signs in to. */
async function accounts({ sql }: Pick<TestPlugins, "sql">, count: number): Promise<string[]> {
  const rows = await sql<{ account_id: string }[]>`
    insert into account (email, email_key, email_skeleton, locale, status)
    select e, e, e, 'en', 'active' from (select gen_random_uuid() || '@example.com' as e from generate_series(1, ${count})) x
    returning account_id`;
  return rows.map(({ account_id }) => account_id);
}

async function operator(of: TestPlugins): Promise<{ token: string; cookie: string; account_id: string }> {
  const email = await newMember(of);
  const { account_id } = (await findByEmailKey(of.sql, email))!;
  await addRole(of.sql, account_id, "operator");
  return { token: await accessToken(of, email), cookie: await sessionCookie(of, email), account_id };
}

const counts = async ({ sql }: Pick<TestPlugins, "sql">) => {
  const [row] = await sql<{ due: number; rings: number; members: number }[]>`
    select (select count(*)::int from fraud_ring_due) as due, (select count(*)::int from fraud_ring) as rings,
      (select count(*)::int from fraud_ring_member) as members`;
  return row;
};

Deno.test("rings follow what is linked: they form, grow together, keep a name, and fall apart", async () => {
  await using of = await service();
  const { sql } = of;
  const [a, b, c, d, alone] = await accounts(of, 5);
  for (const account_id of [a, b]) await linkAccount(sql, { account_id, device_key: "one", own_risk: 0.4 });
  for (const account_id of [c, d]) await linkAccount(sql, { account_id, password_tag: "tag" });
  await linkAccount(sql, { account_id: alone, block_key: "block" });
  await linkAccount(sql, { account_id: d, block_key: "block" });
  await refreshRings(of);
  const [first, second] = [await ringIdOf(sql, a), await ringIdOf(sql, c)];
  expect([first, second, await ringIdOf(sql, alone)]).toEqual([expect.any(String), expect.any(String), null]);
  expect([await ringIdOf(sql, b), first === second]).toEqual([first, false]);
  expect(await counts(of)).toEqual({ due: 0, rings: 2, members: 4 });

  // Seen again is nothing new.
  await linkAccount(sql, { account_id: a, device_key: "one", own_risk: 0.41 });
  expect((await counts(of)).due).toBe(0);

  await linkAccount(sql, { account_id: b, device_key: "two" });
  await linkAccount(sql, { account_id: c, device_key: "two" });
  await noteVerdict(sql, a, "bad");
  await refreshRings(of);
  const whole = await ringIdOf(sql, a);
  expect([first, second]).toContain(whole);
  expect(await Promise.all([b, c, d].map((one) => ringIdOf(sql, one)))).toEqual([whole, whole, whole]);
  const [b_in_it] = await sql`
    select r.account_count, r.bad_share, m.risk, m.arrived
    from fraud_ring_member m join fraud_ring r using (ring_id) where m.account_id = ${b}`;
  expect([b_in_it.account_count, b_in_it.bad_share]).toEqual([4, 0.25]);
  expect(b_in_it.risk).toBeCloseTo(0.85, 5);
  expect(b_in_it.arrived).toBe(b_in_it.risk);

  await sql`delete from fraud_link where key = 'two'`;
  await noteVerdict(sql, a, null);
  await refreshRings(of);
  expect(await ringIdOf(sql, c)).toBe(await ringIdOf(sql, d));
  expect(await ringIdOf(sql, c)).not.toBe(await ringIdOf(sql, a));
  expect(await counts(of)).toEqual({ due: 0, rings: 2, members: 4 });
});

Deno.test("links of many at once, while rings are found, are all found in the end", async () => {
  await using of = await service();
  const { sql } = of;
  const people = await accounts(of, 30);
  const at_once = people.map((account_id, n) =>
    linkAccount(sql, { account_id, device_key: `device ${n % 3}`, password_tag: `tag ${n % 2}` })
  );
  await Promise.all([...at_once, refreshRings(of), refreshRings(of), refreshRings(of)]);
  await refreshRings(of);
  expect(await counts(of)).toEqual({ due: 0, rings: 1, members: 30 });
});

Deno.test("a link that is stored while its account's ring is found is not overlooked", async () => {
  await using of = await service();
  const { sql } = of;
  const [a, b] = await accounts(of, 2);
  await linkAccount(sql, { account_id: a, device_key: "own" });
  await linkAccount(sql, { account_id: b, device_key: "both" });
  await refreshRings(of);
  await noteVerdict(sql, a, "unsure");
  let finding: Promise<void> | null = null;
  await sql.begin(async (tx) => {
    await linkAccount(tx, { account_id: a, device_key: "both" });
    finding = refreshRings(of);
    // It has read what was there, and waits for us.
    const waits = () =>
      sql`select 1 from pg_stat_activity 
      where datname = current_database() and wait_event_type = 'Lock' and query ~ 'fraud_ring_due'`;
    while ((await waits()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  await finding;
  expect(await ringIdOf(sql, a)).toEqual(expect.any(String));
  expect(await ringIdOf(sql, a)).toBe(await ringIdOf(sql, b));
});

Deno.test("what a crowd shares joins nobody, and a ring of thousands is looked at in part", async () => {
  await using of = await service();
  const { sql } = of;
  const crowd = await accounts(of, 2300);
  await sql`insert into fraud_link (account_id, kind, key) select unnest(${
    crowd.slice(0, 500)
  }::uuid[]), 'device', 'town'`;
  await linkAccount(sql, { account_id: crowd[0], device_key: "town" });
  await noteVerdict(sql, crowd[0], "unsure");
  await refreshRings(of);
  expect(await counts(of)).toEqual({ due: 0, rings: 0, members: 0 });
  // A chain: each shares something with the next.
  await sql`
    insert into fraud_link (account_id, kind, key)
    select account, 'device', 'chain ' || (n + step) / 100 from unnest(${crowd}::uuid[]) with ordinality as c (account, n),
      (values (0), (50)) as s (step) on conflict do nothing`;
  await noteVerdict(sql, crowd[5], "bad");
  await refreshRings(of);
  const [ring] = await sql`select account_count, cut_off from fraud_ring`;
  expect(ring).toEqual({ account_count: 2000, cut_off: true });
  expect((await counts(of)).due).toBe(0);
});

Deno.test("what is long over is swept: accounts that are gone, links that nobody was seen with for long", async () => {
  await using of = await service();
  const { sql, ctx } = of;
  const [a, b, c, d, e] = await accounts(of, 5);
  for (const account_id of [a, b, c]) await linkAccount(sql, { account_id, device_key: "one" });
  for (const account_id of [d, e]) await linkAccount(sql, { account_id, device_key: "two" });
  await refreshRings(of);
  await sql`delete from account where account_id in (${c}, ${e})`;
  await rings.sweep(ctx);
  expect(await counts(of)).toEqual({ due: 0, rings: 1, members: 2 });
  expect(await sql`select account_count from fraud_ring`).toMatchObject([{ account_count: 2 }]);
  await sql`update fraud_link set last_seen_at = now() - interval '181 days' where account_id = ${b}`;
  await rings.sweep(ctx);
  expect(await counts(of)).toEqual({ due: 0, rings: 0, members: 0 });
});

Deno.test("frozen with one click a ring is out at once, and undone it may come back", async () => {
  await using of = await service();
  const { sql, api } = of;
  const boss = await operator(of);
  const emails = await Promise.all([1, 2, 3].map(() => newMember(of)));
  const ids = await Promise.all(emails.map(async (email) => (await findByEmailKey(sql, email))!.account_id));
  for (const account_id of [...ids, boss.account_id]) await linkAccount(sql, { account_id, device_key: "d" });
  const { token } = boss;
  const held = await signIn(of, emails[0]);
  await of.turn();
  await of.idle();
  const listed = await api("GET", "/fraud/rings", undefined, { token });
  expect(listed.body.rings).toMatchObject([{ account_count: 4, frozen_count: 0 }]);
  const [{ ring_id }] = listed.body.rings;
  const path = `/fraud/rings/${ring_id}`;

  const act = (what: string, reason: unknown = "thirty from one phone", at = token) =>
    api("POST", `${path}/${what}`, { reason }, { token: at });
  const stranger = held.body.access_token;
  for (const token of [stranger, undefined]) {
    for (
      const [method, where] of [["GET", "/fraud/rings"], ["GET", path], ["POST", `${path}/freeze`], [
        "POST",
        `${path}/unfreeze`,
      ]]
    ) {
      expect([
        where,
        (await api(method, where, method === "POST" ? { reason: "x" } : undefined, { token })).status,
      ])
        .toEqual([where, token ? 403 : 401]);
    }
  }
  for (const reason of ["", " ", 7, "x".repeat(501)]) expect((await act("freeze", reason)).status).toBe(422);
  expect((await api("POST", `/fraud/rings/${crypto.randomUUID()}/freeze`, { reason: "x" }, { token })).status)
    .toBe(
      404,
    );

  const both = await Promise.all([act("freeze"), act("freeze")]);
  expect(both.map(({ body }) => body.frozen).toSorted()).toEqual([0, 3]);
  expect(both[0].body.left_out).toBe(1);
  expect((await api("GET", "/users/me", undefined, { token: stranger })).status).toBe(401);
  expect((await api("POST", "/auth/refresh", { refresh_token: held.body.refresh_token })).status).toBe(401);
  expect(await signIn(of, emails[1])).toMatchObject({ status: 403, body: { code: "sign_in_denied" } });
  // Whoever came after, and the operator, are not stopped.
  expect((await api("GET", "/users/me", undefined, { token })).status).toBe(200);
  await of.turn();
  await of.idle();
  const shown = await api("GET", path, undefined, { token });
  expect(shown.body).toMatchObject({ frozen_count: 3, account_count: 4, bad_share: 0.75 });
  expect(shown.body.drawing.nodes.length).toBe(5);
  expect(shown.body.drawing.edges.length).toBe(4);
  expect(shown.body.freezes).toMatchObject([{
    reason: "thirty from one phone",
    account_count: 3,
    undone_at: null,
  }]);

  expect((await act("unfreeze", "a family")).body).toEqual({ unfrozen: 3 });
  expect((await act("unfreeze", "a family")).body).toEqual({ unfrozen: 0 });
  expect((await signIn(of, emails[1])).body.kind).toBe("session");
  // What was done stays written down.
  const rows = await sql`select count(*)::int as n from fraud_freeze
    where undone_reason = 'a family' and frozen_by = ${boss.account_id} and undone_by = ${boss.account_id}`;
  expect(rows[0].n).toBe(3);
  expect((await act("freeze", "again")).body.frozen).toBe(3);
});

Deno.test("a sign-in that was under way when its account was frozen leads nowhere", async () => {
  await using of = await service();
  const { sql, ctx } = of;
  const [email, other] = [await newMember(of), await newMember(of)];
  const boss = await operator(of);
  for (const each of [email, other]) {
    const { account_id } = (await findByEmailKey(sql, each))!;
    await linkAccount(sql, { account_id, device_key: "d" });
  }
  await refreshRings(of);
  const ring_id = (await ringIdOf(sql, (await findByEmailKey(sql, email))!.account_id))!;
  const freeze = of.api("POST", `/fraud/rings/${ring_id}/freeze`, { reason: "x" }, { token: boss.token });
  const signIns = Array.from({ length: 10 }, () => signIn(of, email));
  await Promise.all([freeze, ...signIns]);
  expect(await ctx.sessions.list(sql, (await findByEmailKey(sql, email))!.account_id)).toEqual([]);
});

Deno.test("whatever lived by a frozen account ends, also what apps may do without its person", async () => {
  await using of = await testProvider({}, { presentation }, [fraud]);
  const { sql } = of;
  const [who, other, boss] = [await person(of), await person(of), await operator(of)];
  const app = await tokenClient(of);
  const offline = { offline: true, scope: ["openid", "offline_access"] };
  const [held, kept] = [await connected(app, who, offline), await connected(app, other, offline)];
  const { fields } = await app.code(who, offline);
  for (const { account_id } of [who, boss]) await linkAccount(sql, { account_id, device_key: "d" });
  await refreshRings(of);
  const path = `/fraud/rings/${await ringIdOf(sql, who.account_id)}/freeze`;
  expect((await of.api("POST", path, { reason: "x" }, { token: boss.token })).body).toEqual({
    frozen: 1,
    left_out: 1,
  });
  await of.turn();
  const refresh = ({ refresh_token }: { refresh_token: string }) =>
    app.token({ grant_type: "refresh_token", refresh_token });
  expect(await refresh(held)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect(await app.token(fields)).toMatchObject({ status: 400, body: { error: "invalid_grant" } });
  expect((await userinfo(of, bearer(held.access_token))).status).toBe(401);
  const asked = authorizePath(app.client, { redirect_uri: callback });
  expect((await of.browse(asked, { cookie: who.cookie })).location).toMatch(/\/sign-in\?/);
  expect((await refresh(kept)).status).toBe(200);
});

Deno.test("the pages of rings work without script, and say what is missing", async () => {
  await using of = await service({ presentation });
  const { sql, browse } = of;
  const { cookie, account_id } = await operator(of);
  expect((await browse("/operate/fraud/rings", { cookie })).text).toContain("No rings");
  const people = await accounts(of, 4);
  for (const one of people) await linkAccount(sql, { account_id: one, password_tag: "t", own_risk: 0.8 });
  await refreshRings(of);
  const ring_id = await ringIdOf(sql, people[0]);
  const path = `/operate/fraud/rings/${ring_id}`;
  expect((await browse("/operate/fraud/rings", { cookie })).text).toContain(`href="${path}"`);
  expect((await browse(path, { cookie })).text).toMatch(/<svg viewBox="0 0 640 460" role="img"/);
  const incomplete: Record<string, string>[] = [{ intent: "freeze" }, { intent: "freeze", reason: "  " }, {
    reason: "x",
  }];
  for (const form of incomplete) {
    expect((await browse(path, { cookie, form })).status).toBe(422);
  }
  const frozen = await browse(path, { cookie, form: { intent: "freeze", reason: "<b>x</b>" } });
  expect(frozen.location).toBe(`${path}?done=freeze&count=4`);
  expect((await browse(frozen.location!, { cookie })).text).toContain("4 accounts were frozen.");
  expect((await browse(path, { cookie, form: { intent: "unfreeze", reason: "y" } })).status).toBe(303);
  expect((await browse(`/operate/fraud/rings/${account_id}`, { cookie })).status).toBe(404);
  const shown = (await browse(path, { cookie, headers: { "accept-language": "de" } })).text;
  expect(shown).toContain("&lt;b>x");
  expect(shown).toContain("zurückgenommen von");
});
