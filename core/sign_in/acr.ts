/**
 * Levels of authentication, as `acr` says them. The levels are ours; beside them stand those of NIST SP 800-63B-4 that
 * they were made after. `amr` values are those of RFC 8176.
 *
 * | acr                    | what was shown                                              | NIST |
 * | ---------------------- | ----------------------------------------------------------- | ---- |
 * | `urn:flowshield:acr:1` | one factor                                                  | AAL1 |
 * | `urn:flowshield:acr:2` | two different factors, or a passkey that verified its user   | AAL2 |
 * | `urn:flowshield:acr:3` | the same, with a key that cannot leave its device (`hwk`)    | AAL3 |
 */

export type AcrLevel = 1 | 2 | 3;

const prefix = "urn:flowshield:acr:";

export const acrOfLevel = (level: AcrLevel): string => `${prefix}${level}`;

export const acrValues: string[] = ([1, 2, 3] as const).map(acrOfLevel);

/** The level that an `acr` value of ours stands for; null for anything else. */
export function levelOfAcr(acr: string): AcrLevel | null {
  const at = acrValues.indexOf(acr);
  return at < 0 ? null : at + 1 as AcrLevel;
}

export function levelOf(amr: string[]): AcrLevel {
  if (!amr.includes("mfa")) return 1;
  return amr.includes("hwk") ? 3 : 2;
}

export const acrOf = (amr: string[]): string => acrOfLevel(levelOf(amr));

/** Something known and something held are two factors (RFC 8176 §2), in whatever order they were shown. */
export function withMfa(amr: string[], strengths: Strength[]): string[] {
  const knows = amr.includes("pwd");
  const holds = strengths.includes("strong") || amr.includes("hwk") || amr.includes("swk");
  return [...new Set(knows && holds ? [...amr, "mfa"] : amr)];
}

/**
 * What a method proves. `knowledge`: a password. `strong`: something held. `weak`: something that more than its owner
 * may reach, such as a mailbox, which NIST SP 800-63B-4 §3.1.3 does not take for something held; it raises no level.
 */
export type Strength = "knowledge" | "strong" | "weak";
