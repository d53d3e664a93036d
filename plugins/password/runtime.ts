/** What the endpoints and steps of one service share: the hash queue with its hasher, and the list of common passwords. */
import { availableParallelism } from "node:os";
import { Problem } from "../../core/http/problem.ts";
import { createGenAi } from "../../core/net/genai.ts";
import type { Keys } from "../../core/keys/keys.ts";
import type { Ctx } from "../../core/plugin.ts";
import { commonPasswords } from "./blocklist.ts";
import type { PasswordConfig } from "./config.ts";
import { HashQueue, HashQueueFull } from "./hash_queue.ts";
import { createHasher, type Hasher } from "./hashing.ts";
import { createJudge, type Judge } from "./judge.ts";
import { type PolicyCode, type PolicyContext, refusePassword } from "./policy.ts";
import { createWordings, type Wordings } from "./wording.ts";

export type PasswordCtx = Ctx<PasswordConfig>;

interface Runtime {
  judge: Judge;
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
};

/** @throws {Problem} 422 with the policy's code, naming `field` */
export async function acceptPassword(
  ctx: PasswordCtx,
  field: string,
  password: string,
  context: PolicyContext,
): Promise<void> {
  const code = refusePassword(password, context, { ...ctx.config, common: await commonPasswords() });
  if (!code) return;
  const text = refusals[code](ctx.config);
  throw new Problem(422, code, `The password ${text}.`, { fields: { [field]: text } });
}
