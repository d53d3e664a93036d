/**
 * `fraud-signup` as rows of numbers: an e-commerce data set in which each row is one person's sign-up and first
 * purchase. Rows are taken in the order of purchase, and what is counted of a device or an address is counted over all
 * rows before it, whichever part they belong to: columns only, never a label.
 */
import { type Dataset, selectRows } from "../dataset.ts";

export interface SignupRow {
  user_id: string;
  signed_up_ms: number;
  bought_ms: number;
  value: number;
  device: string;
  source: string;
  browser: string;
  sex: string;
  age: number;
  /** IPv4 as a number; null: not known. */
  ip: number | null;
  label: 0 | 1;
}

const header =
  "user_id,signup_time,purchase_time,purchase_value,device_id,source,browser,sex,age,ip_address,class";

/** Reads a file of the data set; `.gz` is unpacked. Throws for another header and for a row that makes no sense. */
export async function readSignups(file: string | URL): Promise<SignupRow[]> {
  const lines = (await readText(file)).trimEnd().split(/\r?\n/);
  if (lines[0] !== header) throw new Error(`${file}: expected the columns ${header}`);
  return lines.slice(1).map((line, i) => {
    const [user_id, signup, purchase, value, device, source, browser, sex, age, ip, label] = line.split(",");
    const row: SignupRow = {
      ...{ user_id, device, source, browser, sex, value: Number(value), age: Number(age) },
      signed_up_ms: timeOf(signup),
      bought_ms: timeOf(purchase),
      ip: ip === "" ? null : Math.floor(Number(ip)),
      label: label === "1" ? 1 : 0,
    };
    const numbers = [row.signed_up_ms, row.bought_ms, row.value, row.age, row.ip ?? 0];
    if (!numbers.every(Number.isFinite) || !/^[01]$/.test(label)) {
      throw new Error(`${file}:${i + 2}: ${line}`);
    }
    return row;
  });
}

const timeOf = (text: string): number => Date.parse(`${text.replace(" ", "T")}Z`);

