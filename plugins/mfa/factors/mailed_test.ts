import { expect } from "expect";
import { configure, definePlugin } from "../../../core/plugin.ts";
import { accessToken, newAddress, newMember, signIn } from "../../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../../core/testing/plugins.ts";
import { addApp } from "../../../core/testing/second_factor.ts";
import verification from "../../email-verification/mod.ts";
import password from "../../password/mod.ts";
import { masked } from "../masked.ts";
import mfa from "../mod.ts";

const plugins = [
  configure(password, { bcrypt_cost: 4 }),
  verification,
  configure(mfa, { attempts_max: 100 }),
];
const answer = ({ api }: TestPlugins, challenge_id: string, body: object) =>
  api("POST", `/auth/challenge/${challenge_id}`, body);
const begin = ({ api }: TestPlugins, challenge_id: string, method = "email_code") =>
  api("POST", `/auth/challenge/${challenge_id}/begin`, { method });
const codes = async (service: TestPlugins, to: string) =>
  (await service.mails({ to, kind: "sign_in_code" })).map(({ data }) => data.code);
/** As if the last mail went out long enough ago to ask for another. */
const laterOn = ({ sql }: TestPlugins) =>
  sql`update mailed_code set sent_at = sent_at - interval '31 seconds'`;

/** Somebody who is asked for mailed codes, and a challenge of theirs. */
async function asked(service: TestPlugins) {
  const email = await newMember(service);
  const token = await accessToken(service, email);
  expect((await service.api("POST", "/mfa/email-code", {}, { token })).status).toBe(201);
  const { body } = await signIn(service, email);
  expect(body).toMatchObject({ kind: "challenge", methods: ["email_code"] });
  return { email, token, challenge_id: body.challenge_id as string };
}

Deno.test("a mailed code: sent when asked for, good once, and no second factor in the sense of a level", async (t) => {
  await using service = await testPlugins(plugins);
  const { sql } = service;
  const { email, challenge_id, token } = await asked(service);

  await t.step(
    "nothing is sent by itself; then to a masked address, and once however often it is asked",
    async () => {
      expect(await codes(service, email)).toHaveLength(0);
      const begun = await Promise.all(Array.from({ length: 10 }, () => begin(service, challenge_id)));
      for (const { body } of begun) expect(body).toEqual({ sent_to: masked(email) });
      expect(await codes(service, email)).toHaveLength(1);
      expect(JSON.stringify(await sql`select * from mailed_code`)).not.toContain(
        (await codes(service, email))[0],
      );
    },
  );
  await t.step("another mail makes the first one useless", async () => {
    await laterOn(service);
    expect((await begin(service, challenge_id)).status).toBe(200);
    const [first, second, ...more] = await codes(service, email);
    expect(more).toEqual([]);
    // Once in a million they are the same.
    if (first !== second) {
      const old = await answer(service, challenge_id, { method: "email_code", code: first });
      expect(old.body.code).toBe("factor_wrong");
    }
  });
  await t.step("a code of this sign-in is nothing in another", async () => {
    const code = (await codes(service, email)).at(-1)!;
    const next = (await signIn(service, email)).body;
    const elsewhere = await answer(service, next.challenge_id, { method: "email_code", code });
    expect(elsewhere.body.code).toBe("factor_wrong");
  });
  await t.step("the right one leads to a session of level 1", async () => {
    const code = (await codes(service, email)).at(-1)!;
    const done = await answer(service, challenge_id, {
      method: "email_code",
      code: `${code.slice(0, 3)}-${code.slice(3)}`,
    });
    expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:1" });
    expect(done.body.amr.toSorted()).toEqual(["otp", "pwd"]);
    const refreshed = await service.api("POST", "/auth/refresh", { refresh_token: done.body.refresh_token });
    expect(refreshed.status).toBe(200);
  });
  await t.step("switched on again it is as it was; removed, the password is enough", async () => {
    const again = await service.api("POST", "/mfa/email-code", {}, { token });
    expect(again.status).toBe(200);
    const path = `/mfa/factors/${again.body.authenticator_id}`;
    expect((await service.api("DELETE", path, undefined, { token })).status).toBe(204);
    expect((await signIn(service, email)).body.kind).toBe("session");
  });
});

