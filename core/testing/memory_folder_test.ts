import { expect } from "expect";
import { temporaryFolder } from "./memory_folder.ts";

Deno.test("a temporary folder is new, and what a killed run has left is gone", async () => {
  const prefix = `flow-shield-memory-${crypto.randomUUID().slice(0, 8)}-`;
  const first = await temporaryFolder(prefix);
  try {
    if (!first.startsWith("/dev/shm/")) return;
    // No process has this number: the system gives out smaller ones.
    const orphan = `/dev/shm/${prefix}4194305-x`;
    const other = `/dev/shm/${prefix}other`;
    for (const folder of [orphan, other]) await Deno.mkdir(`${folder}/within`, { recursive: true });
    const second = await temporaryFolder(prefix);
    const there = await Array.fromAsync(Deno.readDir("/dev/shm"), ({ name }) => `/dev/shm/${name}`);
    expect(there.filter((name) => name.includes(prefix)).sort()).toEqual(
      [first, second, other].sort(),
    );
    for (const folder of [second, other]) await Deno.remove(folder, { recursive: true });
  } finally {
    await Deno.remove(first, { recursive: true });
  }
});
