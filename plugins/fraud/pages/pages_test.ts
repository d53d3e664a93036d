import { expect } from "expect";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import type { Route } from "../../../core/plugin.ts";
import { goodCookie, testApp, testRoute } from "../../../core/testing/app.ts";
import { pages } from "./mod.ts";
import { fakes } from "./testing.ts";

const url = "http://localhost:8000";
const t = stringsFor("en");

/** The pages before an API that has `waiting` cases, and writes down what it is asked. */
function operated(options: { roles?: string[]; waiting?: number; refuse?: string } = {}) {
  const { roles = ["operator"], waiting = 2, refuse } = options;
  const { row, decision, overview, model, models, drift } = fakes("grace@example.com");
  const asked: [string, unknown][] = [];
  const cases = Array.from(
    { length: waiting },
    (_, i) => row({ reference: `CASE-000${i}`, fraud_score: 0.9 - i / 10 }),
  );
  /** From the most urgent to the least; a place is the number of those before it. */
  const page = (query: URLSearchParams) => {
    if (query.get("order") !== "score") return { decisions: cases.toReversed(), next: "older" };
    const from = Number(query.get("before"));
    const until = from + Number(query.get("limit"));
    return { decisions: cases.slice(from, until), next: until < cases.length ? String(until) : null };
  };
  const one = (id: string) => {
    if (id === decision.decision_id || id === decision.reference) return decision;
    const found = cases.find(({ decision_id }) => decision_id === id);
    if (!found) throw new Problem(404, "decision_unknown", "There is no such decision.");
    return { ...decision, ...found };
  };
  const route = (
    method: Route["method"],
    path: string,
    answer: (id: string, query: string) => unknown,
  ): Route => {
    const [name] = /(?<={)\w+/.exec(path) ?? [];
    return testRoute({
      ...{ method, path, access: "operator" },
      ...name ? { params: z.object({ [name]: z.string() }) } : {},
      query: z.record(z.string(), z.string()),
      ...method === "POST" ? { body: z.record(z.string(), z.string()) } : {},
      handle({ params, query, body }) {
        if (method === "POST") asked.push([path, body]);
        if (method === "POST" && refuse) throw new Problem(409, refuse, "No.");
        const query_string = new URLSearchParams(query as Record<string, string>).toString();
        if (method === "GET") asked.push([path, query_string]);
        const id = name ? (params as Record<string, string>)[name] : "";
        return Promise.resolve({ status: 200, body: answer(id, query_string) });
      },
    });
  };
  const app = testApp({
    core_routes: [
      route("GET", "/fraud/overview", () => ({ ...overview, queue: waiting })),
      route("GET", "/fraud/decisions", (_, query) => page(new URLSearchParams(query))),
      route("GET", "/fraud/decisions/{decision_id}", one),
      route("POST", "/fraud/decisions/{decision_id}/verdict", () => ({})),
      route("GET", "/fraud/models", () => models),
      route("GET", "/fraud/models/{version}", () => model),
      route("GET", "/fraud/drift", () => drift),
      route("POST", "/fraud/models/train", () => ({})),
      route("POST", "/fraud/models/{version}/promote", () => ({})),
    ],
    pages,
    describeAccount: () =>
      Promise.resolve({ email: "ada@example.com", first_name: null, last_name: null, roles }),
    presentation: {
      render: ({ view }) => renderToString(view as VNode),
      renderError: ({ code }) => code,
    },
  });
  async function browse(path: string, form?: Record<string, string>) {
    const answer = await app.fetch(
      new Request(`${url}${path}`, {
        method: form ? "POST" : "GET",
        headers: { accept: "text/html", cookie: `fs_session=${goodCookie}`, "sec-fetch-site": "same-origin" },
        body: form && new URLSearchParams(form),
      }),
    );
    return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
  }
  return { browse, asked, cases, decision };
}

const all = ["", "/queue", "/decisions", "/decisions/7K3M-Q2XD", "/models", "/models/v1"].map((path) =>
  `/operate/fraud${path}`
);

Deno.test("every page of risk is an operator's, and nobody else's", async () => {
  expect(pages.filter(({ access }) => access !== "operator")).toEqual([]);
  for (const path of all) {
    expect([path, (await operated().browse(path)).status]).toEqual([path, 200]);
    const { browse, asked } = operated({ roles: ["guest"] });
    expect([path, await browse(path)]).toMatchObject([path, { status: 403, text: "operator_only" }]);
    expect(await browse(path, { verdict: "good" })).not.toMatchObject({ status: 200 });
    expect(asked).toEqual([]);
  }
});

Deno.test("a reference code leads to its decision, and one that is none says so", async () => {
  const { browse, decision } = operated();
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
  const { browse, asked, cases } = operated();
  const [{ decision_id }] = cases;
  const answer = await browse("/operate/fraud/queue", { decision_id, verdict: "bad", note: "one of a ring" });
  expect(answer).toMatchObject({ status: 303, location: "/operate/fraud/queue?saved=1" });
  expect(asked).toEqual([
    ["/fraud/decisions/{decision_id}/verdict", { verdict: "bad", note: "one of a ring" }],
  ]);
  expect(await browse("/operate/fraud/queue?from=1", { decision_id, verdict: "bad", note: "" }))
    .toMatchObject({ location: "/operate/fraud/queue?saved=1&from=1" });
});

Deno.test("a verdict on the page of a decision comes back to it", async () => {
  const { browse, decision } = operated();
  const path = `/operate/fraud/decisions/${decision.reference}`;
  expect(await browse(path, { decision_id: decision.decision_id, verdict: "good", note: "" }))
    .toMatchObject({ status: 303, location: `/operate/fraud/decisions/${decision.decision_id}?saved=1` });
});

Deno.test("a verdict that is refused is said, and what was written is still there", async () => {
  const { browse, cases, decision } = operated({ refuse: "decision_unknown" });
  for (const path of ["/operate/fraud/queue", `/operate/fraud/decisions/${decision.decision_id}`]) {
    const form = { decision_id: cases[0].decision_id, verdict: "good", note: "seen her passport" };
    const answer = await browse(path, form);
    expect([path, answer.status]).toEqual([path, 409]);
    expect(answer.text).toContain(t.problems.decision_unknown);
    expect(answer.text).toContain('value="seen her passport"');
  }
});

Deno.test("cases that are put off come later, and after the last one the first", async () => {
  const { browse } = operated({ waiting: 7 });
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
  expect((await operated({ waiting: 0 }).browse("/operate/fraud/queue")).text).toContain(t.fraud.queue.empty);
});

Deno.test("filters go to the API and stay on the way to older decisions", async () => {
  const { browse, asked } = operated();
  const { text } = await browse("/operate/fraud/decisions?act=register&decision=&risk_level=high&x=1");
  expect(asked).toEqual([["/fraud/decisions", "act=register&risk_level=high&limit=25"]]);
  expect(text).toContain("/operate/fraud/decisions?act=register&amp;risk_level=high&amp;before=older");
});

Deno.test("a filter that is none is no filter, and an id that is none is said", async () => {
  const { browse, asked } = operated();
  expect(await browse("/operate/fraud/decisions?act=toString&risk_level=__proto__&decision=x"))
    .toMatchObject({ status: 200 });
  expect(asked).toEqual([["/fraud/decisions", "limit=25"]]);
  const answer = await browse("/operate/fraud/decisions?account_id=grace@example.com");
  expect(answer.status).toBe(422);
  expect(answer.text).toContain(t.fraud.decided.account_id_wrong);
  expect(asked).toHaveLength(1);
});

Deno.test("a model is trained and put in use by buttons, and what is refused is said", async () => {
  const { browse, asked } = operated();
  const path = "/operate/fraud/models";
  expect(await browse(path, { intent: "train" })).toMatchObject({
    status: 303,
    location: `${path}?done=trained`,
  });
  expect(await browse(path, { intent: "promote", version: "v1" }))
    .toMatchObject({ status: 303, location: `${path}?done=promoted` });
  expect(await browse(`${path}/v1`, { intent: "promote", version: "v1" })).toMatchObject({ status: 303 });
  expect(asked.map(([path]) => path)).toEqual([
    "/fraud/models/train",
    "/fraud/models/{version}/promote",
    "/fraud/models/{version}/promote",
  ]);
  const refused = operated({ refuse: "training_running" });
  for (const where of [path, `${path}/v1`]) {
    const answer = await refused.browse(where, { intent: "train", version: "v1" });
    expect([where, answer.status]).toEqual([where, 409]);
    expect(answer.text).toContain(t.problems.training_running);
  }
});
