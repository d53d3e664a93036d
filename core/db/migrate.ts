/** Applies the numbered files of the core and of each plugin: forward only, each once, whoever starts first. */
import { createHash } from "node:crypto";
import { connect, type Pool, type Sql } from "./postgres.ts";

/** Whose tables: `core`, or a plugin's name, with its folder of `0001_name.sql` files. */
export interface MigrationOwner {
  owner: string;
  folder: URL;
}

export interface MigrationStatus {
  owner: string;
  version: number;
  name: string;
  /** `changed`: the file is not what was applied. `missing`: it was applied, and the file is not there. */
  state: "applied" | "pending" | "changed" | "missing";
  applied_at: Date | null;
}

export interface MigrationFile {
  owner: string;
  version: number;
  name: string;
  content: string;
  /** SHA-256 of the content with LF line ends, hexadecimal. */
  checksum: string;
}

/** What cannot be applied, and what to do about it. */
export class MigrationError extends Error {
  constructor(readonly problems: string[], options?: ErrorOptions) {
    super(`The database cannot be migrated:\n${problems.map((one) => `  ${one}`).join("\n")}`, options);
    this.name = "MigrationError";
  }
}

interface AppliedRow {
  owner: string;
  version: number;
  name: string;
  checksum: string;
  applied_at: Date;
}

/** Any number will do, as long as nothing else on this database takes it. */
const lockKey = 7_316_405_529;
const minutesMax = 10;

/** A pool whose limits suit a migration, which may take minutes; `end()` it afterwards. */
export function connectForMigrations(url: string): Pool {
  return connect(url, {
    max: 1,
    statement_timeout_seconds: minutesMax * 60,
    application_name: "flow-shield migrate",
  });
}

/**
 * Applies what is pending: the owners in the order given, each file in a transaction of its own under an advisory
 * lock, so that many replicas may start at once.
 *
 * @returns the files this call applied.
 * @throws MigrationError when an applied file was changed or is missing, a number is used twice or comes too late, or
 * a file fails, naming it.
 */
export async function migrate(sql: Pool, owners: MigrationOwner[]): Promise<MigrationFile[]> {
  const files = (await Promise.all(owners.map(readMigrations))).flat();
  await locked(sql, (tx) => ensureTable(tx));
  const applied = await appliedRows(sql, owners);
  refuse(files, applied);
  const done: MigrationFile[] = [];
  for (const file of files) {
    if (applied.some((row) => row.owner === file.owner && row.version === file.version)) continue;
    if (await applyFile(sql, file)) done.push(file);
  }
  return done;
}

/** Every file and every applied one, by owner and number. Changes nothing, and works on an empty database. */
export async function migrationStatus(sql: Sql, owners: MigrationOwner[]): Promise<MigrationStatus[]> {
  const files = (await Promise.all(owners.map(readMigrations))).flat();
  const [{ there }] = await sql<{ there: boolean }[]>`
    select to_regclass('schema_migration') is not null as there`;
  const applied = there ? await appliedRows(sql, owners) : [];
  const found = files.map((file): MigrationStatus => {
    const row = applied.find((one) => one.owner === file.owner && one.version === file.version);
    const state = !row ? "pending" : row.checksum === file.checksum ? "applied" : "changed";
    return {
      owner: file.owner,
      version: file.version,
      name: file.name,
      state,
      applied_at: row?.applied_at ?? null,
    };
  });
  for (const row of applied) {
    if (files.some((file) => file.owner === row.owner && file.version === row.version)) continue;
    const { owner, version, name, applied_at } = row;
    found.push({ owner, version, name, state: "missing", applied_at });
  }
  const order = owners.map((one) => one.owner);
  return found.sort((a, b) => order.indexOf(a.owner) - order.indexOf(b.owner) || a.version - b.version);
}

