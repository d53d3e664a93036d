import { expect } from "expect";
import type { Act, AnyPlugin, Factor, Gate, Verdict } from "../plugin.ts";
import type { Session } from "../session/session.ts";
import { testCore } from "../testing/core.ts";
import { codeFactor } from "../testing/factor.ts";
import type { AcrLevel, Strength } from "./acr.ts";
import type { StartedSession, StepUp } from "./sign_in.ts";

const caller = { ip: "192.0.2.1", user_agent: "test", request_id: "r" };
const code = { code: "123456" };
const max_age_seconds = 600;

/** A factor that proves `amr`; `state.has` names the methods that the account has. */
function factors(has: string[]): { state: { has: string[] }; factors: Factor[] } {
  const state = { has };
  const factor = (method: string, strength: Strength, amr: string[], more: Partial<Factor> = {}): Factor => ({
    ...codeFactor(method),
    strength,
    offered: () => Promise.resolve(state.has.includes(method)),
    verify: ({ input }: { input: { code: string } }) =>
      Promise.resolve(input.code === code.code ? amr : null),
    ...more,
  });
  return {
    state,
    factors: [
      factor("password", "knowledge", ["pwd"]),
      factor("totp", "strong", ["otp"]),
      factor("recovery_code", "strong", ["otp"]),
      factor("passkey", "strong", ["hwk", "user", "mfa"]),
      factor("email_code", "weak", ["otp"]),
      factor("enroll_totp", "strong", ["otp"], { comes_last: true }),
    ],
  };
}

interface Start {
  has?: string[];
  amr?: string[];
  /** Seconds since the last proof. */
  age?: number;
  transport?: "token" | "cookie";
  plugin?: Partial<AnyPlugin>;
  options?: Parameters<typeof testCore>[1];
  dpop_jkt?: string;
}

/** A session, as old and as strong as a test wants it. */
async function signedIn({ has = ["password"], amr = ["pwd"], age = 0, ...more }: Start = {}) {
  const made = factors(has);
  const { transport = "cookie", plugin = {}, options, dpop_jkt } = more;
  const h = await testCore([{ factors: made.factors }, plugin], options);
  const account_id = await h.account();
  const auth_time = new Date(Date.now() - age * 1000);
  const started = await h.sign_in.complete({ ...caller, account_id, amr, auth_time, transport, dpop_jkt });
  if (started.kind !== "session") throw new Error("a session was expected");
  const { session_id } = started.session;
  return {
    h,
    account_id,
    started,
    state: made.state,
    session: started.session,
    stepUp: (level: AcrLevel, max: number | null = max_age_seconds, via: "bearer" | "cookie" = "cookie") =>
      h.sign_in.stepUp(started.session, via, { level, max_age_seconds: max }, { ...caller, session_id }),
    answer: (challenge: StepUp, method: string, by: object = { session_id }, input: object = code) =>
      h.sign_in.answer(idOf(challenge), method, input, { ...caller, ...by }),
    now: async () => (await h.sql<Session[]>`select * from session where session_id = ${session_id}`)[0],
    [Symbol.asyncDispose]: () => h[Symbol.asyncDispose](),
  };
}

function idOf(step: StepUp): string {
  if (step.kind !== "challenge") throw new Error(`a challenge was expected, got ${step.kind}`);
  return step.challenge_id;
}

const pwd = ["pwd"],
  two = ["pwd", "otp", "mfa"],
  key = ["hwk", "user", "mfa"],
  synced = ["swk", "user", "mfa"];
const old = max_age_seconds + 60;

