/** `deno task imports`: checks the house style's "Who may import whom" against `deno info --json`. */
import { relative } from "node:path";
import { type Import, problemOf } from "./import_rules.ts";

const skippedFolders = new Set(["node_modules", ".git", ".data", "coverage"]);

/** Every TypeScript file below `folder`, sorted, as URLs. */
async function sources(folder: URL): Promise<URL[]> {
  const found: URL[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder));
  for (const { name, isDirectory, isFile } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory && !skippedFolders.has(name)) found.push(...await sources(new URL(`${name}/`, folder)));
    if (isFile && /\.tsx?$/.test(name)) found.push(new URL(name, folder));
  }
  return found;
}

interface Resolved {
  specifier?: string;
  error?: string;
}

interface Info {
  modules: {
    specifier: string;
    error?: string;
    dependencies?: { specifier: string; code?: Resolved; type?: Resolved }[];
  }[];
}

/** Asks Deno for the graph of all files at once. Takes a second or two. */
async function graphOf(files: URL[], root: URL): Promise<Info> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(entry, files.map(({ href }) => `import ${JSON.stringify(href)};`).join("\n"));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-remote", "--config", new URL("deno.json", root).pathname, entry],
      cwd: root,
      signal: AbortSignal.timeout(120_000),
    }).output();
    if (!success) throw new Error(`deno info failed: ${new TextDecoder().decode(stderr).trim()}`);
    return JSON.parse(new TextDecoder().decode(stdout)) as Info;
  } finally {
    await Deno.remove(entry).catch(() => {});
  }
}

/** Every import of every file below `root`, and what could not be resolved, in sentences. */
export async function readImports(root: URL): Promise<{ imports: Import[]; unresolved: string[] }> {
  const files = await sources(root);
  const known = new Set(files.map(({ href }) => href));
  const { modules } = await graphOf(files, root);
  const path = (href: string) =>
    href.startsWith("file:")
      ? relative(root.pathname, new URL(href).pathname).replaceAll("\\", "/")
      : plain(href);
  const missing = new Set(modules.filter(({ error }) => error).map(({ specifier }) => specifier));
  const imports: Import[] = [];
  const unresolved: string[] = [];
  for (const { specifier: file, dependencies } of modules.filter(({ specifier }) => known.has(specifier))) {
    for (const { specifier, code, type } of dependencies ?? []) {
      const target = code?.specifier ?? type?.specifier;
      const from = path(file);
      if (!target || missing.has(target)) unresolved.push(`${from} imports ${specifier}, which is not there`);
      else imports.push({ from, to: path(target), types_only: code === undefined });
    }
  }
  return { imports, unresolved };
}

/** `npm:@scope/name@1.2.3/deep` without its version. */
function plain(href: string): string {
  return href.replace(/^npm:\/?((?:@[^/@]+\/)?[^/@]+)(?:@[^/]+)?/, "npm:$1");
}

/** All that is wrong below `root`, in sentences, sorted. */
export async function checkImports(root: URL): Promise<{ problems: string[]; checked: number }> {
  const { imports, unresolved } = await readImports(root);
  const wrong = imports.map(problemOf).filter((problem) => problem !== null);
  return { problems: [...new Set([...unresolved, ...wrong])].sort(), checked: imports.length };
}

if (import.meta.main) {
  const { problems, checked } = await checkImports(new URL("../../", import.meta.url));
  for (const problem of problems) console.error(problem);
  console.error(
    problems.length === 0 ? `${checked} imports, all as the house style allows` : `${problems.length} wrong`,
  );
  Deno.exit(problems.length === 0 ? 0 : 1);
}
