import { expect } from "expect";
import { join } from "node:path";
import { cliFolder, serverFolder, userCacheFolder } from "./cache.ts";
import { type FindOptions, findTemporal } from "./find.ts";

const cli = 'echo "temporal version 1.9.1 (Server 1.32.0, UI 2.50.0)"';
const server =
  'case "$1" in --version) echo "temporal version 1.32.1";; *) echo "--config-file value";; esac';
const tool = "exit 0";
/** Stands for `go`: writes the two programs where it is told to, slowly, and counts its runs. */
const go = (count: string) => `
  echo run >> ${count}; sleep 0.3
  printf '#!/bin/sh\\n%s\\n' '${server.replaceAll("'", `'"'"'`)}' > "$GOBIN/server"
  printf '#!/bin/sh\\nexit 0\\n' > "$GOBIN/sql"
  chmod +x "$GOBIN/server" "$GOBIN/sql"`;

interface Place {
  path: string;
  cache: string;
  said: string[];
  put(folder: string, name: string, script: string): Promise<void>;
  find(more?: Partial<FindOptions>): ReturnType<typeof findTemporal>;
}

function test(name: string, act: (place: Place) => Promise<void>) {
  Deno.test({
    name,
    ignore: Deno.build.os === "windows",
    async fn() {
      const root = await Deno.makeTempDir();
      const [path, cache] = [join(root, "path"), join(root, "cache")];
      const said: string[] = [];
      try {
        await act({
          path,
          cache,
          said,
          async put(folder, name, script) {
            await Deno.mkdir(folder, { recursive: true });
            await Deno.writeTextFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
          },
          find: (more) =>
            findTemporal({
              env: {},
              cacheFolder: cache,
              // The stand-ins are shell scripts, which need their own tools; none of Temporal's is in these folders.
              path: `${path}:/nowhere`,
              onProgress: (text) => said.push(text),
              signal: new AbortController().signal,
              allowBuild: false,
              allowDownload: false,
              ...more,
            }),
        });
      } finally {
        await Deno.remove(root, { recursive: true });
      }
    },
  });
}

test("findTemporal() goes in order: configured, PATH, cache, nothing", async ({ path, cache, said, put, find }) => {
  await put(path, "temporal", cli);
  await put(path, "temporal-server", server);
  await put(path, "temporal-sql-tool", tool);
  await put(serverFolder(cache), "temporal-server", server);
  await put(serverFolder(cache), "temporal-sql-tool", tool);
  await put(cliFolder(cache), "temporal", cli);
  const seen = [];
  seen.push(await find({ env: { address: "temporal.example:7233", namespace: "n" } }));
  for (const next of [join(path, "temporal"), path, serverFolder(cache), cliFolder(cache)]) {
    seen.push(await find());
    await Deno.remove(next, { recursive: true });
  }
  seen.push(await find());
  expect(seen.map((found) => found && `${found.kind} ${found.source}`)).toEqual([
    "address configured",
    "cli path",
    "server path",
    "server cache",
    "cli cache",
    null,
  ]);
  expect(seen[0]).toMatchObject({ address: "temporal.example:7233", namespace: "n" });
  expect(seen[1]).toMatchObject({ version: "1.9.1", binary: join(path, "temporal") });
  expect(seen[2]).toMatchObject({ version: "1.32.1", sql_tool: join(path, "temporal-sql-tool") });
  expect(said.at(-1)).toContain("TEMPORAL_ADDRESS");
});

for (
  const [why, name, script] of [
    ["an old server inside", "temporal", 'echo "temporal version 1.0.0 (Server 1.24.2, UI 2.0.0)"'],
    ["another program of that name", "temporal", "echo something else"],
    ["a failure", "temporal", 'echo "temporal version 1.9.1 (Server 1.32.0)"; exit 1'],
    ["an old version", "temporal-server", 'echo "temporal version 1.22.0"; echo --config-file'],
    ["no --config-file", "temporal-server", 'echo "temporal version 1.32.1"'],
    ["no SQL tool", "temporal-server", server],
  ]
) {
  test(`findTemporal() passes over a ${name} on PATH with ${why}, and says so`, async ({ path, said, put, find }) => {
    await put(path, name, script);
    expect(await find()).toBe(null);
    expect(said[0]).toMatch(new RegExp(`Passed over: ${path}/${name}`));
  });
}

test("findTemporal() ignores a file that is not executable", async ({ path, put, find, said }) => {
  await put(path, "temporal", cli);
  await Deno.chmod(join(path, "temporal"), 0o644);
  expect(await find()).toBe(null);
  expect(said).toHaveLength(1);
});

async function serve(handler: () => Response | Promise<Response>, act: (url: string) => Promise<void>) {
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    await act(`http://127.0.0.1:${http.addr.port}/cli`);
  } finally {
    await http.shutdown();
  }
}

