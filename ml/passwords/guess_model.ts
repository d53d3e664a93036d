/**
 * How surprising a password is to a model of the passwords that people choose, and how many guesses come before it. The
 * model is a small causal transformer over characters; how it was trained is in `training/`, what it is worth in `model/`.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { basename, dirname, join } from "node:path";
import { env, PreTrainedModel, Tensor } from "@huggingface/transformers";
import { guessesLog10, type GuessTable, readTable } from "./guess_table.ts";

export interface Guess {
  /** Decimal logarithm of how many passwords the model would try first. */
  guesses_log10: number;
  /** Bits, one a code point: how surprising it is after those before it. */
  surprise_bits: number[];
}

export interface GuessModel {
  version: string;
  /** SHA-256 of the model's file, hex. */
  hash: string;
  /** Passwords are scored one after another; of one longer than 256 code points the first 256 count. */
  score(password: string): Promise<Guess>;
  close(): Promise<void>;
}

/** As in training/train.py. */
const EDGE = 1n;
const OTHER = 2n;
const FIRST = 3;
const CONTEXT = 32;
/** What a character that the model has never seen says beyond being one of those: one of some thousand. */
const otherBits = 12;
export const passwordLengthMax = 256;

const shipped = fileURLToPath(new URL("./model/", import.meta.url));

/** @throws Error when the folder's files are not there, damaged, or do not belong together */
export async function openGuessModel(folder = shipped): Promise<GuessModel> {
  const [bytes, table_text, config_text] = await Promise.all([
    Deno.readFile(join(folder, "onnx", "model.onnx")),
    Deno.readTextFile(join(folder, "guess_table.json")),
    Deno.readTextFile(join(folder, "config.json")),
  ]);
  const hash = createHash("sha256").update(bytes).digest("hex");
  const table = readTable(table_text);
  if (table.model !== hash) throw new Error("the table of guesses was not made from this model");
  const { version } = JSON.parse(config_text);
  if (typeof version !== "string") throw new Error("config.json of the guess model names no version");
  const model = await load(folder);
  const run = async (rows: bigint[][]) => await surprise(model, rows);
  // Sizes what it needs before anybody waits for it.
  await run([[EDGE, EDGE]]);
  let last: Promise<unknown> = Promise.resolve();
  return {
    version,
    hash,
    score(password) {
      const scored = last.then(() => score(password, run, table));
      last = scored.catch(() => {});
      return scored;
    },
    close: async () => void await model.dispose(),
  };
}

async function load(folder: string) {
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = dirname(folder);
  return await PreTrainedModel.from_pretrained(basename(folder), {
    local_files_only: true,
    dtype: "fp32",
    device: "cpu",
    // Short rows: more threads would only wait for each other.
    session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
  });
}

/** @returns bits of what stands behind each mark, of every row */
async function surprise(model: PreTrainedModel, rows: bigint[][]): Promise<Float32Array[]> {
  const width = Math.max(...rows.map((row) => row.length));
  const ids = new BigInt64Array(rows.length * width);
  rows.forEach((row, i) => ids.set(row, i * width));
  const { bits } = await model({ input_ids: new Tensor("int64", ids, [rows.length, width]) });
  const flat = bits.data as Float32Array;
  return rows.map((row, i) => flat.subarray(i * (width - 1), i * (width - 1) + row.length - 1));
}

async function score(
  password: string,
  run: (rows: bigint[][]) => Promise<Float32Array[]>,
  table: GuessTable,
): Promise<Guess> {
  const marks = [...password].slice(0, passwordLengthMax).map(markOf);
  if (marks.length === 0) return { guesses_log10: 0, surprise_bits: [] };
  // The model has learnt nothing of what is longer than its context: each stretch is read as a password of its own.
  const rows: bigint[][] = [];
  for (let at = 0; at < marks.length; at += CONTEXT - 1) {
    rows.push([EDGE, ...marks.slice(at, at + CONTEXT - 1)]);
  }
  rows.at(-1)!.push(EDGE);
  const found = (await run(rows)).flatMap((row) => [...row]);
  const surprise_bits = marks.map((mark, i) => found[i] + (mark === OTHER ? otherBits : 0));
  const end = found[marks.length] ?? 0;
  const bits = surprise_bits.reduce((sum, one) => sum + one, end);
  return { guesses_log10: guessesLog10(table, bits), surprise_bits };
}

function markOf(character: string): bigint {
  const code = character.codePointAt(0)!;
  return code >= 32 && code < 127 ? BigInt(code - 32 + FIRST) : OTHER;
}