const asked: [
  what: string,
  at: { has: string[]; amr: string[]; age: number },
  level: AcrLevel,
  max_age: number | null,
  expected: "met" | "unreachable" | string[],
][] = [
  ["a young password is level 1", { has: ["password"], amr: pwd, age: 0 }, 1, 600, "met"],
  ["an old one is, where age does not matter", { has: ["password"], amr: pwd, age: old }, 1, null, "met"],
  ["two young factors are level 2", { has: ["password", "totp"], amr: two, age: 0 }, 2, 600, "met"],
  ["two factors are level 1, too", { has: ["password", "totp"], amr: two, age: 0 }, 1, 600, "met"],
  ["a synced passkey is level 2", { has: ["passkey"], amr: synced, age: 0 }, 2, 600, "met"],
  ["a bound passkey is level 3", { has: ["passkey"], amr: key, age: 0 }, 3, 600, "met"],
  ["an old password is asked for again", { has: ["password"], amr: pwd, age: old }, 1, 600, ["password"]],
  ["or a passkey in its place", { has: ["password", "passkey"], amr: pwd, age: old }, 1, 600, [
    "password",
    "passkey",
  ]],
  [
    "no TOTP in its place, which is one factor held",
    { has: ["password", "totp"], amr: pwd, age: old },
    1,
    600,
    ["password"],
  ],
  ["any proof is too old for an age of 0", { has: ["password"], amr: pwd, age: 1 }, 1, 0, ["password"]],
  ["a password lacks a factor for level 2", { has: ["password", "totp"], amr: pwd, age: 0 }, 2, 600, [
    "totp",
  ]],
  ["of any age, where it does not matter", { has: ["password", "totp"], amr: pwd, age: old }, 2, null, [
    "totp",
  ]],
  [
    "any strong one does",
    { has: ["password", "totp", "recovery_code", "passkey"], amr: pwd, age: 0 },
    2,
    600,
    [
      "totp",
      "recovery_code",
      "passkey",
    ],
  ],
  ["old factors are both asked for again", { has: ["password", "totp"], amr: two, age: old }, 2, 600, [
    "password",
    "totp",
  ]],
  [
    "a mailed code raises nothing",
    { has: ["password", "email_code"], amr: pwd, age: 0 },
    2,
    600,
    "unreachable",
  ],
  [
    "nor one shown before",
    { has: ["password", "email_code"], amr: ["pwd", "otp"], age: 0 },
    2,
    600,
    "unreachable",
  ],
  ["a password alone reaches no level 2", { has: ["password"], amr: pwd, age: 0 }, 2, 600, "unreachable"],
  ["TOTP reaches no level 3", { has: ["password", "totp"], amr: two, age: 0 }, 3, 600, "unreachable"],
  ["a passkey does", { has: ["password", "totp", "passkey"], amr: two, age: 0 }, 3, 600, ["passkey"]],
  ["a synced passkey shown is not level 3", { has: ["passkey"], amr: synced, age: 0 }, 3, 600, ["passkey"]],
  ["who has nothing any more cannot show it again", { has: [], amr: pwd, age: old }, 1, 600, "unreachable"],
  ["TOTP alone does not show again who it is", { has: ["totp"], amr: two, age: old }, 2, 600, "unreachable"],
  [
    "what is to be set up first is not asked for",
    { has: ["enroll_totp", "password"], amr: pwd, age: 0 },
    2,
    600,
    "unreachable",
  ],
];

for (const [what, at, level, max_age, expected] of asked) {
  Deno.test(`step-up: ${what}`, async () => {
    await using s = await signedIn(at);
    const answer = await s.stepUp(level, max_age);
    expect(answer.kind).toBe(Array.isArray(expected) ? "challenge" : expected);
    if (answer.kind === "challenge") expect(answer.methods).toEqual(expected);
    expect(await s.h.sql`select 1 from challenge`).toHaveLength(answer.kind === "challenge" ? 1 : 0);
    // Asking changes nothing of the session.
    expect(await s.now()).toMatchObject({ amr: at.amr, auth_time: s.session.auth_time });
  });
}

Deno.test("a step-up that is answered raises the session; its cookie is another, the old one is dead", async () => {
  await using s = await signedIn({ has: ["password", "totp"], age: old });
  const challenge = await s.stepUp(2);
  expect(await s.answer(challenge, "totp")).toMatchObject({ kind: "challenge", methods: ["password"] });
  expect(await s.now()).toMatchObject({ amr: ["pwd"], acr: "urn:flowshield:acr:1" });
  const done = await s.answer(challenge, "password") as StartedSession;
  expect(done).toMatchObject({ kind: "session", tokens: null, session: { acr: "urn:flowshield:acr:2" } });
  expect(done.session.session_id).toBe(s.session.session_id);
  expect(done.session.amr.toSorted()).toEqual(["mfa", "otp", "pwd"]);
  expect(Date.now() - done.session.auth_time.getTime()).toBeLessThan(60_000);
  expect(done.session.expires_at).toEqual(s.session.expires_at);
  const seen = (value: string) => s.h.sessions.authenticate({ bearer: null, cookie: value, ip: null });
  expect(await seen(s.started.cookie!.value)).toBeNull();
  expect((await seen(done.cookie!.value))?.session.acr).toBe("urn:flowshield:acr:2");
  expect(await s.h.sql`select 1 from session`).toHaveLength(1);
  expect(await s.answer(challenge, "password")).toEqual({ kind: "closed" });
});

