/**
 * What is known of one act in the moment it is asked for: plain data, from the request, from memory and from one round
 * trip to the database. Features are computed from nothing else, so what is stored with a decision can be replayed.
 * `null` is "not known", never "no".
 */
import type { Counted, Key } from "./counting.ts";

export type Act = "register" | "sign_in" | "reset_password" | "change_email";

export interface Evidence {
  act: Act;
  /** Unix time in milliseconds. */
  at_ms: number;
  /** The address that is signed up with, or the account's; for `change_email` the new one. */
  email: EmailEvidence | null;
  client: ClientEvidence;
  network: NetworkEvidence;
  /** What came before this act, under each of its own keys; null: the act has no such key. See `counting.ts`. */
  counts: Record<Key, Counted | null>;
  /**
   * Normalised local parts (`normaliseLocalPart`) of sign-ups in the 24 hours before, newest first, at most
   * `recentLocalPartsMax`. Its own is not among them. Null where nobody looked, as for a sign-in.
   */
  recent_local_parts: string[] | null;
  sharing: SharingEvidence;
  /** Of the account that acts; null for a sign-up. */
  history: HistoryEvidence | null;
  deployment: DeploymentEvidence;
}

export const recentLocalPartsMax = 200;

export interface EmailEvidence {
  /** As written, before the `@`. */
  local_part: string;
  /** Lower case, ASCII (punycode). */
  domain: string;
  /** Whether the domain takes mail; null: not asked, or no answer in time. */
  mx: boolean | null;
}

/** As `core/client_evidence.ts` has it; all but `ip`, `at` and `shown_ms` is anybody's word. */
export interface ClientEvidence {
  ip: string | null;
  user_agent: string | null;
  surface: "page" | "api";
  locale: string;
  /** Lower case, in the order they came. */
  header_names: string[];
  headers: Partial<Record<HeaderName, string>>;
  form: FormSignals | null;
}

export type HeaderName =
  | "accept"
  | "accept-language"
  | "accept-encoding"
  | "sec-ch-ua"
  | "sec-ch-ua-platform"
  | "sec-ch-ua-mobile"
  | "sec-fetch-site";

export interface FormSignals {
  /** From the page being made to the form being sent, by our own sealed stamp. */
  shown_ms: number | null;
  /** A field that no person sees was filled in. */
  trap_filled: boolean;
  /** What the page's script told; null: it did not run. */
  script: ScriptSignals | null;
}

export interface ScriptSignals {
  time_zone: string | null;
  /** Minutes east of UTC: 120 for Berlin in summer. */
  utc_offset_minutes: number | null;
  languages: string[];
  screen: [width: number, height: number] | null;
  touch: boolean | null;
  cores: number | null;
  automation: boolean;
  pointer_moves: number;
  visible_ms: number;
  fields: Partial<Record<FieldName, TypedField>>;
}

export type FieldName =
  | "email"
  | "password"
  | "first_name"
  | "last_name"
  | "username";

export interface TypedField {
  keys: number;
  pasted: boolean;
  /** Filled in by the browser or a password manager. */
  filled: boolean;
  /** Mean time a key is held down. */
  hold_ms: number | null;
  /** Mean time from one key to the next, and its standard deviation. */
  gap_ms: number | null;
  gap_sd_ms: number | null;
}

/** What databases and lists on this machine say of the address. */
export interface NetworkEvidence {
  asn: number | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** Degrees; of the town, never of a house. */
  latitude: number | null;
  longitude: number | null;
  /** IANA name, as City databases have it. */
  time_zone: string | null;
  /** Null: no list is configured. */
  datacentre: boolean | null;
  tor: boolean | null;
}

