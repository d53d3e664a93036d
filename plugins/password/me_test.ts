import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import {
  accessToken,
  GOOD_PASSWORD,
  lastLetter,
  newAddress,
  newMember,
  signIn,
} from "../../core/testing/people.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "./mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification];
const NEW_PASSWORD = "a completely new password";

Deno.test("my account", async (t) => {
  await using service = await testPlugins(plugins);
  const { api, sql, mails } = service;

  for (const [method, path] of [["GET", "/users/me"], ["PUT", "/users/me"], ["GET", "/users/me/requests"]]) {
    await t.step(`${method} ${path} is for who is signed in`, async () => {
      const answer = await api(method, path, method === "PUT" ? {} : undefined);
      expect(answer).toMatchObject({ status: 401, body: { code: "session_required" } });
    });
  }

  await t.step("changes what is given and leaves the rest; null and nothing empty a name", async () => {
    const email = await newMember(service, newAddress(), GOOD_PASSWORD, {
      first_name: "Ada",
      last_name: "King",
    });
    const token = await accessToken(service, email);
    const put = await api("PUT", "/users/me", { first_name: "Augusta", locale: "de" }, { token });
    expect(put).toMatchObject({
      status: 200,
      body: { first_name: "Augusta", last_name: "King", locale: "de", email },
    });
    expect(put.body.password_change).toBeUndefined();
    const emptied = await api("PUT", "/users/me", { first_name: null, last_name: "" }, { token });
    expect(emptied.body).toMatchObject({ first_name: null, last_name: null });
    expect((await api("PUT", "/users/me", {}, { token })).status).toBe(200);
  });

  await t.step(
    "changes the password with the present one; other sessions end, this one goes on",
    async () => {
      const email = await newMember(service);
      const [here, there] = [await accessToken(service, email), await accessToken(service, email)];
      const answer = await api("PUT", "/users/me", {
        new_password: NEW_PASSWORD,
        current_password: GOOD_PASSWORD,
      }, {
        token: here,
      });
      expect(answer).toMatchObject({
        status: 200,
        body: { password_change: { status: "changed", method: "direct_password_change" } },
      });
      expect((await api("GET", "/users/me", undefined, { token: here })).status).toBe(200);
      expect((await api("GET", "/users/me", undefined, { token: there })).status).toBe(401);
      expect((await signIn(service, email)).status).toBe(401);
      expect((await signIn(service, email, NEW_PASSWORD)).status).toBe(200);
      await service.idle();
      expect((await mails({ to: email })).at(-1)).toMatchObject({ kind: "password_changed", status: "sent" });
    },
  );

  const refused: [what: string, body: Record<string, unknown>, status: number, code: string][] = [
    ["a password without the present one", { new_password: NEW_PASSWORD }, 422, "invalid_request"],
    ["an address without the password", { email: newAddress() }, 422, "invalid_request"],
    [
      "a wrong present password",
      { new_password: NEW_PASSWORD, current_password: "wrong one" },
      403,
      "current_password_wrong",
    ],
    [
      "a wrong password for an address",
      { email: newAddress(), current_password: "wrong one" },
      403,
      "current_password_wrong",
    ],
    [
      "a short password",
      { new_password: "short", current_password: GOOD_PASSWORD },
      422,
      "password_too_short",
    ],
    [
      "a common password",
      { new_password: "password1", current_password: GOOD_PASSWORD },
      422,
      "password_too_common",
    ],
    [
      "password and address at once",
      { email: newAddress(), new_password: NEW_PASSWORD, current_password: GOOD_PASSWORD },
      422,
      "invalid_request",
    ],
    ["no address", { email: "nobody", current_password: GOOD_PASSWORD }, 422, "invalid_email"],
    ["a language that is none", { locale: "../../en" }, 422, "invalid_request"],
    ["somebody else's id", { account_id: crypto.randomUUID() }, 422, "invalid_request"],
    ["a status", { status: "active" }, 422, "invalid_request"],
    ["a header in a name", { first_name: "A\nBcc: x@x.org" }, 422, "invalid_request"],
  ];
  const email = await newMember(service);
  const token = await accessToken(service, email);
  for (const [what, body, status, code] of refused) {
    await t.step(`refuses ${what}, and changes nothing`, async () => {
      const before = (await api("GET", "/users/me", undefined, { token })).body;
      const answer = await api("PUT", "/users/me", { last_name: "Changed", ...body }, { token });
      expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
      expect((await api("GET", "/users/me", undefined, { token })).body).toEqual(before);
    });
  }

  await t.step("moves to a new address once that is confirmed, and tells the old one twice", async () => {
    const old = await newMember(service);
    const token = await accessToken(service, old);
    const to = newAddress("moved");
    const answer = await api("PUT", "/users/me", { email: to, current_password: GOOD_PASSWORD }, { token });
    expect(answer).toMatchObject({
      status: 200,
      body: { email: old, email_change: { status: "pending_verification", method: "direct_email_change" } },
    });
    expect((await signIn(service, to)).status).toBe(401);
    const { token: link } = await lastLetter(service, to);
    expect(await api("POST", "/auth/verify-email", { token: link })).toMatchObject({
      status: 200,
      body: { status: "active", purpose: "email_change" },
    });
    expect((await signIn(service, to)).status).toBe(200);
    expect((await signIn(service, old)).status).toBe(401);
    await service.turn();
    expect((await mails({ to: old })).map(({ kind }) => kind).slice(-2)).toEqual([
      "email_change_notice",
      "email_changed",
    ]);
    expect((await mails({ to })).map(({ kind }) => kind)).toEqual(["email_change_verify"]);
    expect((await sql`select status from flow where kind = 'email_change'`)[0].status).toBe("completed");
  });

  await t.step("says the same of an address that is taken, whose owner is told", async () => {
    const [one, other] = [await newMember(service), await newMember(service)];
    const token = await accessToken(service, one);
    const [free, taken] = [
      await api("PUT", "/users/me", { email: newAddress(), current_password: GOOD_PASSWORD }, { token }),
      await api("PUT", "/users/me", { email: other, current_password: GOOD_PASSWORD }, { token }),
    ];
    expect(taken.body).toEqual({ ...free.body, updated_at: taken.body.updated_at });
    await service.turn();
    expect((await mails({ to: other })).at(-1)).toMatchObject({ kind: "already_registered", status: "sent" });
    expect((await mails({ to: one })).filter(({ kind }) => kind === "email_change_notice").length).toBe(2);
  });

  await t.step("refuses, when confirmed, an address that somebody has come to hold meanwhile", async () => {
    const old = await newMember(service);
    const token = await accessToken(service, old);
    const to = newAddress("raced");
    await api("PUT", "/users/me", { email: to, current_password: GOOD_PASSWORD }, { token });
    const { token: link } = await lastLetter(service, to);
    await newMember(service, to, "password of another");
    expect(await api("POST", "/auth/verify-email", { token: link })).toMatchObject({
      status: 409,
      body: { code: "email_unavailable" },
    });
    expect((await signIn(service, old)).status).toBe(200);
    expect((await signIn(service, to, "password of another")).status).toBe(200);
  });

  await t.step(
    "calls a change of address off when it is asked for anew, or the password is changed",
    async () => {
      const old = await newMember(service);
      const token = await accessToken(service, old);
      const [first, second] = [newAddress(), newAddress()];
      await api("PUT", "/users/me", { email: first, current_password: GOOD_PASSWORD }, { token });
      await api("PUT", "/users/me", { email: second, current_password: GOOD_PASSWORD }, { token });
      const links = [await lastLetter(service, first), await lastLetter(service, second)];
      expect((await api("POST", "/auth/verify-email", { token: links[0].token })).body.code).toBe(
        "token_invalid",
      );
      await api("PUT", "/users/me", { new_password: NEW_PASSWORD, current_password: GOOD_PASSWORD }, {
        token,
      });
      await service.turn();
      expect((await api("POST", "/auth/verify-email", { token: links[1].token })).body.code).toBe(
        "token_invalid",
      );
      expect((await signIn(service, old, NEW_PASSWORD)).status).toBe(200);
    },
  );

  await t.step("is asked for another address five times an hour at most", async () => {
    const token = await accessToken(service, await newMember(service));
    const answers = [];
    for (let i = 0; i < 6; i++) {
      answers.push(
        await api("PUT", "/users/me", { email: newAddress(), current_password: GOOD_PASSWORD }, { token }),
      );
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  await t.step("shows every request with its steps, and nobody else's", async () => {
    const email = await newMember(service);
    const token = await accessToken(service, email);
    await service.turn();
    const { status, body } = await api("GET", "/users/me/requests", undefined, { token });
    expect(status).toBe(200);
    const registration = body.requests.find(({ kind }: { kind: string }) => kind === "registration");
    expect(registration).toMatchObject({ status: "completed", method: "direct_registration" });
    expect(registration.steps.map(({ step }: { step: string }) => step)).toEqual(
      expect.arrayContaining([
        "create_account",
        "check_email_verification",
        "activate_account",
        "send_email",
      ]),
    );
    expect(JSON.stringify(body)).not.toContain("@");
    expect(body.requests.filter(({ kind }: { kind: string }) => kind === "registration").length).toBe(1);
  });
});

Deno.test("guessing the present password from a stolen session is slowed down, and the session goes on", async () => {
  await using service = await testPlugins(plugins, { core: { rate_limits: true } });
  const token = await accessToken(service, await newMember(service));
  const statuses = [];
  for (let i = 0; i < 8; i++) {
    const body = { new_password: NEW_PASSWORD, current_password: `guess number ${i}` };
    statuses.push((await service.api("PUT", "/users/me", body, { token })).status);
  }
  expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 429, 429]);
  expect((await service.api("GET", "/users/me", undefined, { token })).status).toBe(200);
});
