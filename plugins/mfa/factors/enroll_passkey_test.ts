import { expect } from "expect";
import { configure } from "../../../core/plugin.ts";
import { softKey } from "../../../core/testing/authenticator.ts";
import { newMember, signIn } from "../../../core/testing/people.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import mfa from "../mod.ts";

const service = await testPlugins([
  configure(password, { bcrypt_cost: 4 }),
  verification,
  configure(mfa, { policy: "required" }),
]);
Deno.test.afterAll(() => service[Symbol.asyncDispose]());
const { api, core, sql } = service;
const origin = core.frontend_url;
const wrong = { status: 400, body: { code: "factor_wrong" } };

const optionsOf = async (challenge_id: string, method = "enroll_passkey") =>
  (await api("POST", `/auth/challenge/${challenge_id}/begin`, { method })).body.options;
const answer = (challenge_id: string, credential: unknown, method = "enroll_passkey") =>
  api("POST", `/auth/challenge/${challenge_id}`, { method, credential });
const passkeys = async (email: string) =>
  (await sql`select 1 from authenticator join account using (account_id)
             where email = ${email} and type = 'passkey'`).length;

/** A sign-in that has shown the mailed code, so that only the enrolment is left. */
async function toEnrolment(email: string): Promise<string> {
  const { challenge_id } = (await signIn(service, email)).body;
  await api("POST", `/auth/challenge/${challenge_id}/begin`, { method: "email_code" });
  const { code } = (await service.mails({ to: email, kind: "sign_in_code" })).at(-1)!.data;
  const next = await api("POST", `/auth/challenge/${challenge_id}`, { method: "email_code", code });
  expect(next.body.methods).toContain("enroll_passkey");
  return challenge_id;
}

Deno.test("a passkey is made inside a sign-in that needs one, and shows the next one", async () => {
  const email = await newMember(service);
  const challenge_id = await toEnrolment(email);
  const key = softKey(origin, { aaguid: "d548826e-79b4-db40-a3d8-11116f7e8349" });
  const done = await answer(challenge_id, key.register(await optionsOf(challenge_id)));
  expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:2" });
  const { body } = await api("GET", "/mfa/factors", undefined, { token: done.body.access_token });
  expect(body.factors).toMatchObject([{ type: "passkey", name: "Bitwarden" }]);
  expect(await service.mails({ to: email, kind: "factor_added" })).toHaveLength(1);
  const next = (await signIn(service, email)).body;
  expect(next.methods).toContain("passkey");
  expect(next.methods).not.toContain("enroll_passkey");
  const credential = key.show(await optionsOf(next.challenge_id, "passkey"));
  expect((await answer(next.challenge_id, credential, "passkey")).body.kind).toBe("session");
});

Deno.test("beside the password it need not verify its user to be the second factor", async () => {
  const email = await newMember(service);
  const challenge_id = await toEnrolment(email);
  const credential = softKey(origin).register(await optionsOf(challenge_id), { user_verified: false });
  expect((await answer(challenge_id, credential)).body).toMatchObject({
    kind: "session",
    acr: "urn:flowshield:acr:2",
  });
});

Deno.test("a passkey is made with what this sign-in was asked, and no other", async () => {
  const [ada, eve] = [await newMember(service), await newMember(service)];
  const [hers, again, other] = [await toEnrolment(ada), await toEnrolment(ada), await toEnrolment(eve)];
  const key = softKey(origin);
  expect(await answer(hers, key.register(await optionsOf(other)))).toMatchObject(wrong);
  expect(await answer(hers, key.register(await optionsOf(again)))).toMatchObject(wrong);
  const made = key.register(await optionsOf(hers));
  expect(await answer(other, made)).toMatchObject(wrong);
  expect(await answer(hers, made)).toMatchObject(wrong);
  expect([await passkeys(ada), await passkeys(eve)]).toEqual([0, 0]);
});

Deno.test("a stolen password alone is asked nothing that makes a passkey", async () => {
  const email = await newMember(service);
  const { challenge_id } = (await signIn(service, email)).body;
  const begun = await api("POST", `/auth/challenge/${challenge_id}/begin`, { method: "enroll_passkey" });
  expect(begun.body.code).toBe("challenge_invalid");
  const options = { challenge: "x".repeat(43), rp: { id: "localhost" }, user: { id: "x" } };
  expect((await answer(challenge_id, softKey(origin).register(options))).body.code).toBe("challenge_invalid");
  expect(await passkeys(email)).toBe(0);
});

Deno.test("of several sign-ins that enrol at once, one brings the account its first factor", async () => {
  const email = await newMember(service);
  const open = [await toEnrolment(email), await toEnrolment(email), await toEnrolment(email)];
  const made = await Promise.all(open.map(async (id) => softKey(origin).register(await optionsOf(id))));
  const answers = await Promise.all(open.map((id, index) => answer(id, made[index])));
  expect(answers.filter(({ body }) => body.kind === "session")).toHaveLength(1);
  expect(await passkeys(email)).toBe(1);
});

Deno.test("a credential of somebody else's is not enrolled, and nothing of it stays", async () => {
  const key = softKey(origin);
  const [ada, eve] = [await newMember(service), await newMember(service)];
  const hers = await toEnrolment(ada);
  expect((await answer(hers, key.register(await optionsOf(hers)))).body.kind).toBe("session");
  const other = await toEnrolment(eve);
  const known = await answer(other, key.register(await optionsOf(other)));
  expect(known).toMatchObject({ status: 409, body: { code: "passkey_known" } });
  expect(await passkeys(eve)).toBe(0);
});
