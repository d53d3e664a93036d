import { expect } from "expect";
import {
  newClient,
  type Person,
  person,
  type TestProvider,
  testProvider,
} from "../../../core/testing/provider.ts";
import { presentation } from "../../../ui/mod.ts";
import type { Client } from "../client.ts";
import { deviceCode } from "../grants/device_code.ts";
import { pollDevice } from "../device_code.ts";
import type { TokenAnswer, TokenCall } from "../grants/grant_type.ts";

const grantType = "urn:ietf:params:oauth:grant-type:device_code";
const h1 = (text: string) => /<h1[^>]*>([^<]*)/.exec(text)?.[1];

/** Form-encoded, as clients send it. */
const begin = ({ api }: TestProvider, fields: Record<string, string>) =>
  api("POST", "/oauth/device_authorization", new URLSearchParams(fields).toString(), {
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

async function begun(
  service: TestProvider,
  client: Client,
): Promise<{ device_code: string; user_code: string }> {
  const answer = await begin(service, { client_id: client.client_id, scope: "openid email" });
  expect(answer.status).toBe(200);
  return answer.body;
}

/** What the token endpoint does once the client is authenticated; answers the error's code, or the tokens. */
async function poll(
  service: TestProvider,
  client: Client,
  device_code: string | undefined,
  dpop_jkt: string | null = null,
): Promise<string | TokenAnswer> {
  const call: TokenCall = {
    client,
    form: device_code === undefined ? {} : { device_code },
    ...{ lists: { resource: [], audience: [] }, dpop_jkt, ip: null, request_id: "r" },
  };
  return await deviceCode(service.oauth, call).catch(({ error }) => error);
}

/** As if so many seconds had passed for a device. */
const pass = ({ sql }: TestProvider, seconds: number) =>
  sql`update device_code set polled_at = polled_at - make_interval(secs => ${seconds})`;

const decide = (service: TestProvider, { cookie }: Person, user_code: string, decision: string) =>
  service.api("POST", "/oauth/device/decision", { user_code, decision }, {
    headers: { cookie, "sec-fetch-site": "same-origin" },
  });

Deno.test("the device grant (RFC 8628)", async (t) => {
  await using service = await testProvider({}, { presentation });
  const { sql, browse, core } = service;
  await service.ctx.signing_keys.ensure("RS256");
  const client = await newClient(service, { grant_types: [grantType, "refresh_token"], redirect_uris: [] });
  const who = await person(service);

  await t.step("gives the device two codes, an address and an interval", async () => {
    const { status, body, headers } = await begin(service, { client_id: client.client_id, scope: "openid" });
    expect(status).toBe(200);
    expect(body).toEqual({
      device_code: expect.stringMatching(/^fsd_[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${core.frontend_url}/device`,
      verification_uri_complete: `${core.frontend_url}/device?user_code=${body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
    expect(headers.get("cache-control")).toBe("no-store");
    const [row] = await sql`select * from device_code order by created_at desc limit 1`;
    const stored = JSON.stringify(row);
    expect(stored).not.toContain(body.device_code);
    expect(stored).not.toContain(body.user_code.replace("-", ""));
  });

  const other = await newClient(service);
  const refused: [what: string, fields: Record<string, string>, error: string][] = [
    ["no client", {}, "invalid_client"],
    ["a client nobody knows", { client_id: "nobody" }, "invalid_client"],
    ["a client that may not", { client_id: other.client_id }, "unauthorized_client"],
    ["a scope that is malformed", { client_id: client.client_id, scope: 'a"b' }, "invalid_scope"],
    [
      "a resource that is no address",
      { client_id: client.client_id, resource: "nonsense" },
      "invalid_target",
    ],
    [
      "a resource with a fragment",
      { client_id: client.client_id, resource: "https://a.example/#b" },
      "invalid_target",
    ],
  ];
  for (const [what, fields, error] of refused) {
    await t.step(`refuses ${what}`, async () => {
      const answer = await begin(service, fields);
      expect([answer.status >= 400, answer.body.error]).toEqual([true, error]);
    });
  }

  await t.step("answers tokens once the person has said yes, and once only", async () => {
    const { device_code, user_code } = await begun(service, client);
    expect(await poll(service, client, device_code)).toBe("authorization_pending");
    expect((await decide(service, who, user_code, "allow")).body).toEqual({
      decision: "allow",
      client_name: "Example app",
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(service, client, device_code)));
    const tokens = answers.filter((answer) => typeof answer !== "string");
    expect(tokens).toHaveLength(1);
    expect(new Set(answers.filter((answer) => typeof answer === "string"))).toEqual(
      new Set(["invalid_grant"]),
    );
    const [grant] = await sql`
      select * from oauth_grant where account_id = ${who.account_id} and client_id = ${client.client_id}`;
    expect(grant).toMatchObject({
      scope: ["openid", "email"],
      session_id: null,
      amr: ["pwd"],
      revoked_at: null,
    });
    // A repetition at once is a lost answer; one much later is somebody else.
    await pass(service, 60);
    expect(await poll(service, client, device_code)).toBe("invalid_grant");
    const [after] = await sql`select revoke_reason from oauth_grant where grant_id = ${grant.grant_id}`;
    expect(after.revoke_reason).toBe("device_code_reuse");
  });

  await t.step("tells a device that asks too fast to slow down, by five seconds each time", async () => {
    const { device_code } = await begun(service, client);
    const at = async (seconds: number) => {
      await pass(service, seconds);
      return await poll(service, client, device_code);
    };
    expect(await at(0)).toBe("authorization_pending");
    expect(await at(1)).toBe("slow_down");
    expect(await at(6)).toBe("slow_down");
    expect(await at(10)).toBe("slow_down");
    expect(await at(20)).toBe("authorization_pending");
    const parallel = await Promise.all(Array.from({ length: 5 }, () => poll(service, client, device_code)));
    expect(new Set(parallel)).toEqual(new Set(["slow_down"]));
  });

  await t.step(
    "says no when the person did, when it is over, and to whoever it does not belong",
    async () => {
      const denied = await begun(service, client);
      expect((await decide(service, who, denied.user_code, "deny")).status).toBe(200);
      expect(await poll(service, client, denied.device_code)).toBe("access_denied");

      const late = await begun(service, client);
      await sql`update device_code set expires_at = now() - interval '1 second' where state = 'pending'`;
      expect(await poll(service, client, late.device_code)).toBe("expired_token");
      expect((await decide(service, who, late.user_code, "allow")).status).toBe(404);

      const mine = await begun(service, client);
      const stranger = await newClient(service, { grant_types: [grantType], redirect_uris: [] });
      await decide(service, who, mine.user_code, "allow");
      expect(await poll(service, stranger, mine.device_code)).toBe("invalid_grant");
      expect(await poll(service, client, "fsd_nobody")).toBe("invalid_grant");
      expect(await poll(service, client, "x".repeat(5000))).toBe("invalid_grant");
      expect(await poll(service, client, undefined)).toBe("invalid_request");
      expect(await poll(service, client, mine.device_code)).toMatchObject({ token_type: "Bearer" });

      const taken = await begun(service, client);
      await decide(service, who, taken.user_code, "allow");
      await service.api("DELETE", `/users/me/apps/${client.client_id}`, undefined, {
        headers: { cookie: who.cookie, "sec-fetch-site": "same-origin" },
      });
      expect(await poll(service, client, taken.device_code)).toBe("access_denied");
    },
  );

  await t.step("a code that was asked for with a proof is for that key alone (RFC 9449)", async () => {
    const { device_code, user_code } = await begun(service, client);
    await sql`update device_code set dpop_jkt = 'key' where state = 'pending'`;
    await decide(service, who, user_code, "allow");
    expect(await poll(service, client, device_code)).toBe("invalid_grant");
    expect(await poll(service, client, device_code, "other")).toBe("invalid_grant");
    const claimed = await pollDevice(sql, { device_code, client_id: client.client_id, dpop_jkt: "key" });
    expect(claimed.kind).toBe("allowed");
  });

  await t.step("of two answers at the same time one counts", async () => {
    const { user_code } = await begun(service, client);
    const answers = await Promise.all(
      ["allow", "deny", "allow", "deny"].map((decision) => decide(service, who, user_code, decision)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
  });

  await t.step("the page asks for the code, however it is written, and shows who asks for what", async () => {
    const { user_code } = await begun(service, client);
    const { cookie, email } = who;
    expect((await browse("/device?user_code=x")).location).toBe(
      `/sign-in?next=${encodeURIComponent("/device?user_code=x")}`,
    );
    expect(h1((await browse("/device", { cookie })).text)).toBe("Connect a device");
    for (const typed of [user_code, user_code.toLowerCase(), ` ${user_code.replace("-", " ")} `]) {
      const { status, text } = await browse(`/device?user_code=${encodeURIComponent(typed)}`, { cookie });
      expect([status, h1(text)]).toEqual([200, "Connect Example app?"]);
      for (const shown of [email, user_code, "see your e-mail address", "Go on only if"]) {
        expect(text).toContain(shown);
      }
      expect(text).toMatch(/<button id="allow"/);
      expect(text).toMatch(/<button id="deny"/);
    }
    const wrong = await browse("/device?user_code=BBBB-BBBB", { cookie });
    expect([wrong.status, h1(wrong.text)]).toEqual([404, "Connect a device"]);
    expect(wrong.text).toContain("No device waits with this code");
  });

  await t.step("a yes on the page is a yes; from another site it is nothing", async () => {
    const { device_code, user_code } = await begun(service, client);
    const { cookie } = who;
    const form = { user_code, decision: "allow" };
    const forged = await browse("/device", { form, cookie, headers: { "sec-fetch-site": "cross-site" } });
    expect(forged.status).toBe(403);
    const bare = await service.api("POST", "/oauth/device/decision", form, { headers: { cookie } });
    expect(bare.status).toBe(403);
    expect(await poll(service, client, device_code)).toBe("authorization_pending");
    const nobody = await browse("/device", { form });
    expect(nobody.location).toBe(`/sign-in?next=${encodeURIComponent("/device")}`);
    const yes = await browse("/device", { form, cookie });
    expect([yes.status, yes.location]).toEqual([303, "/device?done=allow"]);
    expect(h1((await browse(yes.location!, { cookie })).text)).toBe("Connected");
    expect(await poll(service, client, device_code)).toMatchObject({ token_type: "Bearer" });

    const second = await begun(service, client);
    // Whatever is no clear yes is a no.
    const no = await browse("/device", {
      form: { user_code: second.user_code, decision: "nonsense" },
      cookie,
    });
    expect(no.location).toBe("/device?done=deny");
    expect(await poll(service, client, second.device_code)).toBe("access_denied");
  });
});

Deno.test("user codes cannot be guessed: ten wrong ones, and an account waits (RFC 8628 §5.1)", async () => {
  await using service = await testProvider();
  const client = await newClient(service, { grant_types: [grantType], redirect_uris: [] });
  const [guesser, owner] = [await person(service), await person(service)];
  const look = ({ cookie }: Person, user_code: string, ip: string) =>
    service.api("GET", `/oauth/device?user_code=${user_code}`, undefined, { headers: { cookie }, ip });
  const { user_code } = await begun(service, client);
  // Right ones do not count.
  for (let i = 0; i < 12; i++) expect((await look(owner, user_code, "192.0.2.7")).status).toBe(200);
  const answers = [];
  for (let i = 0; i < 12; i++) answers.push((await look(guesser, "BBBBBBBB", `192.0.2.${20 + i}`)).status);
  expect(answers).toEqual([...Array(10).fill(404), 429, 429]);
  const right = await look(guesser, user_code, "192.0.2.99");
  expect([right.status, right.headers.get("retry-after") !== null]).toEqual([429, true]);
  expect((await decide(service, guesser, user_code, "allow")).status).toBe(429);
  expect((await decide(service, owner, user_code, "allow")).status).toBe(200);
});

Deno.test("user codes cannot be guessed with many accounts from one address either", async () => {
  await using service = await testProvider();
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) {
    const { cookie } = await person(service);
    for (let j = 0; j < 9; j++) {
      const answer = await service.api("GET", "/oauth/device?user_code=BBBBBBBB", undefined, {
        headers: { cookie },
        ip: "198.51.100.9",
      });
      statuses.push(answer.status);
    }
  }
  expect(statuses.filter((status) => status === 404)).toHaveLength(30);
  expect(statuses.filter((status) => status === 429)).toHaveLength(6);
});
