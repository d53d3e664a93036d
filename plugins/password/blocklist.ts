/** The most common passwords, from the dictionary of `@zxcvbn-ts/language-common`; those short enough to matter. */
import { normalise } from "./policy.ts";

let loaded: Promise<ReadonlySet<string>> | undefined;

/** Shorter ones are refused for their length, whatever is configured. */
const LENGTH_MIN = 8;

/** Lower-case, after NFKC. Loaded once, at start, not when the first person waits. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  return loaded ??= load().catch((error) => {
    loaded = undefined;
    throw error;
  });
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  const words = dictionary["passwords-common"] as string[];
  return new Set(
    words.map((word) => normalise(word).toLowerCase()).filter((word) => word.length >= LENGTH_MIN),
  );
}
