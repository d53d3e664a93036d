import { expect } from "expect";
import { Problem } from "../../../core/http/problem.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { operated } from "../../../core/testing/operated.ts";
import { pages } from "./mod.ts";
import { fakes } from "./testing.ts";

const t = stringsFor("en");

/** The pages before an API that has `waiting` cases. */
function riskPages(options: { roles?: string[]; waiting?: number; refuse?: string } = {}) {
  const { roles, waiting = 2, refuse } = options;
  const { row, decision, overview, model, models, drift } = fakes("grace@example.com");
  const cases = Array.from(
    { length: waiting },
    (_, i) => row({ reference: `CASE-000${i}`, fraud_score: 0.9 - i / 10 }),
  );
  /** From the most urgent to the least; a place is the number of those before it. */
  const page = ({ order, before = "0", limit }: Record<string, string>) => {
    if (order !== "score") return { decisions: cases.toReversed(), next: "older" };
    const [from, until] = [Number(before), Number(before) + Number(limit)];
    return { decisions: cases.slice(from, until), next: until < cases.length ? String(until) : null };
  };
  const one = (id: string) => {
    if (id === decision.decision_id || id === decision.reference) return decision;
    const found = cases.find(({ decision_id }) => decision_id === id);
    if (!found) throw new Problem(404, "decision_unknown", "There is no such decision.");
    return { ...decision, ...found };
  };
  const { browse, asked } = operated({
    pages,
    roles,
    refuse: refuse ? new Problem(409, refuse, "No.") : undefined,
    api: {
      "GET /fraud/overview": () => ({ ...overview, queue: waiting }),
      "GET /fraud/decisions": ({ query }) => page(query),
      "GET /fraud/decisions/{decision_id}": ({ params }) => one(params.decision_id),
      "POST /fraud/decisions/{decision_id}/verdict": () => ({}),
      "GET /fraud/models": () => models,
      "GET /fraud/models/{version}": () => model,
      "GET /fraud/drift": () => drift,
      "POST /fraud/models/train": () => ({}),
      "POST /fraud/models/{version}/promote": () => ({}),
    },
  });
  return { browse, asked, cases, decision };
}

const all = ["", "/queue", "/decisions", "/decisions/7K3M-Q2XD", "/models", "/models/v1"].map((path) =>
  `/operate/fraud${path}`
);

Deno.test("every page of risk is an operator's, and nobody else's", async () => {
  expect(pages.filter(({ access }) => access !== "operator")).toEqual([]);
  for (const path of all) {
    expect([path, (await riskPages().browse(path)).status]).toEqual([path, 200]);
    const { browse, asked } = riskPages({ roles: ["guest"] });
    expect([path, await browse(path)]).toMatchObject([path, { status: 403, text: "operator_only" }]);
    expect(await browse(path, { verdict: "good" })).not.toMatchObject({ status: 200 });
    expect(asked).toEqual([]);
  }
});

Deno.test("a reference code leads to its decision, and one that is none says so", async () => {
  const { browse, decision } = riskPages();
  expect(await browse("/operate/fraud?reference=+7K3M-Q2XD+")).toMatchObject({
    status: 303,
    location: `/operate/fraud/decisions/${decision.decision_id}`,
  });
  for (
    const [reference, status] of [["", 400], ["NONE-NONE", 404], ["../models", 404], [
      "7K3M-Q2XD%3Fx%3D1",
      404,
    ]]
  ) {
    const answer = await browse(`/operate/fraud?reference=${reference}`);
    expect([reference, answer.status]).toEqual([reference, status]);
    expect(answer.text).toContain(t.fraud.find.none);
  }
});

Deno.test("a verdict goes to its decision with its note, and the next case comes", async () => {
  const { browse, asked, cases } = riskPages();
  const [{ decision_id }] = cases;
  const answer = await browse("/operate/fraud/queue", { decision_id, verdict: "bad", note: "one of a ring" });
  expect(answer).toMatchObject({ status: 303, location: "/operate/fraud/queue?saved=1" });
  expect(asked).toEqual([
    ["POST /fraud/decisions/{decision_id}/verdict", { verdict: "bad", note: "one of a ring" }],
  ]);
  expect(await browse("/operate/fraud/queue?from=1", { decision_id, verdict: "bad", note: "" }))
    .toMatchObject({ location: "/operate/fraud/queue?saved=1&from=1" });
});

