/** Fills the evidence of one act: from its request, from memory, and from one round trip to the tables. */
import { Buffer } from "node:buffer";
import type { ClientEvidence } from "../../../core/client_evidence.ts";
import {
  type Act,
  type EmailEvidence,
  type Evidence,
  normaliseLocalPart,
} from "../../../ml/fraud/features/evidence.ts";
import {
  type Counted,
  type Key,
  keys as allKeys,
  nothingCounted,
} from "../../../ml/fraud/features/counting.ts";
import type { FraudCtx } from "../ctx.ts";
import { inTime } from "../in_time.ts";
import { isJudged } from "../local.ts";
import { noHabits, type Runtime, runtimeOf } from "../runtime.ts";
import { type Habits, type Known, queryEvidence } from "./evidence_query.ts";
import { domainKey, type SignalKeys, signalKeys } from "./keys.ts";

export interface Subject {
  act: Act;
  account_id: string | null;
  /** Of a sign-up. Of an account it is looked up. */
  email: string | null;
  identifier_tag: string | null;
  client: ClientEvidence | null;
  /** The account was signed in to on this device before; null: nobody looked. */
  device_known: boolean | null;
  /** A decision that is made anew: its own event does not count. */
  except: string | null;
  /** What should be here and could not be read. */
  unread: string[];
}

export interface Gathered {
  evidence: Evidence;
  keys: SignalKeys;
  /** Decided on, rather than only noted. */
  judged: boolean;
  verify_next: boolean;
  /** The request itself could not be read: a score says nothing of it. */
  blind: boolean;
  /** Why something is missing that should be there. */
  missing: string | null;
}

const nobody: ClientEvidence = {
  ip: null,
  user_agent: null,
  surface: "api",
  at: "",
  locale: "en",
  header_names: [],
  headers: {},
  form: null,
  password_tag: null,
};

export async function gather(subject: Subject, ctx: FraudCtx): Promise<Gathered> {
  const runtime = runtimeOf(ctx);
  const client = subject.client ?? nobody;
  // Of a request that could not be read nobody knows that it came from here.
  const blind = subject.client === null && subject.unread.length > 0;
  const judged = blind || isJudged(ctx, client.ip);
  const email = subject.email === null ? null : emailOf(subject.email);
  const keys = signalKeys(ctx.keys, {
    client: subject.client,
    account_id: subject.account_id,
    identifier_tag: subject.identifier_tag,
    domain: email?.domain ?? null,
    local: !judged,
  });
  const remembered = remember(subject, keys, runtime);
  const asked = {
    keys,
    counted: new Set(Object.keys(remembered.counts)),
    counted_domains: [...remembered.domains.keys()],
    device_hashes: (client.device_hashes ?? []).map((hash) => Buffer.from(hash, "base64url")),
    sign_up: subject.act === "register",
    except: subject.except,
  };
  const [known, all, habits] = await Promise.all([
    within(ctx.config.evidence_milliseconds, queryEvidence(ctx.sql, asked)),
    inTime(runtime.all.get(), ctx.config.evidence_milliseconds, nothingCounted()),
    inTime(runtime.habits.get(), ctx.config.evidence_milliseconds, noHabits),
  ]);
  if (!("missing" in known)) complete(known, keys, remembered, ctx);
  const place = judged ? ctx.geo.location(client.ip) : null;
  const evidence: Evidence = {
    act: subject.act,
    at_ms: "missing" in known ? Date.now() : known.now_ms,
    email: withMail(
      email ?? ("missing" in known || !known.account ? null : emailOf(known.account.email)),
      runtime,
    ),
    client: plainClient(client),
    network: {
      asn: place?.asn ?? (judged && client.ip ? runtime.providers?.asn(client.ip) ?? null : null),
      country: place?.country_code ?? null,
      latitude: place?.latitude ?? null,
      longitude: place?.longitude ?? null,
      time_zone: place?.time_zone ?? null,
      datacentre: judged && client.ip ? runtime.datacentres?.has(client.ip) ?? null : null,
      tor: judged && client.ip ? runtime.tor?.has(client.ip) ?? null : null,
    },
    ...fromTables(known, subject, keys, all),
    deployment: deploymentOf(subject.act, keys, place?.country_code ?? null, habits),
  };
  return {
    ...{ evidence, keys, judged, blind },
    verify_next: !("missing" in known) && known.account?.verify_next === true,
    missing: missingOf(subject, known),
  };
}

function missingOf({ unread }: Subject, known: Known | { missing: string }): string | null {
  const all = unread.map((what) => `${what} could not be read`);
  if ("missing" in known) all.push(known.missing);
  return all.join("; ") || null;
}

interface Remembered {
  counts: Partial<Record<Key, Counted>>;
  /** By their key: whose domain it is, is known only when the account is. */
  domains: Map<string, Counted>;
}

/** What need not be counted again. An act that is asked about anew must not count itself, so there it is. */
function remember({ except }: Subject, keys: SignalKeys, { broad }: Runtime): Remembered {
  if (except !== null) return { counts: {}, domains: new Map() };
  const counts: Remembered["counts"] = {};
  for (const key of countKeys) {
    const value = keys[columnOf(key)];
    const counted = key === "domain" || value === null ? null : broad.of(key, value);
    if (counted) counts[key] = counted;
  }
  return { counts, domains: broad.known("domain") };
}

