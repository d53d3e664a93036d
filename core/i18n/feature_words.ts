/** How the features of an act are said to operators: what was measured, and what would have been another score. */

/** As features are measured; `times` and `scale` are read by people in another way than as a plain number. */
export type FeatureUnit =
  | "yes/no"
  | "count"
  | "log2(1+count)"
  | "share"
  | "bits"
  | "characters"
  | "milliseconds"
  | "log2(1+seconds)"
  | "log2(1+days)"
  | "log2(1+km)"
  | "log2(1+km/h)"
  | "hours"
  | "edits";

/** Null: not known. */
export type FeatureValue = number | null;

export interface FeatureWords {
  group: string;
  unit: FeatureUnit;
  /** What is measured, as a heading of its value. */
  label: string;
  /** The value alone, with its unit: "12", "40 %", "3 days". */
  value(value: FeatureValue): string;
  /** A sentence, without its full stop. */
  says(value: FeatureValue): string;
  /** Goes after "would be 0.31": "had this device been seen before". */
  had(value: FeatureValue, instead_of: FeatureValue): string;
}

/** Words every feature of a language needs. */
export interface Phrases {
  yes: string;
  no: string;
  unknown: string;
  /** The number of a unit, in words: `count` is already printed. */
  unit(unit: "bits" | "characters" | "edits" | "times", count: string): string;
  says(label: string, value: string): string;
  had(label: string, value: string, instead_of: string): string;
}

type Measured = Omit<FeatureWords, "group">;

/** Makers of the words of one feature, in one language. */
export function featureWriter(locale: string, p: Phrases) {
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  // Making one takes longer than using it a hundred times.
  const formats = new Map<string, Intl.NumberFormat>();
  const measured = (value: number, unit: string): string => {
    const maximumFractionDigits = value < 10 ? 1 : 0;
    const key = `${unit} ${maximumFractionDigits}`;
    const format = formats.get(key) ??
      new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits });
    formats.set(key, format);
    return format.format(value);
  };
  /** Undoes log2(1+x). */
  const unlog = (value: number) => Math.max(0, 2 ** value - 1);

  const days = (value: number): string =>
    value < 2 / 24
      ? measured(value * 1440, "minute")
      : value < 2
      ? measured(value * 24, "hour")
      : measured(value, "day");

  const printed: Record<FeatureUnit, (value: number) => string> = {
    "yes/no": (value) => value >= 0.5 ? p.yes : p.no,
    count: (value) => plain.format(value),
    "log2(1+count)": (value) => whole.format(unlog(value)),
    share: (value) => percent.format(value),
    bits: (value) => p.unit("bits", plain.format(value)),
    characters: (value) => p.unit("characters", plain.format(value)),
    milliseconds: (value) => measured(value, "millisecond"),
    "log2(1+seconds)": (value) => {
      const seconds = unlog(value);
      return seconds < 120 ? measured(seconds, "second") : days(seconds / 86_400);
    },
    "log2(1+days)": (value) => days(unlog(value)),
    "log2(1+km)": (value) => measured(unlog(value), "kilometer"),
    "log2(1+km/h)": (value) => measured(unlog(value), "kilometer-per-hour"),
    hours: (value) => measured(value, "hour"),
    edits: (value) => p.unit("edits", whole.format(value)),
  };

  function number(unit: FeatureUnit, label: string, print = printed[unit]): Measured {
    const value = (value: FeatureValue) =>
      value === null || !Number.isFinite(value) ? p.unknown : print(value);
    return {
      ...{ unit, label, value },
      says: (is) => p.says(label, value(is)),
      had: (other, is) => p.had(label, value(other), value(is)),
    };
  }

  return {
    number,
    count: (label: string) => number("log2(1+count)", label),
    share: (label: string) => number("share", label),
    /** A logarithm of how many times more than usual. */
    times: (label: string) =>
      number("log2(1+count)", label, (value) => p.unit("times", plain.format(unlog(value)))),
    /** Each of `yes` and `no` is a sentence, and what follows "would be 0.31" were it so. */
    flag(label: string, yes: [says: string, had: string], no: [says: string, had: string]): Measured {
      const rest = number("yes/no", label);
      const of = (value: number) => value >= 0.5 ? yes : no;
      return {
        ...rest,
        says: (is) => is === null ? rest.says(null) : of(is)[0],
        had: (other, is) => other === null ? rest.had(null, is) : of(other)[1],
      };
    },
    /** A share of which only a few values are ever taken, each with a sentence of its own. */
    scale(label: string, steps: [upTo: number, says: string][]): Measured {
      const rest = number("share", label);
      const of = (value: number) => (steps.find(([upTo]) => value <= upTo) ?? steps.at(-1)!)[1];
      return { ...rest, says: (is) => is === null ? rest.says(null) : of(is) };
    },
  };
}

/** The features of one group. */
export function grouped<N extends string>(
  group: string,
  features: Record<N, Measured>,
): Record<N, FeatureWords> {
  return Object.fromEntries(
    Object.entries<Measured>(features).map(([name, words]) => [name, { group, ...words }]),
  ) as Record<N, FeatureWords>;
}