Deno.test("a verdict on the page of a decision comes back to it", async () => {
  const { browse, decision } = riskPages();
  const path = `/operate/fraud/decisions/${decision.reference}`;
  expect(await browse(path, { decision_id: decision.decision_id, verdict: "good", note: "" }))
    .toMatchObject({ status: 303, location: `/operate/fraud/decisions/${decision.decision_id}?saved=1` });
});

Deno.test("a verdict that is refused is said, and what was written is still there", async () => {
  const { browse, cases, decision } = riskPages({ refuse: "decision_unknown" });
  for (const path of ["/operate/fraud/queue", `/operate/fraud/decisions/${decision.decision_id}`]) {
    const form = { decision_id: cases[0].decision_id, verdict: "good", note: "seen her passport" };
    const answer = await browse(path, form);
    expect([path, answer.status]).toEqual([path, 409]);
    expect(answer.text).toContain(t.problems.decision_unknown);
    expect(answer.text).toContain('value="seen her passport"');
  }
});

Deno.test("cases that are put off come later, and after the last one the first", async () => {
  const { browse } = riskPages({ waiting: 7 });
  const path = "/operate/fraud/queue";
  /** The case, and where "later", "more" and "back" lead. */
  const rows: [string, string, (string | null)[]][] = [
    ["", "CASE-0000", ["?from=1", "?from=5", null]],
    ["?from=1", "CASE-0001", ["?from=2", "?from=6", ""]],
    ["?from=2", "CASE-0002", ["?from=3", null, ""]],
    ["?from=6", "CASE-0006", [null, null, ""]],
    // All that waited there has its verdict by now.
    ["?from=7", "CASE-0000", ["?from=1", "?from=5", null]],
  ];
  const { skip, more, first } = t.fraud.queue;
  for (const [query, reference, leads] of rows) {
    const { text } = await browse(`${path}${query}`);
    const led = [skip, more, first].map((label) =>
      new RegExp(`href="${path}([^"]*)">${label}<`).exec(text)?.[1] ?? null
    );
    expect([query, /mono">(CASE-\d+)/.exec(text)?.[1], led]).toEqual([query, reference, leads]);
  }
  expect((await riskPages({ waiting: 0 }).browse("/operate/fraud/queue")).text).toContain(
    t.fraud.queue.empty,
  );
});

Deno.test("filters go to the API and stay on the way to older decisions", async () => {
  const { browse, asked } = riskPages();
  const { text } = await browse("/operate/fraud/decisions?act=register&decision=&risk_level=high&x=1");
  expect(asked).toEqual([
    ["GET /fraud/decisions", { act: "register", risk_level: "high", limit: "25" }],
  ]);
  expect(text).toContain("/operate/fraud/decisions?act=register&amp;risk_level=high&amp;before=older");
});

Deno.test("a filter that is none is no filter, and an id that is none is said", async () => {
  const { browse, asked } = riskPages();
  expect(await browse("/operate/fraud/decisions?act=toString&risk_level=__proto__&decision=x"))
    .toMatchObject({ status: 200 });
  expect(asked).toEqual([["GET /fraud/decisions", { limit: "25" }]]);
  const answer = await browse("/operate/fraud/decisions?account_id=grace@example.com");
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(t.fraud.decided.account_id_wrong);
  expect(asked).toHaveLength(1);
});

Deno.test("a model is trained and put in use by buttons, and what is refused is said", async () => {
  const { browse, asked } = riskPages();
  const path = "/operate/fraud/models";
  expect(await browse(path, { intent: "train" })).toMatchObject({
    status: 303,
    location: `${path}?done=trained`,
  });
  expect(await browse(path, { intent: "promote", version: "v1" }))
    .toMatchObject({ status: 303, location: `${path}?done=promoted` });
  expect(await browse(`${path}/v1`, { intent: "promote", version: "v1" })).toMatchObject({ status: 303 });
  expect(asked.map(([endpoint]) => endpoint)).toEqual([
    "POST /fraud/models/train",
    "POST /fraud/models/{version}/promote",
    "POST /fraud/models/{version}/promote",
  ]);
  const refused = riskPages({ refuse: "training_running" });
  for (const where of [path, `${path}/v1`]) {
    const answer = await refused.browse(where, { intent: "train", version: "v1" });
    expect([where, answer.status]).toEqual([where, 409]);
    expect(answer.text).toContain(t.problems.training_running);
  }
});
