/** Finds what somebody meant to type. */

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into another; words are short. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      current[j] = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        current[j] = Math.min(current[j], before[j - 2] + 1);
      }
    }
    before = previous;
    previous = current;
  }
  return previous[b.length];
}

/** The known word fewest edits away, with that number; null when there is none at all. */
export function nearest(word: string, known: Iterable<string>): { word: string; edits: number } | null {
  const lower = word.slice(0, 128).toLowerCase();
  let best: { word: string; edits: number; rank: number } | null = null;
  for (const one of known) {
    const edits = editDistance(lower, one.toLowerCase());
    // Who leaves off an end means the word that begins like this, however long the end is.
    const begins = lower.length > 2 &&
      (one.toLowerCase().startsWith(lower) || lower.startsWith(one.toLowerCase()));
    const rank = begins ? Math.min(edits, 2) : edits;
    if (!best || rank < best.rank) best = { word: one, edits, rank };
  }
  return best && { word: best.word, edits: best.edits };
}
