import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { accessToken, newMember, signIn } from "../../core/testing/people.ts";
import { type TestPlugins, testPlugins } from "../../core/testing/plugins.ts";
import { addApp, appOf, codesAreFresh, wrongCode } from "../../core/testing/second_factor.ts";
import verification from "../email-verification/mod.ts";
import password from "../password/mod.ts";
import { poolsOf } from "./attempts.ts";
import mfa from "./mod.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification, configure(mfa, { attempts_max: 4 })];
const answer = ({ api }: TestPlugins, challenge_id: string, method: string, code: string) =>
  api("POST", `/auth/challenge/${challenge_id}`, { method, code });

async function withApp(service: TestPlugins) {
  const email = await newMember(service);
  const token = await accessToken(service, email);
  const app = await addApp(service, token);
  await codesAreFresh(service);
  return { email, token, app };
}

/** Guesses in a challenge of its own each time, as whoever knows the password can. */
async function guess(service: TestPlugins, email: string, method: string, code: string): Promise<string> {
  const { challenge_id } = (await signIn(service, email)).body;
  const { body } = await answer(service, challenge_id, method, code);
  return body.code ?? body.kind;
}

Deno.test("wrong answers count over all challenges, for one kind of one account, with RATE_LIMITS=off", async (t) => {
  await using service = await testPlugins(plugins);
  const { email, app, token } = await withApp(service);
  const other = await withApp(service);
  await codesAreFresh(service);

  await t.step("after four the right one is not looked at, and it is said how long", async () => {
    for (let i = 0; i < 4; i++) {
      expect(await guess(service, email, "totp", wrongCode(app))).toBe("factor_wrong");
    }
    expect(await guess(service, email, "totp", app.code())).toBe("too_many_requests");
    const { challenge_id } = (await signIn(service, email)).body;
    const { status, headers } = await answer(service, challenge_id, "totp", app.code());
    expect(status).toBe(429);
    const wait = Number(headers.get("retry-after"));
    expect(wait).toBeGreaterThan(800);
    expect(wait).toBeLessThanOrEqual(900);
  });
  await t.step("neither password, nor session, nor another kind, nor another account rests", async () => {
    expect((await signIn(service, email)).status).toBe(200);
    expect((await service.api("GET", "/users/me", undefined, { token })).status).toBe(200);
    expect(await guess(service, email, "recovery_code", app.recovery_codes![0])).toBe("session");
    expect(await guess(service, other.email, "totp", other.app.code())).toBe("session");
  });
  await t.step("nor does what was wrong in a session keep anybody from signing in", async () => {
    const { api } = service;
    const begun = (await api("POST", "/mfa/totp", {}, { token: other.token })).body;
    const path = `/mfa/totp/${begun.authenticator_id}/confirm`;
    const confirm = (code: string) => api("POST", path, { code }, { token: other.token });
    for (let i = 0; i < 4; i++) expect((await confirm(wrongCode(appOf(begun)))).status).toBe(400);
    expect((await confirm(appOf(begun).code())).status).toBe(429);
    await codesAreFresh(service);
    expect(await guess(service, other.email, "totp", other.app.code())).toBe("session");
  });
  await t.step("it is counted", async () => {
    const text = await service.metrics.text();
    expect(text).toMatch(/mfa_answer_total\{method="totp",result="resting"\} 2/);
    expect(text).toMatch(/mfa_answer_total\{method="totp",result="wrong"\} 4/);
  });
});

Deno.test("forty guesses at once, in forty challenges: four are looked at", async () => {
  await using service = await testPlugins(plugins);
  const { email, app } = await withApp(service);
  const asked = await Promise.all(Array.from({ length: 40 }, () => signIn(service, email)));
  const answers = await Promise.all(
    asked.map(({ body }) => answer(service, body.challenge_id, "totp", wrongCode(app))),
  );
  const codes = answers.map(({ body }) => body.code);
  expect(codes.filter((code) => code === "factor_wrong")).toHaveLength(4);
  expect(codes.filter((code) => code === "too_many_requests")).toHaveLength(36);
});

Deno.test("a right answer gives all back", async () => {
  await using service = await testPlugins(plugins);
  const { email, app } = await withApp(service);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 3; i++) {
      expect(await guess(service, email, "totp", wrongCode(app))).toBe("factor_wrong");
    }
    await codesAreFresh(service);
    expect(await guess(service, email, "totp", app.code())).toBe("session");
  }
});

Deno.test("what cannot be a code is an attempt like any other, what cannot be read is none", async () => {
  await using service = await testPlugins(plugins);
  const { email, app } = await withApp(service);
  const { challenge_id } = (await signIn(service, email)).body;
  for (const code of [1, null, {}, [], "", "1".repeat(61)]) {
    const { status } = await answer(service, challenge_id, "totp", code as string);
    expect(status).toBe(422);
  }
  for (const code of ["x", "12345", "1234567", "१२३४५६"]) {
    expect((await answer(service, challenge_id, "totp", code)).body.code).toBe("factor_wrong");
  }
  expect((await answer(service, challenge_id, "totp", app.code())).status).toBe(429);
});

Deno.test("whoever guesses with patience has ten rests a day", () => {
  expect(poolsOf("totp", { attempts_max: 10, attempts_rest_minutes: 15 })).toEqual([
    { pool: "mfa_totp", points: 10, per_seconds: 900, block_seconds: 900 },
    { pool: "mfa_totp_day", points: 100, per_seconds: 86_400 },
  ]);
});