/** Others in the last 30 days that share something with this act; each counted up to 100, its own account left out. */
export interface SharingEvidence {
  /** Accounts that signed in on this very device, by the secrets its browser keeps; null: it keeps none. */
  device_accounts: number | null;
  /** Accounts with the same kind of client in the same address block. */
  machine_accounts: number | null;
  block_accounts: number | null;
  /** Accounts that use the same password, by its keyed tag; null: no password was shown. */
  password_accounts: number | null;
  /**
   * Of those that share device, machine or password (a block is often a whole carrier's): accounts whose sessions were
   * disowned, or that an operator called bad.
   */
  bad_accounts: number | null;
  /** Of the same, accounts an operator called good. */
  good_accounts: number | null;
  /** Of the ring the account or its keys belong to; null: none, or rings are not computed. */
  ring: { accounts: number; risk: number } | null;
}

export interface HistoryEvidence {
  /** Of the account. */
  age_ms: number;
  /** Sign-ins that succeeded before this one, newest first, at most `pastSignInsMax`. */
  sign_ins: PastSignIn[];
  /** The device shows a secret that this account was given; null: no browser to keep one. */
  device_known: boolean | null;
  /** Milliseconds since the password was changed or reset; null: never. */
  password_changed_ms: number | null;
  /** Milliseconds since the address was changed; null: never. */
  email_changed_ms: number | null;
  /** A second factor is set up. */
  second_factor: boolean;
  /** Sessions that its owner disowned ("that was not me") in the last 30 days. */
  disowned: number;
}

export const pastSignInsMax = 30;

export interface PastSignIn {
  at_ms: number;
  /** `blockOf(ip)`, or a keyed hash of it: only compared. */
  block: string | null;
  asn: number | null;
  country: string | null;
  latitude: number | null;
  longitude: number | null;
  /** `clientShape(client)`, or a keyed hash of it: only compared. */
  client: string | null;
}

/** What is usual here, over the last 30 days. */
export interface DeploymentEvidence {
  /** Acts of the same kind by hour of the day in UTC, 24 numbers. */
  hours: number[];
  /** Acts by country, and of all with a known country; null: no countries are known. */
  country: { same: number; all: number } | null;
  /** This act's own block and client as they stand in `PastSignIn`, for comparison. */
  block: string | null;
  client_shape: string | null;
  /** Acts with the same `clientShape` in 30 days, and all acts; counted up to 10,000. */
  client: { same: number; all: number };
  /** Sign-ups a day, on average; null in the first day of a deployment. */
  registrations_per_day: number | null;
}

/** "203.0.113.0/24", "2001:db8:7::/48": the neighbourhood of an address, what one customer commonly has. */
export function blockOf(ip: string | null): string | null {
  if (ip === null) return null;
  const v4 = ip.replace(/^::ffff:(?=\d+\.)/i, "");
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(v4)) {
    return `${v4.split(".").slice(0, 3).join(".")}.0/24`;
  }
  if (!/^[0-9a-f:.]+(%\w+)?$/i.test(ip) || !ip.includes(":")) return null;
  const [head, tail] = ip.split("%")[0].split("::") as [
    string,
    string | undefined,
  ];
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array<string>(zeros).fill("0"), ...after];
  if (all.length < 3) return null;
  return `${
    all.slice(0, 3).map((group) => (parseInt(group, 16) || 0).toString(16))
      .join(":")
  }::/48`;
}

/** The kind of client: what one installation keeps from visit to visit, and what many share. Hash before storing. */
export function clientShape(
  { user_agent, headers, header_names, form }: ClientEvidence,
): string {
  const script = form?.script;
  return [
    user_agent ?? "",
    headers["accept-language"] ?? "",
    headers["accept-encoding"] ?? "",
    headers["sec-ch-ua-platform"] ?? "",
    // What differs from visit to visit (a cookie, a referer, a body's length) says nothing of who came.
    header_names.filter((name) => name.startsWith("accept") || name.startsWith("sec-ch-")).join(","),
    script?.screen?.join("x") ?? "",
    script?.time_zone ?? "",
    script?.cores ?? "",
  ].join("|");
}

/** "j.smith+shop42" and "JSmith7" become "jsmith": what stays when somebody makes many addresses of one. */
export function normaliseLocalPart(local_part: string): string {
  const plain = local_part.slice(0, 64).toLowerCase().split("+")[0];
  const letters = plain.replaceAll(/[^\p{L}]/gu, "");
  return letters.length >= 3 ? letters : plain;
}
