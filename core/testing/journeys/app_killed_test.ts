/** The whole service killed in the middle of what it does; another one on the same database makes it good. */
import { expect } from "expect";
import { type Client, goodPassword, newAddress } from "../client.ts";
import { testDatabase } from "../postgres.ts";
import { spawnService, type TestServiceOptions } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";
import { type Stop, stopAt } from "./stops.ts";
import { eventually, expectAccount, expectWhole, mailsTo, newestFlow, told } from "./whole.ts";

const ignore = await withoutTemporal();
const newPassword = "another horse, another staple";

/** Three people: one about to sign up, one about to confirm, one about to ask for a new password and one to choose it. */
async function prepare(client: Client) {
  const [signingUp, confirming, asking, choosing] = ["sign-up", "confirm", "ask", "choose"].map(newAddress);
  const { body } = await client.register(confirming);
  await client.newMember(asking);
  const member = await client.newMember(choosing);
  const before = (await client.mails(choosing)).length;
  await client.expect(202, "POST", "/auth/password-reset/request", { email: choosing });
  const { token } = await client.lastMail(choosing, before);
  const verification = (await client.lastMail(confirming)).token;
  return { signingUp, confirming, asking, choosing, token, verification, member, registration: body };
}

/** Lets each get as far as its intent, kills the service there, and starts another with these options. */
async function killInTheMiddle(stops: Stop[], again: Pick<TestServiceOptions, "temporal">) {
  await using database = await testDatabase();
  const { sql } = database;
  const env = { DATABASE_CONNECTIONS_MAX: "12" };
  await using first = await spawnService({ database, env });
  const people = await prepare(first.client);
  await using held = await stopAt(database.url, stops);
  const { call } = { call: first.client.call.bind(first.client) };
  const lost = [
    call("POST", "/auth/register", { email: people.signingUp, password: goodPassword }),
    call("POST", "/auth/verify-email", { token: people.verification }),
    call("POST", "/auth/password-reset/request", { email: people.asking }),
    call("POST", "/auth/password-reset/confirm", { token: people.token, new_password: newPassword }),
  ].map((one) => one.then(({ status }) => status, () => "no answer"));
  await held.held(stops.length);
  first.kill("SIGKILL");
  await first.exited;
  expect(await Promise.all(lost)).toEqual(Array(4).fill("no answer"));
  await held.release();

  await using second = await spawnService({ database, port: first.port, env, ...again });
  const { client } = second;
  await eventually("the sign-up is found", () => mailsTo(sql, people.signingUp), (m) => m.verify_email === 1);
  await expectWhole(sql, { temporal: again.temporal !== undefined });
  await expectAccount(sql, people.signingUp, "pending_verification");
  await expectAccount(sql, people.confirming, "active");
  expect((await told(client, people.registration.registration_id)).status).toBe("active");
  const flow = await newestFlow(sql, "registration");
  const status = await told(client, flow!.flow_id);
  expect(status).toMatchObject({ status: "pending_verification", mail: { status: "sent" } });

  // Who tries again, as people do, has one account and one registration still.
  const { body } = await client.register(people.signingUp);
  expect(body.registration_id).toBe(flow!.flow_id);
  expect((await client.verify(people.signingUp)).body.status).toBe("active");
  expect(await mailsTo(sql, people.signingUp)).toEqual({ verify_email: 1, welcome: 1 });

  // The link of the one who asked has come and works; the new password of the one who chose is the password.
  const { token } = await client.lastMail(people.asking, 2);
  await client.expect(200, "POST", "/auth/password-reset/confirm", { token, new_password: newPassword });
  await client.login(people.asking, newPassword);
  await client.login(people.choosing, newPassword);
  await client.expect(401, "POST", "/auth/login", { email: people.choosing, password: goodPassword });
  expect((await client.me(people.member.access_token)).status).toBe(401);
  expect(await mailsTo(sql, people.choosing)).toEqual({
    verify_email: 1,
    welcome: 1,
    password_reset: 1,
    password_changed: 1,
  });
  const used = await client.call("POST", "/auth/verify-email", { token: people.verification });
  expect(used).toMatchObject({ status: 400, body: { code: "token_used" } });
  await expectWhole(sql, { temporal: again.temporal !== undefined });
  expect(await second.stop()).toBe(0);
}

Deno.test("the app killed after the intent is written: the next one finishes it directly", () =>
  killInTheMiddle([
    "create_account/work",
    "activate_account/work",
    "password_reset/work",
    "apply_password/work",
  ], {}));

Deno.test(
  "the app killed before its commits are answered: the next one hands over to Temporal",
  { ignore },
  async () => {
    using temporal = (await testTemporal())!;
    await killInTheMiddle([
      "create_account/commit",
      "activate_account/commit",
      "password_reset/commit",
      "apply_password/commit",
    ], { temporal });
  },
);
