/** `main.ts keys`: the keys that tokens are signed with, and their rotation by hand. */
import { isSigningAlgorithm, signingAlgorithms } from "../keys/jws.ts";
import type { SigningKeyDescription } from "../keys/signing_key.ts";
import { OperatorError } from "../operator_error.ts";
import type { Command, CommandTools } from "../plugin.ts";

const usage = `keys list           every published key: algorithm, state, since when, key id
keys rotate         the next key of each algorithm in use becomes the current one
keys rotate ALG     the same for one of ${signingAlgorithms.join(", ")}

What the current key has signed verifies on: it stays published until the last of it has expired.`;

export const keysCommand: Command = {
  about: "the keys that tokens are signed with: list, rotate",
  usage,
  async run(args, tools) {
    const [verb, alg, ...more] = args;
    if (verb === "list" && alg === undefined) await list(tools);
    else if (verb === "rotate" && more.length === 0) await rotate(tools, alg);
    else throw new OperatorError(`There is no command "keys ${args.join(" ").slice(0, 60)}".\n\n${usage}`);
  },
};

async function list({ withCtx, say }: CommandTools): Promise<void> {
  for (const key of await withCtx((ctx) => ctx.signing_keys.describe())) say(line(key));
}

async function rotate({ withCtx, say }: CommandTools, alg: string | undefined): Promise<void> {
  if (alg !== undefined && !isSigningAlgorithm(alg)) {
    throw new OperatorError(
      `There is no algorithm ${alg.slice(0, 20)}: use ${signingAlgorithms.join(", ")}.`,
    );
  }
  const keys = await withCtx(async ({ signing_keys }) => {
    const used = (await signing_keys.describe()).filter(({ state }) => state === "current");
    if (alg !== undefined && !used.some((key) => key.alg === alg)) {
      throw new OperatorError(`Nothing has been signed with ${alg} yet, so there is no key to rotate.`);
    }
    for (const key of used) if (alg === undefined || key.alg === alg) await signing_keys.rotate(key.alg);
    return await signing_keys.describe();
  });
  for (const key of keys) say(line(key));
  say("Rotated. Replicas sign with the new key within half a minute.");
}

const line = ({ alg, state, state_changed_at, kid }: SigningKeyDescription) =>
  `${alg.padEnd(6)} ${state.padEnd(9)} since ${state_changed_at.toISOString().slice(0, 16)}Z  ${kid}`;
