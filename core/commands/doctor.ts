/** `doctor`: what is found, what is missing, and what to type. Changes nothing. */
import { createTransport } from "nodemailer";
import { checkManifests } from "../boot.ts";
import { ConfigError, type CoreConfig, readConfig, readDotenv } from "../config.ts";
import { migrationStatus } from "../db/migrate.ts";
import { connect } from "../db/postgres.ts";
import { migrationOwners, pluginOf } from "../service.ts";
import { findTemporal, userCacheFolder } from "../temporal_server/find.ts";
import type { Made } from "./mod.ts";

interface Finding {
  what: string;
  state: "good" | "note" | "bad";
  detail: string;
  /** A command or setting that mends it. */
  type?: string;
}

const marks = { good: "✓", note: "·", bad: "✗" };

/** Exits with 1 when something keeps the service from starting. */
export async function doctor(made: Made): Promise<void> {
  const findings: Finding[] = [{ what: "Deno", state: "good", detail: Deno.version.deno }];
  const plugins = made.config.plugins.map(pluginOf);
  try {
    checkManifests([made.journeys(plugins), ...plugins]);
    findings.push({ what: "Plugins", state: "good", detail: plugins.map(({ name }) => name).join(", ") });
    const { core, warnings } = readConfig({
      env: Deno.env.toObject(),
      dotenv: readDotenv(".env"),
      options: made.config.core,
      plugins: made.config.plugins,
    });
    const mode = core.production ? "production" : "development";
    findings.push({ what: "Configuration", state: "good", detail: `${mode}, issuer ${core.backend_url}` });
    findings.push(...warnings.map((detail): Finding => ({ what: "Configuration", state: "note", detail })));
    findings.push(
      dataDir(core),
      port(core),
      ...await database(core, plugins),
      await temporal(core),
      await mail(core),
    );
  } catch (error) {
    const detail = (error as Error).message;
    findings.push({
      what: error instanceof ConfigError ? "Configuration" : "Plugins",
      state: "bad",
      detail,
      type: "see .env.example and flow-shield.config.ts",
    });
  }
  for (const { what, state, detail, type } of findings) {
    console.log(
      `  ${marks[state]} ${what.padEnd(14)} ${detail}${type ? `\n${" ".repeat(19)}→ ${type}` : ""}`,
    );
  }
  const bad = findings.filter(({ state }) => state === "bad").length;
  console.log(bad === 0 ? "\n  Ready: deno task start" : `\n  ${bad} to mend before it starts.`);
  Deno.exit(bad === 0 ? 0 : 1);
}

function dataDir({ data_dir }: CoreConfig): Finding {
  try {
    const there = Deno.statSync(data_dir).isDirectory;
    return {
      what: "DATA_DIR",
      state: there ? "good" : "bad",
      detail: data_dir,
      type: there ? undefined : "not a folder: choose another DATA_DIR",
    };
  } catch {
    return { what: "DATA_DIR", state: "note", detail: `${data_dir} is made at the first start` };
  }
}

function port({ port, host }: CoreConfig): Finding {
  try {
    Deno.listen({ port, hostname: host }).close();
    return { what: "PORT", state: "good", detail: `${host}:${port} is free` };
  } catch {
    return {
      what: "PORT",
      state: "bad",
      detail: `${host}:${port} is taken`,
      type: `PORT=${port + 1} deno task start`,
    };
  }
}

async function database(core: CoreConfig, plugins: ReturnType<typeof pluginOf>[]): Promise<Finding[]> {
  if (!core.database_url) {
    return [{
      what: "Postgres",
      state: "note",
      detail: "one of our own, under DATA_DIR (DATABASE_URL is not set)",
    }];
  }
  const sql = connect(core.database_url, { max: 1 });
  try {
    const [{ version }] = await sql<
      { version: string }[]
    >`select current_setting('server_version') as version`;
    const pending = (await migrationStatus(sql, migrationOwners(plugins))).filter(({ state }) =>
      state !== "applied"
    );
    return [
      { what: "Postgres", state: "good", detail: `${version}, as configured` },
      pending.length === 0
        ? { what: "Migrations", state: "good", detail: "all applied" }
        : { what: "Migrations", state: "note", detail: `${pending.length} to apply at the next start` },
    ];
  } catch (error) {
    const detail = `DATABASE_URL does not answer: ${(error as Error).message}`;
    return [{ what: "Postgres", state: "bad", detail, type: 'pg_isready -d "$DATABASE_URL"' }];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function temporal(core: CoreConfig): Promise<Finding> {
  const what = "Temporal";
  if (core.temporal === "off") return { what, state: "note", detail: "off: every story is told directly" };
  const found = await findTemporal({
    env: { address: core.temporal_address ?? undefined },
    cacheFolder: userCacheFolder(),
    onProgress: () => {},
    signal: AbortSignal.timeout(20_000),
    allowBuild: false,
    allowDownload: false,
  });
  if (found?.kind === "address") return { what, state: "good", detail: `${found.address}, as configured` };
  if (found) return { what, state: "good", detail: `${found.version} (${found.source}), started as a child` };
  return {
    what,
    state: "note",
    detail: "none yet: the service works in direct mode, and gets one by itself when it can",
    type: "install the temporal command, or Go for a build of our own",
  };
}

async function mail(core: CoreConfig): Promise<Finding> {
  const what = "Mail";
  if (!core.smtp_server) {
    return { what, state: "note", detail: "captured, read at /dev/mailbox (SMTP_SERVER is not set)" };
  }
  const seconds = 10_000;
  const transport = createTransport({
    host: core.smtp_server,
    port: core.smtp_port,
    secure: core.smtp_port === 465,
    auth: core.smtp_username ? { user: core.smtp_username, pass: core.smtp_password ?? "" } : undefined,
    connectionTimeout: seconds,
    greetingTimeout: seconds,
    socketTimeout: seconds,
  });
  try {
    await transport.verify();
    return { what, state: "good", detail: `${core.smtp_server}:${core.smtp_port} takes our mail` };
  } catch (error) {
    const detail = `${core.smtp_server}:${core.smtp_port}: ${(error as Error).message}`;
    return {
      what,
      state: "bad",
      detail,
      type: "check SMTP_SERVER, SMTP_PORT, SMTP_USERNAME and SMTP_PASSWORD",
    };
  } finally {
    transport.close();
  }
}
