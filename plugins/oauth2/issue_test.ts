import { expect } from "expect";
import { person, testProvider } from "../../core/testing/provider.ts";
import { claimsIn, tokenClient } from "../../core/testing/token_client.ts";
import { leftOpen, sweepClientSessions } from "./client_session.ts";

Deno.test("what outlives its session does not make it known to the app again", async () => {
  await using service = await testProvider();
  const { sql, api } = service;
  const who = await person(service);
  const app = await tokenClient(service, { backchannel_logout_uri: "https://app.example/logout" });
  const { fields, sid } = await app.code(who, { offline: true, scope: ["openid", "offline_access"] });
  let { refresh_token } = (await app.token(fields)).body;
  const refresh = async () => {
    const { status, body } = await app.token({ grant_type: "refresh_token", refresh_token });
    expect(status).toBe(200);
    ({ refresh_token } = body);
    return claimsIn(body.id_token);
  };
  expect((await refresh()).sid).toBe(sid);

  await api("POST", "/auth/logout", {}, { headers: { cookie: who.cookie, "sec-fetch-site": "same-origin" } });
  await service.turn();
  const [told] = await sql`select sid from logout_delivery where client_id = ${app.client_id}`;
  expect(told).toEqual({ sid });
  expect((await refresh()).sub).toBe(who.account_id);

  // A day later.
  await sql`update client_session set ended_at = now() - interval '2 days'`;
  await sweepClientSessions(sql, 100);
  const late = await refresh();
  expect([late.sub, late.sid]).toEqual([who.account_id, undefined]);
  expect(await sql`select 1 from client_session`).toHaveLength(0);
  expect(await leftOpen(sql, 10)).toEqual([]);
  expect(await sql`select 1 from logout_delivery`).toHaveLength(1);
});
