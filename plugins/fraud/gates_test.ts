import { expect } from "expect";
import { vectorOf } from "../../ml/fraud/features/mod.ts";
import { scoreWith } from "../../ml/fraud/model.ts";
import { assessVectorByRules } from "../../ml/fraud/rules.ts";
import { openChallengesOf } from "../../core/sign_in/challenge.ts";
import { type Decision, findEvidence, listDecisions } from "./decision.ts";
import { queryEvidence } from "./evidence/evidence_query.ts";
import { createServing } from "./model/serving.ts";
import { runtimeOf } from "./runtime.ts";
import { browser, testFraud } from "../../core/testing/fraud.ts";
import { giveVerdict } from "./verdict.ts";

const never = { register: [], sign_in: [], reset_password: [], change_email: [] };
const always = (kind: string) => ({
  register: [`${kind}>=0.0001`],
  sign_in: [`${kind}>=0.0001`],
  reset_password: [`${kind}>=0.0001`],
  change_email: [`${kind}>=0.0001`],
  deny_confidence_min: 0,
});

Deno.test("risk is asked at each door, decided by policy, and what rests on what is kept", async (t) => {
  await using h = await testFraud(never);
  const { ctx, sql } = h;
  const set = (changed: object) =>
    Object.assign(ctx.config, { ...never, shadow: false, on_failure: "allow" }, changed);
  const newest = async (account_id?: string): Promise<Decision> =>
    (await listDecisions(sql, { account_id, limit: 1 }))[0];
  const ip = "198.51.100.7";

  await t.step(
    "a sign-in follows its row: on, challenged, refused; in shadow mode and at home it is only noted",
    async () => {
      const { account_id } = await h.person();
      const rows: [string, object, string, string][] = [
        [ip, {}, "session", "allow"],
        [ip, always("challenge"), "challenge", "challenge"],
        [ip, always("review"), "challenge", "review"],
        [ip, always("deny"), "denied", "deny"],
        [ip, { ...always("deny"), shadow: true }, "session", "deny"],
        ["127.0.0.1", always("deny"), "session", "deny"],
        ["192.168.1.9", always("deny"), "session", "deny"],
        ["::ffff:10.0.0.1", always("challenge"), "session", "challenge"],
        // Nothing that everybody has is asked for: nobody is locked out.
        [ip, { ...always("challenge"), challenge_methods: ["mfa"] }, "session", "challenge"],
        [
          ip,
          { ...always("challenge"), challenge_methods: ["mfa", "no_such_method"] },
          "session",
          "challenge",
        ],
      ];
      for (const [from, policy, kind, decision] of rows) {
        set({ challenge_methods: ["mfa", "device_verification"], ...policy });
        const outcome = await h.signIn(account_id, browser(from));
        expect([from, outcome.kind, outcome.assessment?.decision]).toEqual([from, kind, decision]);
        expect((await newest(account_id)).decision_id).toBe(outcome.assessment!.decision_id);
      }
      set({ challenge_methods: ["mfa", "device_verification"] });
    },
  );

  await t.step("a sign-up is let pass, queued, or refused with a code that finds it", async () => {
    set(always("review"));
    const reviewed = await h.signUp("first@example.com");
    expect([reviewed.status, reviewed.body.decision]).toEqual([202, "review"]);
    expect(await newest()).toMatchObject({ act: "register", decision: "review", waiting: true });
    set(always("deny"));
    const denied = await h.signUp("second@example.com");
    expect([denied.status, denied.body.code]).toEqual([403, "registration_denied"]);
    expect((await newest()).reference).toBe(denied.body.reference);
    const accounts = await sql`select 1 from account where email = 'second@example.com'`;
    expect(accounts).toHaveLength(0);
    set({ ...always("deny"), shadow: true });
    expect((await h.signUp("third@example.com")).status).toBe(202);
  });

  await t.step("a sign-up that was challenged shows its mailbox at the first sign-in", async () => {
    set(always("challenge"));
    expect((await h.signUp("fourth@example.com")).status).toBe(202);
    await h.turn();
    set({});
    const [{ account_id }] = await sql<{ account_id: string }[]>`
      select account_id from account where email = 'fourth@example.com'`;
    await sql`update account set status = 'active' where account_id = ${account_id}`;
    expect(await h.signIn(account_id, browser(ip))).toMatchObject({
      kind: "challenge",
      methods: ["device_verification"],
    });
  });

  await t.step("a stored decision gives the same score again", async () => {
    set({});
    const { account_id } = await h.person();
    for (
      const client of [
        browser(ip),
        browser(null),
        browser("2001:db8:5::1", { user_agent: null, surface: "api" }),
      ]
    ) {
      await h.signIn(account_id, client);
      const decision = await newest(account_id);
      const { evidence, features } = (await findEvidence(sql, ctx.keys, decision.decision_id))!;
      expect(Float32Array.from(vectorOf(evidence))).toEqual(features);
      const { model } = runtimeOf(ctx).serving.now();
      const again = model
        ? scoreWith({ ...model, online: decision.online }, features)
        : assessVectorByRules("sign_in", features);
      expect([again.fraud_score, again.confidence]).toEqual([decision.fraud_score, decision.confidence]);
      expect(again.model.hash).toBe(decision.model_hash);
    }
  });

  await t.step("evidence opens only under its own decision", async () => {
    const [a, b] = await listDecisions(sql, { limit: 2 });
    await sql`
      update fraud_decision set evidence = (select evidence from fraud_decision where decision_id = ${a.decision_id})
      where decision_id = ${b.decision_id}`;
    await expect(findEvidence(sql, ctx.keys, b.decision_id)).rejects.toThrow("altered");
  });

  await t.step("what is known of an act is read in one statement", async () => {
    const asked: string[] = [];
    const counting = new Proxy(sql, {
      apply: (target, self, args) => (asked.push("query"), Reflect.apply(target, self, args)),
      get: (target, name) =>
        name === "unsafe"
          ? (
            ...args: never[]
          ) => (asked.push("query"), (target.unsafe as (...args: never[]) => unknown)(...args))
          : Reflect.get(target, name),
    });
    const keys = {
      ip: "a",
      block: "b",
      client: "c",
      machine: "d",
      device: "e",
      identifier: "f",
      password: "g",
      domain: "h",
    };
    const { account_id } = await h.person();
    await queryEvidence(counting, {
      keys: { ...keys, account_id },
      device_hashes: [],
      sign_up: true,
      counted: new Set(),
      counted_domains: [],
      except: null,
    });
    expect(asked).toHaveLength(1);
  });

  await t.step("tables that do not answer: rules speak, and only policy refuses", async () => {
    const { account_id } = await h.person();
    await sql`alter table fraud_signal rename to fraud_signal_away`;
    const rows: [string, string][] = [["allow", "session"], ["challenge", "challenge"], ["deny", "denied"]];
    for (const [on_failure, kind] of rows) {
      set({ on_failure });
      const outcome = await h.signIn(account_id, browser(ip));
      expect([on_failure, outcome.kind]).toEqual([on_failure, kind]);
      expect(outcome.assessment!.confidence).toBeLessThan(1);
    }
    await sql`alter table fraud_signal_away rename to fraud_signal`;
  });

  await t.step("two decisions at once are two, and one flow has one", async () => {
    set({});
    const { account_id } = await h.person();
    const both = await Promise.all([h.signIn(account_id, browser(ip)), h.signIn(account_id, browser(ip))]);
    expect(new Set(both.map(({ assessment }) => assessment!.decision_id)).size).toBe(2);
    expect((await h.signUp("fifth@example.com")).status).toBe(202);
    const { flow_id } = await newest();
    const asked = await Promise.all([1, 2, 3].map(() => ctx.gates.ask("register", { flow_id: flow_id! })));
    expect(new Set(asked.map(({ assessment }) => assessment!.decision_id)).size).toBe(1);
  });

  await t.step(
    "of verdicts at once both are kept and one counts; the model hears each change once",
    async () => {
      const { account_id } = await h.person();
      await h.signIn(account_id, browser(ip));
      const { decision_id } = await newest(account_id);
      const given_by = account_id;
      const before = (await runtimeOf(ctx).serving.get()).model?.online?.verdicts ?? 0;
      const give = (verdict: "good" | "bad" | "unsure") =>
        giveVerdict(sql, { decision_id, verdict, note: null, given_by });
      expect(await Promise.all([give("bad"), give("bad"), give("bad")])).toEqual([true, true, true]);
      const rows = await sql`select 1 from fraud_verdict where decision_id = ${decision_id}`;
      expect(rows).toHaveLength(3);
      expect(await newest(account_id)).toMatchObject({ verdict: "bad", waiting: false });
      await runtimeOf(ctx).serving.refresh();
      const { model } = runtimeOf(ctx).serving.now();
      if (model) expect(model.online!.verdicts - before).toBe(1);
      expect(
        await giveVerdict(sql, { decision_id: crypto.randomUUID(), verdict: "bad", note: null, given_by }),
      ).toBe(false);
    },
  );

  await t.step("a session that was disowned teaches, and raises what is under way", async () => {
    set({});
    const { account_id, session_id } = await h.person();
    await h.turn();
    set({ ...never, sign_in: ["challenge>=0.0001"], challenge_methods: ["email_code"] });
    const open = await h.signIn(account_id, browser(ip));
    expect(open.kind).toBe("challenge");
    ctx.config.challenge_methods = ["mfa", "device_verification"];
    await sql.begin((tx) => ctx.events.publish(tx, "session.disowned", { account_id, session_id }));
    await h.turn();
    const [{ requirements }] = await sql`
      select requirements from challenge where challenge_id = ${
      (await openChallengesOf(sql, account_id))[0]
    }`;
    expect(requirements).toEqual([["email_code"], ["device_verification"]]);
    const [judged] = await sql`select outcome, waiting from fraud_decision where session_id = ${session_id}`;
    expect(judged).toMatchObject({ outcome: "bad", waiting: true });
  });

  await t.step("failures that are noted count, in hashes", async () => {
    set({});
    const { account_id } = await h.person();
    const risk = ctx.service("risk");
    for (let i = 0; i < 3; i++) {
      risk.note({ kind: "password_wrong", account_id, identifier_tag: "somebody", client: browser(ip) });
    }
    await h.flush();
    await h.signIn(account_id, browser(ip));
    const { evidence } = (await findEvidence(sql, ctx.keys, (await newest(account_id)).decision_id))!;
    expect(evidence.counts.account!.hour.failures).toBe(3);
    expect(evidence.counts.ip!.minute.failures).toBeGreaterThanOrEqual(3);
    const text = JSON.stringify(await sql`select * from fraud_signal`);
    for (const personal of [ip, "198.51.100", "example.com", "Firefox"]) expect(text).not.toContain(personal);
  });

  await t.step(
    "without a model, with one that was altered, or of other features, rules answer and say why",
    async () => {
      const folder = await Deno.makeTempDir();
      const file = new URL(`file://${folder}/prior.json`);
      const why = async () => {
        const serving = createServing(ctx, file);
        await serving.refresh();
        return serving.now();
      };
      expect(await why()).toMatchObject({ model: null, why: expect.stringMatching(/gone|no model file/) });
      const prior = await Deno.readTextFile(new URL("../../ml/fraud/model/prior.json", import.meta.url));
      await Deno.writeTextFile(file, prior.replace(/"intercept":\s*-?[\d.]+/, '"intercept": 9'));
      const altered = await why();
      expect(altered.model).toBeNull();
      expect(altered.why).toMatch(/hash|altered|not/i);
      await Deno.writeTextFile(file, "{}");
      expect((await why()).model).toBeNull();
      await Deno.writeTextFile(file, prior);
      expect(await why()).toMatchObject({ model: { kind: "prior" }, why: null });
      await Deno.remove(folder, { recursive: true });
    },
  );
});
