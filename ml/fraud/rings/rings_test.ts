import { expect } from "expect";
import fc from "fast-check";
import { flowRisk, type Standing } from "./flow.ts";
import { accountsMax, type LinkKind, linkWeight } from "./kinds.ts";
import { type Link, type Ring, RingGraph } from "./mod.ts";

const linked = (links: Link[], standings: Record<string, Standing> = {}): RingGraph => {
  const graph = new RingGraph();
  for (const link of links) graph.link(link);
  for (const [account, standing] of Object.entries(standings)) graph.stand(account, standing);
  graph.refresh();
  return graph;
};
const sharing = (kind: LinkKind, key: string, accounts: string[]): Link[] =>
  accounts.map((account) => ({ account, kind, key }));
const named = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
const bad: Standing = { own_risk: 0, verdict: "bad" };
const accountsOf = (ring: Ring | null) => ring?.members.map(({ account }) => account) ?? null;
const riskOf = (graph: RingGraph, account: string) =>
  graph.ringOf(account)?.members.find((one) => one.account === account)?.risk;

const joins: [string, Link[], string[] | null][] = [
  ["one device", sharing("device", "d", ["a", "b"]), ["a", "b"]],
  ["one password's tag", sharing("password", "p", ["a", "b"]), ["a", "b"]],
  ["a network together with a shape", sharing("block_shape", "n|s", ["a", "b"]), ["a", "b"]],
  [
    "a chain of two things",
    [...sharing("device", "d", ["a", "b"]), ...sharing("password", "p", ["b", "c"])],
    [
      "a",
      "b",
      "c",
    ],
  ],
  ["a network alone", sharing("block", "n", ["a", "b"]), null],
  ["a shape alone", sharing("shape", "s", ["a", "b"]), null],
  ["nothing but themselves", sharing("device", "d", ["a", "a"]), null],
  ["the same key of two kinds", [...sharing("device", "x", ["a"]), ...sharing("password", "x", ["b"])], null],
  ["a device of a whole town", sharing("device", "d", ["a", ...named("x", accountsMax("device"))]), null],
];
for (const [what, links, wanted] of joins) {
  Deno.test(`accounts that share ${what} are ${wanted ? "" : "not "}joined`, () => {
    expect(accountsOf(linked(links).ringOf("a"))).toEqual(wanted);
  });
}

Deno.test("what few share weighs more than what many do, and too many make it nothing", () => {
  for (const kind of ["device", "password", "block_shape"] as const) {
    const most = accountsMax(kind);
    const weights = [2, 3, 10, 30, most].map((accounts) => linkWeight(kind, accounts));
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    expect(weights.every((weight) => weight > 0.1 && weight <= 1)).toBe(true);
    expect([linkWeight(kind, 1), linkWeight(kind, most + 1)]).toEqual([0, 0]);
  }
  expect(linkWeight("device", 30)).toBeGreaterThan(linkWeight("password", 30));
});

Deno.test("a ring falls apart when what held it together is shared by too many, and when its middle leaves", () => {
  const most = accountsMax("device");
  const graph = linked([
    ...sharing("device", "town", named("x", most)),
    ...sharing("password", "p", ["x0", "y"]),
  ]);
  expect(graph.ringOf("y")?.members.length).toBe(most + 1);
  graph.link({ account: "one more", kind: "device", key: "town" });
  graph.refresh();
  expect([accountsOf(graph.ringOf("y")), graph.ringOf("x1")]).toEqual([["x0", "y"], null]);
  graph.remove("one more");
  graph.refresh();
  expect(graph.ringOf("y")?.members.length).toBe(most + 1);

  const chain = linked([...sharing("device", "d", ["a", "b"]), ...sharing("device", "e", ["b", "c"])]);
  chain.remove("b");
  chain.refresh();
  expect([chain.ringOf("a"), chain.ringOf("b"), chain.ringOf("c")]).toEqual([null, null, null]);
});

Deno.test("risk flows to whoever shares, less with each step and with each who shares", () => {
  const chain = linked(
    [
      ...sharing("device", "1", ["a", "b"]),
      ...sharing("device", "2", ["b", "c"]),
      ...sharing("device", "3", ["c", "d"]),
    ],
    { a: bad },
  );
  const risks = ["a", "b", "c", "d"].map((account) => riskOf(chain, account)!);
  expect(risks[0]).toBe(1);
  expect(risks).toEqual([...risks].sort((one, two) => two - one));
  expect(risks[1]).toBeCloseTo(0.85, 5);
  expect(risks[3]).toBeGreaterThan(0.4);
  const many = linked(sharing("device", "d", ["a", ...named("x", 30)]), { a: bad });
  expect(riskOf(many, "x0")!).toBeLessThan(risks[1]);
  expect(riskOf(many, "x0")!).toBeGreaterThan(0.1);
  expect(chain.ringOf("a")!.bad_share).toBe(0.25);
});

Deno.test("whom an operator has called good stays so, and passes nothing on", () => {
  const good: Standing = { own_risk: 0.9, verdict: "good" };
  const graph = linked(
    [...sharing("device", "1", ["a", "b"]), ...sharing("device", "2", ["b", "c"])],
    { a: bad, b: good },
  );
  expect(["a", "b", "c"].map((account) => riskOf(graph, account))).toEqual([1, 0, 0]);
});

Deno.test("a large ring is risky by its size, and no household is; its members have their own", () => {
  const of = (count: number) => linked(sharing("device", "d", named("x", count))).ringOf("x0")!;
  expect([2, 5].map((count) => of(count).risk)).toEqual([0, 0]);
  expect(of(20).risk).toBeCloseTo(0.5, 5);
  expect([of(30).risk > 0.6, of(400).risk <= 1]).toEqual([true, true]);
  expect(of(30).members.every(({ risk }) => risk === 0)).toBe(true);
});

