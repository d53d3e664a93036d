import { expect } from "expect";
import { proofsChanged } from "../account.ts";
import type { ActSubject, Gate, Verdict } from "../plugin.ts";
import { codeFactor } from "../testing/factor.ts";
import { testCore } from "../testing/core.ts";
import type { StartedSession } from "./sign_in.ts";

const caller = { ip: "192.0.2.1", user_agent: "test", request_id: "r" };
const request = { ...caller, amr: ["pwd"], auth_time: new Date(), transport: "token" as const };

const gate = (decide: () => Promise<Verdict>, phase: Gate["phase"] = "factor"): Gate => ({
  act: "sign_in",
  phase,
  name: "test",
  decide,
});

for (
  const [title, decide, expected] of [
    ["passes", () => Promise.resolve({ kind: "pass" }), { kind: "session" }],
    ["denies", () => Promise.resolve({ kind: "deny", reason: "no" }), { kind: "denied", reason: "no" }],
    ["throws", () => Promise.reject(new Error("away")), { kind: "denied", reason: "gate_failed" }],
    ["asks", () => Promise.resolve({ kind: "require", methods: ["totp"] }), {
      kind: "challenge",
      methods: ["totp"],
    }],
  ] as [string, () => Promise<Verdict>, object][]
) {
  for (const phase of ["risk", "factor", "policy"] as const) {
    Deno.test(`a gate of phase ${phase} that ${title} leads to ${JSON.stringify(expected)}`, async () => {
      await using h = await testCore([{ gates: [gate(decide, phase)] }]);
      const account_id = await h.account();
      expect(await h.sign_in.complete({ ...request, account_id })).toMatchObject(expected);
      const sessions = await h.sql`select 1 from session`;
      expect(sessions).toHaveLength("kind" in expected && expected.kind === "session" ? 1 : 0);
    });
  }
}

Deno.test("a gate that cannot reach the database refuses nobody: there is no session, and one may ask again", async () => {
  const away = Object.assign(new Error("away"), { code: "ECONNREFUSED" });
  await using h = await testCore([{ gates: [gate(() => Promise.reject(away))] }]);
  await expect(h.sign_in.complete({ ...request, account_id: await h.account() })).rejects.toBe(away);
  expect(await h.sql`select 1 from session`).toHaveLength(0);
  expect(await h.sql`select 1 from flow`).toHaveLength(0);
});

Deno.test("a gate is asked with the ctx of its plugin", async () => {
  const seen: unknown[] = [];
  await using h = await testCore([{
    gates: [{
      act: "sign_in",
      phase: "policy",
      name: "test",
      async decide({ account_id }: ActSubject["sign_in"], { sql }) {
        seen.push(...await sql`select account_id from account where account_id = ${account_id}`);
        return { kind: "pass" };
      },
    }],
  }]);
  const account_id = await h.account();
  expect((await h.sign_in.complete({ ...request, account_id })).kind).toBe("session");
  expect(seen).toEqual([{ account_id }]);
});

Deno.test("a challenge leads to a session after one method of each group, with amr and acr that say so", async () => {
  await using h = await testCore([
    { gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp", "recovery_code"] }))] },
    { gates: [gate(() => Promise.resolve({ kind: "require", methods: ["device"] }))] },
    { factors: [codeFactor("totp"), codeFactor("device"), codeFactor("recovery_code")] },
  ]);
  const account_id = await h.account();
  const asked = await h.sign_in.complete({ ...request, account_id });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  const answer = (method: string, code = "123456") =>
    h.sign_in.answer(asked.challenge_id, method, { code }, caller);
  expect(await answer("totp", "000000")).toMatchObject({ kind: "wrong", attempts_left: 9 });
  expect(await answer("totp")).toMatchObject({ kind: "challenge", methods: ["device"] });
  expect(await answer("recovery_code")).toEqual({ kind: "closed" });
  const done = await answer("device") as StartedSession;
  expect(done).toMatchObject({ kind: "session", session: { acr: "urn:flowshield:acr:2" } });
  expect(done.session.amr.toSorted()).toEqual(["mfa", "otp", "pwd"]);
  expect(await answer("device")).toEqual({ kind: "closed" });
});

Deno.test("fifty who answer one challenge at once get one session", async () => {
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp"] }))],
    factors: [codeFactor("totp")],
  }]);
  const asked = await h.sign_in.complete({ ...request, account_id: await h.account() });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  const answers = await Promise.all(
    Array.from(
      { length: 50 },
      () => h.sign_in.answer(asked.challenge_id, "totp", { code: "123456" }, caller),
    ),
  );
  expect(answers.filter((answer) => answer.kind === "session")).toHaveLength(1);
  expect(await h.sql`select 1 from session`).toHaveLength(1);
});

