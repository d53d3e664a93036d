/** What commands of plugins work with: the service's database and parts, whether it runs or not. */
import { type Config, type CoreConfig, readConfig, readDotenv } from "../config.ts";
import { DataDirError } from "../data_dir.ts";
import { connectForMigrations, migrate } from "../db/migrate.ts";
import { urlOfRunning } from "../db/embedded.ts";
import { connect, isDatabaseAway } from "../db/postgres.ts";
import { type Ground, layGround } from "../ground.ts";
import { loadSecrets } from "../keys/secrets.ts";
import { createMachinery } from "../machinery.ts";
import { createMailer } from "../mail/mailer.ts";
import { createLog, type Log } from "../observe/log.ts";
import { OperatorError } from "../operator_error.ts";
import type { AnyCtx, AnyPlugin, CommandTools } from "../plugin.ts";
import { migrationOwners, pluginOf } from "../service.ts";
import { createTemporalLink } from "../temporal/link.ts";
import type { Made } from "./mod.ts";

/**
 * @param plugin whose command it is; null: the core's own
 * @param env the process's own unless given
 * @throws ConfigError with everything that is wrong in the settings
 */
export function commandTools(
  made: Made,
  plugin: AnyPlugin | null,
  env: Record<string, string | undefined> = Deno.env.toObject(),
): CommandTools {
  const config = readConfig({
    env,
    dotenv: readDotenv(".env"),
    options: made.config.core,
    plugins: made.config.plugins,
  });
  return {
    core: config.core,
    config: plugin ? config.plugins[plugin.name] ?? {} : {},
    say: (line) => console.log(line),
    withCtx: (work) => withCtx(made, config, plugin, work),
  };
}

async function withCtx<R>(
  made: Made,
  config: Config,
  plugin: AnyPlugin | null,
  work: (ctx: AnyCtx) => Promise<R>,
): Promise<R> {
  // What a command says is its answer; a log line between would spoil it for programs.
  const log = createLog({
    level: "warn",
    format: config.core.log_format,
    write: (line) => console.error(line),
  });
  const ground = await groundFor(config.core, log);
  const listed = made.config.plugins.map(pluginOf);
  const plugins = [made.journeys(listed), ...listed];
  try {
    await migrated(ground.database_url, plugins);
    const sql = connect(ground.database_url, {
      max: 4,
      statement_timeout_seconds: config.core.database_timeout_seconds,
    });
    const machinery = await createMachinery({
      ...{ sql, config, plugins, log, secrets: ground.secrets },
      mailer: (made) => createMailer({ ...made, sql, core: config.core, log }),
      // Stories that a command begins are told by the service: the relay finds them.
      temporal: () =>
        createTemporalLink({
          core: config.core,
          log,
          dataConverter: {},
          locate: null,
          progress: () => null,
          startWorker: null,
        }),
    });
    try {
      const { ctx } = machinery.plugins.find((one) => one.plugin === plugin) ?? machinery;
      return await work(ctx);
    } finally {
      await machinery.work.drain(10_000);
      await machinery.temporal.stop();
      machinery.ctx.limiter.close();
      machinery.mailer.close();
      await sql.end({ timeout: 5 });
    }
  } finally {
    await ground.stop();
  }
}

type CommandGround = Pick<Ground, "database_url" | "secrets" | "stop">;

/** The database that is configured; else the embedded one: joined where a service runs it, started where none does. */
async function groundFor(core: CoreConfig, log: Log): Promise<CommandGround> {
  if (core.database_url) {
    return { database_url: core.database_url, secrets: loadSecrets(core), stop: () => Promise.resolve() };
  }
  try {
    const alone: CoreConfig = { ...core, temporal: "off" };
    return await layGround({ core: alone, log, say: () => {}, children: true });
  } catch (error) {
    const url = error instanceof DataDirError && error.in_use ? await urlOfRunning(core.data_dir) : null;
    if (url === null) throw error;
    await untilItAnswers(url, core.data_dir);
    return { database_url: url, secrets: loadSecrets(core), stop: () => Promise.resolve() };
  }
}

const ANSWER_SECONDS = 10;

/** A service that has just been started may not have its Postgres yet. */
async function untilItAnswers(url: string, data_dir: string): Promise<void> {
  const until = Date.now() + ANSWER_SECONDS * 1000;
  const sql = connect(url, { max: 1, connect_timeout_seconds: 5 });
  try {
    for (;;) {
      try {
        await sql`select 1`;
        return;
      } catch (cause) {
        if (!isDatabaseAway(cause)) throw cause;
        if (Date.now() > until) {
          throw new OperatorError(
            `DATA_DIR ${data_dir} is in use, but its Postgres does not answer. If that service has a database of its ` +
              "own, give this command the same DATABASE_URL; else try again in a moment.",
            { cause },
          );
        }
      }
      await new Promise((done) => setTimeout(done, 200));
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function migrated(url: string, plugins: AnyPlugin[]): Promise<void> {
  const sql = connectForMigrations(url);
  try {
    await migrate(sql, migrationOwners(plugins));
  } finally {
    await sql.end({ timeout: 5 });
  }
}
