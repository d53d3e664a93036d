import { expect } from "expect";
import { type Report, shouldPromote } from "./evaluate.ts";

const interval = (value: number) => ({ value, low: value, high: value });
interface Measured {
  ap?: number;
  recall?: number;
  ece?: number;
  frauds?: number;
  rows?: number;
  auc?: number;
}
const report = (
  { ap = 0.7, recall = 0.6, ece = 0.02, frauds = 100, rows = 1000, auc = 0.9 }: Measured,
): Report => ({
  rows,
  frauds,
  auc: interval(auc),
  average_precision: interval(ap),
  recall_at_1_percent: interval(recall),
  recall_at_01_percent: interval(recall),
  calibration_error: ece,
  brier: 0.1,
  ...{ roc: [], pr: [], calibration: [], scenarios: [], false_alarm_share: 0.005, threshold: 0.5 },
});

Deno.test("shouldPromote() takes the better model, and none that is not", () => {
  const now = { report: report({}), kind: "trained" as const };
  const prior = { ...now, kind: "prior" as const };
  const cases: [typeof now | typeof prior | null, Measured, boolean, RegExp][] = [
    [now, { ap: 0.72 }, true, /\+0\.020/],
    [now, { ap: 0.705 }, false, /better by 0\.01/],
    [now, { ap: 0.7 }, false, /better by/],
    [now, { ap: 0.6 }, false, /−0\.100/],
    [now, { ap: 0.8, ece: 0.06 }, false, /calibration error/],
    [now, { ap: 0.8, recall: 0.5 }, false, /overlooks/],
    [prior, { ap: 0.7 }, true, /\+0\.000/],
    [prior, { ap: 0.69 }, false, /better/],
    [null, { auc: 0.6 }, true, /nothing answers/],
    [null, { auc: 0.505 }, false, /chance/],
    [null, { auc: 0.99, ece: 0.2 }, false, /calibration/],
    [null, { auc: 0.99, frauds: 19 }, false, /too few/],
  ];
  for (const [current, candidate, promote, because] of cases) {
    const answer = shouldPromote(current, report(candidate));
    expect(answer.promote).toBe(promote);
    expect(answer.because).toMatch(because);
  }
});

Deno.test("shouldPromote() compares no reports on different rows", () => {
  const now = { report: report({ rows: 999 }), kind: "trained" as const };
  expect(() => shouldPromote(now, report({ ap: 0.9 }))).toThrow(RangeError);
});

Deno.test("shouldPromote() takes no report with NaN in it", () => {
  const now = { report: report({}), kind: "trained" as const };
  for (const part of [{ ap: NaN }, { recall: NaN }, { ece: NaN }]) {
    expect(shouldPromote(now, report({ ap: 0.9, ...part })).promote).toBe(false);
  }
});
