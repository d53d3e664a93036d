/**
 * How a message looks to those who sort mail: what filters such as SpamAssassin and the rules of the big providers look
 * at, as far as it can be seen in the message alone. Pure. The weights are set by hand after the rules' published
 * scores, not learnt: a score near 1 says that nothing about the message stands out, not that it arrives.
 */
import { linksOf, textOfHtml } from "./message_parts.ts";
import { rules, type Seen } from "./message_rules.ts";

export interface MessageToScore {
  subject: string;
  text: string;
  html: string;
  /** By name, in any case: what goes out beside those below. */
  headers: Record<string, string>;
  from: { name: string; address: string };
  /** Hosts that are ours: the page's, and the sender's domain. */
  own_hosts: string[];
  /** One may do without it, so it needs a way out (RFC 8058). */
  optional: boolean;
  /** It goes out with a signature of the sender's domain (RFC 6376). */
  signed: boolean;
}

export interface ScoreReason {
  /** Stable; in the catalogue of words under `text_key`. */
  name: string;
  text_key: string;
  /** In log-odds; negative speaks against the message. */
  effect: number;
  /** What was seen, as a number where there is one. */
  seen: number | null;
}

export interface MessageScore {
  /** 0 to 1. */
  score: number;
  /** Gravest first; empty when nothing stands out. */
  reasons: ScoreReason[];
}

export const message_score_version = "message-score-1";

/** Log-odds of a message of which nothing stands out: 0.98. */
const base = 4;
/** Every rule's name, for the catalogue of words. */
export const scoreReasonNames: readonly string[] = rules.map(({ name }) => name);

/** Linear in the length of the message. */
export function scoreMessage(message: MessageToScore): MessageScore {
  const seen: Seen = {
    message,
    headers: new Map(Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), value])),
    links: linksOf(message.html, message.text),
    shown: textOfHtml(message.html),
  };
  const reasons: ScoreReason[] = [];
  for (const { name, effect, of } of rules) {
    const found = of(seen);
    if (found === false || found === null) continue;
    reasons.push({
      name,
      text_key: `message_score.${name}`,
      effect,
      seen: typeof found === "number" ? found : null,
    });
  }
  const odds = reasons.reduce((sum, { effect }) => sum + effect, base);
  return {
    score: Math.round(1000 / (1 + Math.exp(-odds))) / 1000,
    reasons: reasons.sort((a, b) => a.effect - b.effect || (a.name < b.name ? -1 : 1)),
  };
}
