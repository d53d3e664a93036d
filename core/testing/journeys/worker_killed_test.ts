/** The worker killed in each step of the stories, twice over: another worker finishes them all, and each step once. */
import { expect } from "expect";
import { type Answer, Client, goodPassword, newAddress } from "../client.ts";
import { testDatabase } from "../postgres.ts";
import { spawnService } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";
import { type Stop, stopAt } from "./stops.ts";
import { eventually, expectAccount, expectWhole, mailsTo, runningThere } from "./whole.ts";

const ignore = await withoutTemporal();
const newPassword = "another horse, another staple";

/** Of a sign-up that nobody has confirmed yet. Each is held at one of these; the order is that of the story. */
const signUpStops: Stop[] = [
  "assess_registration_risk/work",
  "plan_registration/commit",
  "create_account/work",
  "create_account/commit",
  "check_email_verification/work",
];
const verificationStops: Stop[] = [
  "activate_account/work",
  "activate_account/commit",
  "finalise_registration/work",
];
const resetStops: Stop[] = ["password_reset/work", "password_reset/commit"];
const changeStops: Stop[] = ["apply_password/work", "apply_password/commit", "revoke_sessions/work"];
const stops = [...signUpStops, ...verificationStops, ...resetStops, ...changeStops];

Deno.test(
  "a worker killed in each step: the next one finishes every story, each step once",
  { ignore },
  async () => {
    using temporal = (await testTemporal())!;
    await using database = await testDatabase();
    const { sql } = database;
    const common = { temporal, database };
    // Nobody falls back to the direct way here: it is the next worker that has to finish.
    const env = {
      TEMPORAL_REQUEST_MILLISECONDS: "30000",
      REQUEST_TIMEOUT_SECONDS: "60",
      DATABASE_TIMEOUT_SECONDS: "60",
      DATABASE_CONNECTIONS_MAX: "20",
      TAKEOVER_SECONDS: "600",
    };
    await using worker = await spawnService({ ...common, command: "worker", env });
    await using api = await spawnService({ ...common, command: "api", env, until: "durable" });
    const { client } = api;
    const slow = new Client(api.url, 90_000);

    const confirming = verificationStops.map((stop) => newAddress(stop.split("/")[0]));
    await Promise.all(confirming.map((email) => client.register(email)));
    const tokens = await Promise.all(confirming.map(async (email) => (await client.lastMail(email)).token));
    const asking = resetStops.map(() => newAddress("ask"));
    const choosing = changeStops.map(() => newAddress("choose"));
    const members = await Promise.all([...asking, ...choosing].map((email) => client.newMember(email)));
    const links = await Promise.all(choosing.map(async (email) => {
      const before = (await client.mails(email)).length;
      await client.expect(202, "POST", "/auth/password-reset/request", { email });
      return (await client.lastMail(email, before)).token;
    }));
    await expectWhole(sql, { temporal: true });

    await using held = await stopAt(database.url, stops);
    const signingUp = signUpStops.map(() => newAddress("sign-up"));
    const answers: Promise<Answer>[] = [];
    // Of each kind one after another, since the first to come to a stop is the one that is held there. Kinds that share
    // no stop go at the same time: a step that is held for ten seconds is tried again, which takes a place of the worker.
    const inRounds = async (...kinds: (() => Promise<Answer>)[][]) => {
      for (let round = 0; kinds.some((calls) => round < calls.length); round++) {
        for (const calls of kinds.filter((calls) => round < calls.length)) {
          const answer = calls[round]();
          // Looked at in the end; until then a failure is not nobody's.
          answer.catch(() => {});
          answers.push(answer);
        }
        await held.held(answers.length);
      }
    };
    await inRounds(
      signingUp.map((email) => () => slow.register(email)),
      asking.map((email) => () => slow.call("POST", "/auth/password-reset/request", { email })),
      links.map((token) => () =>
        slow.call("POST", "/auth/password-reset/confirm", { token, new_password: newPassword })
      ),
    );
    await inRounds(tokens.map((token) => () => slow.call("POST", "/auth/verify-email", { token })));
    worker.kill("SIGKILL");
    await worker.exited;
    await held.release();
    await using next = await spawnService({ ...common, command: "worker", env });

    // Everybody who asked is answered, and told what happens next.
    const said = await Promise.all(answers);
    for (const { status, body } of said) {
      expect([200, 202]).toContain(status);
      expect(body.status).toMatch(/^(pending_verification|active|verified|accepted|changed|pending)$/);
    }
    await eventually(
      "every sign-up has its mail",
      async () => (await Promise.all(signingUp.map((email) => mailsTo(sql, email)))),
      (all) => all.every(({ verify_email }) => verify_email === 1),
    );
    await expectWhole(sql, { temporal: true });
    for (const email of confirming) await expectAccount(sql, email, "active");
    for (const email of signingUp) {
      await client.verify(email);
      await expectAccount(sql, email, "active");
      expect(await mailsTo(sql, email)).toEqual({ verify_email: 1, welcome: 1 });
      await client.login(email);
    }
    for (const email of asking) expect((await mailsTo(sql, email)).password_reset).toBe(1);
    for (const email of choosing) {
      await client.login(email, newPassword);
      await client.expect(401, "POST", "/auth/login", { email, password: goodPassword });
      expect((await mailsTo(sql, email)).password_changed).toBe(1);
    }
    for (const { email, access_token } of members) {
      expect((await client.me(access_token)).status).toBe(choosing.includes(email) ? 401 : 200);
    }
    await expectWhole(sql, { temporal: true });
    for (const type of ["AuthenticationSagaWorkflow", "PasswordResetConfirmationWorkflow"]) {
      await eventually(`every ${type} has ended`, () => runningThere(temporal, type), (n) => n === 0);
    }
    expect(await next.stop()).toBe(0);
  },
);
