import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { GOOD_PASSWORD, newMember } from "../../core/testing/people.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "../password/mod.ts";
import mfa from "./mod.ts";
import { tellNewDevice } from "./new_device.ts";

const service = await testPlugins([configure(password, { bcrypt_cost: 4 }), verification, mfa]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, sql, mails, turn } = service;

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async function signIn(email: string, device?: string) {
  const headers = { "user-agent": firefox, ...device ? { "flow-shield-device": device } : {} };
  const { body } = await api("POST", "/auth/login", { email, password: GOOD_PASSWORD }, { headers });
  await turn();
  return body;
}
const told = (email: string) => mails({ to: email, kind: "new_device" });

Deno.test("a mail tells of a device that is new, once, and of no other", async () => {
  const email = await newMember(service);
  const first = await signIn(email);
  expect(await told(email)).toEqual([]);
  await signIn(email, first.device_token);
  expect(await told(email)).toEqual([]);
  const { session_id } = await signIn(email);
  const [mail, ...more] = await told(email);
  expect(more).toEqual([]);
  expect(mail.data).toMatchObject({ device: "Firefox · Linux", ip: "192.0.2.1", when: expect.any(String) });
  // Events come at least once.
  const [{ account_id }] = await sql`select account_id from session where session_id = ${session_id}`;
  await tellNewDevice({ account_id, session_id, new_device: true }, service.ctxOf("mfa"));
  expect(await told(email)).toHaveLength(1);
});

Deno.test("who signs out before the mail is written is told of all the same, and can be disowned", async () => {
  const email = await newMember(service);
  await signIn(email);
  const headers = { "user-agent": firefox };
  const { body } = await api("POST", "/auth/login", { email, password: GOOD_PASSWORD }, { headers });
  await sql`update session set ended_at = now(), end_reason = 'signed_out' where session_id = ${body.session_id}`;
  await turn();
  const [{ data }] = await told(email);
  const token = new URL(data.url).searchParams.get("token")!;
  expect((await api("POST", "/auth/not-me", { token })).status).toBe(200);
  await sql`update flow set next_tick_at = now() where kind = 'password_reset'`;
  await turn();
  expect(await mails({ to: email, kind: "password_reset" })).toHaveLength(1);
});

Deno.test("“this was not me” ends that session, sends one link for a new password, and says so to others, once", async () => {
  const email = await newMember(service);
  const mine = await signIn(email);
  const stranger = await signIn(email);
  const [{ data }] = await told(email);
  const token = new URL(data.url).searchParams.get("token")!;
  const answers = await Promise.all(Array.from({ length: 5 }, () => api("POST", "/auth/not-me", { token })));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  // The relay hands a story on that nobody waits for.
  await sql`update flow set next_tick_at = now() where kind = 'password_reset'`;
  await turn();
  expect((await api("GET", "/users/me", undefined, { token: stranger.access_token })).status).toBe(401);
  expect((await api("GET", "/users/me", undefined, { token: mine.access_token })).status).toBe(200);
  expect(await mails({ to: email, kind: "password_reset" })).toHaveLength(1);
  const [{ end_reason }] = await sql`
    select end_reason from session where session_id = ${stranger.session_id}`;
  expect(end_reason).toBe("disowned");
});

for (const bad of ["x", "", crypto.randomUUID(), `${crypto.randomUUID()}.${"x".repeat(43)}`]) {
  Deno.test(`a link that is none of ours ends nothing: ${bad.slice(0, 8)}`, async () => {
    expect((await api("POST", "/auth/not-me", { token: bad })).status).toBe(bad === "" ? 422 : 400);
  });
}
