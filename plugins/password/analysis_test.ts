import { expect } from "expect";
import { analyse, type AnalysisParts, crackSeconds, levelOf, scoreOf } from "../../ml/passwords/analysis.ts";
import { duration, explain, factsOf, type PasswordWords } from "../../ml/passwords/explain.ts";
import { findPersonal } from "../../ml/passwords/personal.ts";
import { openDictionaries } from "../../ml/passwords/dictionaries.ts";
import { openPatterns } from "../../ml/passwords/patterns.ts";
import { passwords as words } from "../../core/i18n/en_passwords.ts";

const patterns = openPatterns(await openDictionaries());
const rules: AnalysisParts = {
  patterns,
  model: null,
  model_away: "missing",
  list: null,
  breach: null,
  personal: findPersonal,
  model_time_max: 20,
  words: Array.from({ length: 7776 }, (_, i) => `word${i}`),
};
const model = (score: (password: string) => Promise<{ guesses_log10: number; surprise_bits: number[] }>) => ({
  version: "t",
  hash: "h",
  score,
});
const flat = (guesses_log10: number) => (password: string) =>
  Promise.resolve({ guesses_log10, surprise_bits: [...password].map(() => 3) });

Deno.test("the least estimate speaks", async () => {
  const said = async (parts: Partial<AnalysisParts>, password = "vX7#mQ2!zRb9Lw", person = {}) => {
    const { spoke, guesses_log10 } = await analyse(password, person, { ...rules, ...parts });
    return [spoke, guesses_log10];
  };
  expect(await said({})).toEqual(["patterns", 14]);
  expect(await said({ model: model(flat(9.5)) })).toEqual(["model", 9.5]);
  expect(await said({ model: model(flat(90)) })).toEqual(["patterns", 14]);
  expect(await said({ list: { size: 9, rank: () => 100 }, model: model(flat(1)) })).toEqual(["list", 2]);
  const breach = { source: "s", rank: () => 1000, near: () => null };
  expect(await said({ breach })).toEqual(["breach", 3]);
  expect(await said({ breach: { ...breach, rank: () => null, near: () => ({ how: "case" }) } }))
    .toEqual(["breach", 6]);
  expect((await said({}, "Featherstonehaugh!", { last_name: "Featherstonehaugh" }))[0]).toBe("personal");
});

const away: [why: string, parts: Partial<AnalysisParts>][] = [
  ["missing", { model: null, model_away: "missing" }],
  ["loading", { model: null, model_away: "loading" }],
  ["slow", { model: model(() => new Promise(() => {})), model_away: null }],
  ["failed", { model: model(() => Promise.reject(new Error("broken"))), model_away: null }],
];
for (const [why, parts] of away) {
  Deno.test(`rules answer alone when the model is ${why}, and say so`, async () => {
    const findings = await analyse("fluffy2009", {}, { ...rules, ...parts });
    expect([findings.model, findings.rules_because]).toEqual([null, why]);
    expect(findings.strength_level).toBe("weak");
    expect(findings.surprise_bits.length).toBe(10);
    expect(explain(findings, words).answered_by).toBe("rules");
  });
}

Deno.test("neither facts nor findings nor words hold what was typed", async () => {
  for (const typed of ["Zwiebelkuchen-7741", "Featherstone1987", "qwertzuiop", "p4ssw0rd", "\u{1f511}ÄÖ"]) {
    const findings = await analyse(typed, { last_name: "Featherstone" }, { ...rules, model: model(flat(8)) });
    const told = JSON.stringify([findings, explain(findings, words), factsOf(findings)]).toLowerCase();
    for (const part of typed.toLowerCase().match(/[\p{L}\d]{4,}|\u{1f511}/gu)!) {
      expect(told).not.toContain(part);
    }
  }
});

Deno.test("levels and scores rise with the guesses, and end at 100", () => {
  const rows: [number, string, number][] = [
    [-1, "very_weak", 0],
    [0, "very_weak", 0],
    [3.99, "very_weak", 20],
    [4, "weak", 20],
    [7, "fair", 40],
    [10, "strong", 60],
    [14, "very_strong", 80],
    [20, "very_strong", 100],
    [500, "very_strong", 100],
  ];
  for (const [guesses, level, score] of rows) {
    expect([levelOf(guesses), scoreOf(guesses)]).toEqual([level, score]);
  }
  expect(crackSeconds(5000)).toEqual({
    online_throttled: 1e18,
    online_unthrottled: 1e18,
    offline_slow_hash: 1e18,
    offline_fast_hash: 1e18,
  });
  expect(crackSeconds(4).offline_slow_hash).toBe(1);
});

Deno.test("durations are rounded down to their largest unit", () => {
  const rows: [number, string][] = [
    [0.5, "less than a second"],
    [59, "59 seconds"],
    [3599, "59 minutes"],
    [86_400 * 45, "1 month"],
    [31_557_600 * 99, "99 years"],
    [31_557_600 * 100, "centuries"],
    [1e18, "centuries"],
  ];
  for (const [seconds, text] of rows) expect(duration(seconds, words satisfies PasswordWords)).toBe(text);
});

Deno.test("what is longer than is looked at costs no more, and is not weaker", async () => {
  for (const part of ["@8({[<369&#!1/|0$5+7%2", "20041985", "a", "é\u0301", "\u{1f468}\u200d\u{1f469}"]) {
    const findings = await analyse(part.repeat(600), {}, rules);
    expect(findings.surprise_bits.length).toBe(256);
    expect(findings.strength_level).toMatch(/weak|fair|strong/);
  }
  for (const part of ["a", "abc", "password"]) {
    expect((await analyse(part.repeat(60), {}, rules)).guesses_log10).toBeLessThan(10);
  }
  const random = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(90))));
  expect((await analyse(random, {}, rules)).guesses_log10).toBeGreaterThan(60);
  expect((await analyse("", {}, rules)).security_score).toBe(0);
});
