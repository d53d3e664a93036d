import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import {
  GOOD_PASSWORD,
  lastLetter,
  newAddress,
  newMember,
  signIn,
  signUp,
} from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import password from "../password/mod.ts";
import verification from "./mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];

const verify = ({ api }: TestPlugins, body: unknown) => api("POST", "/auth/verify-email", body);
const otherCode = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

Deno.test("confirming an address", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;

  await t.step("by code, however it is typed, and only with its address", async () => {
    const email = newAddress();
    await signUp(service, email);
    const { code } = await lastLetter(service, email);
    expect((await verify(service, { email: newAddress(), code })).body.code).toBe("code_wrong");
    const typed = `${code.slice(0, 3)} ${code.slice(3)}`;
    expect(await verify(service, { email: email.toUpperCase(), code: typed })).toMatchObject({
      status: 200,
      body: { status: "active", method: "direct_verification" },
    });
    expect((await verify(service, { email, code })).body.code).toBe("code_wrong");
    expect((await signIn(service, email)).status).toBe(200);
  });

  await t.step("by a token used many times at once: one succeeds", async () => {
    const email = newAddress();
    await signUp(service, email);
    const { token, code } = await lastLetter(service, email);
    const answers = await Promise.all([
      ...Array.from({ length: 15 }, () => verify(service, { token })),
      ...Array.from({ length: 4 }, () => verify(service, { email, code })),
    ]);
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    const codes = new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.code));
    for (const code of codes) expect(["token_used", "code_wrong"]).toContain(code);
    await service.turn();
    expect((await mails({ to: email, kind: "welcome" })).length).toBe(1);
    expect((await verify(service, { token })).body.code).toBe("token_used");
  });

  await t.step("is not done by GET or HEAD", async () => {
    const email = newAddress();
    await signUp(service, email);
    const { token } = await lastLetter(service, email);
    for (const method of ["GET", "HEAD"]) {
      const { status } = await api(method, `/auth/verify-email?token=${token}`);
      expect([404, 405]).toContain(status);
    }
    expect((await verify(service, { token })).status).toBe(200);
  });

  const refused: [what: string, body: unknown, status: number, code: string][] = [
    ["nothing", {}, 422, "invalid_request"],
    ["an unknown token", { token: "x".repeat(43) }, 400, "token_invalid"],
    ["a token of 500 characters", { token: "x".repeat(500) }, 422, "invalid_request"],
    ["a number for a token", { token: 7 }, 422, "invalid_request"],
    ["an address without a code", { email: "ann@example.com" }, 422, "invalid_request"],
    ["a code without an address", { code: "123456" }, 422, "invalid_request"],
    ["letters for a code", { email: "ann@example.com", code: "abcdef" }, 400, "code_wrong"],
    ["SQL for a code", { email: "ann@example.com", code: "1' or '1'='1" }, 400, "code_wrong"],
    ["no address", { email: "ann", code: "123456" }, 422, "invalid_email"],
    ["an unknown field", { token: "x", account_id: "y" }, 422, "invalid_request"],
  ];
  for (const [what, body, status, code] of refused) {
    await t.step(`refuses ${what}`, async () => {
      const answer = await verify(service, body);
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    });
  }

  await t.step("by code allows five tries, the same for an address nothing waits at", async () => {
    const waiting = newAddress();
    await signUp(service, waiting);
    const { token, code } = await lastLetter(service, waiting);
    for (const email of [waiting, newAddress()]) {
      const answers = [];
      for (let i = 0; i < 7; i++) answers.push(await verify(service, { email, code: otherCode(code) }));
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        ...Array(5).fill([400, "code_wrong"]),
        ...Array(2).fill([400, "code_attempts_exhausted"]),
      ]);
    }
    expect((await verify(service, { email: waiting, code })).body.code).toBe("code_attempts_exhausted");
    // The link is not a thing to guess, so it goes on working.
    expect((await verify(service, { token })).status).toBe(200);
  });

  await t.step("by code allows five tries when they come at once", async () => {
    const email = newAddress();
    await signUp(service, email);
    const { code } = await lastLetter(service, email);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => verify(service, { email, code: otherCode(code) })),
    );
    expect(answers.filter(({ body }) => body.code === "code_wrong").length).toBe(5);
  });

  await t.step("by code allows fifteen tries in all, however many mails are asked for", async () => {
    const email = newAddress();
    await signUp(service, email);
    let tried = 0;
    for (let mail = 0; mail < 5; mail++) {
      const { code } = await lastLetter(service, email);
      for (let i = 0; i < 6; i++) {
        if ((await verify(service, { email, code: otherCode(code) })).body.code === "code_wrong") tried++;
      }
      await api("POST", "/auth/verify-email/resend", { email });
    }
    expect(tried).toBe(15);
  });

  await t.step("still works when the story can only be told later", async () => {
    const email = newAddress();
    await signUp(service, email);
    const { token } = await lastLetter(service, email);
    await service.idle();
    await sql`alter table password_credential rename to password_credential_away`;
    expect(await verify(service, { token })).toMatchObject({ status: 202, body: { status: "verified" } });
    await service.idle();
    await sql`alter table password_credential_away rename to password_credential`;
    expect((await verify(service, { token })).body.code).toBe("token_used");
    await service.idle();
    await sql`update flow set next_tick_at = now() where finished_at is null`;
    await service.turn();
    expect((await signIn(service, email)).status).toBe(200);
  });
});

