/**
 * The words that passwords are made of, with their ranks. They are unpacked and ordered in a thread of their own and
 * taken over in pieces: who asks for something else meanwhile does not wait for 200,000 words.
 */
import { inThread } from "../lib/in_thread.ts";

export interface Dictionaries {
  /** By dictionary and word; 1 is the most common. Without a prototype, or "constructor" would be a word. */
  ranks: Record<string, Record<string, number>>;
  /** Letters of the longest word of each. */
  longest: Record<string, number>;
  /** Which keys are neighbours. */
  graphs: Graphs;
  /** Plain words to draw by dice. */
  dice: string[];
}

export type Graphs = Record<string, Record<string, (string | null)[]>>;

/** How they come over from the thread: nothing of any size is copied. */
export interface Packed {
  dictionaries: { name: string; words: Uint8Array<ArrayBuffer>; ranks: Uint32Array; longest: number }[];
  graphs: Graphs;
  dice: string[];
}

const secondsMax = 60;
/** About a millisecond's work. */
const wordsAtOnce = 2_000;

/** @throws Error for what went wrong in the thread */
export async function openDictionaries(): Promise<Dictionaries> {
  const packed = await inThread<Packed>(new URL("./dictionaries_worker.ts", import.meta.url), null, {
    transfer: [],
    seconds_max: secondsMax,
  });
  const { dictionaries, graphs, dice } = packed;
  const opened: Dictionaries = { ranks: {}, longest: {}, graphs, dice };
  for (const { name, words, ranks, longest } of dictionaries) {
    opened.ranks[name] = await unpack(words, ranks);
    opened.longest[name] = longest;
  }
  return opened;
}

/** @param words each with a line's end, in the order of `ranks` */
export async function unpack(words: Uint8Array, ranks: Uint32Array): Promise<Record<string, number>> {
  const own: Record<string, number> = Object.create(null);
  const text = new TextDecoder().decode(words);
  let from = 0;
  for (let i = 0; i < ranks.length; i++) {
    const end = text.indexOf("\n", from);
    own[text.slice(from, end)] = ranks[i];
    from = end + 1;
    if (i % wordsAtOnce === wordsAtOnce - 1) await new Promise((resolve) => setTimeout(resolve));
  }
  return own;
}