/** Adds what was remembered to what was counted, and remembers that. */
function complete(known: Known, keys: SignalKeys, { counts, domains }: Remembered, ctx: FraudCtx): void {
  const domain = keys.domain ?? (known.account && domainKey(ctx.keys, emailOf(known.account.email).domain));
  const { broad } = runtimeOf(ctx);
  for (const key of countKeys) {
    const value = key === "domain" ? domain : keys[columnOf(key)];
    const counted = known.counts[key];
    if (value !== null && counted) broad.keep(key, value, counted);
  }
  Object.assign(known.counts, counts);
  const of_domain = domain !== null && domains.get(domain);
  if (of_domain) known.counts.domain ??= of_domain;
}

/** A slow or broken answer is none. */
function within(milliseconds: number, query: Promise<Known>): Promise<Known | { missing: string }> {
  const safe = query.catch((error) => ({
    missing: `the counters could not be read (${error instanceof Error ? error.name : "unknown"})`,
  }));
  return inTime(safe, milliseconds, { missing: `the counters took longer than ${milliseconds} ms` });
}

/** Everybody's is read beside. */
const countKeys = allKeys.filter((key) => key !== "all");
const columnOf = (key: (typeof countKeys)[number]): keyof SignalKeys =>
  key === "account" ? "account_id" : key;

function fromTables(
  known: Known | { missing: string },
  { act, device_known, client }: Subject,
  keys: SignalKeys,
  all: Counted,
): Pick<Evidence, "counts" | "recent_local_parts" | "sharing" | "history"> {
  const nothing = Object.fromEntries([...countKeys, "all"].map((key) => [key, null])) as Record<Key, null>;
  if ("missing" in known) {
    const sharing = {
      ...{ device_accounts: null, machine_accounts: null, block_accounts: null, password_accounts: null },
      ...{ bad_accounts: null, good_accounts: null, ring: null },
    };
    return { counts: nothing, recent_local_parts: null, sharing, history: null };
  }
  const counts: Evidence["counts"] = { ...nothing, all };
  for (const key of countKeys) {
    const column = columnOf(key);
    // Known of nobody before is a count of none; without the key there is nothing to count.
    counts[key] = keys[column] === null && !known.counts[key] ? null : known.counts[key] ?? none();
  }
  const keeps_device = (client?.device_hashes ?? []).length > 0;
  const { account } = known;
  return {
    counts,
    recent_local_parts: act === "register" ? known.local_parts ?? [] : null,
    sharing: {
      device_accounts: keeps_device ? known.device_accounts : null,
      machine_accounts: keys.machine === null ? null : known.machine_accounts,
      block_accounts: keys.block === null ? null : known.block_accounts,
      password_accounts: keys.password === null ? null : known.password_accounts,
      bad_accounts: known.bad_accounts,
      good_accounts: known.good_accounts,
      ring: known.ring,
    },
    history: account === null || act === "register" ? null : {
      age_ms: account.age_ms,
      sign_ins: account.sign_ins,
      device_known,
      password_changed_ms: account.password_changed_ms,
      email_changed_ms: account.email_changed_ms,
      second_factor: account.second_factor,
      disowned: account.disowned,
    },
  };
}

const zero = () => ({
  tries: 0,
  failures: 0,
  probes: 0,
  registrations: 0,
  resets: 0,
  subjects: 0,
  sources: 0,
});
const none = (): Counted => ({ minute: zero(), hour: zero(), day: zero() });

function deploymentOf(
  act: Act,
  keys: SignalKeys,
  country: string | null,
  habits: Habits,
): Evidence["deployment"] {
  return {
    hours: habits.hours[act] ?? Array<number>(24).fill(0),
    country: country === null || habits.countries_all === 0
      ? null
      : { same: habits.countries[country] ?? 0, all: habits.countries_all },
    block: keys.block,
    client_shape: keys.client,
    client: {
      same: keys.client === null ? 0 : habits.clients[keys.client] ?? 0,
      all: keys.client ? habits.acts : 0,
    },
    registrations_per_day: habits.registrations_per_day,
  };
}

export function emailOf(email: string): EmailEvidence {
  const at = email.lastIndexOf("@");
  const domain = email.slice(at + 1).toLowerCase();
  return { local_part: email.slice(0, at), domain: asciiDomain(domain), mx: null };
}

function asciiDomain(domain: string): string {
  // deno-lint-ignore no-control-regex -- what is ASCII already is most of what comes
  if (/^[\x00-\x7f]*$/.test(domain)) return domain;
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

const withMail = (email: EmailEvidence | null, { mail_domains }: Runtime): EmailEvidence | null =>
  email && { ...email, mx: mail_domains.takesMail(email.domain) };

export const localPartOf = (email: EmailEvidence | null): string | null =>
  email && normaliseLocalPart(email.local_part);

/** What is stored with a decision: what features are computed from, and nothing else. */
function plainClient(client: ClientEvidence): Evidence["client"] {
  const { ip, user_agent, surface, locale, header_names, headers, form } = client;
  return { ip, user_agent, surface, locale, header_names, headers, form } as Evidence["client"];
}
