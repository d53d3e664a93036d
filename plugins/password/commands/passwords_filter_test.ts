import { expect } from "expect";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { CommandTools } from "../../../core/plugin.ts";
import { openBreachFilter } from "../../../ml/passwords/breached.ts";
import { passwordsFilter } from "./passwords_filter.ts";

async function run(...args: string[]): Promise<string[]> {
  const said: string[] = [];
  await passwordsFilter.run(args, { say: (line: string) => void said.push(line) } as unknown as CommandTools);
  return said;
}

async function folder() {
  const path = await Deno.makeTempDir();
  return {
    file: (name: string) => join(path, name),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

const sha1 = (text: string) => createHash("sha1").update(text).digest("hex").toUpperCase();

Deno.test("passwords filter build knows every password of a plain list, by its place", async () => {
  await using temporary = await folder();
  const list = Array.from({ length: 1200 }, (_, i) => `pass ${i}`);
  // Windows ends of lines, an empty line, one that is too long, one that comes twice, none at the end.
  const text = [...list.slice(0, 600), "", "x".repeat(5000), "pass 3", ...list.slice(600)].join("\r\n");
  await Deno.writeTextFile(temporary.file("list.txt"), text);
  const said = await run(
    "build",
    temporary.file("list.txt"),
    "--out",
    temporary.file("out"),
    "--source",
    "ours",
  );
  expect(said.join("\n")).toContain("2 lines were passed over");
  expect(said.join("\n")).toContain("1,200 passwords");
  const filter = await openBreachFilter(temporary.file("out"));
  expect(filter.source).toBe("ours");
  expect(filter.size).toBe(1200);
  expect(list.every((password) => filter.has(password))).toBe(true);
  expect(filter.rank("pass 3")).toBe(1000);
  expect(filter.rank("pass 1199")).toBeGreaterThan(1000);
  expect(filter.false_positive_rate).toBe(2 ** -16);
});

Deno.test("passwords filter build reads SHA1:COUNT, in any order, and ranks by count", async () => {
  await using temporary = await folder();
  const lines = Array.from({ length: 1500 }, (_, i) => `${sha1(`pass ${i}`)}:${3000 - 2 * i}`).sort();
  await Deno.writeTextFile(temporary.file("hashes.txt"), `${lines.join("\n")}\nno hash\n`);
  const args = ["--out", temporary.file("out"), "--count-min", "100", "--bits", "20"];
  const said = await run("build", temporary.file("hashes.txt"), ...args);
  expect(said.join("\n")).toContain("1 lines were passed over");
  const filter = await openBreachFilter(temporary.file("out"));
  expect(filter.size).toBe(1451);
  expect(filter.rank("pass 0")).toBe(1000);
  expect(filter.rank("pass 999")).toBe(1000);
  expect(filter.rank("pass 1000")).toBe(1451);
  expect(filter.rank("pass 1450")).toBe(1451);
  expect(filter.has("pass 1451")).toBe(false);
});

const refused: [args: (file: (name: string) => string) => string[], says: string][] = [
  [() => ["make"], "Expected build"],
  [() => ["build"], "One FILE"],
  [(file) => ["build", file("list"), file("list"), "--out", file("out")], "One FILE"],
  [(file) => ["build", file("list")], "--out: expected"],
  [
    (file) => ["build", file("list"), "--out", file("out"), "--bits", "7"],
    "--bits: expected a whole number 8..22",
  ],
  [(file) => ["build", file("list"), "--out", file("out"), "--bits", "23"], "--bits"],
  [(file) => ["build", file("list"), "--out", file("out"), "--count-min", "0"], "--count-min"],
  [(file) => ["build", file("list"), "--out", file("out"), "--source", "ü".repeat(33)], "--source"],
  [(file) => ["build", file("list"), "--out", file("out"), "--what"], "--what"],
  [(file) => ["build", file("none"), "--out", file("out")], "is not there"],
  [(file) => ["build", file("empty"), "--out", file("out")], "no line that can be used"],
  [(file) => ["build", file("list"), "--out", file("empty")], "is there already"],
];
Deno.test("passwords filter build says what is wrong, and writes nothing", async () => {
  await using temporary = await folder();
  await Deno.writeTextFile(temporary.file("list"), "one\ntwo\n");
  await Deno.writeTextFile(temporary.file("empty"), "\n\n");
  for (const [args, says] of refused) {
    await expect(run(...args(temporary.file))).rejects.toThrow(says);
    await expect(Deno.stat(temporary.file("out"))).rejects.toThrow();
  }
  expect(await Deno.readTextFile(temporary.file("empty"))).toBe("\n\n");
  expect((await run())[0]).toContain("main.ts passwords filter build");
});
