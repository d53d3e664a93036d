/**
 * What is counted before an act, and under which keys. The database answers it in one query (`plugins/fraud`), the
 * simulator from memory (`MemoryCounters` below); both mean the same, and what they mean stands here.
 *
 * An event is an act that a gate was asked about, or a note of one that did not come so far. Events of the last 24
 * hours before `at_ms` are counted, the act itself never. Under one key at most `countedMax` of the newest events are
 * looked at, so a flood costs no more than that.
 */

export const keys = [
  "ip",
  "block",
  "client",
  "machine",
  "device",
  "account",
  "identifier",
  "password",
  "domain",
  "all",
] as const;

/**
 * `ip`: the address. `block`: `blockOf(ip)`. `client`: `clientShape`, hashed. `machine`: client and block together.
 * `device`: the browser's own secret, where it keeps one. `account`: its id. `identifier`: keyed tag of what was typed
 * to name an account, lower case. `password`: its keyed tag. `domain`: of the e-mail address. `all`: everybody.
 */
export type Key = (typeof keys)[number];

export type EventKind =
  | "register"
  | "sign_in"
  | "reset_password"
  | "change_email"
  | "password_wrong"
  | "unknown_account"
  | "reset_asked"
  | "code_wrong"
  | "register_again";

export const windowsMs = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
} as const;
export type Window = keyof typeof windowsMs;
/** From the shortest on. */
const windows = ["minute", "hour", "day"] as const;

export const countedMax = 1000;

/** Of one key, in each window. */
export type Counted = Record<Window, Counts>;

export interface Counts {
  /** Events of every kind. */
  tries: number;
  /** `password_wrong`, `unknown_account`, `code_wrong`. */
  failures: number;
  /** `unknown_account` and `register_again`: who looks which accounts there are makes these. */
  probes: number;
  /** `register`. */
  registrations: number;
  /** `reset_asked`, `reset_password`. */
  resets: number;
  /** Different accounts, or identifiers where the account is not known: `coalesce(account, identifier)`. */
  subjects: number;
  /** Different blocks. */
  sources: number;
}

export const countNames = [
  "tries",
  "failures",
  "probes",
  "registrations",
  "resets",
  "subjects",
  "sources",
] as const;

export const failureKinds: readonly EventKind[] = [
  "password_wrong",
  "unknown_account",
  "code_wrong",
];
export const probeKinds: readonly EventKind[] = [
  "unknown_account",
  "register_again",
];
export const resetKinds: readonly EventKind[] = [
  "reset_asked",
  "reset_password",
];

/** What is kept of one event. `all` is no column: every event has it. */
export type CountedEvent =
  & { at_ms: number; kind: EventKind }
  & Record<Exclude<Key, "all">, string | null>;

export const noCounts = (): Counts => ({
  tries: 0,
  failures: 0,
  probes: 0,
  registrations: 0,
  resets: 0,
  subjects: 0,
  sources: 0,
});

export const nothingCounted = (): Counted => ({
  minute: noCounts(),
  hour: noCounts(),
  day: noCounts(),
});

/** The store of the simulator and of tests: a day of events in memory. Events come in the order of time. */
export class MemoryCounters {
  readonly #byKey = new Map<string, CountedEvent[]>();

  add(event: CountedEvent): void {
    for (const key of keys) {
      const name = nameOf(event, key);
      if (name === null) continue;
      const list = this.#byKey.get(name) ?? [];
      list.push(event);
      // Twice as many as are looked at, so that dropping the oldest is rare and cheap.
      this.#byKey.set(
        name,
        list.length > 2 * countedMax ? list.slice(-countedMax) : list,
      );
    }
  }

  /** Under every key of `of`, as of `at_ms`, which nothing added so far is later than. */
  count(of: Omit<CountedEvent, "kind">): Record<Key, Counted | null> {
    return Object.fromEntries(
      keys.map((key) => [key, this.#one(nameOf(of, key), of.at_ms)]),
    ) as never;
  }

  /** Forgets what no window reaches any more. */
  sweep(at_ms: number): void {
    for (const [name, list] of this.#byKey) {
      if (at_ms - list[list.length - 1].at_ms > windowsMs.day) {
        this.#byKey.delete(name);
      }
    }
  }

  #one(name: string | null, at_ms: number): Counted | null {
    if (name === null) return null;
    const list = this.#byKey.get(name) ?? [];
    const counted = nothingCounted();
    const counts = noCounts();
    const subjects = new Set<string>();
    const sources = new Set<string>();
    let open = 0;
    for (
      let i = list.length - 1;
      i >= Math.max(0, list.length - countedMax);
      i--
    ) {
      const event = list[i];
      const age = at_ms - event.at_ms;
      while (open < windows.length && age > windowsMs[windows[open]]) {
        counted[windows[open++]] = { ...counts };
      }
      if (open === windows.length) break;
      const subject = event.account ?? event.identifier;
      if (subject !== null) subjects.add(subject);
      if (event.block !== null) sources.add(event.block);
      take(counts, event.kind);
      counts.subjects = subjects.size;
      counts.sources = sources.size;
    }
    while (open < windows.length) counted[windows[open++]] = { ...counts };
    return counted;
  }
}

const nameOf = (of: Omit<CountedEvent, "kind">, key: Key): string | null =>
  key === "all" ? "all" : of[key] === null ? null : `${key} ${of[key]}`;

function take(counts: Counts, kind: EventKind): void {
  counts.tries++;
  if (failureKinds.includes(kind)) counts.failures++;
  if (probeKinds.includes(kind)) counts.probes++;
  if (resetKinds.includes(kind)) counts.resets++;
  if (kind === "register") counts.registrations++;
}
