import { expect } from "expect";
import { join } from "node:path";
import { spawnLogged, stopLeftOver } from "./process.ts";

const onUnix = Deno.build.os !== "windows";

function test(name: string, act: (folder: string) => Promise<void>) {
  Deno.test({
    name,
    ignore: !onUnix,
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await act(folder);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

function shell(folder: string, script: string) {
  const env = { PATH: Deno.env.get("PATH") ?? "" };
  return spawnLogged("sh", ["-c", script, folder], {
    logFile: join(folder, "log"),
    pidFile: join(folder, "pid"),
    env,
  });
}

function lives(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}

/** Signals sent before a shell has set its traps would be taken by the default. */
async function untilSaid(child: { lastLines(): string }, word: string) {
  while (!child.lastLines().includes(word)) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("spawnLogged() keeps the log within two files of five million bytes, and remembers the last lines", async (folder) => {
  const child = shell(folder, "head -c 12000000 /dev/zero | tr '\\0' x; echo; echo the end >&2; exit 7");
  expect(await child.exited).toBe(7);
  expect(child.lastLines()).toContain("the end");
  for (const file of ["log", "log.1"]) {
    expect((await Deno.stat(join(folder, file))).size).toBeLessThanOrEqual(5_000_000);
  }
  await expect(Deno.stat(join(folder, "pid"))).rejects.toThrow(Deno.errors.NotFound);
});

test("spawnLogged() hands none of our environment on", async (folder) => {
  Deno.env.set("FLOW_SHIELD_TEST_SECRET", "do-not-tell");
  try {
    const child = shell(folder, "env");
    await child.exited;
    expect(child.lastLines()).not.toContain("do-not-tell");
  } finally {
    Deno.env.delete("FLOW_SHIELD_TEST_SECRET");
  }
});

test("stop() ends a process that does not listen", async (folder) => {
  const child = shell(folder, "trap '' TERM; echo ready; while :; do sleep 0.05; done");
  await untilSaid(child, "ready");
  await child.stop(200);
  expect(lives(child.pid)).toBe(false);
});

test("stopLeftOver() ends what the file names, and nothing else", async (folder) => {
  const child = shell(folder, "echo ready; while :; do sleep 0.05; done");
  await untilSaid(child, "ready");
  const pidFile = join(folder, "pid");
  expect(await stopLeftOver(pidFile, "/another/folder", 1_000)).toBe(false);
  expect(lives(child.pid)).toBe(true);
  expect(await stopLeftOver(pidFile, folder, 1_000)).toBe(true);
  await child.exited;
  expect(lives(child.pid)).toBe(false);
});

for (const content of ["", "0", "1", "-1", "x", "99999999", String(Deno.pid)]) {
  test(`stopLeftOver() does nothing when the file says ${JSON.stringify(content)}`, async (folder) => {
    await Deno.writeTextFile(join(folder, "pid"), content);
    expect(await stopLeftOver(join(folder, "pid"), "deno", 100)).toBe(false);
  });
}
