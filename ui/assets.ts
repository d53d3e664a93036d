/** Everything a browser loads beside the page: one stylesheet, one script in small parts, three drawings. */
import * as esbuild from "esbuild";
import { createHash } from "node:crypto";
import { favicon, wave } from "./drawings.ts";

export interface Asset {
  body: Uint8Array;
  content_type: string;
  /** Its path holds the hash of its content, so it may be cached for ever. */
  immutable: boolean;
}

/** Where a page finds what it links to. */
export interface AssetNames {
  stylesheet: string;
  script: string;
}

const styles = [
  "tokens",
  "base",
  "forms",
  "buttons",
  "components",
  "steps",
  "lists",
  "prose",
  "shell",
  "deep",
  "home",
  "auth",
  "account",
  "factors",
  "charts",
  "risk",
  "rings",
  "mail",
];
const own_islands = [
  "AutoRefresh",
  "ChallengeWatch",
  "CodeEntry",
  "CopyText",
  "FormSignals",
  "PasskeyButton",
  "PasswordReveal",
  "PasswordStrength",
  "PrintPage",
  "RelativeTime",
  "SessionList",
  "StatusBoard",
].map((name) => new URL(`./islands/${name}.tsx`, import.meta.url));

const content_types: Record<string, string> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The one stylesheet, in the order in which its parts build on each other. */
export async function stylesheet(): Promise<string> {
  const parts = styles.map((name) => Deno.readTextFile(new URL(`./styles/${name}.css`, import.meta.url)));
  return (await Promise.all(parts)).join("\n");
}

/**
 * Bundles the islands of the pages here and of every plugin. Answers what is served, by path.
 * @param island_files files whose default export is the component that bears the file's name
 * @throws when two files have one name: the browser could not tell their islands apart
 */
export async function buildAssets(island_files: URL[] = []): Promise<Map<string, Asset>> {
  const islands = namesOf([...own_islands, ...island_files]);
  const assets = new Map<string, Asset>();
  const encode = (text: string) => new TextEncoder().encode(text);
  try {
    const [bundle, css] = await Promise.all([
      esbuild.build({
        stdin: { contents: entry(islands), resolveDir: pathOf(new URL(".", import.meta.url)), loader: "ts" },
        bundle: true,
        splitting: true,
        write: false,
        minify: true,
        format: "esm",
        target: "es2022",
        jsx: "automatic",
        jsxImportSource: "preact",
        outdir: "assets",
        entryNames: "islands-[hash]",
        chunkNames: "part-[hash]",
        charset: "utf8",
        legalComments: "none",
        logLevel: "silent",
        // Islands of plugins that live outside this folder share our copy of Preact.
        nodePaths: [pathOf(new URL("../node_modules/", import.meta.url))],
        tsconfigRaw: {},
      }),
      esbuild.transform(await stylesheet(), { loader: "css", minify: true, charset: "utf8" }),
    ]);
    for (const file of bundle.outputFiles) {
      const name = file.path.replaceAll("\\", "/").split("/").at(-1) ?? "";
      assets.set(`/assets/${name}`, { body: file.contents, content_type: content_types.js, immutable: true });
    }
    const hash = createHash("sha256").update(css.code).digest("base64url").replaceAll(/[-_]/g, "").slice(
      0,
      10,
    );
    assets.set(`/assets/style-${hash}.css`, {
      body: encode(css.code),
      content_type: content_types.css,
      immutable: true,
    });
  } finally {
    // Its helper process would keep ours from ending.
    await esbuild.stop();
  }
  for (const [name, drawing] of Object.entries({ favicon, wave })) {
    assets.set(`/assets/${name}.svg`, {
      body: encode(drawing),
      content_type: content_types.svg,
      immutable: false,
    });
  }
  return assets;
}

export function assetNames(assets: Map<string, Asset>): AssetNames {
  const find = (pattern: RegExp) => {
    const path = [...assets.keys()].find((path) => pattern.test(path));
    if (!path) throw new Error(`no asset matches ${pattern}`);
    return path;
  };
  return { stylesheet: find(/^\/assets\/style-.+\.css$/), script: find(/^\/assets\/islands-.+\.js$/) };
}

function namesOf(files: URL[]): Map<string, URL> {
  const islands = new Map<string, URL>();
  for (const file of files) {
    const name = file.pathname.split("/").at(-1)?.replace(/\.[jt]sx?$/, "") ?? "";
    if (!/^[A-Z]\w*$/.test(name)) {
      throw new Error(`an island's file is named like its component, not ${file.href}`);
    }
    const other = islands.get(name);
    if (other && other.href !== file.href) {
      throw new Error(`two islands are called ${name}: ${other.href} and ${file.href}`);
    }
    islands.set(name, file);
  }
  return islands;
}

/** Each island is loaded when a page has it, so a page pays for what it shows. */
function entry(islands: Map<string, URL>): string {
  const loaders = [...islands].map(([name, file]) =>
    `${name}: () => import(${JSON.stringify(pathOf(file))})`
  );
  return `import { wake } from "./islands/runtime.ts";\nwake({ ${loaders.join(",\n")} });\n`;
}

function pathOf(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  // On Windows a file URL reads /C:/…, which no program there opens.
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}
