import { expect } from "expect";
import { random } from "../lib/random.ts";
import { type ArmCount, choose, posteriorReport, randomOf, shouldStop } from "./bandit.ts";
import { drawBeta } from "./beta.ts";
import { armsInContext, contextOf, contextTrialsMin } from "./context.ts";
import { delayCurve, pendingWeight } from "./delayed.ts";
import { coverage, regrets, stopping } from "./evaluation/simulated.ts";
import { fixed, replay, thompson, uniform } from "./evaluation/replay.ts";

const arm = (variant: string, successes: number, failures: number): ArmCount => ({
  variant,
  successes,
  failures,
});
const options = { floor: 0, hold_out: 0, default_variant: "a" };
const many = (arms: ArmCount[], more = {}) =>
  Array.from({ length: 2000 }, (_, i) => choose(arms, { ...options, random: randomOf(`${i}`), ...more }));
const share = (choices: { variant: string }[], variant: string) =>
  choices.filter((one) => one.variant === variant).length / choices.length;

Deno.test("drawBeta() has the mean and the spread of its distribution, also below one", () => {
  const chance = random("beta");
  for (const [a, b] of [[1, 1], [0.3, 2], [40, 160], [500.5, 1.5]]) {
    const draws = Array.from({ length: 20_000 }, () => drawBeta(a, b, chance));
    const mean = draws.reduce((sum, one) => sum + one, 0) / draws.length;
    const variance = draws.reduce((sum, one) => sum + (one - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(a / (a + b), 1);
    expect(variance / (a * b / ((a + b) ** 2 * (a + b + 1)))).toBeCloseTo(1, 0);
  }
});

for (const [a, b] of [[0, 1], [1, -1], [NaN, 1], [Infinity, 1]]) {
  Deno.test(`drawBeta(${a}, ${b}) is refused`, () =>
    expect(() => drawBeta(a, b, random(1))).toThrow(RangeError));
}

Deno.test("the same mail gets the same wording, and others another", () => {
  const arms = [arm("a", 5, 5), arm("b", 5, 5)];
  expect(many(arms)).toEqual(many(arms));
  expect(share(many(arms), "a")).toBeCloseTo(0.5, 1);
});

Deno.test("the better one is sent more the more is known, and the propensity says how often", () => {
  const little = many([arm("a", 5, 15), arm("b", 8, 12)]);
  const much = many([arm("a", 50, 150), arm("b", 80, 120)]);
  expect(share(little, "b")).toBeLessThan(share(much, "b"));
  expect(share(much, "b")).toBeGreaterThan(0.97);
  const said = little.filter(({ variant }) => variant === "b").map(({ propensity }) => propensity);
  expect(said.reduce((sum, one) => sum + one, 0) / said.length).toBeCloseTo(share(little, "b"), 1);
});

Deno.test("the floor keeps each known, and who is held out gets the standard", () => {
  const arms = [arm("a", 0, 1000), arm("b", 900, 100)];
  expect(share(many(arms, { floor: 0.2 }), "a")).toBeCloseTo(0.1, 1);
  const held = many(arms, { hold_out: 0.3 });
  expect(share(held, "a")).toBeCloseTo(0.3, 1);
  expect(
    held.filter(({ hold_out }) => hold_out).every(({ variant, propensity }) =>
      variant === "a" && propensity > 0
    ),
  )
    .toBe(true);
});

for (
  const [claim, arms, more] of [
    ["no variant", [], {}],
    ["a floor above one", [arm("a", 0, 0)], { floor: 1.1 }],
    ["a hold-out below zero", [arm("a", 0, 0)], { hold_out: -0.1 }],
  ] as const
) {
  Deno.test(`choose() refuses ${claim}`, () => {
    expect(() => choose([...arms], { ...options, random: random(1), ...more })).toThrow(RangeError);
  });
}

Deno.test("a report's probabilities add up, and nothing known is nothing said", () => {
  const report = posteriorReport([arm("a", 30, 70), arm("b", 50, 50), arm("c", 0, 0)]);
  expect(report.reduce((sum, one) => sum + one.probability_best, 0)).toBeCloseTo(1);
  expect(report[2].high - report[2].low).toBeGreaterThan(0.9);
  for (const { low, mean, high } of report) expect(low < mean && mean < high).toBe(true);
});

const stops: [string, ArmCount[], { stop: boolean; winner: string | null; why: string }][] = [
  ["nothing was sent", [arm("a", 0, 0), arm("b", 0, 0)], { stop: false, winner: null, why: "too_few" }],
  ["the best was hardly tried", [arm("a", 0, 900), arm("b", 20, 5)], {
    stop: false,
    winner: null,
    why: "too_few",
  }],
  ["they are alike and little is known", [arm("a", 30, 30), arm("b", 32, 30)], {
    ...{ stop: false, winner: null, why: "undecided" },
  }],
  ["one is clearly better", [arm("a", 100, 400), arm("b", 300, 200)], {
    ...{ stop: true, winner: "b", why: "loss_small" },
  }],
  ["they are alike and much is known", [arm("a", 30_000, 30_000), arm("b", 30_010, 30_000)], {
    ...{ stop: true, winner: "b", why: "loss_small" },
  }],
];
for (const [claim, arms, expected] of stops) {
  Deno.test(`shouldStop() when ${claim}`, () => {
    expect(shouldStop(arms, posteriorReport(arms), { loss_max: 0.005 })).toEqual(expected);
  });
}

Deno.test("a mail counts as a failure as far as goals of others would have come by its age", () => {
  const minutes = Array.from({ length: 99 }, (_, i) => (i + 1) * 60_000);
  const curve = delayCurve(minutes, 86_400_000);
  expect(pendingWeight(0, curve)).toBe(0);
  expect(pendingWeight(50 * 60_000, curve)).toBeCloseTo(0.5, 2);
  expect(pendingWeight(100 * 60_000, curve)).toBeCloseTo(0.99, 2);
  expect(pendingWeight(86_400_000, curve)).toBe(1);
  // Of too few goals nothing is known: evenly.
  expect(pendingWeight(43_200_000, delayCurve([1000], 86_400_000))).toBe(0.5);
  expect(() => delayCurve([], 0)).toThrow(RangeError);
});

Deno.test("a context speaks for itself once it has been seen enough, and begins from the common rate", () => {
  const all = [arm("a", 100, 900), arm("b", 300, 700)];
  expect(armsInContext(all, [arm("a", 5, 5), arm("b", 5, 5)]).of_context).toBe(false);
  expect(armsInContext(all, [arm("a", 200, 200)]).of_context).toBe(false);
  const here = [arm("a", contextTrialsMin, 0), arm("b", 0, contextTrialsMin)];
  const { arms, believed, of_context } = armsInContext(all, here);
  expect([arms, of_context]).toEqual([here, true]);
  expect(believed!.get("b")!.successes).toBeCloseTo(40 * 0.3, 0);
  expect(contextOf({ hour: 13, locale: "de-AT", client: null, domain_class: "google" })).toBe(
    "afternoon/de/any/google",
  );
});

Deno.test("replay is unbiased: always the same arm gets that arm's own rate", () => {
  const chance = random("log");
  const rates = [0.1, 0.3];
  const rows = Array.from({ length: 6000 }, () => {
    const picked = chance.whole(0, 2);
    return { arm: picked, reward: chance.chance(rates[picked]) ? 1 : 0 };
  });
  expect(replay(rows, 2, fixed(1, "b"), 3, "x").mean).toBeCloseTo(0.3, 1);
  const [even, learning] = [uniform, thompson(0.05)].map((policy) => replay(rows, 2, policy, 10, "x").mean);
  expect(learning).toBeGreaterThan(even + 0.05);
});

Deno.test("intervals hold what they promise, stopping costs less than was allowed, and learning misses fewer goals", () => {
  expect(Math.abs(coverage(150) - 0.95)).toBeLessThan(0.04);
  expect(stopping(12, 0.01).loss).toBeLessThan(0.01);
  const [even, , , learning] = regrets([0.05, 0.1, 0.2], 3000, 3);
  expect(learning.regret).toBeLessThan(even.regret / 2);
});
