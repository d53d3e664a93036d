/** What a step-up asks for. Pure. */
import type { AcrLevel, Strength } from "./acr.ts";
import type { Offered } from "./factors.ts";

/** Of each group one: whoever is known for long shows who they are again, and beside it what the level needs. */
export function stepUpRequirements(offered: Offered[], level: AcrLevel, fresh: boolean): string[][] {
  const of = (...strengths: Strength[]) =>
    offered.filter(({ strength }) => strengths.includes(strength)).map(({ method }) => method);
  // A passkey verifies its user, so it stands for both; the factor sees to that.
  const passkey = of("strong").filter((method) => method === "passkey");
  const again = fresh ? [] : [[...of("knowledge"), ...passkey]];
  if (level === 1) return again.length > 0 ? again : [[...of("knowledge"), ...passkey]];
  return [...again, level === 3 ? passkey : of("strong")];
}
