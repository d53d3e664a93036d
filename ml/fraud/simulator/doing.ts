/** One thing that somebody does in the simulated world, before anything is measured of it. */
import type { EventKind } from "../features/counting.ts";
import type { EmailEvidence, FormSignals } from "../features/evidence.ts";
import type { Browser } from "./browsers.ts";
import type { Account, Person } from "./people.ts";
import type { Line } from "./places.ts";

export const attackScenarios = [
  "stuffing",
  "spraying",
  "bots",
  "ring",
  "travel",
  "takeover",
  "enumeration",
] as const;
export type AttackScenario = (typeof attackScenarios)[number];
export type Scenario = "normal" | AttackScenario;

export interface Doing {
  at_ms: number;
  kind: EventKind;
  scenario: Scenario;
  /** 1: fraud. */
  label: 0 | 1;
  /** The one that is acted on, or that a sign-up makes; null: there is none by that name. */
  account: Account | null;
  /** What was typed to name it. */
  identifier: string;
  /** The address a sign-up or a change is about. */
  email: EmailEvidence | null;
  password: string | null;
  line: Line;
  browser: Browser;
  form: FormSignals | null;
  /** The browser shows and keeps the secrets that devices are known by. */
  keeps_cookies: boolean;
  /** When an operator or the owner finds out; null: never. */
  found_out_ms: number | null;
}

/** What attacks are planned from. */
export interface World {
  people: Person[];
  start_ms: number;
  end_ms: number;
  /** What people do, in the order of time. */
  ordinary: Doing[];
}

export const addressOf = ({ local_part, domain }: EmailEvidence): string =>
  `${local_part}@${domain}`.toLowerCase();
