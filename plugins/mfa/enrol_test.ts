import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { GOOD_PASSWORD, newMember, signIn } from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import { addApp, appOf } from "../../core/testing/second_factor.ts";
import verification from "../email-verification/mod.ts";
import password from "../password/mod.ts";
import mfa from "./mod.ts";

const plugins = [
  configure(password, { bcrypt_cost: 4 }),
  verification,
  configure(mfa, { required_roles: ["operator"] }),
];

/** A session from before its account had to have a factor, on the way to set one up in a step-up. */
async function inStepUp(service: TestPlugins) {
  const { api, sql } = service;
  const email = await newMember(service);
  const { access_token: token } = (await signIn(service, email)).body;
  await sql`update account set roles = ${["operator"]} where email = ${email}`;
  await sql`update session set auth_time = now() - interval '1 day'`;
  expect((await api("POST", "/mfa/totp", {}, { token })).body.code).toBe("step_up_required");
  const { challenge_id, methods } = (await api("POST", "/auth/step-up", {}, { token })).body;
  expect(methods).toEqual(["password"]);
  const answer = (body: object, by = token) =>
    api("POST", `/auth/challenge/${challenge_id}`, body, { token: by });
  const begin = async (method: string, by = token) =>
    await api("POST", `/auth/challenge/${challenge_id}/begin`, { method }, { token: by });
  return { email, token, answer, begin };
}

Deno.test("a session from before is raised by a step-up in which the factor is set up, and goes on", async () => {
  await using service = await testPlugins(plugins);
  const { email, token, answer, begin } = await inStepUp(service);
  const elsewhere = (await signIn(service, await newMember(service))).body.access_token as string;
  const next = await answer({ method: "password", password: GOOD_PASSWORD });
  expect(next.body).toMatchObject({ kind: "challenge", methods: ["email_code"] });
  await begin("email_code");
  const [mail] = await service.mails({ to: email, kind: "sign_in_code" });
  await answer({ method: "email_code", code: mail.data.code });
  // Nobody else's session begins or answers it.
  expect((await begin("enroll_totp", elsewhere)).body.code).toBe("challenge_invalid");
  const app = appOf((await begin("enroll_totp")).body);
  expect((await answer({ method: "enroll_totp", code: app.code() }, elsewhere)).body.code).toBe(
    "challenge_invalid",
  );
  const done = await answer({ method: "enroll_totp", code: app.code() });
  expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:2" });
  expect((await service.api("POST", "/mfa/recovery-codes", {}, { token })).body.recovery_codes).toHaveLength(
    10,
  );
});

Deno.test("codes come with the first factor alone, and not anew with the second", async () => {
  await using service = await testPlugins(plugins);
  const { access_token: token } = (await signIn(service, await newMember(service))).body;
  const first = await addApp(service, token, "One");
  const second = await addApp(service, token, "Two");
  expect([first.recovery_codes?.length, second.recovery_codes]).toEqual([10, undefined]);
  const { body } = await service.api("GET", "/mfa/factors", undefined, { token });
  expect(body.factors.map(({ name }: { name: string }) => name)).toEqual(["One", "Two"]);
});

Deno.test("what was begun and never shown is swept, what counts is not", async () => {
  await using service = await testPlugins(plugins);
  const { api, sql } = service;
  const { access_token: token } = (await signIn(service, await newMember(service))).body;
  await addApp(service, token);
  for (let i = 0; i < 3; i++) await api("POST", "/mfa/totp", {}, { token });
  await sql`insert into mailed_code (challenge_id, method, code_hash, expires_at)
            select gen_random_uuid(), 'email_code', ''::bytea, now() - n * interval '13 hours' from generate_series(0, 3) n`;
  const sweep = () => mfa.sweep!(service.ctxOf("mfa"));
  await sweep();
  expect(await sql`select 1 from authenticator`).toHaveLength(4);
  await sql`update authenticator set created_at = now() - interval '61 minutes'`;
  await sweep();
  expect(await sql`select 1 from authenticator where confirmed_at is null`).toHaveLength(0);
  expect(await sql`select 1 from totp`).toHaveLength(1);
  expect(await sql`select 1 from mailed_code`).toHaveLength(2);
});

Deno.test("a secret opens in its own row alone, and under a new secret key from its first use on", async () => {
  const [older, newer] = [1, 2].map(() => crypto.getRandomValues(new Uint8Array(32)));
  await using before = await testPlugins(plugins, { secrets: [older] });
  const email = await newMember(before);
  const app = await addApp(before, (await signIn(before, email)).body.access_token);
  const { sql, database } = before;
  const sealedBy = async () =>
    (await sql`select encode(substring(secret_sealed from 2 for 4), 'hex') as id from totp`)[0].id as string;
  const old = await sealedBy();
  await using after = await testPlugins(plugins, { secrets: [newer, older], database });
  await sql`update totp set last_step = 0`;
  const show = async (service: TestPlugins) => {
    const { challenge_id } = (await signIn(service, email)).body;
    return await service.api("POST", `/auth/challenge/${challenge_id}`, { method: "totp", code: app.code() });
  };
  expect((await show(after)).body.kind).toBe("session");
  expect(await sealedBy()).not.toBe(old);
  await sql`update totp set last_step = 0`;
  // Copied to somebody else's row it is no secret of theirs.
  const other = await newMember(after);
  const theirs = await addApp(after, (await signIn(after, other)).body.access_token);
  await sql`update totp set last_step = 0, secret_sealed = (select secret_sealed from totp
              where authenticator_id = ${theirs.authenticator_id})
            where authenticator_id = ${app.authenticator_id}`;
  expect((await show(after)).status).toBe(500);
});
