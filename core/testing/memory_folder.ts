/** A place for what tests write: in memory where there is plenty of it, since most of it are databases of a second. */
import { statfs } from "node:fs/promises";

const shared_memory = "/dev/shm";
/** What all tests together write is a sixth of this at most. */
const BYTES_FREE_MIN = 2 * 1024 ** 3;

/**
 * Makes a folder, which the caller removes; what a killed one has left, the next with this prefix does. It is in the
 * usual place for temporary files where the system has none in memory, too little, or lets no program run there.
 */
export async function temporaryFolder(prefix: string): Promise<string> {
  if (!await isPlentiful()) return await Deno.makeTempDir({ prefix });
  await removeOrphans(prefix);
  return await Deno.makeTempDir({ dir: shared_memory, prefix: `${prefix}${Deno.pid}-` });
}

async function isPlentiful(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const mounts = (await Deno.readTextFile("/proc/mounts")).split("\n").map((line) => line.split(" "));
  const [, , type, options = ""] = mounts.find(([, where]) => where === shared_memory) ?? [];
  if (type !== "tmpfs" || options.split(",").includes("noexec")) return false;
  const { bavail, bsize } = await statfs(shared_memory);
  const free = Math.min(bavail * bsize, Deno.systemMemoryInfo().available, await freeOfContainer());
  return free >= BYTES_FREE_MIN;
}

/** What a container's limit leaves; files in memory count against it. */
async function freeOfContainer(): Promise<number> {
  const files = [["memory.max", "memory.current"], [
    "memory/memory.limit_in_bytes",
    "memory/memory.usage_in_bytes",
  ]];
  for (const names of files) {
    const [limit, used] = await Promise.all(
      names.map((name) => Deno.readTextFile(`/sys/fs/cgroup/${name}`).catch(() => "")),
    );
    // Where there is no limit, it says `max`, or more than any machine has.
    if (Number(limit) > 0 && Number(used) >= 0) return Number(limit) - Number(used);
  }
  return Infinity;
}

/** A run that was killed could not give back its memory. */
async function removeOrphans(prefix: string): Promise<void> {
  for await (const { name } of Deno.readDir(shared_memory)) {
    const [, pid] = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length)) ?? [] : [];
    if (!pid || await Deno.stat(`/proc/${pid}`).then(() => true, () => false)) continue;
    await Deno.remove(`${shared_memory}/${name}`, { recursive: true }).catch(() => {});
  }
}
