import { expect } from "expect";
import { randomBytes, randomUUID } from "node:crypto";
import {
  allow,
  clientServer,
  newClient,
  type Person,
  person,
  type TestProvider,
  testProvider,
} from "../../core/testing/provider.ts";
import { hashSecret } from "../../core/session/session.ts";
import { insertCode } from "./authorization_code.ts";
import { holdRequest } from "./authorization_request.ts";
import type { Client } from "./client.ts";
import { insertDeviceCode } from "./device_code.ts";
import { insertGrant } from "./grant.ts";
import { sweepOAuth2 } from "./sweep.ts";

/** Every column that is a time, of every table of the plugin and of those it leans on. */
const clocks: Record<string, string[]> = {
  authorization_request: ["created_at", "expires_at", "used_at"],
  oauth_grant: ["created_at", "expires_at", "revoked_at"],
  authorization_code: ["issued_at", "expires_at", "used_at"],
  oauth_refresh_token: ["issued_at", "expires_at", "used_at"],
  oauth_access_token: ["expires_at"],
  revoked_access_token: ["expires_at"],
  device_code: ["created_at", "polled_at", "expires_at"],
  client_session: ["created_at", "ended_at"],
  logout_delivery: ["created_at", "next_attempt_at", "finished_at"],
  initial_access_token: ["created_at", "expires_at"],
  oauth_consent: ["given_at", "used_at"],
};

async function pass({ sql }: TestProvider, hours: number): Promise<void> {
  for (const [table, columns] of Object.entries(clocks)) {
    const moved = columns.map((column) => `${column} = ${column} - interval '${hours} hours'`).join(", ");
    await sql.unsafe(`update ${table} set ${moved}`);
  }
}

