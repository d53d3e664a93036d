/**
 * Which passwords are accepted (NIST SP 800-63B-4 §3.1.1.2): length, and none that is known from breaches or built from
 * what its owner is called; no composition rules. How hard it is to guess is told elsewhere and refuses nothing.
 */
import { findPersonal, lettersLeft } from "../../ml/passwords/personal.ts";

export const policyCodes = [
  "password_too_short",
  "password_too_long",
  "password_too_common",
  "password_same_as_email",
  "password_personal",
  "password_breached",
] as const;

export type PolicyCode = typeof policyCodes[number];

export interface PolicyContext {
  email: string;
  username?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  /** Of this deployment. */
  site_names?: string[];
}

export interface PolicyLimits {
  length_min: number;
  length_max: number;
  breach: KnownPasswords;
}

export interface KnownPasswords {
  /** How many are more common, at most; null for one that is not known. */
  rank(password: string): number | null;
}

/** Up to this rank a password is among the first that everybody tries. */
const commonRank = 10_000;
/** So many characters have to be more than what is known of the person, where rows and runs count once. */
const ownLettersMin = 5;

/** What is hashed and what is measured: the same letters typed on two keyboards are the same password. */
export function normalise(password: string): string {
  return password.normalize("NFKC");
}

/** The reason to refuse, or null. Length is in code points after NFKC. */
export function refusePassword(
  password: string,
  context: PolicyContext,
  limits: PolicyLimits,
): PolicyCode | null {
  const normal = normalise(password);
  const length = [...normal].length;
  if (length < limits.length_min) return "password_too_short";
  if (length > limits.length_max) return "password_too_long";
  const folded = normal.toLowerCase();
  const rank = limits.breach.rank(normal) ?? (folded === normal ? null : limits.breach.rank(folded));
  if (rank !== null && rank <= commonRank) return "password_too_common";
  if (derivable(context).has(folded)) return "password_same_as_email";
  // Only what was matched is left out; a longer password may well have a name in it.
  const personal = findPersonal(normal, context);
  if (personal.length > 0 && lettersLeft(normal, personal) < ownLettersMin) return "password_personal";
  return rank === null ? null : "password_breached";
}

/** The whole of what an attacker who knows the address and the name tries first. */
function derivable({ email, username, first_name, last_name }: PolicyContext): Set<string> {
  const known = [username, first_name, last_name].filter((name): name is string => !!name);
  const [local, domain] = email.split("@");
  const joined = known.length > 1 ? [known.join(""), known.join(" "), known.toReversed().join("")] : [];
  return new Set(
    [email, local, domain, ...known, ...joined].map((text) => normalise(text ?? "").toLowerCase()),
  );
}

/** What a deployment is called: its name, and the part of its host that people remember. */
export function siteNames(core: { site_name: string; backend_url: string }): string[] {
  return [core.site_name, new URL(core.backend_url).hostname.split(".").at(-2) ?? ""];
}
