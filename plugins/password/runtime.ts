/** What the endpoints and steps of one service share: the hash queue with its hasher, and what knows of passwords. */
import { availableParallelism } from "node:os";
import { Problem } from "../../core/http/problem.ts";
import { createGenAi } from "../../core/net/genai.ts";
import type { Keys } from "../../core/keys/keys.ts";
import type { Ctx } from "../../core/plugin.ts";
import { breachFilter } from "./breach.ts";
import { createRangeLookup, type RangeLookup } from "./breach_range.ts";
import type { PasswordConfig } from "./config.ts";
import { HashQueue, HashQueueFull } from "./hash_queue.ts";
import { createHasher, type Hasher } from "./hashing.ts";
import { createJudge, type Judge } from "./judge.ts";
import { normalise, type PolicyCode, type PolicyContext, refusePassword, siteNames } from "./policy.ts";
import { createWordings, type Wordings } from "./wording.ts";

export type PasswordCtx = Ctx<PasswordConfig>;

interface Runtime {
  judge: Judge;
  /** Null where nobody is to be asked. */
  ranges: RangeLookup | null;
  /** Null without a key for a language model. */
  wordings: Wordings | null;
  queue: HashQueue;
  hasher: Hasher;
}

/** One per running service; its keys are the one thing that every ctx of it shares. */
const runtimes = new WeakMap<Keys, Runtime>();

export function runtimeOf(ctx: PasswordCtx): Runtime {
  const known = runtimes.get(ctx.keys);
  if (known) return known;
  const queue = new HashQueue({ concurrency: availableParallelism(), waiting_max: ctx.core.hash_queue_max });
  const hasher = createHasher({ keys: ctx.keys, queue, cost: ctx.config.bcrypt_cost });
  const genai = createGenAi(ctx.core, ctx.log);
  const runtime = {
    queue,
    hasher,
    judge: createJudge(ctx),
    ranges: createRangeLookup(ctx.config, (why) => ctx.log.warn("password.range_away", { why })),
    wordings: genai && createWordings(genai),
  };
  runtimes.set(ctx.keys, runtime);
  return runtime;
}

/** Hashes; a full queue becomes 503 with the time after which there will be room. */
export async function withHasher<T>(ctx: PasswordCtx, work: (hasher: Hasher) => Promise<T>): Promise<T> {
  const { queue, hasher } = runtimeOf(ctx);
  try {
    return await work(hasher);
  } catch (error) {
    if (!(error instanceof HashQueueFull)) throw error;
    ctx.metrics.inc("password_hash_refused_total");
    throw new Problem(
      503,
      "hash_queue_full",
      "Very many people are signing in right now. Try again shortly.",
      {
        retry_after_seconds: error.retry_after_seconds,
      },
    );
  } finally {
    ctx.metrics.set("password_hash_waiting", queue.waiting);
  }
}

const refusals: Record<PolicyCode, (config: PasswordConfig) => string> = {
  password_too_short: (config) => `must have at least ${config.length_min} characters`,
  password_too_long: (config) => `must have at most ${config.length_max} characters`,
  password_too_common: () => "is among the most common passwords",
  password_same_as_email: () => "must not be your address or name",
  password_personal: () =>
    "is little more than your name, your address or this site's name; use words that have nothing to do with you",
  password_breached: () => "is known from a breach of other sites; choose one that is used nowhere else",
};

/** @throws {Problem} 422 with the policy's code, naming `field` */
export async function acceptPassword(
  ctx: PasswordCtx,
  field: string,
  password: string,
  context: PolicyContext,
): Promise<void> {
  const person = { ...context, site_names: siteNames(ctx.core) };
  const breach = await breachFilter(ctx.config.breach_filter_file);
  const code = refusePassword(password, person, { ...ctx.config, breach }) ?? await askRanges(ctx, password);
  if (!code) return;
  const text = refusals[code](ctx.config);
  throw new Problem(422, code, `The password ${text}.`, { fields: { [field]: text } });
}

/** Only what is accepted otherwise is asked about: the fewer questions go out, the better. */
async function askRanges(ctx: PasswordCtx, password: string): Promise<PolicyCode | null> {
  const { ranges } = runtimeOf(ctx);
  if (!ranges) return null;
  const result = await ranges.ask(normalise(password));
  ctx.metrics.inc("password_range_total", { result });
  return result === "found" ? "password_breached" : null;
}