Deno.test("a passkey answers both parts of a step-up at once", async () => {
  await using s = await signedIn({ has: ["password", "passkey"], age: old });
  const done = await s.answer(await s.stepUp(3), "passkey");
  expect(done).toMatchObject({
    kind: "session",
    session: { acr: "urn:flowshield:acr:3", amr: expect.any(Array) },
  });
  expect((await s.now()).amr.toSorted()).toEqual(["hwk", "mfa", "user"]);
});

Deno.test("what was shown too long ago counts for nothing, whatever it was", async () => {
  await using s = await signedIn({ has: ["password"], amr: key, age: old });
  await s.answer(await s.stepUp(1), "password");
  expect(await s.now()).toMatchObject({ amr: ["pwd"], acr: "urn:flowshield:acr:1" });
});

Deno.test("a script with a token of a browser's session raises it as the browser does", async () => {
  await using s = await signedIn({ has: ["password", "totp"] });
  const { access_token } = await s.h.tokens.issueAccessToken(s.session);
  const done = await s.answer(await s.stepUp(2, max_age_seconds, "bearer"), "totp") as StartedSession;
  expect(done).toMatchObject({ kind: "session", tokens: null });
  const seen = (cookie: string | null, bearer: string | null) =>
    s.h.sessions.authenticate({ bearer, cookie, ip: null });
  expect(await seen(s.started.cookie!.value, null)).toBeNull();
  expect((await seen(done.cookie!.value, null))?.session.acr).toBe("urn:flowshield:acr:2");
  expect((await seen(null, access_token))?.session.acr).toBe("urn:flowshield:acr:2");
});

Deno.test("an app's session gets an access token and keeps its refresh token, bound to the key it has", async () => {
  await using s = await signedIn({ has: ["password", "totp"], transport: "token", dpop_jkt: "its-key" });
  const done = await s.answer(await s.stepUp(2, max_age_seconds, "bearer"), "totp") as StartedSession;
  expect(done).toMatchObject({
    cookie: null,
    tokens: { token_type: "DPoP" },
    session: { dpop_jkt: "its-key" },
  });
  expect(done.tokens).not.toHaveProperty("refresh_token");
  expect(await s.h.sql`select 1 from refresh_token`).toHaveLength(1);
});

Deno.test("a step-up is answered by its own session only", async (t) => {
  await using s = await signedIn({ has: ["password", "totp"] });
  const { h, account_id } = s;
  const request = { ...caller, amr: ["pwd"], auth_time: new Date(), transport: "cookie" as const };
  const sibling = await h.sign_in.complete({ ...request, account_id }) as StartedSession;
  const stranger = await h.sign_in.complete({ ...request, account_id: await h.account() }) as StartedSession;
  const challenge = await s.stepUp(2);
  const rows: [what: string, by: object, method: string, input: object][] = [
    ["by another session of the account", { session_id: sibling.session.session_id }, "totp", code],
    ["by somebody else's", { session_id: stranger.session.session_id }, "totp", code],
    ["by none", {}, "totp", code],
    ["by a session that is only renewed", { renews: s.session.session_id }, "totp", code],
    ["with another method than asked for", { session_id: s.session.session_id }, "password", code],
    ["with a method nobody has", { session_id: s.session.session_id }, "palm", code],
  ];
  for (const [what, by, method, input] of rows) {
    await t.step(`not ${what}`, async () => {
      expect(await s.answer(challenge, method, by, input)).toEqual({ kind: "closed" });
      expect(await h.sign_in.begin(idOf(challenge), method, { ...caller, ...by })).toBeNull();
    });
  }
  await t.step("nor with a wrong code; which is all that spends an attempt", async () => {
    const wrong = await s.answer(challenge, "totp", undefined, { code: "0" });
    expect(wrong).toMatchObject({ kind: "wrong", attempts_left: 9 });
  });
  expect(await s.now()).toMatchObject({ amr: ["pwd"] });
  expect(sibling.session.acr).toBe("urn:flowshield:acr:1");
  expect((await h.sign_in.open(idOf(challenge)))?.step_up).toBe(true);
});

for (
  const [what, spoil] of [
    ["has ended", "update session set ended_at = now()"],
    ["is too old", "update session set expires_at = now() - interval '1 second'"],
    ["was idle too long", "update session set last_used_at = now() - interval '8 days'"],
    ["is of a disabled account", "update account set status = 'disabled'"],
  ]
) {
  Deno.test(`a session that ${what} is not raised`, async () => {
    await using s = await signedIn({ has: ["password", "totp"] });
    const challenge = await s.stepUp(2);
    await s.h.sql.unsafe(spoil);
    expect(await s.answer(challenge, "totp")).toEqual({ kind: "closed" });
    expect(await s.now()).toMatchObject({ amr: ["pwd"] });
    await expect(s.h.sql.begin((tx) => s.h.sign_in.strengthen(tx, s.session, ["otp"])))
      .rejects.toMatchObject({ code: "session_expired" });
  });
}

