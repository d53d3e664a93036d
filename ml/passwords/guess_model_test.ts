import { expect } from "expect";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { openGuessModel } from "./guess_model.ts";
import reference from "./model/reference.json" with { type: "json" };
import card from "./model/card.json" with { type: "json" };

const shipped = fileURLToPath(new URL("./model/", import.meta.url));
const sum = (bits: number[]) => bits.reduce((all, one) => all + one, 0);

Deno.test("the shipped guess model", async (t) => {
  const model = await openGuessModel();

  await t.step("is the one of its card, under 3 MB", () => {
    expect(model.hash).toBe(card.sha256);
    expect(model.hash).toBe(reference.sha256);
    expect(model.version).toBe(card.version);
    expect(card.bytes).toBeLessThan(3e6);
  });

  for (const { password, bits } of reference.passwords) {
    await t.step(
      `finds ${password} about as surprising as it did before its weights were made small`,
      async () => {
        const { surprise_bits } = await model.score(password);
        expect(surprise_bits).toHaveLength([...password].length);
        // Its end costs bits too, a few at most; a character it does not know costs 12 more.
        const known = sum(surprise_bits) - 12 * [...password].filter((c) => c > "~").length;
        expect(known).toBeLessThan(bits + 0.02 * bits + 0.5);
        expect(known).toBeGreaterThan(bits * 0.98 - 12);
      },
    );
  }

  await t.step("says the same to the same, whoever else asks", async () => {
    const alone = await model.score("Sommer2026!");
    const together = await Promise.all(["a", "Sommer2026!", "x".repeat(256)].map((one) => model.score(one)));
    expect(together[1]).toEqual(alone);
  });

  await t.step("finds what people choose easier than what nobody does", async () => {
    const [common, likely, random] = await Promise.all(
      ["123456", "jessica1987", "vX7#mQ2!zRb9Lw"].map((one) => model.score(one)),
    );
    expect(common.guesses_log10).toBeLessThan(3);
    expect(likely.guesses_log10).toBeGreaterThan(common.guesses_log10);
    expect(random.guesses_log10).toBeGreaterThan(likely.guesses_log10 + 5);
  });

  for (
    const [what, password, length] of [
      ["nothing", "", 0],
      ["one code point of two units", "🐎", 1],
      ["letters it does not know", "пароль", 6],
      ["control characters", "\u0000\n\u007f", 3],
      ["half of a pair", "\ud83d", 1],
      ["as much as its context holds", "a".repeat(31), 31],
      ["one more than its context holds", "a".repeat(32), 32],
      ["two contexts", "ab".repeat(31), 62],
      ["as much as counts", "p".repeat(256), 256],
      ["more than counts", "p".repeat(100_000), 256],
    ] as const
  ) {
    await t.step(`scores ${what}`, async () => {
      const { guesses_log10, surprise_bits } = await model.score(password);
      expect(surprise_bits).toHaveLength(length);
      expect(surprise_bits.every((one) => Number.isFinite(one) && one >= 0)).toBe(true);
      expect(Number.isFinite(guesses_log10)).toBe(true);
      expect(guesses_log10).toBeGreaterThanOrEqual(0);
    });
  }

  await t.step("reads what is longer than its context in stretches of their own", async () => {
    const stretches = ["monkey1985".padEnd(31, "q"), "vX7#mQ2!".padEnd(31, "z"), "password"];
    const alone = await Promise.all(stretches.map((one) => model.score(one)));
    const { surprise_bits } = await model.score(stretches.join(""));
    alone.flatMap((one) => one.surprise_bits).forEach((bits, i) =>
      expect(surprise_bits[i]).toBeCloseTo(bits, 3)
    );
  });

  await t.step("counts no character behind the 256th", async () => {
    const [most, more] = await Promise.all([256, 300].map((length) => model.score("p".repeat(length))));
    expect(more).toEqual(most);
  });

  await model.close();
});

const changes: [string, Record<string, ((text: string) => string) | null>, RegExp][] = [
  ["a table of another model", {
    "guess_table.json": (text) => text.replace(/"model": "[0-9a-f]{8}/, '"model": "00000000'),
  }, /not made from this model/],
  ["a table that falls", {
    "guess_table.json": (text) =>
      JSON.stringify({ ...JSON.parse(text), bits: JSON.parse(text).bits.reverse() }),
  }, /does not rise/],
  ["no table", { "guess_table.json": null }, /No such file/],
  ["no model", { "onnx/model.onnx": null }, /No such file/],
  ["a model cut short", { "onnx/model.onnx": (text) => text.slice(0, 1000) }, /not made from this model/],
  [
    "a version that is no text",
    { "config.json": () => `{"model_type":"x","version":1}` },
    /names no version/,
  ],
];
for (const [what, changed, message] of changes) {
  Deno.test(`openGuessModel() refuses ${what}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(join(folder, "onnx"));
      for (const name of ["onnx/model.onnx", "guess_table.json", "config.json"]) {
        const change = changed[name];
        if (change === null) continue;
        if (!change) await Deno.copyFile(join(shipped, name), join(folder, name));
        else {
          await Deno.writeTextFile(join(folder, name), change(await Deno.readTextFile(join(shipped, name))));
        }
      }
      await expect(openGuessModel(folder)).rejects.toThrow(message);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