Deno.test("asking for the mail again", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, mails } = service;
  const resend = (body: Record<string, unknown>) => api("POST", "/auth/verify-email/resend", body);

  await t.step("brings a new code that replaces the old one; links of both mails work", async () => {
    const email = newAddress();
    await signUp(service, email);
    const first = await lastLetter(service, email);
    expect(await resend({ email })).toMatchObject({ status: 202, body: { status: "accepted" } });
    await service.idle();
    const second = await lastLetter(service, email);
    expect(second.token).not.toBe(first.token);
    if (first.code !== second.code) {
      expect((await verify(service, { email, code: first.code })).body.code).toBe("code_wrong");
    }
    expect((await mails({ to: email })).map(({ status }) => status)).toEqual(["sent", "sent"]);
    expect((await verify(service, { token: first.token })).status).toBe(200);
    expect((await verify(service, { token: second.token })).body.code).toBe("token_used");
  });

  await t.step("gives whoever used up the tries new ones", async () => {
    const email = newAddress();
    await signUp(service, email);
    const { code } = await lastLetter(service, email);
    for (let i = 0; i < 6; i++) await verify(service, { email, code: otherCode(code) });
    await resend({ email });
    const { code: fresh } = await lastLetter(service, email);
    expect((await verify(service, { email, code: fresh })).status).toBe(200);
  });

  await t.step("answers the same for unknown and confirmed addresses, which get nothing", async () => {
    const [unknown, member] = [newAddress(), await newMember(service)];
    for (const email of [unknown, member]) {
      expect(await resend({ email })).toMatchObject({ status: 202, body: { status: "accepted" } });
    }
    expect(await mails({ to: unknown })).toEqual([]);
    expect((await mails({ to: member, kind: "verify_email" })).length).toBe(1);
  });

  await t.step("takes the sign-up that is named, else the newest", async () => {
    const email = newAddress();
    const owner = await signUp(service, email, "password of the owner");
    await signUp(service, email, "password of a stranger");
    await resend({ email, registration_id: owner });
    const { token } = await lastLetter(service, email);
    expect((await verify(service, { token })).status).toBe(200);
    expect((await signIn(service, email, "password of the owner")).status).toBe(200);
    expect((await resend({ email, registration_id: "1" })).status).toBe(422);
  });

  await t.step("sends a handful at most", async () => {
    const email = newAddress();
    await signUp(service, email);
    for (let i = 0; i < 12; i++) expect((await resend({ email })).status).toBe(202);
    expect((await mails({ to: email })).length).toBeLessThanOrEqual(8);
  });

  await t.step("is limited by recipient, whatever the source", async () => {
    await using limited = await testPlugins(plugins, { core: { rate_limits: true } });
    const email = newAddress();
    const statuses = [];
    for (let i = 0; i < 7; i++) {
      const answer = await limited.api("POST", "/auth/verify-email/resend", { email }, {
        ip: `198.51.100.${i + 1}`,
      });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429]);
  });
});

Deno.test("reminders come at their hours, twice at most, never after confirmation or end", async () => {
  await using service = await testPlugins(plugins);
  const { sql, mails } = service;
  const [waiting, member] = [newAddress(), newAddress()];
  await signUp(service, waiting);
  await newMember(service, member);
  const pass = async (hours: number) => {
    await service.idle();
    await sql`update email_verification set issued_at = issued_at - make_interval(hours => ${hours}),
                expires_at = expires_at - make_interval(hours => ${hours})`;
    await sql`update flow set next_tick_at = next_tick_at - make_interval(hours => ${hours})`;
    await service.turn();
  };
  const kinds = async () => (await mails({ to: waiting })).map(({ kind }) => kind);
  await service.turn();
  await pass(2);
  expect(await kinds()).toEqual(["verify_email"]);
  await pass(1);
  expect(await kinds()).toEqual(["verify_email", "verify_reminder"]);
  await service.turn();
  expect((await kinds()).length).toBe(2);
  await pass(17);
  expect(await kinds()).toEqual(["verify_email", "verify_reminder", "verify_reminder"]);
  const { token } = await lastLetter(service, waiting);
  const [first] = await mails({ to: waiting });
  expect(new URL(first.data.url).searchParams.get("token")).not.toBe(token);
  await pass(3);
  expect((await kinds()).length).toBe(3);
  await pass(1);
  expect((await kinds()).length).toBe(3);
  expect((await service.sql`select 1 from account where email = ${waiting}`).length).toBe(0);
  expect((await mails({ to: member })).map(({ kind }) => kind)).toEqual(["verify_email", "welcome"]);
  expect((await verify(service, { token })).body.code).toBe("token_invalid");
});

Deno.test("no secret is stored as it is sent, and none is logged", async () => {
  const lines: string[] = [];
  await using service = await testPlugins(plugins, { write: (line) => void lines.push(line) });
  const { api, sql } = service;
  const email = newAddress();
  await signUp(service, email);
  const letter = await lastLetter(service, email);
  await verify(service, { email, code: otherCode(letter.code) });
  await verify(service, { token: letter.token });
  await api("POST", "/auth/password-reset/request", { email });
  const reset = await lastLetter(service, email);
  await api("POST", "/auth/password-reset/confirm", {
    token: reset.token,
    new_password: "another good password",
  });
  await signIn(service, email, "another good password");
  await service.turn();
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('mail', 'captured_mail')`;
  let stored = "";
  for (const { name } of tables) {
    const rows = await sql.unsafe(`select t::text as row from "${name}" t`);
    stored += rows.map(({ row }) => row).join("\n");
  }
  for (const secret of [letter.token, reset.token, GOOD_PASSWORD, "another good password"]) {
    expect(stored.includes(secret)).toBe(false);
    expect(lines.join("").includes(secret)).toBe(false);
  }
  expect(lines.join("").includes(email)).toBe(false);
});
