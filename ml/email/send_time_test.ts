import { expect } from "expect";
import { sendTimes } from "./evaluation/send_time.ts";
import { bestHour, hourRates, inferZone, type SendTimeInput } from "./send_time.ts";

const none = new Array<number>(24).fill(0);
/** Seen so often at these hours. */
const seen = (times: number, ...hours: number[]) => none.map((_, hour) => hours.includes(hour) ? times : 0);
const at = (time: string) => Date.parse(`2026-11-23T${time}:00Z`);
const ask = (of: Partial<SendTimeInput>) =>
  bestHour({
    habit: none,
    deployment: none,
    now_ms: at("10:20"),
    hold_hours_max: 20,
    time_zone: null,
    ...of,
  });

Deno.test("bestHour() waits for the hour a person is about, within its bound, and says when it knows little", () => {
  const cases: [string, Partial<SendTimeInput>, string, string][] = [
    ["nothing is known", {}, "little_known", "10:20"],
    ["one sign-in is nobody's habit", { habit: seen(1, 19) }, "little_known", "10:20"],
    ["few others say nothing", { deployment: seen(100, 19) }, "little_known", "10:20"],
    ["evenings", { habit: seen(20, 19) }, "better_hour", "19:00"],
    ["everybody's evenings", { deployment: seen(5_000, 19) }, "better_hour", "19:00"],
    ["they are about now", { habit: seen(20, 10) }, "now_is_good", "10:20"],
    ["about as good now", { habit: seen(20, 10, 19) }, "now_is_good", "10:20"],
    ["too far away", { habit: seen(20, 19), hold_hours_max: 4 }, "now_is_good", "10:20"],
    ["no time to wait", { habit: seen(20, 19), hold_hours_max: 0 }, "now_is_good", "10:20"],
    ["at any hour", { habit: none.map(() => 9) }, "now_is_good", "10:20"],
    ["the sooner of two", { habit: seen(20, 14, 21) }, "better_hour", "14:00"],
  ];
  for (const [what, of, reason, when] of cases) {
    const answer = ask(of);
    expect([what, answer.reason, answer.send_at_ms]).toEqual([what, reason, at(when)]);
    expect(answer.doubt).toBeGreaterThan(0);
    expect(answer.expected).toBeGreaterThanOrEqual(answer.expected_now);
  }
  const overnight = ask({ habit: seen(20, 1), now_ms: at("22:10") });
  expect(overnight.send_at_ms).toBe(at("01:00") + 86_400_000);
  expect(ask({ habit: seen(50, 19) }).doubt).toBeLessThan(ask({ habit: seen(2, 19) }).doubt);
});

Deno.test("hourRates() draws a person of few observations towards everybody's habit, around midnight too", () => {
  const everybody = seen(1_000, 8);
  const [few, many] = [hourRates(seen(1, 20, 21), everybody), hourRates(seen(25, 20, 21), everybody)];
  expect(few[8]).toBeGreaterThan(few[20]);
  expect(many[20]).toBeGreaterThan(many[8]);
  expect(few.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  const midnight = hourRates(seen(10, 23), none);
  expect(midnight[0]).toBeCloseTo(midnight[22], 9);
  for (const wrong of [[], none.slice(1), [...none, 0], none.map(() => -1), none.map(() => NaN)]) {
    expect(() => hourRates(wrong, none)).toThrow(RangeError);
    expect(() => hourRates(none, wrong)).toThrow(RangeError);
  }
});

Deno.test("inferZone() finds a clock by its quiet hours, says its doubt, and nothing from nothing", () => {
  expect(inferZone(none, null)).toEqual({ utc_offset_minutes: null, doubt: 1, from: "nothing" });
  expect(inferZone(seen(1, 3), null).from).toBe("nothing");
  expect(inferZone(none, { utc_offset_minutes: 330 })).toMatchObject({
    utc_offset_minutes: 330,
    from: "hint",
  });
  // Up from 7 to 24 on their own clock.
  for (const hours of [-11, -8, -5, 0, 1, 2, 5, 9, 11]) {
    const habit = none.map((_, utc) => ((utc + hours) % 24 + 24) % 24 >= 7 ? 3 : 0);
    const zone = inferZone(habit, null);
    expect([hours, zone.utc_offset_minutes]).toEqual([hours, hours * 60]);
    expect(zone.doubt).toBeLessThan(0.5);
  }
  expect(inferZone(none.map(() => 5), null).doubt).toBe(1);
});

Deno.test("the model is worth waiting for, from two observations on, and never worse than one hour for everybody", () => {
  for (const observations of [2, 10, 50]) {
    const rows = new Map(sendTimes(observations).map((row) => [row.policy, row]));
    const model = rows.get("the model")!;
    expect(model.gain.low).toBeGreaterThan(rows.get("everybody's best hour")!.gain.high);
    expect(model.rate).toBeGreaterThan(rows.get("own most frequent hour")!.rate);
    expect(model.rate).toBeLessThan(rows.get("knowing the truth")!.rate);
  }
});
