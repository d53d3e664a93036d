import { join } from "node:path";
import { expect } from "expect";
import { DataDirError, lockDataDir, rememberedSecret } from "./data_dir.ts";

const module = new URL("./data_dir.ts", import.meta.url).href;

/** Another process that locks the folder, says so, and waits. */
async function holder(path: string) {
  const code = `import { lockDataDir } from ${JSON.stringify(module)};
    try { lockDataDir(${
    JSON.stringify(path)
  }); console.log("locked"); } catch (error) { console.log(error.message); }
    setTimeout(() => {}, 60_000);`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, code);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", file],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  const said = new TextDecoder().decode((await reader.read()).value);
  return {
    pid: child.pid,
    said,
    async kill() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      await Deno.remove(file);
    },
  };
}

Deno.test("a second process is refused, with the first one's number, until that one is killed", async () => {
  const path = await Deno.makeTempDir();
  const first = await holder(path);
  expect(first.said).toBe("locked\n");
  expect(() => lockDataDir(path)).toThrow(
    new RegExp(`is in use by process ${first.pid} .*DATA_DIR and PORT`),
  );
  await first.kill();
  const lock = lockDataDir(path);
  const second = await holder(path);
  expect(second.said).toContain(`by process ${Deno.pid}`);
  await second.kill();
  lock.release();
  lock.release();
  const third = await holder(path);
  expect(third.said).toBe("locked\n");
  await third.kill();
  await Deno.remove(path, { recursive: true });
});

Deno.test("a folder is free as soon as it is released, whatever programs are being started", async () => {
  const path = await Deno.makeTempDir();
  const starting = URL.createObjectURL(
    new Blob([`while (true) new Deno.Command("true").outputSync();`], { type: "text/javascript" }),
  );
  const worker = new Worker(starting, { type: "module" });
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let i = 0; i < 500; i++) lockDataDir(path).release();
  worker.terminate();
  URL.revokeObjectURL(starting);
  await Deno.remove(path, { recursive: true });
});

Deno.test("a lock file of a process that is gone does not matter", async () => {
  const path = await Deno.makeTempDir();
  await Deno.writeTextFile(join(path, "lock"), '{"pid": 1, "since": "2020-01-01"}');
  lockDataDir(path).release();
  await Deno.writeTextFile(
    join(path, "lock"),
    "not JSON at all, and much longer than what will be written now".repeat(9),
  );
  const lock = lockDataDir(path);
  expect(JSON.parse(await Deno.readTextFile(join(path, "lock"))).pid).toBe(Deno.pid);
  lock.release();
  await Deno.remove(path, { recursive: true });
});

Deno.test("a folder that cannot be made is refused by name", async () => {
  const file = await Deno.makeTempFile();
  expect(() => lockDataDir(join(file, "below"))).toThrow(DataDirError);
  await Deno.remove(file);
});

Deno.test("a remembered secret is made once, by one of many at the same moment", async () => {
  const path = await Deno.makeTempDir();
  const file = join(path, "secret");
  const code = `import { rememberedSecret } from ${JSON.stringify(module)};
    console.log(rememberedSecret(${JSON.stringify(file)}, () => crypto.randomUUID()));`;
  const script = join(path, "script.ts");
  await Deno.writeTextFile(script, code);
  const outputs = await Promise.all(
    Array.from(
      { length: 6 },
      () =>
        new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-config", script], stderr: "null" })
          .output(),
    ),
  );
  const said = outputs.map(({ stdout }) => new TextDecoder().decode(stdout).trim());
  expect(said[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(said).size).toBe(1);
  expect(rememberedSecret(file, () => "another")).toBe(said[0]);
  expect(((await Deno.stat(file)).mode ?? 0) & 0o777).toBe(0o600);
  expect([...Deno.readDirSync(path)].map((entry) => entry.name).sort()).toEqual(["script.ts", "secret"]);
  await Deno.remove(path, { recursive: true });
});
