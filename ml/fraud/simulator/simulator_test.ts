import { expect } from "expect";
import { featureNames } from "../features/mod.ts";
import { assessByRules } from "../rules.ts";
import { datasetOf } from "./dataset.ts";
import { attackScenarios, simulate, type SimulatedEvent, type SimulateOptions } from "./mod.ts";
import { random } from "../../lib/random.ts";

const small: SimulateOptions = { seed: 7, days: 14, people: 300, attacks: 1 };
const events = [...simulate(small)];
const of = (scenario: SimulatedEvent["scenario"]) => events.filter((event) => event.scenario === scenario);

Deno.test("simulate() gives the same world for the same seed, and another for another", () => {
  const again = [...simulate({ ...small, days: 3 })].slice(0, 40);
  expect([...simulate({ ...small, days: 3 })].slice(0, 40)).toEqual(again);
  expect([...simulate({ ...small, days: 3, seed: 8 })].slice(0, 40)).not.toEqual(again);
});

Deno.test("simulate() tells acts in the order of time, labelled by scenario, none before it begins", () => {
  let before = Date.UTC(2026, 2, 2);
  for (const { at_ms, label, scenario, evidence } of events) {
    expect(at_ms).toBeGreaterThanOrEqual(before);
    expect(evidence.at_ms).toBe(at_ms);
    expect(label).toBe(scenario === "normal" ? 0 : 1);
    expect(evidence.history === null).toBe(evidence.act === "register");
    before = at_ms;
  }
  for (const scenario of attackScenarios) {
    expect([scenario, of(scenario).length > 0]).toEqual([scenario, true]);
  }
  expect(of("normal").length).toBeGreaterThan(500);
});

Deno.test("each attack is the one it is called", () => {
  const highest = (scenario: SimulatedEvent["scenario"], value: (event: SimulatedEvent) => number) =>
    Math.max(...of(scenario).map(value));
  const dayOf = (key: "ip" | "machine" | "password" | "block" | "all") => ({ evidence }: SimulatedEvent) =>
    evidence.counts[key]?.day;
  expect(highest("ring", (event) => dayOf("machine")(event)?.registrations ?? 0)).toBeGreaterThan(5);
  expect(highest("spraying", (event) => dayOf("password")(event)?.subjects ?? 0)).toBeGreaterThan(20);
  expect(highest("stuffing", (event) => dayOf("all")(event)?.failures ?? 0)).toBeGreaterThan(20);
  expect(highest("enumeration", (event) => dayOf("all")(event)?.probes ?? 0)).toBeGreaterThan(5);
  expect(of("bots").every(({ evidence }) => evidence.history === null || evidence.history.age_ms < 3_600_000))
    .toBe(true);
  const abroad = of("travel").filter(({ evidence: { network, history } }) =>
    history!.sign_ins.every(({ country }) => country !== network.country)
  );
  expect(abroad.length).toBeGreaterThan(of("travel").length / 3);
  expect(of("takeover").filter(({ evidence }) => evidence.history!.device_known === false).length)
    .toBeGreaterThan(of("takeover").length / 3);
});

Deno.test("people are no angels: shared lines, new devices, forgotten passwords and journeys are among them", () => {
  const normal = of("normal").map(({ evidence }) => evidence);
  const some = (claim: (evidence: (typeof normal)[number]) => boolean | null | undefined) =>
    normal.filter((evidence) => claim(evidence)).length;
  expect(some(({ counts }) => (counts.ip?.hour.registrations ?? 0) > 5)).toBeGreaterThan(0);
  expect(some(({ history }) => history?.device_known === false)).toBeGreaterThan(20);
  expect(some(({ counts }) => (counts.account?.hour.failures ?? 0) > 0)).toBeGreaterThan(10);
  expect(some(({ history, network }) =>
    history && history.sign_ins.length > 2 &&
    history.sign_ins.every(({ country }) => country !== network.country)
  )).toBeGreaterThan(3);
  expect(some(({ network }) => network.datacentre)).toBeGreaterThan(5);
  expect(some(({ sharing }) => (sharing.device_accounts ?? 0) > 0)).toBeGreaterThan(5);
  expect(some(({ client }) => client.surface === "api")).toBeGreaterThan(5);
});

Deno.test("rules find crude attackers more often than careful ones, and few people", () => {
  const found = (skill: number) => {
    const scores = [...simulate({ ...small, skill, attacks: { bots: 2, stuffing: 2 } })]
      .map(({ evidence, label }) => ({ label, fraud_score: assessByRules(evidence).fraud_score }));
    const share = (label: 0 | 1) => {
      const those = scores.filter((one) => one.label === label);
      return those.filter(({ fraud_score }) => fraud_score > 0.5).length / those.length;
    };
    return { fraud: share(1), people: share(0) };
  };
  const [crude, careful] = [found(0.05), found(0.95)];
  expect(crude.fraud).toBeGreaterThan(0.5);
  expect(crude.fraud).toBeGreaterThan(careful.fraud + 0.2);
  expect(crude.people).toBeLessThan(0.03);
});

Deno.test("without a GeoIP database and lists nothing of them is known", () => {
  const bare = [...simulate({ ...small, days: 2, geoip: false, lists: false, mx: false })];
  for (const { evidence: { network, email, deployment, history } } of bare) {
    expect(new Set(Object.values(network))).toEqual(new Set([null]));
    expect([email?.mx ?? null, deployment.country]).toEqual([null, null]);
    expect(history?.sign_ins.every(({ country }) => country === null) ?? true).toBe(true);
  }
});

Deno.test("simulate() refuses worlds that are none", () => {
  for (
    const change of [{ days: 0 }, { days: 400 }, { days: NaN }, { people: 1 }, { people: 1e9 }, {
      warm_up_days: -1,
    }]
  ) {
    expect(() => [...simulate({ ...small, ...change })]).toThrow("expected");
  }
});

Deno.test("datasetOf() has a row for each act, with a label and every feature", () => {
  const { x, label, weight, at_ms, scenario, features } = datasetOf(events, 500);
  expect([label.length, weight.length, at_ms.length, scenario.length]).toEqual([500, 500, 500, 500]);
  expect(features).toEqual([...featureNames]);
  expect(x.length).toBe(500 * featureNames.length);
  expect(x.some((value) => value === Infinity || value === -Infinity)).toBe(false);
});

Deno.test("random() is even, and its branches do not disturb each other", () => {
  const luck = random(1);
  const mean = Array.from({ length: 20_000 }, () => luck.next()).reduce((a, b) => a + b) / 20_000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
  const branch = (draws: number) => {
    const trunk = random("x");
    for (let i = 0; i < draws; i++) trunk.next();
    return trunk.branch("y").next();
  };
  expect(branch(0)).toBe(branch(99));
  expect(luck.weighted(["a", "b"], [0, 1])).toBe("b");
});