export async function readText(file: string | URL): Promise<string> {
  const bytes = await Deno.readFile(file);
  if (!String(file).endsWith(".gz")) return new TextDecoder().decode(bytes);
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/** What has been seen of one device or address so far. */
interface Seen {
  count: number;
  /** Of these, bought within a minute of signing up. */
  instant: number;
  last_ms: number;
  times: number[];
  values: Set<number>;
  same: SignupRow;
}

export const minuteMs = 60_000;
const dayMs = 86_400_000;

export const isInstant = ({ signed_up_ms, bought_ms }: SignupRow): boolean =>
  bought_ms - signed_up_ms <= minuteMs;

const sources = ["Ads", "SEO", "Direct"];
const browsers = ["Chrome", "Opera", "Safari", "IE", "FireFox"];

export const signupFeatures = [
  "to_purchase",
  "instant",
  ...["device", "address"].flatMap((key) => [
    `${key}_before`,
    `${key}_instant_before`,
    `${key}_last_day`,
    `${key}_since`,
    `${key}_same_value`,
    `${key}_same_person`,
  ]),
  "all_last_day",
  "instant_share_last_day",
  "purchase_value",
  "age",
  "is_man",
  "sign_up_hour",
  "sign_up_weekday",
  "purchase_hour",
  "purchase_weekday",
  ...sources.map((name) => `source_${name.toLowerCase()}`),
  ...browsers.map((name) => `browser_${name.toLowerCase()}`),
];

/** The rows in the order of purchase with their features; `rows[i]` is row i of the data set. */
export interface Signups {
  rows: SignupRow[];
  data: Dataset;
}

export function signupsOf(all: SignupRow[]): Signups {
  const rows = all.toSorted((a, b) =>
    a.bought_ms - b.bought_ms || a.signed_up_ms - b.signed_up_ms || (a.user_id < b.user_id ? -1 : 1)
  );
  const width = signupFeatures.length;
  const x = new Float32Array(rows.length * width);
  const devices = new Map<string, Seen>();
  const addresses = new Map<number, Seen>();
  const lately: SignupRow[] = [];
  let instantLately = 0;
  rows.forEach((row, i) => {
    while (lately.length > 0 && row.bought_ms - lately[0].bought_ms > dayMs) {
      if (isInstant(lately.shift()!)) instantLately--;
    }
    const vector = [
      Math.log2(1 + Math.max(0, row.bought_ms - row.signed_up_ms) / minuteMs),
      isInstant(row) ? 1 : 0,
      ...seenFeatures(devices.get(row.device), row),
      ...(row.ip === null ? new Array<number>(6).fill(NaN) : seenFeatures(addresses.get(row.ip), row)),
      Math.log2(1 + lately.length),
      lately.length > 0 ? instantLately / lately.length : NaN,
      ...ownFeatures(row),
    ];
    x.set(vector, i * width);
    see(devices, row.device, row);
    if (row.ip !== null) see(addresses, row.ip, row);
    lately.push(row);
    if (isInstant(row)) instantLately++;
  });
  return {
    rows,
    data: {
      features: signupFeatures,
      feature_version: 1,
      x,
      label: Uint8Array.from(rows, ({ label }) => label),
      weight: new Float32Array(rows.length).fill(1),
      at_ms: Float64Array.from(rows, ({ bought_ms }) => bought_ms),
    },
  };
}

function seenFeatures(seen: Seen | undefined, row: SignupRow): number[] {
  if (!seen) return [0, 0, 0, NaN, 0, 0];
  const person = ["source", "browser", "sex", "age"] as const;
  return [
    Math.log2(1 + seen.count),
    Math.log2(1 + seen.instant),
    Math.log2(1 + seen.times.filter((time) => row.bought_ms - time <= dayMs).length),
    Math.log2(1 + (row.bought_ms - seen.last_ms) / minuteMs),
    seen.values.has(row.value) ? 1 : 0,
    person.every((name) => seen.same[name] === row[name]) ? 1 : 0,
  ];
}

function ownFeatures({ value, age, sex, signed_up_ms, bought_ms, source, browser }: SignupRow): number[] {
  const [signedUp, bought] = [new Date(signed_up_ms), new Date(bought_ms)];
  return [
    ...[value, age, sex === "M" ? 1 : 0],
    ...[signedUp.getUTCHours(), signedUp.getUTCDay(), bought.getUTCHours(), bought.getUTCDay()],
    ...sources.map((name) => source === name ? 1 : 0),
    ...browsers.map((name) => browser === name ? 1 : 0),
  ];
}

function see<K>(map: Map<K, Seen>, key: K, row: SignupRow): void {
  const seen = map.get(key) ??
    { count: 0, instant: 0, last_ms: 0, times: [], values: new Set(), same: row };
  map.set(key, seen);
  seen.count++;
  if (isInstant(row)) seen.instant++;
  seen.last_ms = row.bought_ms;
  seen.times.push(row.bought_ms);
  seen.values.add(row.value);
}

/** Numbers the connected components of rows that share a device or an address. */
export function componentsOf(rows: readonly SignupRow[]): Uint32Array {
  const parent = Uint32Array.from(rows.keys());
  const rootOf = (row: number): number => {
    while (parent[row] !== row) row = parent[row] = parent[parent[row]];
    return row;
  };
  const first = new Map<string, number>();
  rows.forEach(({ device, ip }, row) => {
    for (const key of ip === null ? [device] : [device, `ip ${ip}`]) {
      const other = first.get(key);
      if (other === undefined) first.set(key, row);
      else parent[rootOf(row)] = rootOf(other);
    }
  });
  return parent.map((_, row) => rootOf(row));
}

export const pick = ({ rows, data }: Signups, chosen: number[]): Signups => ({
  rows: chosen.map((row) => rows[row]),
  data: selectRows(data, chosen),
});
