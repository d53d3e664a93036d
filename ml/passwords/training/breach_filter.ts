/**
 * Makes the breach filter that is shipped, from the data sets `passwords-top` and `names-words`.
 *
 *     deno run -A breach_filter.ts DATA_FOLDER OUT
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { buildFilter, layerOf, layerRanks } from "../breached_build.ts";

const [data, out] = Deno.args;
if (!data || !out) {
  console.error("usage: breach_filter.ts DATA_FOLDER OUT");
  Deno.exit(2);
}

async function linesOf(file: string): Promise<string[]> {
  return gunzipSync(await Deno.readFile(join(data, file))).toString("utf8").trimEnd().split("\n");
}

const rankOf = new Map<string, number>();
for (const line of await linesOf("passwords-top/passwords-dev.tsv.gz")) {
  const [rank, , password] = line.split("\t");
  rankOf.set(password, Number(rank));
}
// In the order of their ranks, so the last has the highest.
const size = [...rankOf.values()].at(-1)!;
// The carrier of that list took out whatever holds certain words; "password" is among them.
const { dictionary } = await import("@zxcvbn-ts/language-common");
const others = [
  (await linesOf("names-words/passwords.txt.gz")).map((line) => line.trimEnd().replace(/\s+\d+$/, "")),
  dictionary["passwords-common"] as string[],
];
for (const list of others) {
  for (const [i, password] of list.entries()) {
    if (!rankOf.has(password)) rankOf.set(password, i + 1);
  }
}

const ranks = layerRanks(size);
const words = new Uint32Array(rankOf.size * 3);
const layers = new Uint32Array(rankOf.size);
let i = 0;
for (const [password, rank] of rankOf) {
  const sha1 = createHash("sha1").update(password).digest();
  for (const j of [0, 1, 2]) words[i * 3 + j] = sha1.readUint32BE(4 + j * 4);
  layers[i++] = layerOf(rank, ranks);
}
using file = await Deno.open(out, { write: true, create: true, truncate: true });
const head = { fingerprint_bits: 19, shard_bits: 0, ranks, source: "Pwned Passwords, the most common ones" };
const { keys, hash } = await buildFilter(head, () => ({ words, layers }), (bytes) => {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
});
console.log(`${keys} passwords, SHA-256 ${hash}`);