async function archive(put: Place["put"], folder: string, script: string): Promise<Uint8Array<ArrayBuffer>> {
  await put(folder, "temporal", script);
  const { stdout } = await new Deno.Command("tar", { args: ["-czf", "-", "-C", folder, "temporal"] })
    .output();
  return stdout;
}

test("findTemporal() downloads the program once, and has it cached then", async ({ cache, put, find }) => {
  const body = await archive(put, `${cache}-made`, cli);
  let asked = 0;
  await serve(() => (asked++, new Response(body)), async (downloadUrl) => {
    const first = await find({ allowDownload: true, downloadUrl });
    expect(first).toMatchObject({
      kind: "cli",
      source: "download",
      binary: join(cliFolder(cache), "temporal"),
    });
    expect(await find({ allowDownload: true, downloadUrl })).toMatchObject({ source: "cache" });
  });
  expect(asked).toBe(1);
});

test("findTemporal() keeps nothing of a download that fails or does not run", async ({ cache, put, find, said }) => {
  const bad = await archive(put, `${cache}-made`, "exit 1");
  for (
    const answer of [
      () => new Response("no", { status: 404 }),
      () => new Response("no tar"),
      () => new Response(bad),
    ]
  ) {
    await serve(
      answer,
      async (downloadUrl) => expect(await find({ allowDownload: true, downloadUrl })).toBe(null),
    );
  }
  expect(await find({ allowDownload: true, downloadUrl: "http://127.0.0.1:1/" })).toBe(null);
  expect(said.filter((text) => text.includes("could not be downloaded"))).toHaveLength(4);
  expect([...Deno.readDirSync(cache)]).toEqual([]);
});

test("findTemporal() builds with Go, and two processes build once", async ({ path, put, find }) => {
  const count = join(path, "count");
  await put(path, "go", `PATH=${Deno.env.get("PATH")}${go(count)}`);
  const both = await Promise.all([find({ allowBuild: true }), find({ allowBuild: true })]);
  expect(both.map((found) => found?.source).sort()).toEqual(["build", "cache"]);
  for (const found of both) expect(found).toMatchObject({ kind: "server", version: "1.32.1" });
  expect(await Deno.readTextFile(count)).toBe("run\n");
  expect(await find()).toMatchObject({ source: "cache" });
});

test("findTemporal() builds only when allowed, and survives a build that fails", async ({ path, cache, put, find, said }) => {
  await put(path, "go", "echo no space left; exit 1");
  expect(await find()).toBe(null);
  expect(said.at(-1)).toContain("not allowed");
  expect(await find({ allowBuild: true })).toBe(null);
  expect(said.at(-1)).toContain("no space left");
  expect([...Deno.readDirSync(cache)].map((entry) => entry.name)).toEqual(["temporal-1.32.1.lock"]);
});

test("findTemporal() stops a build when it is told to", async ({ path, put, find }) => {
  await put(path, "go", "exec sleep 60");
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 200);
  await expect(find({ allowBuild: true, signal: stop.signal, path: `${path}:${Deno.env.get("PATH")}` }))
    .rejects.toThrow("enough");
});

Deno.test("userCacheFolder() prefers XDG_CACHE_HOME, and needs no home", () => {
  const env = (values: Record<string, string>) => (name: string) => values[name];
  expect(userCacheFolder(env({ XDG_CACHE_HOME: "/x", HOME: "/h" }))).toBe(join("/x", "flow-shield"));
  expect(userCacheFolder(env({}))).toBeTruthy();
});
