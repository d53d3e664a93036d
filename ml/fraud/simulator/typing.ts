/** How a form comes to be filled in: by hand, by a password manager, or by a program. */
import { offsetMinutes } from "../features/place.ts";
import type { FieldName, FormSignals, ScriptSignals, TypedField } from "../features/evidence.ts";
import type { Browser } from "./browsers.ts";
import type { Random } from "../../lib/random.ts";

/** One person's hands. */
export interface Hands {
  hold_ms: number;
  gap_ms: number;
  /** Deviation of the gap against its mean. */
  unevenness: number;
  /** Keeps passwords in a manager or the browser. */
  manager: boolean;
}

export const someHands = (luck: Random): Hands => ({
  hold_ms: Math.max(40, luck.normal(98, 20)),
  gap_ms: Math.exp(luck.normal(Math.log(190), 0.35)),
  unevenness: Math.max(0.2, luck.normal(0.6, 0.18)),
  manager: luck.chance(0.55),
});

export const registerFields: FieldName[] = ["first_name", "last_name", "email", "password"];
export const signInFields: FieldName[] = ["email", "password"];

function byHand(luck: Random, hands: Hands, keys: number): TypedField {
  return {
    keys,
    pasted: false,
    filled: false,
    hold_ms: Math.max(25, luck.normal(hands.hold_ms, 9)),
    gap_ms: Math.max(30, luck.normal(hands.gap_ms, hands.gap_ms * 0.15)),
    gap_sd_ms: Math.max(5, luck.normal(hands.unevenness, 0.12) * hands.gap_ms),
  };
}

const untyped = { keys: 0, pasted: false, filled: false, hold_ms: null, gap_ms: null, gap_sd_ms: null };

/** Null for a call of the API, which has no form. */
export function peoplesForm(
  luck: Random,
  { browser, hands, fields, at_ms }: { browser: Browser; hands: Hands; fields: FieldName[]; at_ms: number },
): FormSignals | null {
  if (browser.surface === "api") return null;
  const signals: ScriptSignals["fields"] = {};
  let took = Math.exp(luck.normal(Math.log(2500), 0.6));
  for (const field of fields) {
    const managed = hands.manager && (field === "password" || luck.chance(0.7));
    const pasted = !managed && luck.chance(field === "password" ? 0.08 : 0.03);
    const keys = Math.max(3, Math.round(luck.normal(field === "email" ? 20 : 9, 3)));
    signals[field] = managed
      ? { ...untyped, filled: true }
      : pasted
      ? { ...untyped, pasted, keys: luck.whole(0, 3) }
      : byHand(luck, hands, keys);
    took += managed || pasted ? luck.exponential(900) : keys * hands.gap_ms * 1.2 + luck.exponential(2000);
  }
  // The phone rings, somebody looks for the reading glasses.
  if (luck.chance(0.12)) took += luck.exponential(120_000);
  const shown_ms = Math.round(took);
  return {
    shown_ms: luck.chance(0.02) ? null : shown_ms,
    // A password manager that fills in whatever it finds.
    trap_filled: luck.chance(0.002),
    script: luck.chance(0.02) ? null : scripted(browser, at_ms, {
      fields: signals,
      pointer_moves: browser.script?.touch ? luck.whole(0, 8) : Math.round(luck.exponential(90)),
      visible_ms: Math.round(shown_ms * (luck.chance(0.8) ? 1 : luck.next())),
    }),
  };
}

export interface ProgramsForm {
  browser: Browser;
  fields: FieldName[];
  at_ms: number;
  /** 0: as fast as it goes; 1: nearly as people do. */
  skill: number;
}

export function programsForm(
  luck: Random,
  { browser, fields, at_ms, skill }: ProgramsForm,
): FormSignals | null {
  if (browser.surface === "api") return null;
  const patient = luck.chance(skill);
  // Keys are sent at times from a generator, which is even; or from somebody's recorded hands.
  const hands = luck.chance(skill * skill) ? someHands(luck) : {
    ...{ hold_ms: 40 + 60 * skill, gap_ms: 60 + 120 * skill, unevenness: 0.02 + 0.5 * skill * skill },
    manager: false,
  };
  const shown_ms = Math.round(patient ? 2000 + luck.exponential(15_000) : luck.exponential(700));
  const signals: ScriptSignals["fields"] = {};
  for (const field of fields) {
    signals[field] = !luck.chance(skill)
      ? untyped
      : luck.chance(skill * 0.5)
      ? { ...untyped, filled: true }
      : byHand(luck, hands, luck.whole(6, 22));
  }
  return {
    shown_ms: luck.chance(0.3 * (1 - skill)) ? null : shown_ms,
    trap_filled: luck.chance(0.35 * (1 - skill) ** 2),
    script: browser.script === null ? null : scripted(browser, at_ms, {
      fields: signals,
      pointer_moves: luck.chance(skill) ? Math.round(luck.exponential(40)) : 0,
      visible_ms: luck.chance(0.3 + 0.7 * skill) ? shown_ms : 0,
    }),
  };
}

function scripted(
  { script }: Browser,
  at_ms: number,
  visit: Pick<ScriptSignals, "fields" | "pointer_moves" | "visible_ms">,
): ScriptSignals | null {
  if (script === null) return null;
  const { time_zone } = script;
  return {
    ...script,
    ...visit,
    utc_offset_minutes: time_zone === null ? null : offsetMinutes(time_zone, at_ms),
  };
}