Deno.test("fifty who show one mailed code at once: it is claimed once", async () => {
  await using service = await testPlugins(plugins);
  const { email, challenge_id } = await asked(service);
  await begin(service, challenge_id);
  const [code] = await codes(service, email);
  await Promise.all(
    Array.from({ length: 50 }, () => answer(service, challenge_id, { method: "email_code", code })),
  );
  expect(await service.sql`select 1 from session where ended_at is null and 'otp' = any(amr)`).toHaveLength(
    1,
  );
});

Deno.test("a code that is too old, or went to an address that is no longer the account's, is refused", async (t) => {
  await using service = await testPlugins(plugins);
  const { sql } = service;
  for (
    const [what, change] of [
      [
        "eleven minutes old",
        (_email: string) => sql`update mailed_code set expires_at = now() - interval '1 second'`,
      ],
      [
        "to the former address",
        (email: string) => {
          const next = newAddress();
          return sql`update account set email = ${next}, email_key = ${next} where email = ${email}`;
        },
      ],
    ] as [string, (email: string) => Promise<unknown>][]
  ) {
    await t.step(what, async () => {
      const { email, challenge_id } = await asked(service);
      await begin(service, challenge_id);
      const [code] = await codes(service, email);
      await change(email);
      const late = await answer(service, challenge_id, { method: "email_code", code });
      expect(late.body.code).toBe("factor_wrong");
    });
  }
});

Deno.test("there is an end to mails: five for a sign-in, ten an hour for an account", async () => {
  await using service = await testPlugins(plugins);
  const { email, challenge_id } = await asked(service);
  for (let i = 0; i < 5; i++) {
    expect((await begin(service, challenge_id)).status).toBe(200);
    await laterOn(service);
  }
  expect(await begin(service, challenge_id)).toMatchObject({
    status: 429,
    body: { code: "too_many_requests" },
  });
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++) {
    const { body } = await signIn(service, email);
    statuses.push((await begin(service, body.challenge_id)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
  expect(await codes(service, email)).toHaveLength(10);
});

Deno.test("mailed codes are not for who has something stronger", async () => {
  await using service = await testPlugins(plugins);
  const { email, token } = await asked(service);
  await addApp(service, token);
  const { body } = await signIn(service, email);
  expect(body.methods).toEqual(["totp", "recovery_code"]);
  expect((await begin(service, body.challenge_id)).body.code).toBe("challenge_invalid");
  const other = await accessToken(service, await newMember(service));
  await addApp(service, other);
  expect(await service.api("POST", "/mfa/email-code", {}, { token: other }))
    .toMatchObject({ status: 409, body: { code: "stronger_factor" } });
});

/** What a look at the risk asks for, whatever the account has. */
const asks = (methods: string[]) =>
  definePlugin({
    name: "asks",
    about: "Asks, for tests.",
    config: {},
    gates: [{
      act: "sign_in",
      phase: "risk",
      name: "asks",
      decide: () => Promise.resolve({ kind: "require", methods }),
    }],
  });

Deno.test("an unusual sign-in is asked for the mailbox, beside the factor there is", async (t) => {
  await using service = await testPlugins([...plugins, asks(["device_verification"])]);
  const email = await newMember(service);
  const { body } = await signIn(service, email);
  expect(body).toMatchObject({ methods: ["device_verification"] });
  await begin(service, body.challenge_id, "device_verification");
  const [mail] = await service.mails({ to: email, kind: "device_verification_code" });
  await t.step("a code for one method is nothing for another", async () => {
    const swapped = await answer(service, body.challenge_id, { method: "email_code", code: mail.data.code });
    expect(swapped.body.code).toBe("challenge_invalid");
  });
  const done = await answer(service, body.challenge_id, {
    method: "device_verification",
    code: mail.data.code,
  });
  expect(done.body).toMatchObject({ kind: "session", acr: "urn:flowshield:acr:1" });
});

Deno.test("asked for a factor that the account does not have, the mailbox has to do", async () => {
  await using service = await testPlugins([...plugins, asks(["mfa"])]);
  const { body } = await signIn(service, await newMember(service));
  expect(body).toMatchObject({ kind: "challenge", methods: ["device_verification"] });
});

const addresses: [string, string][] = [
  ["ada@example.com", "a…@example.com"],
  ["a@example.com", "a…@example.com"],
  ["üwe@example.com", "ü…@example.com"],
  ["😀x@example.com", "😀…@example.com"],
  ['"a@b"@example.com', '"…@example.com'],
];
for (const [email, shown] of addresses) {
  Deno.test(`${email} is shown as ${shown}`, () => expect(masked(email)).toBe(shown));
}
