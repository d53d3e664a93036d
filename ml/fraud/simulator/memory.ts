/** What a service would know by now: the simulator's stand-in for the tables, with the same meaning. */
import { blockOf, clientShape, type Evidence, normaliseLocalPart } from "../features/evidence.ts";
import type { ClientEvidence, HistoryEvidence, PastSignIn, SharingEvidence } from "../features/evidence.ts";
import { pastSignInsMax, recentLocalPartsMax } from "../features/evidence.ts";
import { type CountedEvent, MemoryCounters, windowsMs } from "../features/counting.ts";
import type { Doing } from "./doing.ts";

const dayMs = windowsMs.day;
const sharedMs = 30 * dayMs;
const sharedMax = 100;

interface Past {
  sign_ins: PastSignIn[];
  devices: Set<string>;
  password_changed_ms: number | null;
  email_changed_ms: number | null;
  disowned: number;
}

/** What a deployment has beside its tables. */
export interface Equipment {
  /** A GeoIP database. */
  geoip: boolean;
  /** Lists of datacentres and Tor exits. */
  lists: boolean;
  /** Mail domains are asked for. */
  mx: boolean;
}

export class Memory {
  readonly #counters = new MemoryCounters();
  readonly #past = new Map<string, Past>();
  /** Accounts by what they share, and when they were last seen with it. */
  readonly #sharers = new Map<string, Map<string, number>>();
  readonly #bad = new Set<string>();
  readonly #good = new Set<string>();
  readonly #verdicts: { at_ms: number; account: string; bad: boolean }[] = [];
  readonly #hours = new Map<string, number[]>();
  readonly #countries = new Map<string, number>();
  readonly #clients = new Map<string, number>();
  readonly #recent: { at_ms: number; local_part: string }[] = [];
  #acts = 0;
  #acts_with_country = 0;
  #registrations = 0;

  constructor(readonly start_ms: number, readonly has: Equipment) {}