Deno.test("fifty right answers to one step-up raise the session once, and one cookie works", async () => {
  await using s = await signedIn({ has: ["password", "totp"] });
  const challenge = await s.stepUp(2);
  const answers = await Promise.all(Array.from({ length: 50 }, () => s.answer(challenge, "totp")));
  expect(answers.filter(({ kind }) => kind === "session")).toHaveLength(1);
  const [done] = answers.filter(({ kind }) => kind === "session") as StartedSession[];
  const found = await s.h.sessions.authenticate({ bearer: null, cookie: done.cookie!.value, ip: null });
  expect(found?.session_id).toBe(s.session.session_id);
});

const gate = (act: Act, decide: (subject: never) => Promise<Verdict>): Gate => ({
  act,
  phase: "factor",
  name: "test",
  decide,
});
const asksFor = (...methods: string[]) => Promise.resolve<Verdict>({ kind: "require", methods });

Deno.test("what policy asks of a sign-in it asks of a step-up, too", async () => {
  let strict = false;
  const ask = ({ amr }: { amr: string[] }) =>
    strict && !amr.includes("mfa") ? asksFor("mfa") : Promise.resolve<Verdict>({ kind: "pass" });
  await using s = await signedIn({
    has: ["password", "totp"],
    age: old,
    plugin: { gates: [gate("sign_in", ask)] },
  });
  strict = true;
  const challenge = await s.stepUp(1);
  expect(await s.answer(challenge, "password")).toMatchObject({ kind: "challenge", methods: ["totp"] });
  expect(await s.now()).toMatchObject({ auth_time: s.session.auth_time });
  expect(await s.answer(challenge, "totp")).toMatchObject({
    kind: "session",
    session: { acr: "urn:flowshield:acr:2" },
  });
});

Deno.test("a step-up that policy denies changes nothing", async () => {
  let verdict: Verdict = { kind: "pass" };
  const plugin = { gates: [gate("sign_in", () => Promise.resolve(verdict))] };
  await using s = await signedIn({ has: ["password"], age: old, plugin });
  const challenge = await s.stepUp(1);
  verdict = { kind: "deny", reason: "no" };
  expect(await s.answer(challenge, "password")).toEqual({ kind: "denied", reason: "no" });
  expect(await s.now()).toMatchObject({ auth_time: s.session.auth_time });
});

Deno.test("levelExpected() is 2 for who has something strong to show, else 1", async () => {
  await using s = await signedIn();
  const rows: [has: string[], level: AcrLevel][] = [
    [[], 1],
    [["password"], 1],
    [["password", "email_code"], 1],
    [["password", "enroll_totp"], 1],
    [["password", "totp"], 2],
    [["passkey"], 2],
  ];
  for (const [has, level] of rows) {
    s.state.has = has;
    expect([has, await s.h.sign_in.levelExpected(s.account_id)]).toEqual([has, level]);
  }
});

const mayContinue: [what: string, decide: () => Promise<Verdict>, amr: string[], may: boolean][] = [
  ["a gate that passes", () => Promise.resolve({ kind: "pass" }), pwd, true],
  ["one that wants a factor which was shown", () => asksFor("mfa"), two, true],
  ["one that wants a factor which was not", () => asksFor("mfa"), pwd, false],
  ["one that wants a factor, of who has shown a mailed code", () => asksFor("mfa"), ["pwd", "otp"], false],
  ["one that wants a factor to be set up", () => asksFor("enroll_totp"), pwd, false],
  ["one that wants that of who has two", () => asksFor("enroll_totp"), two, false],
  ["one that denies", () => Promise.resolve({ kind: "deny", reason: "no" }), two, false],
  ["one that throws", () => Promise.reject(new Error("away")), two, false],
];
for (const [what, decide, amr, may] of mayContinue) {
  Deno.test(`a session ${may ? "goes on" : "stops"} at ${what}`, async () => {
    const plugin = { gates: [gate("continue_session", decide)] };
    await using s = await signedIn({ has: ["password", "totp"], amr, plugin });
    expect(await s.h.sign_in.mayContinue(s.session)).toBe(may);
    // The gates of signing in are others.
    expect(await s.h.sign_in.mayContinue({ ...s.session, device_id: null })).toBe(may);
  });
}

