/** One estimate from three: the list of known passwords, the model, and the patterns that are found in a password. */

export interface Parts {
  /** Decimal logarithm of the model's guess number; null when the model is away. */
  model: number | null;
  /** The same by the patterns that zxcvbn finds. */
  patterns: number;
  /** Rank on a list of leaked passwords, or what is known of it; null when it is on none. */
  rank: number | null;
}

export interface Estimate {
  guesses_log10: number;
  /** Whose estimate it is. */
  spoke: "list" | "model" | "patterns";
}

/**
 * What is on a list is guessed in its turn, whatever it looks like: there the rank speaks, which is measured. Of what is
 * on none the least of the others counts, since an attacker takes whatever way is shorter.
 */
export function estimate({ model, patterns, rank }: Parts): Estimate {
  if (rank !== null) return { guesses_log10: Math.log10(Math.max(1, rank)), spoke: "list" };
  if (model !== null && model < patterns) return { guesses_log10: Math.max(0, model), spoke: "model" };
  return { guesses_log10: Math.max(0, patterns), spoke: "patterns" };
}
