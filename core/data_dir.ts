/** The folder that holds everything one copy of the service owns: used by one process at a time. */
import { join, resolve } from "node:path";

export interface DataDirLock {
  /** The folder's absolute path. */
  path: string;
  release(): void;
}

export class DataDirError extends Error {
  /** Another process holds the folder: it may be asked instead. */
  readonly in_use: boolean;

  constructor(message: string, { in_use = false, ...options }: ErrorOptions & { in_use?: boolean } = {}) {
    super(message, options);
    this.name = "DataDirError";
    this.in_use = in_use;
  }
}

/**
 * Creates the folder (mode 0700) and locks it until `release()` or the end of this process, however it ends: the lock
 * is the system's own on an open file, so a killed process leaves none behind.
 *
 * @throws DataDirError naming the process that holds it, or why the folder cannot be used.
 */
export function lockDataDir(data_dir: string): DataDirLock {
  const path = resolve(data_dir);
  const file = openLockFile(path);
  let locked = false;
  try {
    locked = file.tryLockSync(true);
  } catch (cause) {
    file.close();
    throw new DataDirError(`DATA_DIR ${path} is on a file system without locks: choose another`, { cause });
  }
  if (!locked) {
    const holder = readHolder(path);
    file.close();
    throw new DataDirError(
      `DATA_DIR ${path} is in use${holder}. Stop that one, or give this one a DATA_DIR and PORT of its own.`,
      { in_use: true },
    );
  }
  file.truncateSync(0);
  file.writeSync(
    new TextEncoder().encode(JSON.stringify({ pid: Deno.pid, since: new Date().toISOString() }) + "\n"),
  );
  let released = false;
  return {
    path,
    release() {
      if (released) return;
      released = true;
      file.truncateSync(0);
      // Said, since closing does not do it at once: a program that is being started right now still has the file, too.
      file.unlockSync();
      // The file stays: removing it would let two processes lock two files of one name.
      file.close();
    },
  };
}

function openLockFile(path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    return Deno.openSync(join(path, "lock"), { read: true, write: true, create: true, mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DataDirError(`DATA_DIR ${path} cannot be used: ${why}`, { cause });
  }
}

function readHolder(path: string): string {
  try {
    const { pid, since } = JSON.parse(Deno.readTextFileSync(join(path, "lock")));
    return Number.isInteger(pid) ? ` by process ${pid} (since ${String(since).slice(0, 30)})` : "";
  } catch {
    return " by another process";
  }
}

/**
 * The content of a small file in the folder, written by `make` the first time: mode 0600, and whole or not at all.
 * Of two callers at once both get what one of them wrote.
 */
export function rememberedSecret(file: string, make: () => string): string {
  const known = readIfThere(file);
  if (known) return known;
  const draft = `${file}.${crypto.randomUUID()}`;
  Deno.writeTextFileSync(draft, make() + "\n", { mode: 0o600, createNew: true });
  try {
    // A link fails where a rename would replace what another process has just written.
    Deno.linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) Deno.renameSync(draft, file);
  } finally {
    try {
      Deno.removeSync(draft);
    } catch { /* it was renamed */ }
  }
  return readIfThere(file) ?? "";
}

function readIfThere(file: string): string | null {
  try {
    return Deno.readTextFileSync(file).trim() || null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