/** @throws MigrationError on a name that is not `0001_name.sql`, a number used twice, or a transaction of its own. */
export async function readMigrations({ owner, folder }: MigrationOwner): Promise<MigrationFile[]> {
  const files: MigrationFile[] = [];
  const problems: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    // The whole picture, which a tool writes, lies beside the files.
    if (!entry.isFile || !entry.name.endsWith(".sql") || entry.name === "schema.sql") continue;
    const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(entry.name);
    if (!match) {
      problems.push(`${owner}: ${entry.name}: expected a name like 0001_name.sql`);
      continue;
    }
    const url = new URL(entry.name, folder.href.endsWith("/") ? folder : `${folder.href}/`);
    const content = (await Deno.readTextFile(url)).replaceAll("\r\n", "\n");
    if (/^\s*(begin(\s+(transaction|work))?|commit|rollback)\s*;/im.test(content)) {
      problems.push(`${owner}: ${entry.name}: has a transaction of its own; each file is one already`);
    }
    const checksum = createHash("sha256").update(content).digest("hex");
    files.push({ owner, version: Number(match[1]), name: match[2], content, checksum });
  }
  files.sort((a, b) => a.version - b.version);
  for (const [index, file] of files.entries()) {
    if (files[index + 1]?.version === file.version) {
      problems.push(`${owner}: number ${label(file)} is used twice`);
    }
  }
  if (problems.length > 0) throw new MigrationError(problems);
  return files;
}

function refuse(files: MigrationFile[], applied: AppliedRow[]): void {
  const problems: string[] = [];
  for (const row of applied) {
    const file = files.find((one) => one.owner === row.owner && one.version === row.version);
    if (!file) {
      problems.push(
        `${label(row)} of ${row.owner} was applied, but its file is missing: ` +
          "start the version that has it, or restore the file",
      );
    } else if (file.checksum !== row.checksum) {
      problems.push(
        `${label(row)} of ${row.owner} was changed after it was applied: ` +
          "restore the file as it was, and put the change into a new one",
      );
    }
  }
  for (const file of files) {
    const newest = Math.max(
      0,
      ...applied.filter((row) => row.owner === file.owner).map((row) => row.version),
    );
    const isApplied = applied.some((row) => row.owner === file.owner && row.version === file.version);
    if (!isApplied && file.version < newest) {
      problems.push(
        `${label(file)} of ${file.owner} comes too late, as ${newest} is applied: give it a new number`,
      );
    }
  }
  if (problems.length > 0) throw new MigrationError(problems);
}

async function applyFile(sql: Pool, file: MigrationFile): Promise<boolean> {
  try {
    return await locked(sql, async (tx) => {
      // Another replica may have been first while this one waited for the lock.
      const [row] = await tx<{ checksum: string }[]>`
        select checksum from schema_migration where owner = ${file.owner} and version = ${file.version}`;
      if (row?.checksum === file.checksum) return false;
      if (row) {
        throw new MigrationError([`${label(file)} of ${file.owner} was applied by another version just now`]);
      }
      const started = performance.now();
      await tx.unsafe(file.content);
      const ms = Math.round(performance.now() - started);
      await tx`insert into schema_migration (owner, version, name, checksum, ms)
        values (${file.owner}, ${file.version}, ${file.name}, ${file.checksum}, ${ms})`;
      return true;
    });
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new MigrationError([`${label(file)} of ${file.owner} failed, and left nothing behind: ${said}`], {
      cause: error,
    });
  }
}

/** In a transaction that only one process at a time is in. The lock belongs to it, and so works behind a pooler. */
function locked<T>(sql: Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  return sql.begin(async (tx) => {
    await tx`select set_config('statement_timeout', ${`${minutesMax}min`}, true)`;
    await tx`select pg_advisory_xact_lock(${lockKey})`;
    return await work(tx);
  }) as Promise<T>;
}

async function ensureTable(tx: Sql): Promise<void> {
  await tx`create table if not exists schema_migration (
    owner text not null,
    version integer not null,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now(),
    ms integer not null,
    primary key (owner, version)
  )`;
}

async function appliedRows(sql: Sql, owners: MigrationOwner[]): Promise<AppliedRow[]> {
  const names = owners.map((one) => one.owner);
  return await sql<AppliedRow[]>`
    select owner, version, name, checksum, applied_at from schema_migration
    where owner = any(${names}) order by owner, version`;
}

function label(file: { version: number; name: string }): string {
  return `${String(file.version).padStart(4, "0")}_${file.name}`;
}