Deno.test("wrong answers end a challenge, however many come at once", async () => {
  let checks = 0;
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp"] }))],
    factors: [{ ...codeFactor("totp"), verify: () => Promise.resolve(++checks < 0 ? [] : null) }],
  }]);
  const asked = await h.sign_in.complete({ ...request, account_id: await h.account() });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  await Promise.all(
    Array.from({ length: 40 }, () => h.sign_in.answer(asked.challenge_id, "totp", { code: "0" }, caller)),
  );
  expect(checks).toBe(10);
  expect(await h.sign_in.open(asked.challenge_id)).toBeNull();
});

Deno.test("a factor raised while a challenge is open is asked for too", async () => {
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp"] }))],
    factors: [codeFactor("totp"), codeFactor("device_verification")],
  }]);
  const asked = await h.sign_in.complete({ ...request, account_id: await h.account() });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  expect(await h.sign_in.requireFactors(asked.challenge_id, ["device_verification"])).toBe(true);
  expect(await h.sign_in.requireFactors(asked.challenge_id, ["device_verification"])).toBe(true);
  expect((await h.sign_in.open(asked.challenge_id))?.methods).toEqual(["totp", "device_verification"]);
  expect(await h.sign_in.answer(asked.challenge_id, "totp", { code: "123456" }, caller)).toMatchObject({
    kind: "challenge",
    methods: ["device_verification"],
  });
});

Deno.test("gates are asked again at the moment of issue", async () => {
  let verdict: Verdict = { kind: "require", methods: ["totp"] };
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve(verdict))],
    factors: [codeFactor("totp")],
  }]);
  const asked = await h.sign_in.complete({ ...request, account_id: await h.account() });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  verdict = { kind: "deny", reason: "disabled meanwhile" };
  expect(await h.sign_in.answer(asked.challenge_id, "totp", { code: "123456" }, caller)).toMatchObject({
    kind: "denied",
  });
  expect(await h.sql`select 1 from session`).toHaveLength(0);
});

Deno.test("an expired challenge is over", async () => {
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp"] }))],
    factors: [codeFactor("totp")],
  }]);
  const asked = await h.sign_in.complete({ ...request, account_id: await h.account() });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  await h.sql`update challenge set expires_at = now() - interval '1 second'`;
  expect(await h.sign_in.answer(asked.challenge_id, "totp", { code: "123456" }, caller)).toEqual({
    kind: "closed",
  });
});

Deno.test("a challenge whose last answer died with its process is over, and leads back to sign-in", async () => {
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp"] }))],
    factors: [codeFactor("totp")],
  }]);
  const asked = await h.sign_in.complete({ ...request, account_id: await h.account() });
  if (asked.kind !== "challenge") throw new Error("a challenge was expected");
  await h.sql`update challenge set satisfied = '{totp}'`;
  expect(await h.sign_in.open(asked.challenge_id)).toBeNull();
});

Deno.test("a challenge remembers the key of its sign-in; another key does not answer it", async () => {
  await using h = await testCore([{
    gates: [gate(() => Promise.resolve({ kind: "require", methods: ["totp"] }))],
    factors: [codeFactor("totp")],
  }]);
  const begin = async (dpop_jkt?: string) => {
    const asked = await h.sign_in.complete({ ...request, account_id: await h.account(), dpop_jkt });
    if (asked.kind !== "challenge") throw new Error("a challenge was expected");
    return async (by?: string) =>
      await h.sign_in.answer(asked.challenge_id, "totp", { code: "123456" }, { ...caller, dpop_jkt: by });
  };
  const bound = await begin("first-key");
  expect(await bound("other-key")).toEqual({ kind: "closed" });
  expect(await bound("first-key")).toMatchObject({ session: { dpop_jkt: "first-key" } });
  expect(await (await begin("first-key"))()).toMatchObject({
    session: { dpop_jkt: "first-key" },
    tokens: { token_type: "DPoP" },
  });
  expect(await (await begin())("late-key")).toMatchObject({ session: { dpop_jkt: "late-key" } });
  expect(await (await begin())()).toMatchObject({
    session: { dpop_jkt: null },
    tokens: { token_type: "Bearer" },
  });
});