  /** As of the doing, without itself. */
  evidence(doing: Doing): Evidence {
    this.#hear(doing.at_ms);
    const { account, kind, at_ms } = doing;
    const signing_up = kind === "register";
    const client = clientOf(doing);
    const network = this.#network(doing);
    const client_shape = clientShape(client);
    const email = doing.email ?? account?.email ?? null;
    return {
      act: kind as Evidence["act"],
      ...{ at_ms, client, network },
      email: email && { ...email, mx: this.has.mx ? email.mx : null },
      counts: this.#counters.count(this.#keys(doing)),
      recent_local_parts: signing_up ? this.#recent.map(({ local_part }) => local_part).reverse() : null,
      sharing: this.#sharing(doing, client_shape),
      history: signing_up || !account ? null : this.#history(doing),
      deployment: {
        hours: [...this.#hours.get(kind) ?? Array<number>(24).fill(0)],
        country: this.has.geoip
          ? { same: this.#countries.get(network.country ?? "") ?? 0, all: this.#acts_with_country }
          : null,
        block: blockOf(doing.line.ip),
        client_shape,
        client: {
          same: Math.min(10_000, this.#clients.get(client_shape) ?? 0),
          all: Math.min(10_000, this.#acts),
        },
        registrations_per_day: at_ms - this.start_ms < dayMs
          ? null
          : this.#registrations / ((at_ms - this.start_ms) / dayMs),
      },
    };
  }

  /** It has happened, and was not stopped. */
  add(doing: Doing): void {
    const { kind, at_ms, account, label } = doing;
    this.#counters.add({ ...this.#keys(doing), kind });
    const client_shape = clientShape(clientOf(doing));
    if (!["register", "sign_in", "reset_password", "change_email"].includes(kind)) return;
    this.#acts++;
    this.#count(this.#clients, client_shape);
    const hours = this.#hours.get(kind) ?? Array<number>(24).fill(0);
    hours[new Date(at_ms).getUTCHours()]++;
    this.#hours.set(kind, hours);
    const { country } = this.#network(doing);
    if (country !== null) {
      this.#acts_with_country++;
      this.#count(this.#countries, country);
    }
    if (kind === "register") {
      this.#registrations++;
      this.#recent.push({ at_ms, local_part: normaliseLocalPart(doing.email?.local_part ?? "") });
      while (this.#recent.length > recentLocalPartsMax) this.#recent.shift();
    }
    if (account) this.#remember(doing, client_shape);
    if (account && doing.found_out_ms !== null) {
      this.#verdicts.push({ at_ms: doing.found_out_ms, account: account.id, bad: label === 1 });
    }
  }

  sweep(at_ms: number): void {
    this.#counters.sweep(at_ms);
    while (this.#recent.length > 0 && at_ms - this.#recent[0].at_ms > dayMs) this.#recent.shift();
  }

  /** Verdicts take their time. */
  #hear(at_ms: number): void {
    for (let i = this.#verdicts.length - 1; i >= 0; i--) {
      const verdict = this.#verdicts[i];
      if (verdict.at_ms > at_ms) continue;
      this.#verdicts.splice(i, 1);
      (verdict.bad ? this.#bad : this.#good).add(verdict.account);
      const past = this.#past.get(verdict.account);
      if (past && verdict.bad) past.disowned++;
    }
  }

  #keys(doing: Doing): Omit<CountedEvent, "kind"> {
    const { kind, at_ms, line: { ip }, browser, account, keeps_cookies } = doing;
    const block = blockOf(ip);
    const client = clientShape(clientOf(doing));
    return {
      ...{ at_ms, ip, block, client, machine: `${client} ${block}` },
      device: keeps_cookies && this.#sharers.has(`device ${browser.id}`) ? browser.id : null,
      // A sign-up has no account yet.
      account: kind === "register" ? null : account?.id ?? null,
      identifier: doing.identifier,
      password: doing.password,
      domain: kind === "register" ? doing.email?.domain ?? null : account?.email.domain ?? null,
    };
  }

  #network({ line }: Doing): Evidence["network"] {
    const { datacentre, tor, ...place } = line.network;
    const nowhere = { asn: null, country: null, latitude: null, longitude: null, time_zone: null };
    return {
      ...this.has.geoip ? place : nowhere,
      ...this.has.lists ? { datacentre, tor } : { datacentre: null, tor: null },
    };
  }

  #sharing(doing: Doing, client_shape: string): SharingEvidence {
    const { account, at_ms, line, browser, password, keeps_cookies } = doing;
    const block = blockOf(line.ip);
    const others = (name: string) => this.#others(name, account?.id ?? "", at_ms);
    const device = keeps_cookies && this.#sharers.has(`device ${browser.id}`)
      ? others(`device ${browser.id}`)
      : null;
    const machine = others(`machine ${client_shape} ${block}`);
    const same_password = password === null ? null : others(`password ${password}`);
    const joined = new Set([...device ?? [], ...machine, ...same_password ?? []]);
    const among = (of: Set<string>) => [...joined].filter((one) => of.has(one)).length;
    return {
      device_accounts: device && device.length,
      machine_accounts: machine.length,
      block_accounts: others(`block ${block}`).length,
      password_accounts: same_password && same_password.length,
      bad_accounts: among(this.#bad),
      good_accounts: among(this.#good),
      ring: null,
    };
  }

  #others(name: string, self: string, at_ms: number): string[] {
    const found: string[] = [];
    for (const [account, seen_ms] of this.#sharers.get(name) ?? []) {
      if (account === self || at_ms - seen_ms > sharedMs) continue;
      if (found.push(account) === sharedMax) break;
    }
    return found;
  }

  #history(doing: Doing): HistoryEvidence {
    const { account, at_ms, browser, keeps_cookies } = doing;
    const past = this.#pastOf(account!.id);
    const since = (then: number | null) => then === null ? null : at_ms - then;
    return {
      age_ms: Math.max(0, at_ms - account!.made_ms),
      sign_ins: past.sign_ins.slice(-pastSignInsMax).reverse(),
      device_known: browser.surface === "api" ? null : keeps_cookies && past.devices.has(browser.id),
      password_changed_ms: since(past.password_changed_ms),
      email_changed_ms: since(past.email_changed_ms),
      second_factor: account!.second_factor,
      disowned: past.disowned,
    };
  }

  #remember(doing: Doing, client: string): void {
    const { kind, at_ms, line, browser, password, keeps_cookies } = doing;
    const id = doing.account!.id;
    const past = this.#pastOf(id);
    const block = blockOf(line.ip);
    const share = (name: string) => {
      const sharers = this.#sharers.get(name) ?? new Map<string, number>();
      this.#sharers.set(name, sharers.set(id, at_ms));
    };
    share(`machine ${client} ${block}`);
    share(`block ${block}`);
    if (password !== null) share(`password ${password}`);
    if (kind === "reset_password") past.password_changed_ms = at_ms;
    if (kind === "change_email") past.email_changed_ms = at_ms;
    if (kind !== "sign_in") return;
    if (keeps_cookies) {
      share(`device ${browser.id}`);
      past.devices.add(browser.id);
    }
    const { asn, country, latitude, longitude } = this.#network(doing);
    past.sign_ins.push({ at_ms, block, client, asn, country, latitude, longitude });
    if (past.sign_ins.length > 2 * pastSignInsMax) past.sign_ins.splice(0, pastSignInsMax);
  }

  #pastOf(account: string): Past {
    const past = this.#past.get(account) ??
      { sign_ins: [], devices: new Set(), password_changed_ms: null, email_changed_ms: null, disowned: 0 };
    this.#past.set(account, past);
    return past;
  }

  #count(map: Map<string, number>, name: string): void {
    map.set(name, (map.get(name) ?? 0) + 1);
  }
}

const clientOf = ({ line, browser, form }: Doing): ClientEvidence => ({
  ip: line.ip,
  user_agent: browser.user_agent,
  surface: browser.surface,
  locale: "en",
  header_names: browser.header_names,
  headers: browser.headers,
  form,
});
