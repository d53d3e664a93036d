/**
 * A language model of another company, for better words where an operator has given a key. It is told facts and never what
 * a person typed; callers have words of their own for when it does not answer.
 */
import type { CoreConfig } from "../config.ts";
import type { Log } from "../observe/log.ts";

export interface GenAi {
  /** One plain text on one line. Null: no answer in time, or none that can be used; why is logged. */
  ask(instructions: string, facts: unknown, limits?: Partial<GenAiLimits>): Promise<string | null>;
  /** Which model answers. */
  model: string;
}

export interface GenAiLimits {
  milliseconds: number;
  /** Of the answer. */
  tokens: number;
  characters: number;
}

type Settings = Pick<
  CoreConfig,
  | "openai_api_key"
  | "openai_base_url"
  | "openai_model"
  | "anthropic_api_key"
  | "anthropic_base_url"
  | "anthropic_model"
>;

/** For a sentence that somebody waits for. */
const sentence: GenAiLimits = { milliseconds: 3000, tokens: 200, characters: 600 };
/** More at once would only queue up over there, and every one of them costs money. */
const atOnceMax = 4;
const answerBytesMax = 65_536;

interface Request {
  url: string;
  headers: Record<string, string>;
  body: unknown;
  /** Digs the text out of an answer. */
  read(answer: unknown): unknown;
}

/** Null without a key. Of two keys the first counts: OPENAI_API_KEY. */
export function createGenAi(core: Settings, log: Pick<Log, "warn">): GenAi | null {
  const make = core.openai_api_key ? openAi(core) : core.anthropic_api_key ? anthropic(core) : null;
  if (!make) return null;
  let running = 0;
  return {
    model: core.openai_api_key ? core.openai_model : core.anthropic_model,
    async ask(instructions, facts, limits) {
      const { milliseconds, tokens, characters } = { ...sentence, ...limits };
      if (running >= atOnceMax) return null;
      running++;
      try {
        const { url, headers, body, read } = make(instructions, JSON.stringify(facts), tokens);
        const response = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
          redirect: "error",
          signal: AbortSignal.timeout(milliseconds),
        });
        const text = await readBounded(response);
        if (!response.ok) throw new Error(`answered ${response.status}`);
        return tidy(read(JSON.parse(text)), characters);
      } catch (error) {
        log.warn("genai.away", { error });
        return null;
      } finally {
        running--;
      }
    },
  };
}

type Make = (instructions: string, facts: string, tokens: number) => Request;

const openAi =
  ({ openai_api_key, openai_base_url, openai_model }: Settings): Make => (instructions, facts, tokens) => ({
    url: `${openai_base_url}/chat/completions`,
    headers: { authorization: `Bearer ${openai_api_key}` },
    body: {
      model: openai_model,
      max_completion_tokens: tokens,
      messages: [{ role: "system", content: instructions }, { role: "user", content: facts }],
    },
    read: (answer) =>
      (answer as { choices?: { message?: { content?: unknown } }[] }).choices?.[0]?.message?.content,
  });

const anthropic = ({ anthropic_api_key, anthropic_base_url, anthropic_model }: Settings): Make =>
(
  instructions,
  facts,
  tokens,
) => ({
  url: `${anthropic_base_url}/v1/messages`,
  headers: { "x-api-key": anthropic_api_key ?? "", "anthropic-version": "2023-06-01" },
  body: {
    model: anthropic_model,
    max_tokens: tokens,
    system: instructions,
    messages: [{ role: "user", content: facts }],
  },
  read: (answer) => (answer as { content?: { text?: unknown }[] }).content?.[0]?.text,
});

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > answerBytesMax) throw new Error("the answer is too large");
    parts.push(part);
  }
  return await new Blob(parts as BlobPart[]).text();
}

/** On one line, and short; whatever else it says is not for a page. */
function tidy(said: unknown, characters: number): string | null {
  if (typeof said !== "string") return null;
  const text = said.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  if (text === "" || text.length > characters || /https?:|www\./i.test(text)) return null;
  return text;
}
