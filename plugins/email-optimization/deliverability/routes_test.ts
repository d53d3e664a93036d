import { expect } from "expect";
import { testEmail } from "../../../core/testing/email.ts";
import { storeReport } from "./domain_report.ts";

const core = { smtp_from: "Shop <mail@shop.test>" };

Deno.test("the domain and its keys are shown to operators alone, as they were last looked at", async () => {
  await using app = await testEmail({}, { core });
  const operator = await app.person({ operator: true });
  const stranger = await app.person();
  const ask = (method: string, path: string, token?: string) => app.api(method, path, undefined, { token });
  const routes = [
    ["GET", "/email/domain"],
    ["POST", "/email/domain/check"],
    ["POST", "/email/domain/keys"],
    ["POST", "/email/domain/keys/fs1/use"],
  ];
  for (const [method, path] of routes) {
    expect([path, (await ask(method, path)).status]).toEqual([path, 401]);
    expect([path, (await ask(method, path, "not-a-token")).status]).toEqual([path, 401]);
    expect([path, (await ask(method, path, stranger.token)).status]).toEqual([path, 403]);
  }
  const get = async () => (await ask("GET", "/email/domain", operator.token)).body;
  expect(await get()).toEqual({
    ...{ domain: "shop.test", sender: "mail@shop.test", signing: "published" },
    ...{ checked_at: null, checks: [], keys: [] },
  });

  const { body: made } = await ask("POST", "/email/domain/keys", operator.token);
  const [{ selector, state, publish }] = made.keys;
  expect(state).toBe("new");
  expect(publish).toMatchObject({ name: `${selector}._domainkey.shop.test`, type: "TXT" });
  expect(publish.zone.startsWith(`${publish.name}. 3600 IN TXT "v=DKIM1; k=rsa; p=`)).toBe(true);
  expect(JSON.stringify(made)).not.toContain("PRIVATE");
  // Once more is the same one.
  expect((await ask("POST", "/email/domain/keys", operator.token)).body.keys).toHaveLength(1);

  for (const unknown of ["fs1", "x".repeat(63)]) {
    expect((await ask("POST", `/email/domain/keys/${unknown}/use`, operator.token)).status).toBe(404);
  }
  for (const bad of ["A", "a%27b", "x".repeat(64)]) {
    expect((await ask("POST", `/email/domain/keys/${bad}/use`, operator.token)).body.status)
      .toBeGreaterThanOrEqual(404);
  }
  const { body: used } = await ask("POST", `/email/domain/keys/${selector}/use`, operator.token);
  expect(used.keys).toMatchObject([{ selector, state: "in_use" }]);

  await storeReport(app.sql, {
    domain: "shop.test",
    checked_at: new Date("2026-01-02T03:04:05Z"),
    checks: [
      {
        ...{ name: "spf", state: "bad", code: "spf_missing", params: {}, found: [] },
        publish: [{ name: "shop.test", type: "TXT", value: "v=spf1 mx ~all" }],
      },
      { name: "ptr", state: "note", code: "of_a_later_version", params: {}, found: [], publish: [] },
    ],
  });
  const told = await get();
  expect(told.checked_at).toBe("2026-01-02T03:04:05.000Z");
  expect(told.checks).toMatchObject([
    { code: "spf_missing", publish: [{ zone: 'shop.test. 3600 IN TXT "v=spf1 mx ~all"' }] },
    { text: "of_a_later_version" },
  ]);
  expect(told.checks[0].text).toMatch(/^Nothing says who may send/);
});

Deno.test("where nothing is signed, no key is made", async () => {
  await using app = await testEmail({ dkim: "never" }, { core });
  const { token } = await app.person({ operator: true });
  expect((await app.api("POST", "/email/domain/keys", undefined, { token })).body).toMatchObject({
    status: 409,
    type: expect.stringContaining("signing_off"),
  });
  expect(await app.sql`select 1 from email_dkim_key`).toHaveLength(0);
});
