import { expect } from "expect";
import type { CommandTools } from "../../../core/plugin.ts";
import { configure } from "../../../core/plugin.ts";
import { accessToken, GOOD_PASSWORD, newMember } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { addApp } from "../../../core/testing/second_factor.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";
import { userRecovery } from "./user_recovery.ts";

const service = await testPlugins([configure(password, { bcrypt_cost: 4 }), verification, mfa]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, mails, turn } = service;

async function run(...args: string[]): Promise<string[]> {
  const said: string[] = [];
  await userRecovery.run(args, {
    core: service.core,
    config: {},
    say: (line) => said.push(line),
    withCtx: (work) => work(service.ctxOf("mfa")),
  } as CommandTools);
  return said;
}

Deno.test("user recovery: list shows who waits and until when, and cancel ends it once", async (t) => {
  const email = await newMember(service);
  await addApp(service, await accessToken(service, email));
  await t.step("nobody", async () => expect(await run("list")).toEqual(["none waits"]));
  const { body } = await api("POST", "/auth/login", { email, password: GOOD_PASSWORD });
  await api("POST", "/mfa/recovery", { challenge_id: body.challenge_id });
  await turn();
  await t.step("asked", async () => {
    expect(await run("list")).toEqual([expect.stringMatching(/ {2}asked {2}asked \S+Z {2}not begun$/)]);
  });
  const [{ data }] = await mails({ to: email, kind: "recovery_confirm" });
  await api("POST", "/mfa/recovery/confirm", { token: new URL(data.url).searchParams.get("token") });
  await t.step("waiting", async () => {
    expect(await run("list")).toEqual([expect.stringMatching(`^${email}  waiting  asked \\S+Z  due \\S+Z$`)]);
  });
  await t.step("cancelled, by any spelling of the address", async () => {
    expect(await run("cancel", email.toUpperCase())).toEqual(["Called off. A mail is on its way."]);
    expect(await run("cancel", email)).toEqual(["None waits for this account."]);
    expect(await run("list")).toEqual(["none waits"]);
    expect(await mails({ to: email, kind: "recovery_cancelled" })).toHaveLength(1);
  });
});

for (
  const args of [
    ["cancel"],
    ["cancel", "nobody@example.com"],
    ["cancel", "a@example.com", "b@example.com"],
    ["list", "a@example.com"],
    ["carry-out", "a@example.com"],
  ]
) {
  Deno.test(`user recovery ${args.join(" ")} is refused with a sentence`, async () => {
    await expect(run(...args)).rejects.toThrow(expect.objectContaining({ name: "OperatorError" }));
  });
}
