/** Reads logs of campaigns: `hillstrom-*.csv.gz` and `random-*.csv.gz` of open-bandit, packed or not. */

export async function readLines(path: string): Promise<string[]> {
  const file = await Deno.open(path);
  const packed = path.endsWith(".gz");
  const stream = packed ? file.readable.pipeThrough(new DecompressionStream("gzip")) : file.readable;
  const text = await new Response(stream as ReadableStream<Uint8Array>).text();
  return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
}

/** A quoted field holds no comma in these files. */
const split = (line: string) => line.split(",");

export interface Campaign {
  arms: string[];
  rows: { arm: number; visit: number; conversion: number }[];
}

/** @throws Error when a column is missing */
export async function readHillstrom(path: string): Promise<Campaign> {
  const [head, ...lines] = await readLines(path);
  const names = split(head);
  const [segment, visit, conversion] = ["segment", "visit", "conversion"].map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`${path}: no column ${name}`);
    // Another column may hold a comma: those that are wanted stand at the end.
    return at - names.length;
  });
  const arms: string[] = [];
  const rows = lines.map((line) => {
    const fields = split(line);
    const name = fields.at(segment)!;
    if (!arms.includes(name)) arms.push(name);
    return {
      arm: arms.indexOf(name),
      visit: Number(fields.at(visit)),
      conversion: Number(fields.at(conversion)),
    };
  });
  return { arms, rows };
}

/** Clicks of each item among its impressions. */
export async function readClickRates(path: string): Promise<number[]> {
  const [head, ...lines] = await readLines(path);
  const names = split(head);
  const [item, click] = [names.indexOf("item_id"), names.indexOf("click")];
  if (item < 0 || click < 0) throw new Error(`${path}: no columns item_id and click`);
  const [clicks, shown]: [number[], number[]] = [[], []];
  for (const line of lines) {
    const fields = split(line);
    const id = Number(fields[item]);
    clicks[id] = (clicks[id] ?? 0) + Number(fields[click]);
    shown[id] = (shown[id] ?? 0) + 1;
  }
  const all = clicks.reduce((sum, one) => sum + one, 0) / shown.reduce((sum, one) => sum + one, 0);
  // A few hundred impressions of a rate of one in two hundred: each item's own is drawn halfway to the common one.
  return clicks.map((count, i) => (count + 300 * all) / (shown[i] + 300));
}
