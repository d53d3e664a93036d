/** When a client that could not be told is told again. Pure. */

const attemptsMax = 10;
/** A client that says the request is wrong (§2.8) may only have been unable just then, so it is asked again, seldom. */
const refusalsMax = 3;
const longestSeconds = 3600;

/** 5 s, three times as long each time, up to an hour: about five hours in all. Null: no more. */
export function againAfter(attempts: number, { refused }: { refused: boolean }): number | null {
  if (attempts >= (refused ? refusalsMax : attemptsMax)) return null;
  return Math.min(longestSeconds, 5 * 3 ** (attempts - 1));
}
