import { expect } from "expect";
import verification from "../../plugins/email-verification/mod.ts";
import password from "../../plugins/password/mod.ts";
import { presentation } from "../../ui/mod.ts";
import { findByEmailKey, rolesOf } from "../account.ts";
import { lastLetter, newAddress, newMember, sessionCookie, signUp } from "../testing/people.ts";
import { testDatabase } from "../testing/postgres.ts";
import { type TestPlugins, testPlugins } from "../testing/plugins.ts";
import { claimSetupLink, makeSetupLink, setupLinkIsOpen } from "./setup_link.ts";

async function accounts(sql: TestPlugins["sql"], count: number): Promise<string[]> {
  const rows = await sql<{ account_id: string }[]>`
    insert into account (email, email_key, email_skeleton, locale, status)
    select 'a' || n, 'a' || n, 'a' || n, 'en', 'active' from generate_series(1, ${count}) n returning account_id`;
  return rows.map(({ account_id }) => account_id);
}

Deno.test("of fifty who use set-up links at once one becomes the operator, and no link is good after that", async () => {
  await using db = await testDatabase({ pool: 20 });
  const { sql } = db;
  const people = await accounts(sql, 50);
  const links = (await Promise.all([1, 2, 3].map(() => makeSetupLink(sql)))) as string[];
  const claims = await Promise.all(
    people.map((account_id, n) => claimSetupLink(sql, { token: links[n % 3], account_id })),
  );
  expect(claims.filter((claimed) => claimed).length).toBe(1);
  const operators = await sql`select account_id from account where 'operator' = any(roles)`;
  expect(operators.map(({ account_id }) => account_id)).toEqual([people[claims.indexOf(true)]]);
  for (const token of links) expect(await setupLinkIsOpen(sql, token)).toBe(false);
  expect(await makeSetupLink(sql)).toBe(null);
  const [stored] = await sql`select count(*)::int as n from setup_link where used_by is not null`;
  expect(stored.n).toBe(1);
});

Deno.test("a link that is wrong, used or expired makes nobody the operator", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const [account_id, other] = await accounts(sql, 2);
  const [used, expired, good] = (await Promise.all([1, 2, 3].map(() => makeSetupLink(sql)))) as string[];
  const stored = await sql<{ token_hash: Uint8Array }[]>`select token_hash from setup_link`;
  expect(stored.some(({ token_hash }) => new TextDecoder().decode(token_hash).includes(good))).toBe(false);
  expect(await claimSetupLink(sql, { token: used, account_id: other })).toBe(true);
  await sql`update account set roles = '{}'`;
  await sql`update setup_link set expires_at = now() where used_at is null and token_hash = sha256(${expired}::bytea)`;
  for (const token of [used, expired, "", `${good.slice(0, -1)}_`, good.toLowerCase()]) {
    expect([await setupLinkIsOpen(sql, token), await claimSetupLink(sql, { token, account_id })])
      .toEqual([false, false]);
  }
  expect(await rolesOf(sql, account_id)).toEqual([]);
  // Whoever was the operator and is closed now does not stand in the way of the next.
  await sql`update account set roles = '{operator}', status = 'disabled' where account_id = ${other}`;
  expect(await claimSetupLink(sql, { token: good, account_id })).toBe(true);
});

Deno.test("from the link through sign-up and the mailbox to the operator's role, by pages alone", async () => {
  await using service = await testPlugins([password, verification], { presentation });
  const { browse, sql } = service;
  const token = (await makeSetupLink(sql))!;
  const setup = `/setup?token=${token}`;

  const shown = await browse(setup);
  expect(shown.text).toContain(`/sign-up?next=${encodeURIComponent(setup)}`);
  const remembered = shown.headers.get("set-cookie")!.split(";")[0];
  expect((await browse("/setup", { form: { token } })).location).toBe(setup);

  const email = newAddress();
  await signUp(service, email);
  await service.api("POST", "/auth/verify-email", { token: (await lastLetter(service, email)).token });
  const resumed = await browse("/sign-in", { cookie: remembered });
  expect(new URLSearchParams(resumed.location!.split("?")[1]).get("next")).toBe(setup);
  expect((await browse(resumed.location!, { cookie: remembered })).text).toContain(`value="${setup}"`);

  const cookie = await sessionCookie(service, email);
  expect((await browse(setup, { cookie })).text).toContain(email);
  const foreign = await browse("/setup", {
    form: { token },
    cookie,
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(foreign.status).toBe(403);
  // Long ago since it was shown who this is: that is asked for first.
  await sql`update session set auth_time = now() - interval '1 day'`;
  expect((await browse("/setup", { form: { token }, cookie })).location).toMatch(/^\/challenge\?/);
  await sql`update session set auth_time = now()`;
  const claimed = await browse("/setup", { form: { token }, cookie });
  expect(claimed.location).toBe("/setup?done=1");
  const { account_id } = (await findByEmailKey(sql, email))!;
  expect(await rolesOf(sql, account_id)).toEqual(["operator"]);
  expect((await browse("/setup?done=1", { cookie })).status).toBe(200);

  const other = await sessionCookie(service, await newMember(service));
  for (const path of [setup, "/setup", "/setup?done=1", `/setup?token=${"x".repeat(43)}`]) {
    expect([path, (await browse(path, { cookie: other })).status >= 400]).toEqual([path, true]);
  }
  expect((await browse("/setup", { form: { token }, cookie: other })).status).toBe(400);
});
