import { expect } from "expect";
import { failingQueries, type QueryFault } from "../../core/testing/failing_queries.ts";
import { testFraud } from "../../core/testing/fraud.ts";
import { GOOD_PASSWORD, newAddress, newMember } from "../../core/testing/people.ts";
import type { ApiAnswer } from "../../core/testing/plugins.ts";
import { testDatabase } from "../../core/testing/postgres.ts";
import { type Decision, findEvidence, listDecisions } from "./decision.ts";
import type { FraudConfig } from "./config.ts";
import { on } from "./events.ts";

const password = GOOD_PASSWORD;
const ip = "198.51.100.7";
/** More than any of these acts asks. */
const queriesMax = 150;

/** No score refuses anybody here, so whoever is refused is so by `on_failure`. */
const policy = {
  ...{ register: [], sign_in: [], reset_password: [], change_email: [] },
  ...{ evidence_milliseconds: 5000, model_milliseconds: 1000 },
};

async function failingFraud(on_failure: "allow" | "deny" = "allow", changed: Partial<FraudConfig> = {}) {
  const database = await testDatabase({ pool: 20 });
  const queries = failingQueries(database.sql);
  const h = await testFraud({ ...policy, ...changed, on_failure }, {
    database: { ...database, sql: queries.sql },
  });
  h.ctxOf("password").config.reset_mails_per_hour_max = 1000;
  const { sql } = database;
  return {
    ...{ h, queries, sql },
    /** What the act has left, and that none of it is half. */
    async whole(since: Date): Promise<Decision[]> {
      const [{ signals, alone }] = await sql`
        select count(*)::int as signals, (count(*) filter (where d.decision_id is null))::int as alone
        from fraud_signal s left join fraud_decision d using (decision_id)
        where s.at >= ${since} and s.decision_id is not null`;
      const decisions = await listDecisions(sql, { from: since, limit: 100 });
      expect({ signals, alone }).toEqual({ signals: decisions.length, alone: 0 });
      for (const { decision_id, fallback } of decisions) {
        const { evidence } = (await findEvidence(sql, h.keys, decision_id))!;
        const { client, counts, email } = evidence;
        const all = client.ip === ip && counts.ip !== null && email !== null;
        // Decided on all there is, or it says on what not.
        if (fallback === null) expect({ decision_id, all }).toEqual({ decision_id, all: true });
      }
      return decisions;
    },
    async [Symbol.asyncDispose]() {
      await h[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

type World = Awaited<ReturnType<typeof failingFraud>>;

interface Asked {
  answer: ApiAnswer;
  decisions: Decision[];
  email: string;
}

/** The act once for every n, until no query is left to fail; then all that was left undone is told to its end. */
async function throughAll(
  { h, queries, sql, whole }: World,
  fault: QueryFault,
  act: (email: string) => Promise<ApiAnswer>,
  look: (asked: Asked, failed: string | null) => Promise<void> | void,
): Promise<void> {
  for (let n = 1; n < queriesMax; n++) {
    const email = newAddress();
    const since = new Date();
    queries.fail(n, fault);
    const answer = await act(email);
    await h.idle();
    const failed = queries.stop();
    await look({ answer, decisions: await whole(since), email }, failed);
    // Nobody is told no because of a query, but come again; and then it works.
    const again = await act(email);
    expect([failed, again.status < 300]).toEqual([failed, true]);
    await h.idle();
    if (failed === null) break;
    expect(n).toBeLessThan(queriesMax - 1);
  }
  await sql`update flow set next_tick_at = now() where finished_at is null`;
  await h.turn();
}

/** Who was decided about without all that there is to know. */
const lacking = (decisions: Decision[]) => decisions.filter(({ fallback }) => fallback !== null);

const rows = [["refused", "allow"], ["away", "deny"]] as const;

for (const [fault, on_failure] of rows) {
  const which = `of a query that is ${fault}, where failure means ${on_failure}`;
  const comeAgain = fault === "away" ? 503 : 500;

  Deno.test(`a sign-in, for each n ${which}: no half decision, and no session but for who is told`, async () => {
    await using world = await failingFraud(on_failure);
    const { h, sql } = world;
    const email = await newMember(h, newAddress(), password);
    const act = () => h.api("POST", "/auth/login", { email, password }, { ip });
    let lacked = 0;
    let sessions = 0;
    await throughAll(world, fault, act, async ({ answer, decisions }) => {
      const said = lacking(decisions).length;
      lacked += said;
      const refused = said > 0 && on_failure === "deny";
      // A gate that throws denies; one that finds the database away does not.
      const gateThrew = fault === "refused" && answer.body.code === "sign_in_denied";
      expect([refused || gateThrew ? 403 : 200, ...refused ? [] : [comeAgain]]).toContain(answer.status);
      const [{ n }] = await sql`select count(*)::int as n from session`;
      expect(n - sessions).toBe(answer.status === 200 ? 1 : 0);
      sessions = n + 1;
    });
    expect(lacked).toBe(1);
  });

  Deno.test(`a sign-up, for each n ${which}: no half decision, and asked again it works`, async () => {
    await using world = await failingFraud(on_failure);
    const { h } = world;
    const people: string[] = [];
    let lacked = 0;
    const act = (email: string) => h.api("POST", "/auth/register", { email, password }, { ip });
    await throughAll(world, fault, act, ({ answer, decisions, email }) => {
      people.push(email);
      const said = lacking(decisions).length;
      lacked += said;
      const refused = said > 0 && on_failure === "deny";
      expect([refused ? 403 : 202, ...refused ? [] : [comeAgain]]).toContain(answer.status);
    });
    expect(lacked).toBe(4);
    const told = new Set((await h.mails()).map(({ to }) => to));
    expect(people.filter((email) => !told.has(email))).toEqual([]);
  });

  Deno.test(`a reset, for each n ${which}: no half decision, and a link for who is not refused`, async () => {
    await using world = await failingFraud(on_failure);
    const { h, sql } = world;
    const email = await newMember(h, newAddress(), password);
    const act = () => h.api("POST", "/auth/password-reset/request", { email }, { ip });
    const refused: string[] = [];
    let lacked = 0;
    await throughAll(world, fault, act, ({ answer, decisions }) => {
      const said = lacking(decisions);
      lacked += said.length;
      if (on_failure === "deny") refused.push(...said.map(({ flow_id }) => flow_id!));
      expect([202, comeAgain]).toContain(answer.status);
    });
    expect(lacked).toBe(3);
    const without = await sql<{ flow_id: string }[]>`
      select flow_id from flow where kind = 'password_reset' and not exists (
        select 1 from mail where mail.flow_id = flow.flow_id)`;
    expect(without.map(({ flow_id }) => flow_id).sort()).toEqual(refused.sort());
  });
}

Deno.test("who would be refused on all there is, is not refused on less", async () => {
  await using world = await failingFraud("allow", { register: ["deny>=0.0001"], deny_confidence_min: 0 });
  const { h, queries, whole } = world;
  const decided = new Map<string, Set<string>>();
  for (let n = 1; n < queriesMax; n++) {
    const since = new Date();
    queries.fail(n, "refused");
    const { status } = await h.api("POST", "/auth/register", { email: newAddress(), password }, { ip });
    await h.idle();
    const failed = queries.stop();
    for (const { decision, fallback } of await whole(since)) {
      const of = fallback ?? "all there is";
      decided.set(of, (decided.get(of) ?? new Set()).add(decision));
      if (decision !== "deny") expect([of, status]).not.toEqual([of, 403]);
    }
    if (failed !== null) continue;
    expect(status).toBe(403);
    break;
  }
  const unread = (what: string) => decided.get(`${what} could not be read`);
  expect(decided.get("all there is")).toEqual(new Set(["deny"]));
  expect(unread("the request")).toEqual(new Set(["allow"]));
  expect(unread("the sign-up")).toEqual(new Set(["review"]));
});

Deno.test("a verdict, for each n: kept, counted and learnt from together or not at all", async () => {
  await using world = await failingFraud();
  const { h, queries, sql } = world;
  const { token } = await h.person({ operator: true });
  const { account_id } = await h.person();
  for (let n = 1; n < queriesMax; n++) {
    await h.signIn(account_id);
    const [{ decision_id }] = await listDecisions(sql, { account_id, limit: 1 });
    const state = async () => {
      const [row] = await sql`
        select d.verdict, (select count(*)::int from fraud_verdict v where v.decision_id = d.decision_id) as kept,
          (select coalesce((online ->> 'verdicts')::int, 0) from fraud_model where state = 'current') as learnt
        from fraud_decision d where decision_id = ${decision_id}`;
      return row;
    };
    const before = await state();
    const give = () =>
      h.api("POST", `/fraud/decisions/${decision_id}/verdict`, { verdict: "bad" }, { token });
    queries.fail(n, "refused");
    const answer = await give();
    await h.idle();
    const failed = queries.stop();
    const all = { verdict: "bad", kept: 1, learnt: before.learnt + 1 };
    const after = await state();
    expect([before, all]).toContainEqual(after);
    if (answer.status === 200) expect(after).toEqual(all);
    expect((await give()).status).toBe(200);
    expect(await state()).toMatchObject({ verdict: "bad", learnt: before.learnt + 1 });
    if (failed === null) return;
  }
  throw new Error("it never went through");
});

Deno.test("a session that was disowned, for each n: told again it is one, and nothing of it is lost", async () => {
  await using world = await failingFraud();
  const { h, queries, sql } = world;
  for (let n = 1; n < queriesMax; n++) {
    const { account_id, session_id } = await h.person();
    await h.turn();
    const tell = () => on["session.disowned"]!({ account_id, session_id }, h.ctx);
    queries.fail(n, "refused");
    const told = await tell().then(() => true, () => false);
    const failed = queries.stop();
    expect([failed, told]).toEqual([failed, failed === null]);
    await tell();
    const [row] = await sql`
      select outcome, cardinality(disowned_at) as disowned from fraud_decision join fraud_account using (account_id)
      where session_id = ${session_id}`;
    expect(row).toEqual({ outcome: "bad", disowned: 1 });
    if (failed === null) return;
  }
  throw new Error("it never went through");
});
