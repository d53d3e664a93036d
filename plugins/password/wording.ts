/** What is found of a password in the words of a language model, where there is a key for one. It is told facts only. */
import type { GenAi } from "../../core/net/genai.ts";
import type { Facts } from "../../ml/passwords/explain.ts";

export interface Wordings {
  /** Null: no better words than our own. */
  explain(facts: Facts, locale: string): Promise<string | null>;
}

const keptMax = 500;
const languages: Record<string, string> = { en: "English", de: "German, formal address (Sie)" };

const instructions = (language: string) =>
  `You explain to the person who is choosing a password how hard it is to guess. You are given facts about it as JSON; ` +
  `you do not know the password. Answer in ${language} with one or two short plain sentences: why it is as strong or ` +
  `weak as the facts say, and what would help most. Places in the facts count characters from zero; the person counts ` +
  `from one. Never suggest a particular password or word. No lists, no links, no markup.`;

export function createWordings(genai: Pick<GenAi, "ask">): Wordings {
  /** The newest are at the end. Equal facts are worded once. */
  const kept = new Map<string, string>();
  return {
    async explain(facts, locale) {
      const key = JSON.stringify([locale, facts]);
      const known = kept.get(key);
      if (known !== undefined) return known;
      const text = await genai.ask(instructions(languages[locale] ?? "English"), facts);
      if (text === null) return null;
      if (kept.size >= keptMax) kept.delete(kept.keys().next().value!);
      kept.set(key, text);
      return text;
    },
  };
}
