/**
 * What a request shows of whoever sends it, beside what it asks for: for plugins that judge how likely it is to be what
 * it says. Nothing of it proves anything, and no secret and no field of the form is among it.
 */
import { z } from "zod";
import type { HeaderFields } from "./http/header_fields.ts";

/** Fields whose typing a page of ours sums up. */
export const typedFields = ["email", "password", "first_name", "last_name", "username"] as const;
export type TypedField = typeof typedFields[number];

/** How a field came to be filled: numbers of keys and times between them, in milliseconds; never which keys. */
export interface FieldTyping {
  keys: number;
  pasted: boolean;
  /** By the browser or a password manager. */
  filled: boolean;
  /** From pressing a key to letting go of it, on average. */
  hold_ms: number | null;
  /** From one key to the next, on average, and its standard deviation. */
  gap_ms: number | null;
  gap_sd_ms: number | null;
}

/** What the page's script says: anybody's word. */
export interface ScriptSignals {
  /** IANA name. */
  time_zone: string | null;
  utc_offset_minutes: number | null;
  languages: string[];
  /** Width and height in CSS pixels. */
  screen: [number, number] | null;
  touch: boolean | null;
  cores: number | null;
  /** The browser says that a program drives it (WebDriver §4). */
  automation: boolean;
  pointer_moves: number;
  visible_ms: number;
  fields: Partial<Record<TypedField, FieldTyping>>;
}

export interface FormSignals {
  /** From our making the page to its form's arrival; null without a stamp of ours. */
  shown_ms: number | null;
  /** A field that people do not see was filled in. */
  trap_filled: boolean;
  /** Null: the page ran no script. */
  script: ScriptSignals | null;
}

export interface ClientEvidence {
  ip: string | null;
  user_agent: string | null;
  /** A page of ours sent its form, or a program called the API. */
  surface: "page" | "api";
  /** ISO 8601. */
  at: string;
  locale: string;
  /** Lower case, in the order they came; at most 60. */
  header_names: string[];
  headers: Partial<Record<KeptHeader, string>>;
  form: FormSignals | null;
  /** Tells equal passwords of different accounts from others, and nothing else; see plugins/password. */
  password_tag: string | null;
  /** Keyed hash of what was typed to name an account; see plugins/password. */
  identifier_tag?: string | null;
  /** Hashes of the secrets by which its browser is known again, as core/device.ts has them: base64url, at most five. */
  device_hashes?: string[];
}

const keptHeaders = [
  "accept",
  "accept-language",
  "accept-encoding",
  "sec-ch-ua",
  "sec-ch-ua-platform",
  "sec-ch-ua-mobile",
  "sec-fetch-site",
] as const;
export type KeptHeader = typeof keptHeaders[number];

const headerNamesMax = 60;
const headerLengthMax = 200;

export function evidenceOf(
  request: { headers: HeaderFields; ip: string | null; user_agent: string | null; locale: string },
  form: FormSignals | null,
  surface: ClientEvidence["surface"],
): ClientEvidence {
  const { headers, ip, user_agent, locale } = request;
  const kept: ClientEvidence["headers"] = {};
  for (const name of keptHeaders) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value.slice(0, headerLengthMax);
  }
  return {
    ip,
    user_agent: user_agent?.slice(0, 400) ?? null,
    surface,
    at: new Date().toISOString(),
    locale,
    header_names: namesOf(headers),
    headers: kept,
    form,
    password_tag: null,
  };
}

function namesOf(headers: HeaderFields): string[] {
  const names: string[] = [];
  for (const name of headers.keys()) {
    if (names.length === headerNamesMax) break;
    names.push(name.slice(0, 60));
  }
  return names;
}

const count = z.number().int().min(0).max(100_000);
const milliseconds = z.number().min(0).max(1e8);
const typing = z.object({
  keys: count,
  pasted: z.boolean(),
  filled: z.boolean(),
  hold_ms: milliseconds.nullable(),
  gap_ms: milliseconds.nullable(),
  gap_sd_ms: milliseconds.nullable(),
});
const script: z.ZodType<ScriptSignals> = z.object({
  time_zone: z.string().max(60).regex(/^[A-Za-z0-9_+\-/]*$/).nullable(),
  utc_offset_minutes: z.number().int().min(-900).max(900).nullable(),
  languages: z.array(z.string().max(35).regex(/^[A-Za-z0-9-]*$/)).max(10),
  screen: z.tuple([count, count]).nullable(),
  touch: z.boolean().nullable(),
  cores: count.nullable(),
  automation: z.boolean(),
  pointer_moves: count,
  visible_ms: milliseconds,
  fields: z.object(Object.fromEntries(typedFields.map((name) => [name, typing.optional()]))),
});

/** The fields of a form that carries evidence; see `FormEvidence` in ui/components. */
export const evidenceFields = { stamp: "form_stamp", signals: "form_signals", trap: "website" } as const;
const signalsLengthMax = 2000;

/**
 * Takes the evidence out of a form. Null when it carries none of ours. What cannot be read counts as not there: nobody is
 * turned away for it.
 *
 * @param madeAt when the page with this stamp was made; null: no stamp of ours, or too old a one
 */
export function takeFormSignals(
  form: Record<string, string>,
  madeAt: (stamp: string) => Date | null,
): FormSignals | null {
  const { stamp, signals, trap } = evidenceFields;
  if (form[stamp] === undefined) return null;
  const made = madeAt(form[stamp]);
  const taken: FormSignals = {
    shown_ms: made && Math.max(0, Date.now() - made.getTime()),
    trap_filled: (form[trap] ?? "") !== "",
    script: readScript(form[signals]),
  };
  for (const name of [stamp, signals, trap]) delete form[name];
  return taken;
}

function readScript(text: string | undefined): ScriptSignals | null {
  if (!text || text.length > signalsLengthMax) return null;
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch {
    return null;
  }
  return script.safeParse(plain).data ?? null;
}
