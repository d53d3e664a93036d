/**
 * Servers kept for every test process of this user that was started by itself, such as `deno test one_test.ts`: each
 * is started by the first test that needs it, used by all, and gone, folder and all, soon after the last.
 * `deno task test` has its own instead.
 */
import { join } from "node:path";

export type Kind = "postgres" | "temporal";

/** A server that a keeper process has started. */
export interface Startable {
  host: string;
  port: number;
  /** What its users are told: a URL, an address. */
  value: string;
  stop(): Promise<void>;
}

export interface Lease extends Disposable {
  value: string;
}

/** After this long without a test that uses it, a server ends. */
const idleSecondsMax = 20;

/** A shared lock on this file is held for as long as a test uses the server; the system frees it with its process. */
const usersFile = "users.lock";
const serverFile = "server.json";
const failureFile = "failure.txt";

function sharedFolder(kind: Kind): string {
  const windows = Deno.build.os === "windows";
  const temporary = windows ? Deno.env.get("TEMP") ?? "C:\\Windows\\Temp" : "/tmp";
  const user = windows ? Deno.env.get("USERNAME") ?? "user" : String(Deno.uid());
  return join(temporary, `flow-shield-tests-${user}-${kind}`);
}

/**
 * Uses the kept server, and starts it when there is none.
 *
 * @throws Error when it does not start within a minute.
 */
export async function leaseKept(kind: Kind, folder = sharedFolder(kind)): Promise<Lease> {
  const users = await lockedFile(folder, usersFile, false);
  try {
    using _ = await lockedFile(folder, "start.lock", true);
    const value = await answering(folder) ?? await startKeeper(kind, folder);
    return { value, [Symbol.dispose]: () => users[Symbol.dispose]() };
  } catch (error) {
    users[Symbol.dispose]();
    throw error;
  }
}

/** The folder is at a name that anybody can foretell, so it has to be ours before anything in it is believed. */
async function ownFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { mode: 0o755 }).catch((error) => {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  });
  const { uid, isDirectory } = await Deno.lstat(folder);
  if (!isDirectory || (uid !== null && uid !== Deno.uid())) {
    throw new Error(`${folder} is not ours: remove it`);
  }
}

async function lockedFile(folder: string, name: string, exclusive: boolean): Promise<Disposable> {
  const path = join(folder, name);
  while (true) {
    await ownFolder(folder);
    const file = await Deno.open(path, { create: true, write: true, mode: 0o600 }).catch((error) => {
      // The keeper has just removed the folder.
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
    if (!file) continue;
    await file.lock(exclusive);
    // A lock on a file that was removed while we waited for it protects nothing.
    const there = await Deno.stat(path).catch(() => null);
    if (there && there.ino === (await file.stat()).ino) return { [Symbol.dispose]: () => file.close() };
    file.close();
  }
}

async function answering(folder: string): Promise<string | null> {
  const text = await Deno.readTextFile(join(folder, serverFile)).catch(() => null);
  if (text === null) return null;
  const { host, port, value } = JSON.parse(text) as Startable;
  try {
    (await Deno.connect({ hostname: host, port })).close();
    return value;
  } catch {
    return null;
  }
}

/** Starts the keeper so that it lives on after this process. Called with both locks held. */
async function startKeeper(kind: Kind, folder: string): Promise<string> {
  await Deno.remove(join(folder, serverFile)).catch(() => {});
  await Deno.remove(join(folder, failureFile)).catch(() => {});
  const program = new URL("./keeper.ts", import.meta.url).href;
  const command = [Deno.execPath(), "run", "-A", "--quiet", program, kind, folder];
  if (Deno.build.os === "windows") {
    new Deno.Command(command[0], { args: command.slice(1), detached: true, stdout: "null", stderr: "null" })
      .spawn().unref();
  } else {
    // By way of a shell that ends at once: no child stays with the test that happened to be the first.
    const script = 'nohup "$@" >/dev/null 2>&1 </dev/null &';
    await new Deno.Command("sh", { args: ["-c", script, "sh", ...command], detached: true, stdin: "null" })
      .output();
  }
  for (const end = Date.now() + 120_000; Date.now() < end;) {
    const value = await answering(folder);
    if (value !== null) return value;
    const failure = await Deno.readTextFile(join(folder, failureFile)).catch(() => null);
    if (failure !== null) throw new Error(`the tests' ${kind} did not start: ${failure}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  throw new Error(`the tests' ${kind} did not start within a minute`);
}

/**
 * The keeper's life: starts the server in a folder of its own below `folder`, tells where it is, and ends it when it
 * has been out of use for a while, or by SIGTERM.
 */
export async function keep(folder: string, start: (home: string) => Promise<Startable>): Promise<void> {
  const ending = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => ending.resolve());
  const home = await Deno.makeTempDir({ dir: folder, prefix: "server-" });
  // Postgres may run as another user.
  await Deno.chmod(home, 0o755);
  const server = await start(home).catch(async (error) => {
    await Deno.writeTextFile(join(folder, failureFile), (error as Error).message);
    await Deno.remove(home, { recursive: true }).catch(() => {});
    throw error;
  });
  const draft = join(home, serverFile);
  await Deno.writeTextFile(draft, JSON.stringify(server), { mode: 0o600 });
  await Deno.rename(draft, join(folder, serverFile));

  const users = await Deno.open(join(folder, usersFile), { create: true, write: true, mode: 0o600 });
  let lastUsed = Date.now();
  let stopped = false;
  ending.promise.then(() => stopped = true);
  while (!stopped) {
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 1_000)), ending.promise]);
    const unused = await users.tryLock(true);
    if (!unused) lastUsed = Date.now();
    else if (Date.now() - lastUsed >= idleSecondsMax * 1_000) break;
    else await users.unlock();
  }
  // The lock is still held: whoever comes now waits until everything is gone, and then starts anew.
  await server.stop();
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}