Deno.test("who proves themselves again in the same browser keeps the session, and the old cookie is dead", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const before = new Date(Date.now() - 60_000);
  const cookie = { ...request, account_id, transport: "cookie" as const };
  const first = await h.sign_in.complete({ ...cookie, auth_time: before }) as StartedSession;
  const { session_id } = first.session;
  const again = await h.sign_in.complete({
    ...cookie,
    auth_time: new Date(),
    renews: session_id,
  }) as StartedSession;
  expect(again.session.session_id).toBe(session_id);
  expect(again.session.auth_time > before).toBe(true);
  const seen = (value: string) => h.sessions.authenticate({ bearer: null, cookie: value, ip: null });
  expect(await seen(first.cookie!.value)).toBeNull();
  expect((await seen(again.cookie!.value))?.session_id).toBe(session_id);
  expect(await h.published()).toEqual(["session.started"]);
});

Deno.test("who signs in as somebody else in the same browser ends the session that was there", async () => {
  await using h = await testCore();
  const cookie = { ...request, transport: "cookie" as const };
  const first = await h.sign_in.complete({ ...cookie, account_id: await h.account() }) as StartedSession;
  const renews = first.session.session_id;
  const other = await h.sign_in.complete({
    ...cookie,
    account_id: await h.account(),
    renews,
  }) as StartedSession;
  expect(other.session.session_id).not.toBe(renews);
  const [{ end_reason }] = await h.sql`select end_reason from session where session_id = ${renews}`;
  expect(end_reason).toBe("replaced");
  expect(await h.published()).toEqual(["session.started", "session.ended", "session.started"]);
});

Deno.test("tokens never renew a browser's session, nor does a session that has ended", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const cookie = { ...request, account_id, transport: "cookie" as const };
  const first = await h.sign_in.complete(cookie) as StartedSession;
  const renews = first.session.session_id;
  const tokens = await h.sign_in.complete({ ...request, account_id, renews }) as StartedSession;
  expect(tokens.session.session_id).not.toBe(renews);
  await h.sql.begin((tx) => h.sessions.end(tx, account_id, renews, "logout"));
  const late = await h.sign_in.complete({ ...cookie, renews }) as StartedSession;
  expect([renews, tokens.session.session_id]).not.toContain(late.session.session_id);
});

Deno.test("ten renewals of one session at once leave one cookie that works", async () => {
  await using h = await testCore();
  const account_id = await h.account();
  const cookie = { ...request, account_id, transport: "cookie" as const };
  const first = await h.sign_in.complete(cookie) as StartedSession;
  const renews = first.session.session_id;
  const all = await Promise.all(
    Array.from({ length: 10 }, () => h.sign_in.complete({ ...cookie, renews })),
  ) as StartedSession[];
  const alive = await Promise.all(
    [first, ...all].map((one) =>
      h.sessions.authenticate({ bearer: null, cookie: one.cookie!.value, ip: null })
    ),
  );
  expect(alive.filter((one) => one !== null).map((one) => one!.session_id)).toEqual([renews]);
});

for (const change of ["a factor", "the account's end"] as const) {
  Deno.test(`${change} that comes between the gates and the session is not missed`, async () => {
    let asked = 0;
    const decide = async () => {
      // What the gate has seen is over before the session is stored.
      if (++asked > 1) return { kind: "require" as const, methods: ["totp"] };
      if (change === "a factor") await proofsChanged(h.sql, account_id);
      else await h.sql`delete from account where account_id = ${account_id}`;
      return { kind: "pass" as const };
    };
    await using h = await testCore([{ gates: [gate(decide)], factors: [codeFactor("totp")] }]);
    const account_id = await h.account();
    expect(await h.sign_in.complete({ ...request, account_id }))
      .toMatchObject(
        change === "a factor" ? { kind: "challenge" } : { kind: "denied", reason: "no_account" },
      );
    expect(await h.sql`select 1 from session`).toHaveLength(0);
  });
}

Deno.test("nor is one that comes between the last answer and the session", async () => {
  let asked = 0;
  const decide = async () => {
    if (++asked === 2) await proofsChanged(h.sql, account_id);
    return { kind: "require" as const, methods: asked > 2 ? ["device"] : ["totp"] };
  };
  await using h = await testCore([{
    gates: [gate(decide)],
    factors: [codeFactor("totp"), codeFactor("device")],
  }]);
  const account_id = await h.account();
  const open = await h.sign_in.complete({ ...request, account_id });
  if (open.kind !== "challenge") throw new Error("a challenge was expected");
  const answer = (method: string) => h.sign_in.answer(open.challenge_id, method, { code: "123456" }, caller);
  expect(await answer("totp")).toMatchObject({ kind: "challenge", methods: ["device"] });
  expect(await h.sql`select 1 from session`).toHaveLength(0);
  expect(await answer("device")).toMatchObject({ kind: "session" });
});
