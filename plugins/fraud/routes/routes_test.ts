import { expect } from "expect";
import { findFlow } from "../../../core/flow/flow.ts";
import { findModel, insertCandidate } from "../model/model_store.ts";
import { browser, testFraud } from "../../../core/testing/fraud.ts";
import { trainWhenDue } from "../sweep.ts";

Deno.test("decisions and models are shown to operators alone, and every bad question is answered", async (t) => {
  await using h = await testFraud({ simulated_rows: 0 });
  const operator = await h.person({ operator: true });
  const stranger = await h.person();
  const ask = (method: string, path: string, body?: unknown, token: string | undefined = operator.token) =>
    h.api(method, path, body, { token });
  for (let i = 0; i < 5; i++) await h.signIn(stranger.account_id, browser(`198.51.100.${i + 1}`));
  const { body: { decisions } } = await ask("GET", "/fraud/decisions");
  const one = decisions[0];

  await t.step("without credentials, with foreign ones, and for no operator there is nothing", async () => {
    const routes: [string, string, unknown?][] = [
      ["GET", "/fraud/overview"],
      ["GET", "/fraud/decisions"],
      ["GET", `/fraud/decisions/${one.decision_id}`],
      ["POST", `/fraud/decisions/${one.decision_id}/verdict`, { verdict: "good" }],
      ["GET", "/fraud/models"],
      ["GET", "/fraud/models/prior-1"],
      ["POST", "/fraud/models/train"],
      ["POST", "/fraud/models/prior-1/promote"],
      ["GET", "/fraud/drift"],
    ];
    for (const [method, path, body] of routes) {
      expect([path, (await h.api(method, path, body)).status]).toEqual([path, 401]);
      expect([path, (await ask(method, path, body, "not-a-token")).status]).toEqual([path, 401]);
      expect([path, (await ask(method, path, body, stranger.token)).status]).toEqual([path, 403]);
    }
  });

  await t.step("bad input is told, not tried", async () => {
    const place = `2026-01-01T00:00:00.000Z_${crypto.randomUUID()}`;
    const cases: [string, string, unknown, number][] = [
      ["GET", "/fraud/decisions?act=login", undefined, 422],
      ["GET", "/fraud/decisions?decision=maybe", undefined, 422],
      ["GET", "/fraud/decisions?risk_level=extreme", undefined, 422],
      ["GET", "/fraud/decisions?account_id=me", undefined, 422],
      ["GET", "/fraud/decisions?limit=0", undefined, 422],
      ["GET", "/fraud/decisions?limit=101", undefined, 422],
      ["GET", "/fraud/decisions?waiting=perhaps", undefined, 422],
      ["GET", "/fraud/decisions?from=yesterday", undefined, 422],
      ["GET", "/fraud/decisions?before=x", undefined, 422],
      ["GET", "/fraud/decisions?before=2026-01-01T00:00:00Z_x", undefined, 422],
      ["GET", "/fraud/decisions?order=oldest", undefined, 422],
      ["GET", "/fraud/decisions?order=score", undefined, 422],
      ["GET", "/fraud/decisions?order=score&waiting=false", undefined, 422],
      ...[`x_${place}`, `_${place}`, place, `0.5_${place}_0`].map((
        before,
      ): [string, string, unknown, number] => [
        "GET",
        `/fraud/decisions?order=score&waiting=true&before=${before}`,
        undefined,
        422,
      ]),
      ["GET", `/fraud/decisions?before=0.5_${place}`, undefined, 422],
      ["GET", "/fraud/decisions/x", undefined, 404],
      ["GET", "/fraud/decisions/AAAA-AAAA", undefined, 404],
      ["GET", `/fraud/decisions/${crypto.randomUUID()}`, undefined, 404],
      ["GET", "/fraud/decisions/%27%20or%201=1", undefined, 404],
      ["POST", `/fraud/decisions/${one.decision_id}/verdict`, { verdict: "guilty" }, 422],
      ["POST", `/fraud/decisions/${one.decision_id}/verdict`, {}, 422],
      [
        "POST",
        `/fraud/decisions/${one.decision_id}/verdict`,
        { verdict: "bad", note: "x".repeat(1001) },
        422,
      ],
      ["POST", `/fraud/decisions/${crypto.randomUUID()}/verdict`, { verdict: "bad" }, 404],
      ["GET", "/fraud/models/none", undefined, 404],
      ["POST", "/fraud/models/none/promote", undefined, 404],
    ];
    for (const [method, path, body, status] of cases) {
      expect([path, body, (await ask(method, path, body)).status]).toEqual([path, body, status]);
    }
  });

  await t.step("pages follow each other without a gap, and filters hold", async () => {
    const { body: { decisions: all } } = await ask("GET", "/fraud/decisions?limit=100");
    const seen: string[] = [];
    for (let before = "";;) {
      const { body } = await ask(
        "GET",
        `/fraud/decisions?limit=2${before && `&before=${encodeURIComponent(before)}`}`,
      );
      seen.push(...body.decisions.map(({ decision_id }: { decision_id: string }) => decision_id));
      if (body.next === null) break;
      before = body.next;
    }
    expect(seen).toEqual(all.map(({ decision_id }: { decision_id: string }) => decision_id));
    const own = await ask(
      "GET",
      `/fraud/decisions?account_id=${operator.account_id}&act=sign_in&reviewed=false`,
    );
    expect(own.body.decisions).toHaveLength(1);
    expect((await ask("GET", "/fraud/decisions?act=change_email")).body.decisions).toEqual([]);
    expect((await ask("GET", "/fraud/decisions?until=2020-01-01T00:00:00Z")).body.decisions).toEqual([]);
  });

  await t.step("what waits comes by its score, however old, and of equals the newest first", async () => {
    // Twice as many as fit on the largest page, of three scores, one of which is long; and five at each time.
    const score = 0.1 + 0.2;
    const at = new Date("2026-03-01T10:00:00.123Z");
    await h.sql`
      insert into fraud_decision (decision_id, reference, act, created_at, evidence, features, feature_version, model_version,
        model_hash, model_kind, fraud_score, confidence, anomaly, risk_level, decision, reasons, shadow, took_ms, keys, waiting)
      select gen_random_uuid(), 'ROW-' || lpad(i::text, 5, '0'), act, ${at}::timestamptz - make_interval(secs => i / 5),
        evidence, features, feature_version, model_version, model_hash, model_kind,
        case when i > 190 then 0.9 when i % 2 = 0 then ${score} else 0.2 end, confidence, anomaly, risk_level, decision,
        reasons, shadow, took_ms, keys, i <> 7
      from fraud_decision, generate_series(1, 201) i where decision_id = ${one.decision_id}`;
    const [{ waiting }] = await h.sql`select count(*)::int as waiting from fraud_decision where waiting`;
    for (const limit of [7, 100]) {
      const seen: { decision_id: string; fraud_score: number; created_at: string }[] = [];
      for (let before = "";;) {
        const { status, body } = await ask(
          "GET",
          `/fraud/decisions?waiting=true&order=score&limit=${limit}${before && `&before=${before}`}`,
        );
        expect([status, body.decisions.length <= limit]).toEqual([200, true]);
        seen.push(...body.decisions);
        if (body.next === null) break;
        before = encodeURIComponent(body.next);
      }
      expect([seen.length, new Set(seen.map(({ decision_id }) => decision_id)).size]).toEqual([
        waiting,
        waiting,
      ]);
      const key = ({ fraud_score, created_at, decision_id }: typeof seen[number]) =>
        `${fraud_score.toFixed(17)} ${created_at} ${decision_id}`;
      expect(seen.map(key)).toEqual(seen.map(key).sort().reverse());
    }
    const plan = await h.sql.begin(async (tx) => {
      await tx`set local enable_seqscan = off`;
      return await tx`
        explain select 1 from fraud_decision
        where waiting and (fraud_score, created_at, decision_id) < (0.5, now(), ${one.decision_id}::uuid)
        order by fraud_score desc, created_at desc, decision_id desc limit 5`;
    });
    expect(JSON.stringify(plan)).toContain("Scan using fraud_decision_queue");
    expect(JSON.stringify(plan)).not.toContain("Sort");
    await h.sql`delete from fraud_decision where reference like 'ROW-%'`;
  });

  await t.step("the code that a person reads out finds the decision, however it is typed", async () => {
    for (
      const typed of [
        one.reference,
        one.reference.toLowerCase(),
        one.reference.replace("-", ""),
        one.decision_id,
      ]
    ) {
      const { body } = await ask("GET", `/fraud/decisions/${typed}`);
      expect(body.decision_id).toBe(one.decision_id);
      expect(body.history.length).toBeGreaterThan(0);
      expect(body.client.ip).toBe("198.51.100.5");
    }
  });

  await t.step("a verdict is noted with who gave it, and the newest counts", async () => {
    const path = `/fraud/decisions/${one.decision_id}`;
    expect((await ask("POST", `${path}/verdict`, { verdict: "unsure", note: " odd " })).status).toBe(200);
    expect((await ask("POST", `${path}/verdict`, { verdict: "good" })).status).toBe(200);
    const { body } = await ask("GET", path);
    expect(body.verdict).toBe("good");
    expect(body.verdicts.map(({ verdict, by, note }: Record<string, string>) => [verdict, by, note])).toEqual(
      [
        ["good", operator.email, null],
        ["unsure", operator.email, "odd"],
      ],
    );
  });

  await t.step("a training of too little says so; of two at once one is begun", async () => {
    expect(await trainWhenDue(h.ctx)).toBe(false);
    const asked = await Promise.all([1, 2].map(() => ask("POST", "/fraud/models/train")));
    expect(asked.map(({ status }) => status).sort()).toEqual([202, 409]);
    await h.flows.tellDirectly(asked.find(({ status }) => status === 202)!.body.flow_id);
    const { body } = await ask("GET", "/fraud/models");
    expect(body.trainings[0]).toMatchObject({ outcome: "too_little", asked_by: "operator" });
    expect((await findFlow(h.sql, body.trainings[0].flow_id))!.status).toBe("completed");
  });

  await t.step("a version is put in use and back, and exactly one answers", async () => {
    const prior = (await ask("GET", "/fraud/models")).body.current as string;
    const { card, hash } = (await findModel(h.sql, prior))!;
    const other = {
      version: "other",
      hash: "0".repeat(64),
      kind: "trained" as const,
      file: "{}",
      card,
      report: null,
    };
    await insertCandidate(h.sql, other);
    const both = await Promise.all([
      ask("POST", "/fraud/models/other/promote"),
      ask("POST", `/fraud/models/${prior}/promote`),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await h.sql`select 1 from fraud_model where state = 'current'`).toHaveLength(1);
    await ask("POST", "/fraud/models/other/promote");
    const { body: overview } = await ask("GET", "/fraud/overview");
    // Its file is none: rules answer, and say so.
    expect([overview.model.kind, typeof overview.fallback]).toEqual(["rules", "string"]);
    await ask("POST", `/fraud/models/${prior}/promote`);
    expect((await ask("GET", "/fraud/overview")).body).toMatchObject({ model: { hash }, fallback: null });
  });
});
