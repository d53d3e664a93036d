import { expect } from "expect";
import { assetNames, buildAssets, stylesheet } from "./assets.ts";

Deno.test("buildAssets() packs the islands of plugins beside its own, and the same input gets the same paths", async () => {
  const folder = await Deno.makeTempDir();
  const file = new URL(`file://${folder}/TestGauge.tsx`);
  await Deno.writeTextFile(
    file,
    `import { useSignal } from "@preact/signals";
     export default function TestGauge() { const s = useSignal(1); return <b>gauge {s}</b>; }`,
  );
  try {
    const assets = await buildAssets([file]);
    const { stylesheet, script } = assetNames(assets);
    expect(assets.has(stylesheet) && assets.has(script)).toBe(true);
    const texts = [...assets].map(([path, asset]) => [path, new TextDecoder().decode(asset.body)]);
    expect(texts.some(([path, text]) => path.endsWith(".js") && text.includes("gauge"))).toBe(true);
    // One copy of Preact: a second would not see the first one's signals.
    expect(texts.filter(([, text]) => text.includes("__k")).length).toBeLessThan(4);
    expect(assets.get("/assets/favicon.svg")?.content_type).toBe("image/svg+xml");
    expect([...(await buildAssets([file])).keys()]).toEqual([...assets.keys()]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("buildAssets() refuses islands it could not tell apart, and files named otherwise", async () => {
  const rows: [URL[], string][] = [
    [[new URL("file:///elsewhere/RelativeTime.tsx")], "two islands are called RelativeTime"],
    [[new URL("file:///a/Gauge.tsx"), new URL("file:///b/Gauge.tsx")], "two islands are called Gauge"],
    [[new URL("file:///a/gauge.tsx")], "named like its component"],
    [[new URL("file:///a/My-Gauge.tsx")], "named like its component"],
  ];
  for (const [files, text] of rows) await expect(buildAssets(files)).rejects.toThrow(text);
});

Deno.test("the stylesheet asks nobody else for anything", async () => {
  const urls = (await stylesheet()).match(/url\([^)]*\)|@import[^;]*/g) ?? [];
  expect(urls.filter((url) => !/^url\((#[\w-]+|\/assets\/[\w-]+\.svg)\)$/.test(url))).toEqual([]);
});

Deno.test("every class that a view uses has a rule, and every rule a view", async () => {
  const css = await stylesheet();
  const ruled = new Set([...css.matchAll(/\.([a-z][\w-]*)(?![\w-]*\))/g)].map(([, name]) => name));
  const used = new Set<string>();
  for await (const file of viewFiles()) {
    const text = await Deno.readTextFile(file);
    for (const [, names] of text.matchAll(/\bclass="([^"]+)"/g)) {
      names.split(" ").forEach((one) => used.add(one));
    }
  }
  const unruled = [...used].filter((name) => !ruled.has(name));
  expect(unruled).toEqual([]);
  // Names put together by components, those that uPlot gives (u-…), and what the documents of the core are.
  const composed = /^(account|button|facts|field__box|plot__edge|prose|u-)/;
  expect([...ruled].filter((name) => !used.has(name) && !composed.test(name))).toEqual([]);
});

/** Of the pages here and of the plugins': one stylesheet serves them all. */
async function* viewFiles(): AsyncGenerator<URL> {
  const folders = ["./", "./components/", "./pages/", "./islands/"].map((one) =>
    new URL(one, import.meta.url)
  );
  const plugins = new URL("../plugins/", import.meta.url);
  for await (const { name } of Deno.readDir(plugins)) {
    for (const one of ["pages/", "pages/views/", "islands/"]) {
      folders.push(new URL(`${name}/${one}`, plugins));
    }
  }
  for (const folder of folders) {
    const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
    for (const { name } of entries) {
      if (name.endsWith(".tsx") && !name.includes("_test")) yield new URL(name, folder);
    }
  }
}