async function sizes({ sql }: TestProvider): Promise<Record<string, number>> {
  const counted = await Promise.all(
    Object.keys(clocks).map(async (table) => {
      const [{ n }] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`;
      return [table, n] as const;
    }),
  );
  return Object.fromEntries(counted);
}

const secret = () => hashSecret(randomBytes(16).toString("hex"));
const seconds = (n: number) => new Date(Date.now() + n * 1000);

/** What one sign-in of one person leaves behind, with a refresh token on every second grant. */
async function signInOnce({ sql, keys }: TestProvider, who: Person, { client_id }: Client, n: number) {
  const { account_id } = who;
  await holdRequest(sql, {
    ...{ client_id, origin: "browser" as const, dpop_jkt: null, lifetime_seconds: 1800 },
    parameters: { client_id } as never,
  });
  const grant_id = randomUUID();
  await insertGrant(sql, {
    ...{ grant_id, client_id, account_id, session_id: who.session_id, scope: ["openid"], resource: [] },
    ...{ claims: null, nonce: null, acr: "1", amr: ["pwd"], auth_time: new Date(), dpop_jkt: null },
    ...{ offline: true, lifetime_seconds: 180 * 86_400 },
  });
  await insertCode(sql, {
    ...{
      grant_id,
      client_id,
      redirect_uri: null,
      code_challenge: null,
      dpop_jkt: null,
      lifetime_seconds: 60,
    },
  });
  await sql`update authorization_code set used_at = now() where grant_id = ${grant_id}`;
  if (n % 2 === 0) {
    await sql`insert into oauth_refresh_token (token_hash, grant_id, expires_at)
      values (${secret()}, ${grant_id}, ${seconds(2 * 86_400)})`;
  }
  await sql`insert into oauth_access_token (token_hash, grant_id, client_id, claims, expires_at)
    values (${secret()}, ${grant_id}, ${client_id}, '{}', ${seconds(1800)})`;
  await sql`insert into oauth_access_token (token_hash, grant_id, client_id, claims, expires_at)
    values (${secret()}, null, ${client_id}, '{}', ${seconds(1800)})`;
  await sql`insert into revoked_access_token (jti, expires_at) values (${randomUUID()}, ${seconds(1800)})`;
  await sql`insert into initial_access_token (token_hash, uses_left, expires_at)
    values (${secret()}, ${n % 3}, ${seconds(3600)})`;
  await insertDeviceCode(sql, keys, {
    client_id,
    scope: [],
    resource: [],
    dpop_jkt: null,
    lifetime_seconds: 600,
  });
  await sql`insert into client_session (session_id, client_id, account_id, ended_at)
    values (${randomUUID()}, ${client_id}, ${account_id}, now())`;
  return grant_id;
}

Deno.test("a week of load ends at the size of the live set", async () => {
  await using service = await testProvider();
  const client = await newClient(service);
  const who = await person(service);
  await service.sql`insert into oauth_consent (account_id, client_id, scope)
    values (${who.account_id}, ${client.client_id}, '{openid}')`;
  const aDay = 24;
  const perHour = 4;
  const peak: Record<string, number> = {};
  for (let hour = 0; hour < 7 * aDay; hour += 3) {
    for (let n = 0; n < 3 * perHour; n++) await signInOnce(service, who, client, n);
    await pass(service, 3);
    await sweepOAuth2(service.oauth);
    for (const [table, n] of Object.entries(await sizes(service))) {
      peak[table] = Math.max(peak[table] ?? 0, n);
    }
  }
  // What is alive: refresh tokens live for two days, their grants with them, told sessions for a day; the rest is over.
  const twoDays = 2 * aDay * perHour / 2;
  const end = await sizes(service);
  expect(end).toEqual({
    authorization_request: 0,
    oauth_grant: end.oauth_refresh_token,
    authorization_code: 0,
    oauth_refresh_token: expect.any(Number),
    oauth_access_token: 0,
    revoked_access_token: 0,
    device_code: 0,
    client_session: expect.any(Number),
    logout_delivery: 0,
    initial_access_token: 0,
    oauth_consent: 1,
  });
  expect(end.oauth_refresh_token).toBeLessThanOrEqual(twoDays);
  expect(end.oauth_refresh_token).toBeGreaterThan(twoDays * 0.9);
  expect(end.client_session).toBeLessThanOrEqual(aDay * perHour);
  expect(peak.oauth_grant).toBeLessThanOrEqual(twoDays);
  // And when nobody comes any more, nothing but what people decided is left.
  await pass(service, 7 * aDay);
  await sweepOAuth2(service.oauth);
  expect(await sizes(service)).toEqual({
    ...Object.fromEntries(Object.keys(clocks).map((table) => [table, 0])),
    oauth_consent: 1,
  });
});

Deno.test("a sweep takes nothing that lives", async () => {
  await using service = await testProvider();
  const { sql } = service;
  const client = await newClient(service);
  const who = await person(service);
  const grants = [];
  for (let n = 0; n < 4; n++) grants.push(await signInOnce(service, who, client, n));
  await sql`update client_session set ended_at = null`;
  await sql`update initial_access_token set uses_left = 1`;
  await allow(service, who, client);
  const before = await sizes(service);
  await sweepOAuth2(service.oauth);
  expect(await sizes(service)).toEqual(before);
  // Half an hour later only the refresh tokens hold their grants.
  await pass(service, 2);
  await sweepOAuth2(service.oauth);
  const left = await sql<{ grant_id: string }[]>`select grant_id from oauth_grant`;
  expect(left.map(({ grant_id }) => grant_id).sort()).toEqual([grants[0], grants[2]].sort());
});

Deno.test("a sweep takes many batches, and a bounded number of them", async () => {
  await using service = await testProvider();
  const { sql } = service;
  await sql`insert into revoked_access_token select gen_random_uuid()::text, now() - interval '1 hour'
            from generate_series(1, 52500)`;
  await sweepOAuth2(service.oauth);
  expect((await sizes(service)).revoked_access_token).toBe(2500);
  await sweepOAuth2(service.oauth);
  expect((await sizes(service)).revoked_access_token).toBe(0);
});

Deno.test("an app that joined a session in the instant it ended is told by the sweep", async () => {
  await using service = await testProvider();
  await using server = clientServer();
  const { sql } = service;
  const client = await newClient(service, { backchannel_logout_uri: `${server.url}/out` });
  const who = await person(service);
  await sql.begin((tx) => service.sessions.end(tx, who.account_id, who.session_id, "logout"));
  await service.turn();
  const { grant_id } = await allow(service, who, client);
  await sweepOAuth2(service.oauth);
  await service.turn();
  expect(server.received).toHaveLength(0);
  await sql`update client_session set created_at = now() - interval '2 minutes'`;
  await sweepOAuth2(service.oauth);
  await sql`update flow set next_tick_at = now() where finished_at is null`;
  await service.turn();
  expect(server.received).toHaveLength(1);
  const [{ revoked_at }] = await sql`select revoked_at from oauth_grant where grant_id = ${grant_id}`;
  expect(revoked_at).not.toBe(null);
});
