import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { accessToken, GOOD_PASSWORD, newMember } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { addApp } from "../../../core/testing/second_factor.ts";
import { presentation } from "../../../ui/mod.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";

const service = await testPlugins([configure(password, { bcrypt_cost: 4 }), verification, mfa], {
  presentation,
});
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, browse, mails, sql, turn, core } = service;

const h1 = (text: string) => /<h1[^>]*>([^<]*)/.exec(text)?.[1];
const state = async () =>
  (await sql`select state from factor_recovery order by created_at desc limit 1`)[0].state;

/** The path and token of the newest mail of a kind. */
async function link(to: string, kind: "recovery_confirm" | "recovery_waiting" | "new_device") {
  const url = new URL((await mails({ to, kind })).at(-1)!.data.url);
  expect(url.origin).toBe(new URL(core.frontend_url).origin);
  return { path: url.pathname, token: url.searchParams.get("token")! };
}

/** Opened as a scanner does, then pressed as a person does. */
async function press({ path, token }: { path: string; token: string }, unchanged: () => Promise<void>) {
  const page = await browse(`${path}?token=${token}`);
  expect(page.status).toBe(200);
  await unchanged();
  return await browse(path, { form: { token } });
}

Deno.test("links of a recovery open pages that change nothing until their button is pressed", async () => {
  const email = await newMember(service);
  await addApp(service, await accessToken(service, email));
  const { body } = await api("POST", "/auth/login", { email, password: GOOD_PASSWORD });
  await api("POST", "/mfa/recovery", { challenge_id: body.challenge_id });
  await turn();
  const begun = await press(
    await link(email, "recovery_confirm"),
    async () => expect(await state()).toBe("asked"),
  );
  expect([h1(begun.text), await state()]).toEqual(["The waiting time has begun", "waiting"]);
  const off = await link(email, "recovery_waiting");
  const over = await press(off, async () => expect(await state()).toBe("waiting"));
  expect([h1(over.text), await state()]).toEqual(["Called off", "cancelled"]);
});

Deno.test("the link of a new device ends its session when the button is pressed, and not before", async () => {
  const email = await newMember(service);
  await accessToken(service, email);
  const token = await accessToken(service, email);
  await turn();
  const alive = async () => (await api("GET", "/users/me", undefined, { token })).status;
  const ended = await press(await link(email, "new_device"), async () => expect(await alive()).toBe(200));
  expect([h1(ended.text), await alive()]).toEqual(["That device is signed out", 401]);
});

for (const path of ["/recover", "/recover/cancel", "/not-me"]) {
  Deno.test(`a link that is none says so on the page: ${path}`, async () => {
    const answer = await browse(path, { form: { token: "x" } });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role="alert"');
    expect((await browse(path)).status).toBe(200);
  });
}
