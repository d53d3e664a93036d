/**
 * Writes `bigrams.ts`: which letter follows which in local parts that people make of their names.
 * `deno run -A ml/fraud/features/build_bigrams.ts DIR`, where DIR has `female_names.txt.gz`, `male_names.txt.gz` and
 * `surnames.txt.gz` of the United States Census 1990 (public domain), most frequent first.
 */
import { random } from "../../lib/random.ts";

const symbols = "abcdefghijklmnopqrstuvwxyz9.$";
const scale = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const samples = 400_000;

async function words(path: string): Promise<string[]> {
  const file = await Deno.open(path);
  const text = await new Response(
    file.readable.pipeThrough(new DecompressionStream("gzip")),
  ).text();
  return text.split("\n").map((line) => line.trim().split(/\s/)[0]).filter((
    word,
  ) => word !== "");
}

/** Frequent names are drawn more often; ranks stand in for counts. */
function sampler(names: string[], next: () => number): () => string {
  const sums: number[] = [];
  names.reduce(
    (sum, _, rank) => sums[rank] = sum + 1 / Math.sqrt(rank + 10),
    0,
  );
  return () => {
    const at = next() * sums[sums.length - 1];
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return names[low];
  };
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (!folder) throw new Error("Which folder has the lists of names?");
  const luck = random("bigrams");
  const first = [
    sampler(await words(`${folder}/female_names.txt.gz`), luck.next),
    sampler(await words(`${folder}/male_names.txt.gz`), luck.next),
  ];
  const last = sampler(await words(`${folder}/surnames.txt.gz`), luck.next);
  const shapes: ((f: string, l: string) => string)[] = [
    (f, l) => `${f}.${l}`,
    (f, l) => f + l,
    (f, l) => f[0] + l,
    (f) => f,
    (_, l) => l,
    (f, l) => f + l[0],
    (f, l) => `${f[0]}.${l}`,
  ];
  const counts = Array.from(symbols, () => Array.from(symbols, () => 0.5));
  for (let i = 0; i < samples; i++) {
    const shape = luck.weighted(shapes, [25, 15, 15, 10, 10, 10, 10]);
    const digits = luck.chance(0.35) ? "9".repeat(luck.weighted([1, 2, 3, 4], [1, 4, 1, 2])) : "";
    let previous = symbols.indexOf("$");
    for (const character of `${shape(luck.pick(first)(), last())}${digits}$`) {
      const at = symbols.indexOf(character);
      if (at < 0) continue;
      counts[previous][at]++;
      previous = at;
    }
  }
  const rows = counts.map((row) => {
    const sum = row.reduce((a, b) => a + b);
    return row.map((count) => scale[Math.min(scale.length - 1, Math.round(-4 * Math.log2(count / sum)))])
      .join("");
  });
  await Deno.writeTextFile(
    new URL("./bigrams.ts", import.meta.url),
    `/**
 * Written by \`build_bigrams.ts\` from the first names and surnames of the United States Census 1990 (public domain).
 * A row for the character before, a column for the one after, both in the order of \`symbols\`: "9" is any digit, "." any
 * sign, "$" the start and the end. "A" is 0 bits, each letter after it a quarter of a bit more.
 */
export const symbols = "${symbols}";
export const scale = "${scale}";
export const rows = [
${rows.map((row) => `  "${row}",`).join("\n")}
];
`,
  );
}