Deno.test("mayContinue() knows the session's device, and whether it is remembered now", async () => {
  const subjects: unknown[] = [];
  const plugin = {
    gates: [gate("continue_session", (subject) => {
      subjects.push((subject as { device: unknown }).device);
      return Promise.resolve({ kind: "pass" });
    })],
  };
  await using s = await signedIn({ plugin });
  const { sign_in, sql } = s.h;
  const device_id = s.session.device_id!;
  await sign_in.mayContinue(s.session);
  await sql`update device set remembered_until = now() + interval '1 day'`;
  await sign_in.mayContinue(s.session);
  await sql`update device set remembered_until = now() - interval '1 second'`;
  await sign_in.mayContinue(s.session);
  await sql`delete from device`;
  await sign_in.mayContinue(s.session);
  await sign_in.mayContinue({ ...s.session, device_id: null });
  expect(subjects).toEqual([
    { device_id, remembered: false },
    { device_id, remembered: true },
    { device_id, remembered: false },
    null,
    null,
  ]);
});

Deno.test("strengthen() raises a session by what was set up in it; nobody goes on with the old cookie", async () => {
  await using s = await signedIn({ age: 60 });
  const strengthen = (amr: string[]) => s.h.sql.begin((tx) => s.h.sign_in.strengthen(tx, s.session, amr));
  const seen = (value: string) => s.h.sessions.authenticate({ bearer: null, cookie: value, ip: null });
  const [cookie] = await strengthen(["otp"]);
  expect(await seen(s.started.cookie!.value)).toBeNull();
  expect(await seen(cookie.value)).toMatchObject({
    session: { acr: "urn:flowshield:acr:2", auth_time: s.session.auth_time },
  });
  expect((await s.now()).amr.toSorted()).toEqual(["mfa", "otp", "pwd"]);
  const [later] = await strengthen(["hwk", "user"]);
  expect(await seen(cookie.value)).toBeNull();
  expect((await seen(later.value))?.session.acr).toBe("urn:flowshield:acr:3");
});

Deno.test("strengthen() gives an app no cookie, and makes of one factor held no two", async () => {
  await using s = await signedIn({ transport: "token", amr: ["otp"] });
  expect(await s.h.sql.begin((tx) => s.h.sign_in.strengthen(tx, s.session, ["swk"]))).toEqual([]);
  expect(await s.now()).toMatchObject({ amr: ["otp", "swk"], acr: "urn:flowshield:acr:1" });
});

Deno.test("a device is remembered when its owner says so, as long as the deployment lets them", async (t) => {
  const rows: [what: string, days: number, remember: boolean | undefined, remembered: boolean][] = [
    ["who asks for it", 30, true, true],
    ["who does not", 30, undefined, false],
    ["who declines", 30, false, false],
    ["who asks where nobody can", 0, true, false],
  ];
  for (const [what, remember_device_days, remember_device, remembered] of rows) {
    await t.step(what, async () => {
      const verdicts: unknown[] = [];
      const ask = ({ device }: { device: unknown }) => {
        verdicts.push(device);
        return asksFor("totp");
      };
      const made = factors(["totp"]);
      const plugin = { factors: made.factors, gates: [gate("sign_in", ask)] };
      await using h = await testCore([plugin], { remember_device_days });
      const account_id = await h.account();
      const request = {
        ...caller,
        account_id,
        amr: pwd,
        auth_time: new Date(),
        transport: "cookie" as const,
      };
      const challenge = await h.sign_in.complete(request) as StepUp;
      const more = { ...caller, remember_device };
      const done = await h.sign_in.answer(idOf(challenge), "totp", code, more) as StartedSession;
      const device_secrets = done.device_secrets!.split(".");
      const known = { device_id: done.session.device_id, remembered };
      await h.sign_in.complete({ ...request, device_secrets });
      expect(verdicts).toEqual([null, null, known]);
      // To another account, the same browser is nobody it knows.
      await h.sign_in.complete({ ...request, account_id: await h.account(), device_secrets });
      expect(verdicts.at(-1)).toBeNull();
    });
  }
});

Deno.test("a step-up remembers no device, whatever it is told", async () => {
  await using s = await signedIn({ has: ["password", "totp"] });
  expect(await s.h.sql`select 1 from device`).toHaveLength(1);
  const by = { session_id: s.session.session_id, remember_device: true };
  expect((await s.answer(await s.stepUp(2), "totp", by)).kind).toBe("session");
  expect(await s.h.sql`select 1 from device where remembered_until is not null`).toHaveLength(0);
});