Deno.test("a suspicion is passed on in part, and what comes back of it is less than it was", () => {
  const graph = linked(sharing("device", "d", ["a", "b"]), { a: { own_risk: 0.8, verdict: null } });
  const [a, b] = graph.ringOf("a")!.members;
  expect([a.risk, b.risk]).toEqual([0.8, b.arrived]);
  expect(b.arrived).toBeCloseTo(0.8 * 0.6 * 0.85, 5);
  expect(a.arrived).toBeLessThan(b.arrived);
});

Deno.test("two groups that one account joins are one ring of two communities", () => {
  const groups = [named("a", 8), named("b", 8)];
  const links = groups.flatMap((group, at) =>
    ["1", "2", "3"].flatMap((key) => sharing("device", `${at} ${key}`, group))
  );
  const ring = linked([...links, ...sharing("password", "p", ["a0", "b0"])]).ringOf("a0")!;
  const communities = new Map(ring.members.map(({ account, community }) => [account, community]));
  expect(ring.members.length).toBe(16);
  for (const group of groups) expect(new Set(group.map((one) => communities.get(one))).size).toBe(1);
  expect(communities.get("a0")).not.toBe(communities.get("b0"));
});

Deno.test("what flows is bounded: within 0 and 1, and no more than the worst there is", () => {
  const standing = fc.record({
    own_risk: fc.double({ min: 0, max: 1, noNaN: true }),
    verdict: fc.constantFrom("good" as const, "bad" as const, null, null, null),
  });
  fc.assert(fc.property(
    fc.array(standing, { minLength: 2, maxLength: 12 }),
    fc.array(
      fc.record({ weight: fc.double({ min: 0, max: 1, noNaN: true }), places: fc.array(fc.nat(11)) }),
      {
        maxLength: 8,
      },
    ),
    (standings, keys) => {
      const risks = flowRisk(
        standings,
        keys.map(({ weight, places }) => ({
          weight,
          members: [...new Set(places.map((one) => one % standings.length))],
        })),
      );
      const worst = Math.max(
        ...standings.map(({ own_risk, verdict }) =>
          verdict === "bad" ? 1 : verdict === "good" ? 0 : own_risk
        ),
      );
      standings.forEach(({ own_risk, verdict }, at) => {
        if (verdict === null) expect(risks[at].risk).toBeGreaterThanOrEqual(own_risk);
        expect(Math.max(risks[at].risk, risks[at].arrived)).toBeLessThanOrEqual(worst);
      });
    },
  ));
});

type Change = { do: "link"; link: Link } | { do: "remove"; account: string } | {
  do: "stand";
  account: string;
  standing: Standing;
} | { do: "refresh" };

Deno.test("kept up step by step, rings are what they would be if all were found anew", () => {
  const account = fc.constantFrom(...named("a", 14));
  const change: fc.Arbitrary<Change> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("link" as const),
        link: fc.record({
          account,
          kind: fc.constantFrom<LinkKind>("device", "password", "block_shape", "shape"),
          key: fc.constantFrom(...named("k", 6)),
        }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), account }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("stand" as const),
        account,
        standing: fc.record({
          own_risk: fc.double({ min: 0, max: 1, noNaN: true }),
          verdict: fc.constantFrom("good" as const, "bad" as const, null),
        }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("refresh" as const) }) },
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const kept = new RingGraph();
      let links: Link[] = [];
      const standings = new Map<string, Standing>();
      for (const change of changes) {
        if (change.do === "link") {
          kept.link(change.link);
          links.push(change.link);
        } else if (change.do === "remove") {
          kept.remove(change.account);
          links = links.filter((link) => link.account !== change.account);
          standings.delete(change.account);
        } else if (change.do === "stand") {
          kept.stand(change.account, change.standing);
          standings.set(change.account, change.standing);
        } else kept.refresh();
      }
      kept.refresh();
      const anew = linked(links.reverse(), Object.fromEntries(standings));
      const told = (graph: RingGraph) => named("a", 14).map((one) => graph.ringOf(one));
      expect(told(kept)).toEqual(told(anew));
    }),
    { numRuns: 200 },
  );
});

Deno.test("an account that is added touches its own ring alone", () => {
  const graph = linked([...sharing("device", "d", ["a", "b"]), ...sharing("device", "e", ["c", "d"])]);
  const other = graph.ringOf("c");
  graph.link({ account: "new", kind: "device", key: "d" });
  expect(graph.refresh().map(accountsOf)).toEqual([["a", "b", "new"]]);
  expect(graph.ringOf("c")).toBe(other);
  expect(graph.refresh()).toEqual([]);
});

Deno.test("a hundred thousand accounts with their rings are found in one go, and one more costs one ring", () => {
  const graph = new RingGraph();
  for (let at = 0; at < 100_000; at++) {
    const account = `${at}`;
    // Households of two, offices, and one ring of thirty in each thousand.
    graph.link({ account, kind: "device", key: `${at >> 1}` });
    graph.link({ account, kind: "block", key: `${at >> 6}` });
    if (at % 1000 < 30) graph.link({ account, kind: "password", key: `${Math.floor(at / 1000)}` });
  }
  expect(graph.refresh().length).toBe(50_000 - 100 * 14);
  graph.link({ account: "one more", kind: "password", key: "7" });
  expect(graph.refresh().map(({ members }) => members.length)).toEqual([31]);
});
