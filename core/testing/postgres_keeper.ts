/**
 * Keeps one Postgres for every test process of this user that was started by itself, such as `deno test one_test.ts`:
 * started by the first, used by all, and gone, folder and all, soon after the last. `deno task test` has its own.
 */
import { join } from "node:path";
import { startPostgres } from "./postgres_server.ts";

/** After this long without a test that uses it, the server ends. */
const idleSecondsMax = 20;

/** A shared lock on this file is held for as long as a test uses the server; the system frees it with its process. */
const usersFile = "users.lock";
const serverFile = "server.json";
const failureFile = "failure.txt";

interface Kept {
  url: string;
}

export interface Lease {
  /** A superuser's. */
  url: string;
  /** Lets the server end once nobody else uses it. */
  [Symbol.dispose](): void;
}

function sharedFolder(): string {
  const temporary = Deno.build.os === "windows" ? Deno.env.get("TEMP") ?? "C:\\Windows\\Temp" : "/tmp";
  const user = Deno.build.os === "windows" ? Deno.env.get("USERNAME") ?? "user" : String(Deno.uid());
  return join(temporary, `flow-shield-tests-${user}`);
}

/**
 * Uses the kept server, and starts it when there is none.
 *
 * @throws Error when it does not start within a minute.
 */
export async function leaseKeptPostgres(folder = sharedFolder()): Promise<Lease> {
  await ownFolder(folder);
  const users = await lockedFile(folder, usersFile, false);
  try {
    using _ = await lockedFile(folder, "start.lock", true);
    const url = await answering(folder) ?? await startKeeper(folder);
    return { url, [Symbol.dispose]: () => users[Symbol.dispose]() };
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
    const file = await Deno.open(path, { create: true, write: true, mode: 0o600 });
    await file.lock(exclusive);
    // The keeper removes the files when it ends: a lock on a file that is gone protects nothing.
    const there = await Deno.stat(path).catch(() => null);
    if (there && there.ino === (await file.stat()).ino) return { [Symbol.dispose]: () => file.close() };
    file.close();
  }
}

async function answering(folder: string): Promise<string | null> {
  const text = await Deno.readTextFile(join(folder, serverFile)).catch(() => null);
  if (text === null) return null;
  const { url } = JSON.parse(text) as Kept;
  const { hostname, port } = new URL(url);
  try {
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return url;
  } catch {
    return null;
  }
}

/** Starts the keeper so that it lives on after this process. Called with both locks held. */
async function startKeeper(folder: string): Promise<string> {
  await Deno.remove(join(folder, serverFile)).catch(() => {});
  await Deno.remove(join(folder, failureFile)).catch(() => {});
  const command = [Deno.execPath(), "run", "-A", "--quiet", new URL(import.meta.url).href, folder];
  if (Deno.build.os === "windows") {
    new Deno.Command(command[0], { args: command.slice(1), detached: true, stdout: "null", stderr: "null" })
      .spawn().unref();
  } else {
    // By way of a shell that ends at once: no child stays with the test that happened to be the first.
    const script = 'nohup "$@" >/dev/null 2>&1 </dev/null &';
    await new Deno.Command("sh", { args: ["-c", script, "sh", ...command], detached: true, stdin: "null" })
      .output();
  }
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const url = await answering(folder);
    if (url !== null) return url;
    const failure = await Deno.readTextFile(join(folder, failureFile)).catch(() => null);
    if (failure !== null) throw new Error(`the tests' Postgres did not start: ${failure}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  throw new Error("the tests' Postgres did not start within a minute");
}

async function keep(folder: string): Promise<void> {
  const home = await Deno.makeTempDir({ dir: folder, prefix: "server-" });
  await Deno.chmod(home, 0o755);
  const server = await startPostgres(join(home, "postgres")).catch(async (error) => {
    await Deno.writeTextFile(join(folder, failureFile), (error as Error).message);
    await Deno.remove(home, { recursive: true }).catch(() => {});
    throw error;
  });
  const ending = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => ending.resolve());
  const draft = join(home, serverFile);
  await Deno.writeTextFile(draft, JSON.stringify({ url: server.url } satisfies Kept), { mode: 0o600 });
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
  await server.remove();
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  Deno.exit(0);
}

if (import.meta.main) await keep(Deno.args[0]);
