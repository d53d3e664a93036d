import { expect } from "expect";
import type { StartedSession } from "../../core/sign_in/sign_in.ts";
import { newAccount } from "../../core/testing/core.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import { presentation } from "../mod.ts";

const path = "/account/sessions";

async function signIn({ ctx }: TestPlugins, account_id: string, more: object = {}) {
  const started = await ctx.sign_in.complete({
    ...{ account_id, amr: ["pwd"], auth_time: new Date(), transport: "cookie", remember_device: true },
    ...{ ip: "192.0.2.1", user_agent: "Mozilla/5.0 (X11; Linux) Firefox/140.0", request_id: "r", ...more },
  }) as StartedSession;
  const { session_id, device_id } = started.session;
  return { cookie: `${started.cookie!.name}=${started.cookie!.value}`, session_id, device_id: device_id! };
}

Deno.test("the page of devices signs them out, and says what it did or could not do", async (t) => {
  await using service = await testPlugins([], { presentation });
  const { sql, browse } = service;
  const account_id = await newAccount(sql);
  const here = await signIn(service, account_id);
  const stranger = await signIn(service, await newAccount(sql));
  const alive = async (session_id: string) =>
    (await sql`select 1 from session where session_id = ${session_id} and ended_at is null`).length === 1;
  const post = (form: Record<string, string>) => browse(path, { form, cookie: here.cookie });

  await t.step("one session", async () => {
    const phone = await signIn(service, account_id);
    const shown = await browse(path, { cookie: here.cookie });
    expect(shown.text).toContain(phone.session_id);
    expect(shown.text).not.toContain(stranger.session_id);
    const sent = await post({ intent: "revoke_session", session_id: phone.session_id });
    expect(sent).toMatchObject({ status: 303, location: `${path}?done=session_revoked` });
    expect(await alive(phone.session_id)).toBe(false);
    expect((await browse(sent.location!, { cookie: here.cookie })).text).toContain("Signed out.");
    // Sent twice, it is as if it were sent once.
    expect(await post({ intent: "revoke_session", session_id: phone.session_id })).toMatchObject({
      status: 303,
    });
  });
  await t.step("one device that is remembered, and goes on", async () => {
    const phone = await signIn(service, account_id);
    const sent = await post({ intent: "forget_device", device_id: phone.device_id });
    expect(sent).toMatchObject({ status: 303, location: `${path}?done=device_forgotten` });
    expect(await alive(phone.session_id)).toBe(true);
    const left = await sql`select device_id from device where remembered_until is not null`;
    expect(left.map(({ device_id }) => device_id).toSorted()).toEqual(
      [here.device_id, stranger.device_id].toSorted(),
    );
  });
  await t.step("all others", async () => {
    const phone = await signIn(service, account_id);
    expect(await post({ intent: "revoke_others" })).toMatchObject({
      status: 303,
      location: `${path}?done=others_revoked`,
    });
    expect([await alive(phone.session_id), await alive(here.session_id)]).toEqual([false, true]);
  });
  const refused: [what: string, form: Record<string, string>, status: number][] = [
    ["a session of somebody else, which is as if it had ended", {
      intent: "revoke_session",
      session_id: stranger.session_id,
    }, 303],
    ["a device of somebody else", { intent: "forget_device", device_id: stranger.device_id }, 303],
    ["a session without an id", { intent: "revoke_session" }, 422],
    ["a path in place of an id", { intent: "revoke_session", session_id: "../../auth/logout" }, 422],
    ["another intent", { intent: "revoke_everything" }, 422],
    ["an intent that every object has", { intent: "constructor" }, 422],
    ["none", {}, 422],
  ];
  for (const [what, form, status] of refused) {
    await t.step(`nothing ends by ${what}`, async () => {
      expect((await post(form)).status).toBe(status);
      expect([await alive(here.session_id), await alive(stranger.session_id)]).toEqual([true, true]);
    });
  }
  await t.step("nobody sees it without a session", async () => {
    expect((await browse(path)).status).not.toBe(200);
    expect((await browse(path, { form: { intent: "revoke_others" } })).status).not.toBe(200);
  });
  expect(await sql`select 1 from device where remembered_until is not null`).toHaveLength(2);
});
