/**
 * The words that passwords are made of, with their ranks. They are put in order in pieces: who asks for something else
 * meanwhile does not wait for 200,000 words.
 */
import { setImmediate } from "node:timers/promises";

export interface Dictionaries {
  /** By dictionary and word; 1 is the most common. Without a prototype, or "constructor" would be a word. */
  ranks: Record<string, Record<string, number>>;
  /** Letters of the longest word of each. */
  longest: Record<string, number>;
  /** Which keys are neighbours. */
  graphs: Record<string, Record<string, (string | null)[]>>;
  /** Plain words to draw by dice. */
  dice: string[];
}

/** Some hundred of 230,000 words are longer, and would have every part of that length looked up in every dictionary. */
const wordLengthMax = 16;
/** About a millisecond's work. */
const wordsAtOnce = 2_000;

export async function openDictionaries(): Promise<Dictionaries> {
  const [common, english] = await Promise.all([
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  return {
    ...await merge({ ...common.dictionary, ...english.dictionary }),
    graphs: common.adjacencyGraphs as Dictionaries["graphs"],
    dice: common.dictionary["diceware-common"] as string[],
  };
}

/**
 * Three dictionaries in place of twenty, each word with the least of its ranks. All of them are asked for every part of a
 * password, which is most of the time that it takes; the estimates are the same.
 */
export async function merge(
  lists: Record<string, (string | number)[]>,
): Promise<Pick<Dictionaries, "ranks" | "longest">> {
  const empty = () => Object.create(null) as Record<string, number>;
  const ranks = { passwords: empty(), names: empty(), words: empty() };
  const longest = { passwords: 0, names: 0, words: 0 };
  let taken = 0;
  for (const [name, list] of Object.entries(lists)) {
    const merged = name.startsWith("passwords") ? "passwords" : name.includes("names") ? "names" : "words";
    const own = ranks[merged];
    for (const [i, entry] of list.entries()) {
      if (++taken % wordsAtOnce === 0) await setImmediate();
      const word = String(entry);
      if (word.length > wordLengthMax) continue;
      own[word] = Math.min(own[word] ?? Infinity, i + 1);
      longest[merged] = Math.max(longest[merged], word.length);
    }
  }
  return { ranks, longest };
}
