/** The thread's own side of `dictionaries.ts`: asked once, it answers and ends. */
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english } from "@zxcvbn-ts/language-en";
import type { Graphs, Packed } from "./dictionaries.ts";

/** What a worker's global scope has of which we need anything. */
interface Scope {
  onmessage: (() => void) | null;
  postMessage(answer: Packed, transfer: ArrayBufferLike[]): void;
}
const scope = self as unknown as Scope;

/** Some hundred of 230,000 words are longer, and would have every part of that length looked up in every dictionary. */
const wordLengthMax = 16;

/**
 * Three dictionaries in place of twenty, each word with the least of its ranks. All of them are asked for every part of a
 * password, which is most of the time that it takes; the estimates are the same.
 */
function merged(): Map<string, Map<string, number>> {
  const all = new Map([["passwords", new Map()], ["names", new Map()], ["words", new Map()]]);
  for (const [name, list] of Object.entries({ ...common, ...english })) {
    const own = all.get(
      name.startsWith("passwords") ? "passwords" : name.includes("names") ? "names" : "words",
    )!;
    for (const [i, entry] of list.entries()) {
      const word = String(entry);
      if (word.length <= wordLengthMax) own.set(word, Math.min(own.get(word) ?? Infinity, i + 1));
    }
  }
  return all;
}

scope.onmessage = () => {
  const dictionaries = [...merged()].map(([name, own]) => {
    const words = [...own.keys()];
    return {
      name,
      words: new TextEncoder().encode(words.map((word) => `${word}\n`).join("")),
      ranks: Uint32Array.from(own.values()),
      longest: Math.max(...words.map((word) => word.length)),
    };
  });
  scope.postMessage(
    { dictionaries, graphs: adjacencyGraphs as Graphs, dice: common["diceware-common"] as string[] },
    dictionaries.flatMap(({ words, ranks }) => [words.buffer, ranks.buffer]),
  );
};
