/**
 * Packs the workflows of all plugins that are on for the worker's isolate. Bundling takes seconds and much memory,
 * so it runs in a process of its own and its result is kept under a name made from what went in.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AnyPlugin } from "../plugin.ts";

const BUNDLE_SECONDS = 120;
const projectFolder = fileURLToPath(new URL("../../", import.meta.url));

/** @returns the bundle's path */
export async function bundleWorkflows(plugins: AnyPlugin[], cacheFolder: string): Promise<string> {
  const sources = plugins.flatMap((plugin) => plugin.workflows ? [plugin.workflows] : []);
  const entry = await entryOf(sources);
  const path = join(cacheFolder, `workflows-${await contentHash(entry, sources.map(({ file }) => file))}.js`);
  if (await readFile(path).then(() => true, () => false)) return path;
  await mkdir(cacheFolder, { recursive: true });
  const entryPath = join(cacheFolder, `entry-${crypto.randomUUID()}.ts`);
  const partPath = `${path}.${crypto.randomUUID()}`;
  try {
    await writeFile(entryPath, entry);
    await bundleInChild(entryPath, partPath);
    await rename(partPath, path);
  } finally {
    await Deno.remove(entryPath).catch(() => undefined);
    await Deno.remove(partPath).catch(() => undefined);
  }
  return path;
}

/**
 * One file that names every workflow. The bundler drops a re-export of a name that is not there without a word,
 * so each declared name is looked for first.
 */
async function entryOf(sources: { file: URL; names: string[] }[]): Promise<string> {
  const lines: string[] = [];
  for (const { file, names } of sources) {
    const text = await readFile(file, "utf8");
    for (const name of names) {
      if (!new RegExp(`export (const|async function|function) ${name}\\b`).test(text)) {
        throw new Error(`${fileURLToPath(file)} does not export the workflow ${name} that its plugin names`);
      }
    }
    lines.push(`export { ${names.join(", ")} } from ${JSON.stringify(fileURLToPath(file))};`);
  }
  return lines.join("\n") + "\n";
}

async function contentHash(entry: string, files: URL[]): Promise<string> {
  const hash = createHash("sha256").update(entry).update(await readFile(join(projectFolder, "deno.json")));
  const folders = new Set([
    join(projectFolder, "workflows"),
    ...files.map((file) => dirname(fileURLToPath(file))),
  ]);
  for (const folder of folders) {
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts")).sort();
    for (const name of names) hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

async function bundleInChild(entryPath: string, outPath: string): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", fileURLToPath(new URL("./bundle_child.ts", import.meta.url)), entryPath, outPath],
    cwd: projectFolder,
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(BUNDLE_SECONDS * 1000),
  });
  const { success, stderr } = await child.output();
  if (!success) {
    throw new Error(`the workflows could not be bundled: ${new TextDecoder().decode(stderr).slice(-2000)}`);
  }
}
