/** What a process costs, as Linux tells it; null elsewhere. */

/** Clock ticks a second in `/proc`: 100 on every Linux that Deno runs on. */
const ticksPerSecond = 100;

export function memoryMegabytes(pid: number): number | null {
  const status = read(`/proc/${pid}/status`);
  const kilobytes = status && /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes ? Number(kilobytes) / 1024 : null;
}

/** Seconds of processor time that a process has used so far, without its children. Null where it is not known. */
export function cpuSeconds(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  if (!stat) return null;
  // The name, in parentheses, may hold blanks; after it come the fields from the third on.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Share of one core that a process uses, in per cent, over so many seconds. */
export async function cpuPercent(pid: number, seconds: number): Promise<number | null> {
  const before = cpuSeconds(pid);
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = cpuSeconds(pid);
  if (before === null || after === null) return null;
  return (after - before) / ((performance.now() - began) / 1000) * 100;
}

/** The processes below a process: its children, theirs, and so on. */
export function descendants(pid: number): number[] {
  if (Deno.build.os !== "linux") return [];
  const children = new Map<number, number[]>();
  for (const { name } of Deno.readDirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : null;
    if (!stat) continue;
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  const found: number[] = [];
  for (let queue = [pid]; queue.length > 0;) {
    queue = queue.flatMap((one) => children.get(one) ?? []);
    found.push(...queue);
  }
  return found;
}

function read(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
