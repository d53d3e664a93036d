import fc from "fast-check";
import { expect } from "expect";
import { createHash } from "node:crypto";
import { type BreachFilter, createBreachFilter, openBreachFilter } from "./breached.ts";
import { buildFilter, layerOf, layerRanks, type ShardEntries } from "./breached_build.ts";
import { nearMax, nearOnes } from "./breached_near.ts";

async function bytesOf(
  passwords: string[],
  shard_bits: 0 | 8 = 0,
  fingerprint_bits = 12,
): Promise<Uint8Array> {
  const ranks = layerRanks(passwords.length);
  const hashes = passwords.map((password, i) => ({
    sha1: createHash("sha1").update(password).digest(),
    layer: layerOf(i + 1, ranks),
  }));
  const shard = (index: number): ShardEntries => {
    const mine = hashes.filter(({ sha1 }) => shard_bits === 0 || sha1[0] === index);
    return {
      words: Uint32Array.from(mine.flatMap(({ sha1 }) => [4, 8, 12].map((at) => sha1.readUint32BE(at)))),
      layers: Uint32Array.from(mine, ({ layer }) => layer),
    };
  };
  const chunks: Uint8Array[] = [];
  await buildFilter({ fingerprint_bits, shard_bits, ranks, source: "a test" }, shard, (bytes) => {
    chunks.push(bytes.slice());
  });
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

const numbered = (count: number) => Array.from({ length: count }, (_, i) => `known ${i}`);

function falseAlarms(filter: BreachFilter, tries: number): number {
  let count = 0;
  for (let i = 0; i < tries; i++) if (filter.has(`stranger ${i}`)) count++;
  return count;
}

for (
  const [size, shard_bits] of [[0, 0], [1, 0], [2, 0], [7, 0], [1000, 0], [10_000, 0], [3000, 8]] as const
) {
  Deno.test(`a filter of ${size} in ${2 ** shard_bits} shards knows every one, with the rank of its layer`, async () => {
    const known = numbered(size);
    const filter = createBreachFilter(await bytesOf(known, shard_bits));
    expect(filter.size).toBe(size);
    const ranks = layerRanks(size);
    for (const [i, password] of known.entries()) {
      expect(filter.rank(password)).toBe(ranks[layerOf(i + 1, ranks)]);
      expect(filter.rank(password)).toBeGreaterThanOrEqual(i + 1);
    }
    if (size === 0) expect(filter.has("")).toBe(false);
  });
}

Deno.test("a filter takes no more strangers for known ones than it says", async () => {
  const filter = createBreachFilter(await bytesOf(numbered(20_000), 0, 8));
  const tries = 40_000;
  const expected = tries * filter.false_positive_rate;
  // Four standard deviations to either side.
  expect(Math.abs(falseAlarms(filter, tries) - expected)).toBeLessThan(4 * Math.sqrt(expected));
});

Deno.test("a password that comes twice has its lowest rank, and is counted once", async () => {
  const filter = createBreachFilter(await bytesOf(["twice", ...numbered(1500), "twice"]));
  expect(filter.size).toBe(1501);
  expect(filter.rank("twice")).toBe(1000);
});

const damages: [why: string, damage: (bytes: Uint8Array) => Uint8Array, says: RegExp][] = [
  ["nothing", () => new Uint8Array(), /cut off/],
  ["its first half", (bytes) => bytes.slice(0, bytes.length / 2), /hash/],
  ["all but its last byte", (bytes) => bytes.slice(0, -1), /hash/],
  ["another beginning", (bytes) => bytes.with(0, 0), /no breach filter/],
  ["another version", (bytes) => bytes.with(4, 2), /format 2/],
  ["one bit that fell over", (bytes) => bytes.with(300, bytes[300] ^ 4), /hash/],
  ["another hash", (bytes) => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1), /hash/],
];
for (const [why, damage, says] of damages) {
  Deno.test(`a filter's file is refused: ${why}`, async () => {
    const bytes = damage(await bytesOf(numbered(500)));
    expect(() => createBreachFilter(bytes)).toThrow(says);
  });
}

Deno.test("the same list makes the same file", async () => {
  expect(await bytesOf(numbered(300))).toEqual(await bytesOf(numbered(300)));
});

const shipped = await openBreachFilter();

Deno.test("the shipped filter knows some hundred thousand in less than two megabytes, and hardly any stranger", async () => {
  expect(shipped.size).toBeGreaterThan(600_000);
  expect((await Deno.stat(new URL("./model/breached.bin", import.meta.url))).size).toBeLessThan(2_000_000);
  expect(shipped.false_positive_rate).toBeLessThan(1 / 500_000);
  expect(falseAlarms(shipped, 50_000)).toBeLessThanOrEqual(2);
});

const ranked: [password: string, rank: number | null][] = [
  ["123456", 1000],
  ["password", 1000],
  ["passw0rd", 1000],
  ["qwertyuiop", 1000],
  ["drowssap", 10_000],
  ["PASSWORD", 10_000],
  ["correct horse battery staple", null],
  ["xk7Qp2vLm9", null],
  ["", null],
];
for (const [password, rank] of ranked) {
  Deno.test(`the shipped filter ranks ${JSON.stringify(password)} ${rank ?? "nowhere"}`, () => {
    expect(shipped.rank(password)).toBe(rank);
  });
}

const nearCases: [password: string, how: string | null][] = [
  ["password", null],
  ["pAssWord", "case"],
  ["sunshine#77", "suffix"],
  ["Monkey12345!!", "suffix+case"],
  ["99!!sunshine", "prefix"],
  ["99!!sunshine$1", "prefix+suffix"],
  ["$un$h1n3", "leet"],
  ["5unsh1n3#%7", "suffix+leet"],
  ["sunhsine", "edit"],
  ["sunshnie", "edit"],
  ["erutnevda", "reversed"],
  ["sunshinesunshine", "repeated"],
  ["correct horse battery", null],
  ["xk7Qp2vLm9", null],
  ["zQ", null],
  ["", null],
  ["password".repeat(20), null],
];
for (const [password, how] of nearCases) {
  Deno.test(`near() finds ${how ?? "nothing"} at ${JSON.stringify(password.slice(0, 24))}`, () => {
    expect(shipped.near(password)?.how ?? null).toBe(how);
  });
}

Deno.test("near() asks a bounded number of times, whatever the password is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 256 }), (password) => {
      expect([...nearOnes(password)].length).toBeLessThanOrEqual(nearMax);
    }),
    { numRuns: 40 },
  );
  const longest = "A1b2C3d4E5f6G7h8";
  expect([...nearOnes(longest)].length).toBe(nearMax);
});

Deno.test("near() is never far: few of what is drawn at random are near a known one", () => {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!$%&";
  let seed = 7;
  const next = () => seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
  let near = 0;
  for (let i = 0; i < 200; i++) {
    const password = Array.from({ length: 10 }, () => letters[next() % letters.length]).join("");
    if (shipped.near(password)) near++;
  }
  expect(near).toBeLessThanOrEqual(2);
});
