import { expect } from "expect";
import { dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english } from "@zxcvbn-ts/language-en";
import { clearImmediate, setImmediate } from "node:timers";
import { merge, openDictionaries } from "./dictionaries.ts";

Deno.test("every word has the least of its ranks in three dictionaries, and what every object has is no word", async () => {
  const { ranks, longest, dice, graphs } = await openDictionaries();
  expect(Object.keys(ranks)).toEqual(["passwords", "names", "words"]);
  const lists = Object.entries<(string | number)[]>({ ...common, ...english });
  const wanted: Record<string, Map<string, number>> = {
    passwords: new Map(),
    names: new Map(),
    words: new Map(),
  };
  for (const [name, list] of lists) {
    const own =
      wanted[name.startsWith("passwords") ? "passwords" : name.includes("names") ? "names" : "words"];
    for (const [i, word] of list.map(String).entries()) {
      if (word.length <= 16 && !(own.get(word)! <= i + 1)) own.set(word, i + 1);
    }
  }
  for (const [name, own] of Object.entries(wanted)) {
    expect(Object.keys(ranks[name])).toHaveLength(own.size);
    expect([...own].filter(([word, rank]) => ranks[name][word] !== rank)).toEqual([]);
    expect(longest[name]).toBe(Math.max(...[...own.keys()].map((word) => word.length)));
    expect(ranks[name].toString).toBeUndefined();
  }
  expect(dice).toEqual(common["diceware-common"]);
  expect(graphs.qwerty.q).toContain("aA");
});

Deno.test("while words are put in order, others have their turn", async () => {
  const words = Array.from({ length: 20_000 }, (_, i) => `word${i}`);
  let turns = 0;
  const turn = () => {
    turns++;
    waiting = setImmediate(turn);
  };
  let waiting = setImmediate(turn);
  const { ranks, longest } = await merge({ "words-a": words, "words-b": words.toReversed() });
  clearImmediate(waiting);
  expect(words.filter((word, i) => ranks.words[word] !== Math.min(i, 19_999 - i) + 1)).toEqual([]);
  expect(longest).toEqual({ passwords: 0, names: 0, words: 9 });
  expect(turns).toBeGreaterThanOrEqual(9);
});
