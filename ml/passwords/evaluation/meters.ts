/** Compares the meter and each of its parts with references in the format of the data set `password-meters`. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { openGuessModel } from "../guess_model.ts";
import { openKnownList } from "../known_list.ts";
import { estimate } from "../meter.ts";
import { openDictionaries } from "../dictionaries.ts";
import { openPatterns } from "../patterns.ts";
import { weightedSpearman } from "./weighted_spearman.ts";

interface Row {
  password: string;
  /** Of the reference: what is stronger is greater. */
  strength: number;
  weight: number;
  zxcvbn: number;
}

interface Scored extends Row {
  rank: number | null;
  /** A dictionary of the patterns has it as it is. */
  in_dictionary: boolean;
  patterns: number;
  model: number;
  together: number;
}

/** A file of the set: tab-separated with a header, as it is or compressed. */
async function readRows(file: string): Promise<Row[]> {
  const bytes = await Deno.readFile(file);
  const text = file.endsWith(".gz") ? gunzipSync(bytes).toString("utf8") : new TextDecoder().decode(bytes);
  const [header, ...lines] = text.split("\n").filter((line) => line !== "");
  const names = header.split("\t");
  const column = (name: string) => {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`${file}: no column ${name}`);
    return at;
  };
  const [password, strength, weight, zxcvbn] = ["password", "strength", "weight", "zxcvbn_guess_number"].map(
    column,
  );
  return lines.map((line) => line.split("\t")).map((fields) => ({
    password: fields[password],
    strength: Number(fields[strength]),
    weight: Number(fields[weight]),
    zxcvbn: Number(fields[zxcvbn]),
  }));
}

/** The passwords of the set `passwords-top`; of them a part was kept back from training, which counts as seen here. */
async function readTrained(beside: string): Promise<Set<string> | null> {
  try {
    const bytes = await Deno.readFile(join(beside, "..", "passwords-top", "passwords-dev.tsv.gz"));
    const lines = gunzipSync(bytes).toString("utf8").split("\n");
    return new Set(lines.map((line) => line.split("\t").slice(2).join("\t")));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Where the set that the model was trained on lies beside it, what it never saw is told apart.
 *
 * @param path a folder with the set, or one file of its format
 */
export async function evaluateMeters(path: string, say: (line: string) => void): Promise<void> {
  const files = (await Deno.stat(path)).isDirectory
    ? (await readdir(path)).filter((name) => /\.tsv(\.gz)?$/.test(name)).map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new Error(`${path}: no .tsv file here`);
  const trained = await readTrained(dirname(files[0]));
  const [model, list, dictionaries] = await Promise.all([
    openGuessModel(),
    openKnownList(),
    openDictionaries(),
  ]);
  const patterns = openPatterns(dictionaries);
  try {
    for (const file of files.sort()) {
      const scored: Scored[] = [];
      for (const row of await readRows(file)) {
        const rank = list.rank(row.password);
        const { guesses_log10: found, patterns: [first, ...others] } = patterns.find(row.password);
        const in_dictionary = others.length === 0 && first?.kind === "common_password" &&
          first.disguise.length === 0;
        const { guesses_log10 } = await model.score(row.password);
        const together = estimate({ rank, patterns: found, model: guesses_log10 }).guesses_log10;
        scored.push({ ...row, rank, in_dictionary, patterns: found, model: guesses_log10, together });
      }
      report(file, scored, trained, say);
    }
  } finally {
    await model.close();
  }
}

const meters: Record<string, (row: Scored) => number> = {
  "zxcvbn as the set has it": (row) => row.zxcvbn,
  "patterns": (row) => row.patterns,
  "model": (row) => row.model,
  "list, all others equal": (row) => row.rank ?? Number.MAX_SAFE_INTEGER,
  "least of patterns and model": (row) => Math.min(row.patterns, row.model),
  "least of all three": (row) => Math.min(row.patterns, row.model, Math.log10(row.rank ?? Infinity)),
  "together": (row) => row.together,
};

function report(
  file: string,
  scored: Scored[],
  trained: Set<string> | null,
  say: (line: string) => void,
): void {
  const parts: [string, Scored[]][] = [
    ["all", scored],
    ["on the list", scored.filter((row) => row.rank !== null)],
    ["not on it", scored.filter((row) => row.rank === null)],
    ["nor in a dictionary", scored.filter((row) => row.rank === null && !row.in_dictionary)],
  ];
  if (trained) {
    const unseen = scored.filter((row) => !trained.has(row.password));
    const unknown = unseen.filter((row) => !row.in_dictionary);
    // Their weights are nearly all 1, and a few great ones would speak for all.
    const once = unknown.map((row) => ({ ...row, weight: 1 }));
    parts.push(["never seen", unseen], ["nor in a dictionary, each once", once]);
  }
  say(
    `${file.split("/").at(-1)}: weighted Spearman, ${
      parts.map(([name, rows]) => `${name} ${rows.length}`).join(", ")
    }`,
  );
  for (const [name, meter] of Object.entries(meters)) {
    const figures = parts.map(([, rows]) =>
      weightedSpearman(rows.map((row) => row.strength), rows.map(meter), rows.map((row) => row.weight))
    );
    say(`  ${name.padEnd(28)} ${figures.map((one) => one.toFixed(3).padStart(7)).join(" ")}`);
  }
}
