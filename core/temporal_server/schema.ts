// Temporal's two databases on our Postgres, and the right to be the only server on them.
import postgres from "postgres";
import { type DatabaseServer, parseDatabaseUrl } from "./server_config.ts";
import { lastLines, run } from "./run.ts";

/** What the schema must be for a server, by the server's version; for others the tool is asked every time. */
const schemaVersions: Record<string, { main: string; visibility: string }> = {
  "1.32.1": { main: "1.19", visibility: "1.14" },
};

export interface SchemaOptions {
  /** A user who may create databases, when they do not exist yet. */
  database_url: string;
  databases: { main: string; visibility: string };
  sql_tool: string;
  /** Of the server. */
  version: string;
  signal?: AbortSignal;
}

/**
 * Creates the two databases and their tables, or brings older tables up to date; nothing is changed when they are
 * current. About a second the first time.
 *
 * @throws Error when Postgres does not answer, refuses, or the SQL tool fails; messages hold no password.
 */
export async function prepareSchema(options: SchemaOptions): Promise<void> {
  const { databases } = options;
  const sql = connect(options.database_url);
  try {
    const names = [databases.main, databases.visibility];
    const existing = await sql<{ datname: string }[]>`select datname from pg_database where datname in ${
      sql(names)
    }`;
    for (const name of names) {
      if (existing.some((row) => row.datname === name)) continue;
      await sql`create database ${sql(name)}`.catch((error) => {
        // Somebody else was as quick (duplicate_database, or its unique index while the other is at it).
        if (error.code !== "42P04" && error.code !== "23505") throw error;
      });
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
  await Promise.all([prepareTables(options, "main"), prepareTables(options, "visibility")]);
}

async function prepareTables(options: SchemaOptions, which: "main" | "visibility"): Promise<void> {
  const database = options.databases[which];
  const current = await schemaVersion(options.database_url, database);
  if (current !== null && current === schemaVersions[options.version]?.[which]) return;
  const server = parseDatabaseUrl(options.database_url);
  const tool = async (...args: string[]) => {
    const result = await run(options.sql_tool, args, {
      limit_ms: 120_000,
      signal: options.signal,
      env: toolEnvironment(server, database),
    });
    if (!result.success) {
      throw new Error(`Temporal's schema in ${database}: ${args[0]} failed\n${lastLines(result.output)}`);
    }
  };
  if (current === null) await tool("setup-schema", "-v", "0.0");
  await tool(
    "update-schema",
    "--schema-name",
    `postgresql/v12/${which === "main" ? "temporal" : "visibility"}`,
  );
}

/** The tool's settings. The password goes this way because arguments are there for every user of the machine to read. */
function toolEnvironment(server: DatabaseServer, database: string): Record<string, string> {
  return {
    SQL_PLUGIN: "postgres12",
    SQL_HOST: server.host,
    SQL_PORT: String(server.port),
    SQL_USER: server.user,
    SQL_PASSWORD: server.password,
    SQL_DATABASE: database,
    ...(server.tls === "off" ? {} : {
      SQL_TLS: "true",
      SQL_TLS_DISABLE_HOST_VERIFICATION: String(server.tls !== "verified"),
    }),
  };
}

async function schemaVersion(database_url: string, database: string): Promise<string | null> {
  const sql = connect(database_url, database);
  try {
    const [table] = await sql<
      { there: boolean }[]
    >`select to_regclass('schema_version') is not null as there`;
    if (!table.there) return null;
    const [row] = await sql<{ curr_version: string }[]>`
      select curr_version from schema_version where version_partition = 0 and db_name = ${database}`;
    return row?.curr_version ?? null;
  } finally {
    await sql.end({ timeout: 2 });
  }
}

// "FlowShld" in ASCII, in the two halves that advisory locks take.
const lockKeys = [0x466c6f77, 0x53686c64];

/**
 * Claims a Temporal database for one server, for as long as the connection lives. Two servers on one database, each
 * sure to be alone on 127.0.0.1, would take each other's work.
 *
 * @returns ends the claim; also over when this process ends.
 * @throws Error when another process has it, after waiting `limit_ms` for a dying one to let go.
 */
export async function claimDatabase(
  database_url: string,
  database: string,
  limit_ms = 5_000,
): Promise<() => Promise<void>> {
  const sql = connect(database_url, database);
  const since = Date.now();
  try {
    while (true) {
      const [row] = await sql<{ claimed: boolean }[]>`
        select pg_try_advisory_lock(${lockKeys[0]}::int, ${lockKeys[1]}::int) as claimed`;
      if (row.claimed) return () => sql.end({ timeout: 2 });
      if (Date.now() - since > limit_ms) break;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  } catch (error) {
    await sql.end({ timeout: 2 });
    throw error;
  }
  await sql.end({ timeout: 2 });
  throw new Error(
    `another process runs Temporal on the database ${database}; run one Temporal for all and set TEMPORAL_ADDRESS`,
  );
}

function connect(database_url: string, database?: string): postgres.Sql {
  return postgres(database_url, {
    ...(database ? { database } : {}),
    max: 1,
    connect_timeout: 10,
    connection: { application_name: "flow-shield temporal" },
    onnotice() {},
  });
}
