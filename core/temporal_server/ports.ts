// Loopback ports for the servers we start ourselves, the same ones on every start while they are free.
import { dirname } from "node:path";

// Below the range from which Linux, macOS and Windows take ports for outgoing connections, so that a port we
// remember is not lent to somebody's client while we are stopped.
const lowestPort = 20_000;
const highestPort = 32_767;

/**
 * Gives each name a TCP port on 127.0.0.1: the one remembered in `file` if it is free now, else a new one. All ports
 * are distinct, and those of other names in the file are left alone, so that several servers may share one file.
 *
 * @param file JSON, `{name: port}`; created with its folder, replaced in one step. Unreadable content is forgotten.
 * @throws Error when no free port is found.
 */
export async function rememberedPorts(file: string, names: string[]): Promise<Record<string, number>> {
  const remembered = await readPorts(file);
  const ports: Record<string, number> = {};
  const taken = new Set(
    Object.entries(remembered).filter(([name]) => !names.includes(name)).map(([, p]) => p),
  );
  // Held open until every name has its port, or two names could be given the same one.
  const held: Deno.Listener[] = [];
  const claim = (port: number): boolean => {
    if (taken.has(port)) return false;
    try {
      held.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied) {
        return false;
      }
      throw error;
    }
    taken.add(port);
    return true;
  };
  try {
    // All remembered ones first: a new name must not be given the port that a later name remembers.
    for (const name of names) {
      if (remembered[name] !== undefined && claim(remembered[name])) ports[name] = remembered[name];
    }
    for (const name of names) ports[name] ??= newPort(claim);
  } finally {
    for (const listener of held) listener.close();
  }
  if (names.some((name) => ports[name] !== remembered[name])) {
    await writePorts(file, { ...remembered, ...ports });
  }
  return ports;
}

function newPort(claim: (port: number) => boolean): number {
  for (let attempt = 0; attempt < 500; attempt++) {
    // At random, so that two processes that look at the same moment seldom pick the same.
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort + 1));
    if (claim(port)) return port;
  }
  throw new Error(`no free port on 127.0.0.1 between ${lowestPort} and ${highestPort}`);
}

/** What is remembered; nothing when there is no such file. */
export async function readPorts(file: string): Promise<Record<string, number>> {
  try {
    const stored: unknown = JSON.parse(await Deno.readTextFile(file));
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(Object.entries(stored).filter(([, port]) => isPort(port)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return {};
    throw error;
  }
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
}

async function writePorts(file: string, ports: Record<string, number>): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, JSON.stringify(ports, null, 2) + "\n");
  await Deno.rename(draft, file);
}
