/** What the model is compared with on the same rows: what others use, and what anybody could write in a line. */
import { sigmoid } from "../boost.ts";
import { solve } from "../calibration.ts";
import { type Dataset, rowOf } from "../dataset.ts";
import type { Countries } from "./countries.ts";
import { isInstant, type SignupRow, type Signups } from "./signup_rows.ts";

/** Fits on one part, scores another. Scores need not be probabilities. */
export type Judge = (train: Dataset, rows: Dataset) => Float64Array;

/** Newton's method with a ridge; columns are standardised, what is not known counts as the mean and has a column. */
export const logisticRegression: Judge = (train, rows) => {
  const width = train.features.length;
  const { means, spreads } = standards(train);
  const inputs = (dataset: Dataset, row: number): number[] => {
    const values = rowOf(dataset, row);
    const known = Array.from(values, (value, i) => Number.isNaN(value) ? 0 : (value - means[i]) / spreads[i]);
    return [1, ...known, ...Array.from(values, (value) => Number.isNaN(value) ? 1 : 0)];
  };
  const size = 1 + 2 * width;
  let at = new Array<number>(size).fill(0);
  for (let round = 0; round < 12; round++) {
    // The intercept is free, all others are pulled to nothing.
    const gradient = at.map((value, i) => i === 0 ? 0 : value);
    const hessian = at.map((_, i) => at.map((_, j) => i === j ? (i === 0 ? 1e-6 : 1) : 0));
    for (let row = 0; row < train.label.length; row++) {
      const x = inputs(train, row);
      const p = sigmoid(x.reduce((sum, value, i) => sum + value * at[i], 0));
      for (let i = 0; i < size; i++) {
        if (x[i] === 0) continue;
        gradient[i] += (p - train.label[row]) * x[i];
        for (let j = 0; j <= i; j++) hessian[i][j] += p * (1 - p) * x[i] * x[j];
      }
    }
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) hessian[j][i] = hessian[i][j];
    const step = solve(hessian, gradient);
    at = at.map((value, i) => value - step[i]);
    if (Math.max(...step.map(Math.abs)) < 1e-6) break;
  }
  return Float64Array.from(
    rows.label,
    (_, row) => sigmoid(inputs(rows, row).reduce((sum, value, i) => sum + value * at[i], 0)),
  );
};

function standards({ features, x, label }: Dataset): { means: number[]; spreads: number[] } {
  const columns = features.map((_, column) =>
    Array.from(label, (_, row) => x[row * features.length + column]).filter((value) => !Number.isNaN(value))
  );
  const means = columns.map((values) =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  );
  const spreads = columns.map((values, i) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - means[i]) ** 2, 0) / Math.max(1, values.length)) ||
    1
  );
  return { means, spreads };
}

const column = ({ features }: Dataset, name: string): number => {
  const at = features.indexOf(name);
  if (at < 0) throw new Error(`no feature ${name}`);
  return at;
};

const scoredBy = (rows: Dataset, names: string[], score: (values: number[]) => number): Float64Array => {
  const at = names.map((name) => column(rows, name));
  return Float64Array.from(rows.label, (_, row) => {
    const values = rowOf(rows, row);
    // Not known counts as nothing seen.
    return score(at.map((i) => values[i] || 0));
  });
};

/** How much came from this device or this address within the day before. */
export const velocityRule: Judge = (_, rows) =>
  scoredBy(rows, ["device_last_day", "address_last_day"], (counts) => 1 - 2 ** -Math.max(...counts));

/** A purchase within a minute of the sign-up counts most, then how many used the device or the address before. */
export const instantAndShared: Judge = (_, rows) =>
  scoredBy(
    rows,
    ["instant", "device_before", "address_before"],
    ([instant, ...before]) => (instant + (1 - 2 ** -Math.max(...before))) / 2,
  );

const dayMs = 86_400_000;

/**
 * The four rules of Logto's adaptive MFA, as its source has them: a country not seen in 180 days, faster than 900 km/h
 * since the last sign-in, away for 30 days, and an address that a proxy in front called a bot. They compare a sign-in
 * with the person's own past, and here everybody has one sign-up and one purchase from the same address. So they are
 * read kindly: the device stands for the person, what was seen of it before (its own sign-up too) for the past, and two
 * countries within five hours for 900 km/h. No column tells of bots. The score is how many of the rules fire.
 */
export function logtoRules({ rows }: Signups, countries: Countries): Float64Array {
  const past = new Map<string, { at_ms: number; country: string | null }[]>();
  return Float64Array.from(rows, (row) => {
    const country = row.ip === null ? null : countries.of(row.ip);
    const before = past.get(row.device) ?? [];
    past.set(row.device, [...before, { at_ms: row.bought_ms, country }]);
    return rulesOf(row, country, before).filter(Boolean).length / 4;
  });
}

function rulesOf(
  { signed_up_ms, bought_ms }: SignupRow,
  country: string | null,
  before: { at_ms: number; country: string | null }[],
): boolean[] {
  const recent = before.filter(({ at_ms, country }) => country !== null && bought_ms - at_ms <= 180 * dayMs);
  const newCountry = country !== null && recent.length > 0 && recent.every((one) => one.country !== country);
  const last = recent.at(-1);
  const tooFast = newCountry && bought_ms - last!.at_ms < 5 * 3_600_000;
  const lastSeen = Math.max(signed_up_ms, before.at(-1)?.at_ms ?? 0);
  return [newCountry, tooFast, bought_ms - lastSeen > 30 * dayMs, false];
}

/** Share of the rows bought within a minute, for the report. */
export const instantShare = ({ rows }: Signups): number =>
  rows.filter(isInstant).length / Math.max(1, rows.length);
