/** One quiet act of somebody who has been here before, for tests to change. */
import { type Counted, type Counts, type Key, keys, nothingCounted, type Window } from "./counting.ts";
import type { Evidence, HistoryEvidence, PastSignIn, ScriptSignals, TypedField } from "./evidence.ts";

export type Deep<T> = T extends readonly unknown[] | null ? T
  : T extends object ? { [K in keyof T]?: Deep<T[K]> | null }
  : T;

/** A Tuesday in Berlin, 19:00 on the clock there. */
export const sampleTime = Date.UTC(2026, 5, 9, 17);

export function sample(change: Deep<Evidence> = {}): Evidence {
  return merged(quiet(), change) as Evidence;
}

/** The quiet act with one number counted before it. */
export function sampleCounted(key: Key, window: Window, name: keyof Counts, count: number): Evidence {
  const evidence = quiet();
  evidence.counts[key] = { ...nothingCounted(), [window]: { ...nothingCounted()[window], [name]: count } };
  return evidence;
}

function quiet(): Evidence {
  return {
    act: "sign_in",
    at_ms: sampleTime,
    email: { local_part: "anna.schmidt", domain: "gmx.de", mx: true },
    client: {
      ip: "192.0.2.7",
      user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
        "Chrome/146.0.0.0 Safari/537.36",
      surface: "page",
      locale: "de",
      header_names: [
        ...[
          "host",
          "connection",
          "sec-ch-ua",
          "sec-ch-ua-mobile",
          "sec-ch-ua-platform",
          "user-agent",
          "accept",
        ],
        ...["sec-fetch-site", "accept-encoding", "accept-language"],
      ],
      headers: {
        accept: "text/html",
        "accept-language": "de-DE,de;q=0.9,en;q=0.8",
        "accept-encoding": "gzip, deflate, br, zstd",
        "sec-ch-ua": '"Chromium";v="146", "Google Chrome";v="146", "Not_A Brand";v="99"',
        "sec-ch-ua-platform": '"Windows"',
        "sec-ch-ua-mobile": "?0",
        "sec-fetch-site": "same-origin",
      },
      form: { shown_ms: 15_000, trap_filled: false, script: script() },
    },
    network: {
      ...{ asn: 64_496, country: "DE", latitude: 52.52, longitude: 13.4, time_zone: "Europe/Berlin" },
      ...{ datacentre: false, tor: false },
    },
    counts: Object.fromEntries(keys.map((key) => [key, nothingCounted()])) as Record<Key, Counted>,
    recent_local_parts: [],
    sharing: {
      ...{ device_accounts: 0, machine_accounts: 0, block_accounts: 0, password_accounts: 0 },
      ...{ bad_accounts: 0, good_accounts: 0, ring: { accounts: 0, risk: 0 } },
    },
    history: history(),
    deployment: {
      hours: Array<number>(24).fill(100),
      country: { same: 900, all: 1000 },
      block: "192.0.2.0/24",
      client_shape: "client",
      client: { same: 500, all: 1000 },
      registrations_per_day: 24,
    },
  };
}

export const typedField = (change: Partial<TypedField> = {}): TypedField => ({
  ...{ keys: 12, pasted: false, filled: false, hold_ms: 95, gap_ms: 200, gap_sd_ms: 120 },
  ...change,
});

const script = (): ScriptSignals => ({
  ...{
    time_zone: "Europe/Berlin",
    utc_offset_minutes: 120,
    languages: ["de-DE", "de"],
    screen: [1920, 1080],
  },
  ...{ touch: false, cores: 8, automation: false, pointer_moves: 63, visible_ms: 15_000 },
  fields: { email: typedField(), password: typedField() },
});

const hourMs = 3_600_000;

export const pastSignIn = (change: Partial<PastSignIn> = {}): PastSignIn => ({
  ...{ at_ms: sampleTime - 48 * hourMs, block: "192.0.2.0/24", asn: 64_496, country: "DE" },
  ...{ latitude: 52.52, longitude: 13.4, client: "client" },
  ...change,
});

const history = (): HistoryEvidence => ({
  age_ms: 255 * 24 * hourMs,
  sign_ins: [pastSignIn(), pastSignIn({ at_ms: sampleTime - 120 * hourMs })],
  device_known: true,
  password_changed_ms: null,
  email_changed_ms: null,
  second_factor: false,
  disowned: 0,
});

function merged(of: unknown, change: unknown): unknown {
  const plain = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!plain(of) || !plain(change)) return change;
  const names = new Set([...Object.keys(of), ...Object.keys(change)]);
  return Object.fromEntries(
    [...names].map((name) => [name, name in change ? merged(of[name], change[name]) : of[name]]),
  );
}
