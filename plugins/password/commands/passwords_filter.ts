/** `main.ts passwords filter build`: a filter of known passwords from a file of them, or of their hashes. */
import { parseArgs } from "node:util";
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command } from "../../../core/plugin.ts";
import { buildFilterFile, keysMax } from "./filter_file.ts";

const usage = `main.ts passwords filter build FILE --out FILTER: a filter of known passwords, to be refused

FILE holds one password a line, the most common first; or lines SHA1:COUNT, in any order, as Pwned Passwords has them.
Start the service with PASSWORD_BREACH_FILTER_FILE=FILTER, and it replaces the one that is shipped.

  --count-min N    of lines with counts, only those with at least so many (1)
  --bits N         one of 2^N strangers is taken for a known one, 8..22 (16); a password takes N + 3 bits and an eighth more
  --source TEXT    what is said of where they come from

At most ${
  keysMax.toLocaleString("en")
} passwords. Needs 16 bytes for each in the folder for temporary files, and some
tens of megabytes of memory; the service keeps the whole filter in memory.`;

const flags = {
  out: { type: "string" },
  "count-min": { type: "string" },
  bits: { type: "string" },
  source: { type: "string" },
} as const;

export const passwordsFilter: Command = {
  about: "a filter of known passwords from a file of them",
  usage,
  async run(args, { say }) {
    if (args.length === 0) return say(usage);
    const { file, out, ...options } = read(args);
    try {
      const { keys, bytes, hash } = await buildFilterFile({ file, out, ...options, say });
      say(`${keys.toLocaleString("en")} passwords in ${bytes.toLocaleString("en")} bytes, SHA-256 ${hash}`);
      say(`Start the service with PASSWORD_BREACH_FILTER_FILE=${out}`);
    } catch (cause) {
      if (cause instanceof OperatorError) throw cause;
      if (cause instanceof Deno.errors.NotFound) throw new OperatorError(`${file} is not there.`, { cause });
      if (cause instanceof Deno.errors.AlreadyExists) {
        throw new OperatorError(`${out} is there already.`, { cause });
      }
      throw cause;
    }
  },
};

function read(args: string[]) {
  const wrong = (what: string) => new OperatorError(`${what}\n\n${usage}`);
  let parsed;
  try {
    parsed = parseArgs({ args, options: flags, allowPositionals: true });
  } catch (cause) {
    throw wrong((cause as Error).message);
  }
  const [verb, file, ...more] = parsed.positionals;
  if (verb !== "build") throw wrong(`Expected build, got ${verb ?? "nothing"}.`);
  if (file === undefined || more.length > 0) throw wrong("One FILE.");
  const { out, bits, source = "a list of this service's operator", "count-min": count_min } = parsed.values;
  if (!out) throw wrong("--out: expected the file to write");
  if (new TextEncoder().encode(source).length > 64) throw wrong("--source: expected at most 64 bytes");
  const number = (name: string, text: string | undefined, usual: number, min: number, max: number) => {
    const value = text === undefined ? usual : /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) throw wrong(`--${name}: expected a whole number ${min}..${max}`);
    return value;
  };
  return {
    file,
    out,
    source,
    fingerprint_bits: number("bits", bits, 16, 8, 22),
    count_min: number("count-min", count_min, 1, 1, 999_999_999),
  };
}
