/**
 * Databases for tests: real, migrated, and each test file's own. They are clones of a template, which is made once for
 * one state of all migration files.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { migrate, type MigrationOwner } from "../db/migrate.ts";
import { connect, type Pool } from "../db/postgres.ts";
import { leaseKept } from "./kept.ts";
import { type PostgresServer, startPostgres } from "./postgres_server.ts";

export interface TestDatabase extends AsyncDisposable {
  /** Of a superuser of a server that is only for tests. */
  url: string;
  name: string;
  /** A small pool, ended with the database. */
  sql: Pool;
}

export interface TestDatabaseOptions {
  /** `true` (default): with all tables, of the core and of every plugin. `false`: empty. */
  migrated?: boolean;
  /** Most connections of `sql` at once. Default 4. */
  pool?: number;
  /** Another server than the shared one, such as `ownPostgres()`'s. */
  server_url?: string;
}

/**
 * Makes a database of your own: about 50 ms. Dispose of it (`await using`) and it is gone, whoever is still connected.
 * The server is the one that `TEST_DATABASE_URL` names, else one that all of this user's test processes share.
 */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const given = options.server_url ?? Deno.env.get("TEST_DATABASE_URL");
  const lease = given ? null : await leaseKept("postgres");
  const server_url = given ?? lease!.value;
  const name = `test_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
  try {
    const template = options.migrated === false ? "template0" : await migratedTemplate(server_url);
    await asAdmin(
      server_url,
      (sql) => sql.unsafe(`create database ${name} template ${template} strategy file_copy`),
    );
  } catch (error) {
    lease?.[Symbol.dispose]();
    throw error;
  }
  const url = databaseUrl(server_url, name);
  const sql = connect(url, { max: options.pool ?? 4, application_name: "test" });
  // The first connection learns the types of arrays for all of them; several at once would not wait for it.
  await sql`select 1`;
  return {
    url,
    name,
    sql,
    async [Symbol.asyncDispose]() {
      try {
        await sql.end({ timeout: 1 });
        await asAdmin(server_url, (admin) => admin.unsafe(`drop database if exists ${name} with (force)`));
      } finally {
        lease?.[Symbol.dispose]();
      }
    },
  };
}

export interface OwnPostgres extends PostgresServer, AsyncDisposable {}

/** A whole server for one test, which may stop, kill and start it; make databases on it by `server_url`. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const folder = await Deno.makeTempDir({ prefix: "flow-shield-postgres-" });
  await Deno.chmod(folder, 0o755);
  const server = await startPostgres(join(folder, "postgres"));
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server.remove();
      await Deno.remove(folder, { recursive: true }).catch(() => {});
    },
  };
}

export function databaseUrl(server_url: string, name: string): string {
  const url = new URL(server_url);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs statements in the server's own database, over a connection of its own. */
export async function asAdmin<T>(server_url: string, work: (sql: Pool) => Promise<T>): Promise<T> {
  const sql = connect(server_url, { max: 1, statement_timeout_seconds: 60, application_name: "test admin" });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** The owners of all migrations in this repository: the core, and each plugin that has some. */
export async function allMigrationOwners(): Promise<MigrationOwner[]> {
  const root = new URL("../../", import.meta.url);
  const owners = [{ owner: "core", folder: new URL("migrations/", root) }];
  const plugins = await Array.fromAsync(Deno.readDir(new URL("plugins/", root)));
  for (const { name } of plugins.sort((a, b) => a.name < b.name ? -1 : 1)) {
    const folder = new URL(`plugins/${name}/migrations/`, root);
    const info = await Deno.stat(folder).catch(() => null);
    if (info?.isDirectory) owners.push({ owner: name, folder });
  }
  return owners;
}

/** The template for the migration files as they are now, made by whoever comes first. */
async function migratedTemplate(server_url: string): Promise<string> {
  const owners = await allMigrationOwners();
  const name = `template_${await hashOfFiles(owners)}`;
  await asAdmin(server_url, async (sql) => {
    const there = async () => (await sql`select 1 from pg_database where datname = ${name}`).length > 0;
    if (await there()) return;
    await sql`select pg_advisory_lock(hashtext(${name}))`;
    if (await there()) return;
    const draft = `draft_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
    await sql.unsafe(`create database ${draft} template template0`);
    try {
      const pool = connect(databaseUrl(server_url, draft), { max: 2, statement_timeout_seconds: 60 });
      try {
        await migrate(pool, owners);
      } finally {
        await pool.end({ timeout: 1 });
      }
      await sql.unsafe(`alter database ${draft} with is_template true allow_connections false`);
      // Complete from the moment it has its name.
      await sql.unsafe(`alter database ${draft} rename to ${name}`);
    } catch (error) {
      await sql.unsafe(`drop database if exists ${draft} with (force)`);
      throw error;
    }
  });
  return name;
}

async function hashOfFiles(owners: MigrationOwner[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { owner, folder } of owners) {
    const files = (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) => name.endsWith(".sql"));
    for (const { name } of files.sort((a, b) => a.name < b.name ? -1 : 1)) {
      hash.update(JSON.stringify([owner, name, await Deno.readTextFile(new URL(name, folder))]));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
