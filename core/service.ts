/** Assembles the whole service from configuration and plugins, and takes it down again in the right order. */
import { type BesideAll, startBeside } from "./beside.ts";
import { checkManifests } from "./boot.ts";
import { type Config, type CoreConfig, readConfig } from "./config.ts";
import { connectForMigrations, migrate, type MigrationOwner } from "./db/migrate.ts";
import { connect } from "./db/postgres.ts";
import { sweepDevices } from "./device.ts";
import { sweepUsed } from "./dpop/replay.ts";
import { sweepFlows } from "./flow/flow.ts";
import { startRelay } from "./flow/relay.ts";
import { cacheFolder, type Ground, layGround } from "./ground.ts";
import { createEdge } from "./edge.ts";
import type { App } from "./http/app.ts";
import { createHealth } from "./http/health.ts";
import type { Presentation } from "./http/presentation.ts";
import { listen, type Listening } from "./http/server.ts";
import type { Keys } from "./keys/keys.ts";
import { createMachinery, type Machinery } from "./machinery.ts";
import { sweepMail } from "./mail/mail.ts";
import { createMailer } from "./mail/mailer.ts";
import { startPump } from "./mail/pump.ts";
import { createLog, type Log } from "./observe/log.ts";
import { healthChecks } from "./observe/parts.ts";
import type { AnyCtx, AnyPlugin, Enabled, HomeLink, ServiceConfig } from "./plugin.ts";
import type { Mailer } from "./services/mod.ts";
import { sweep as sweepSessions } from "./session/session.ts";
import { sweepChallenges } from "./sign_in/challenge.ts";
import { bundleWorkflows } from "./temporal/bundle.ts";
import { sealingCodec } from "./temporal/codec.ts";
import { createTemporalLink, type TemporalLink } from "./temporal/link.ts";
import type { Activities } from "./temporal/worker.ts";

export interface ServiceOptions {
  config: ServiceConfig;
  env: Record<string, string | undefined>;
  dotenv?: Record<string, string>;
  /** Stories that span plugins, in the form of a plugin; it sees the others. */
  journeys(plugins: AnyPlugin[]): AnyPlugin;
  /** Pages and their looks; null: the JSON API alone. */
  presentation: Presentation | null;
  roles: { api: boolean; worker: boolean; children: boolean };
  say(line: string): void;
  terminal?: boolean;
}

export interface Service {
  config: Config;
  core: CoreConfig;
  ctx: AnyCtx;
  temporal: TemporalLink;
  log: Log;
  /** Null in a worker that answers nobody. */
  app: App | null;
  /** Places plugins lead to, at present. */
  links(): HomeLink[];
  listen(): Promise<Listening>;
  /** In-flight requests finish, the worker drains, children stop. Safe to call twice. */
  stop(): Promise<void>;
}

const DRAIN_MILLISECONDS = 10_000;
const SWEEP_MILLISECONDS = 600_000;

export async function createService(options: ServiceOptions): Promise<Service> {
  const listed = options.config.plugins.map(pluginOf);
  const all = [options.journeys(listed), ...listed];
  const config = readConfig({
    env: options.env,
    dotenv: options.dotenv,
    options: options.config.core,
    plugins: options.config.plugins,
    terminal: options.terminal,
  });
  checkManifests(all);
  const { core } = config;
  const log = createLog({ level: core.log_level, format: core.log_format });
  for (const warning of config.warnings) log.warn("config.unknown_variable", { warning });
  const ground = await layGround({ core, log, say: options.say, children: options.roles.children });
  try {
    return await assemble({ options, config, log, ground, plugins: all });
  } catch (error) {
    await ground.stop();
    throw error;
  }
}

export const pluginOf = (one: AnyPlugin | Enabled): AnyPlugin => ("plugin" in one ? one.plugin : one);

export const migrationOwners = (plugins: AnyPlugin[]): MigrationOwner[] => [
  { owner: "core", folder: new URL("../migrations/", import.meta.url) },
  ...plugins.flatMap(({ name, migrations }) => migrations ? [{ owner: name, folder: migrations }] : []),
];

interface Parts {
  options: ServiceOptions;
  config: Config;
  log: Log;
  ground: Ground;
  plugins: AnyPlugin[];
}

async function assemble({ options, config, log, ground, plugins }: Parts): Promise<Service> {
  const { core } = config;
  const { roles } = options;
  await migrateAll(ground.database_url, plugins, options.say);
  const sql = connect(ground.database_url, {
    max: core.database_connections_max,
    statement_timeout_seconds: core.database_timeout_seconds,
  });
  const machinery = await createMachinery({
    sql,
    config,
    plugins,
    log,
    secrets: ground.secrets,
    mailer: (made) => createMailer({ ...made, sql, core, log }),
    temporal: (made) => linkTemporal({ ...made, core, log, ground, plugins, worker: roles.worker }),
  });
  const { ctx, mailer, temporal } = machinery;
  for (const { plugin, ctx } of machinery.plugins) await plugin.start?.(ctx);
  const health = createHealth(
    healthChecks({
      sql,
      temporal,
      wanted: core.temporal === "auto",
      mail: mailer.health,
      plugins: machinery.plugins,
    }),
  );
  const app = roles.api ? await createEdge({ machinery, health, presentation: options.presentation }) : null;
  const relay = startRelay({
    ...ctx,
    temporal,
    plugins: machinery.plugins,
    takeover_seconds: core.takeover_seconds,
    busy: () => machinery.plugins.some(({ plugin, ctx }) => plugin.busy?.(ctx) ?? false),
  });
  const pump = startPump({ sql, mailer, log });
  const sweeper = setInterval(
    () => ctx.background("sweep", () => sweep(machinery)),
    SWEEP_MILLISECONDS,
  );

  let listening: Listening | null = null;
  let beside: BesideAll | null = null;
  let stopping: Promise<void> | null = null;
  async function stop(): Promise<void> {
    clearInterval(sweeper);
    health.drain();
    // From the outside in: nobody new, then what is under way, then what it stands on.
    await beside?.stop();
    await listening?.close(DRAIN_MILLISECONDS);
    await machinery.work.drain(DRAIN_MILLISECONDS);
    await Promise.all([relay.stop(), pump.stop(), temporal.stop()]);
    ctx.limiter.close();
    mailer.close();
    await sql.end({ timeout: 5 });
    await ground.stop();
    log.info("service.stopped");
  }
  return {
    config,
    core,
    ctx,
    temporal,
    log,
    app,
    links: () => machinery.plugins.flatMap(({ plugin, ctx }) => plugin.links?.(ctx) ?? []),
    async listen() {
      if (!app) throw new Error("this process has no API");
      if (listening) return listening;
      listening = await listen(app, { ...core, log });
      beside = startBeside(machinery.plugins, log);
      await beside.ready;
      return listening;
    },
    stop: () => stopping ??= stop(),
  };
}

function linkTemporal(
  { keys, activities, core, log, ground, plugins, worker }: Omit<Parts, "options" | "config"> & {
    keys: Keys;
    activities: Activities;
    core: CoreConfig;
    worker: boolean;
  },
): TemporalLink {
  const dataConverter = { payloadCodecs: [sealingCodec(keys)] };
  const bundle = () => bundleWorkflows(plugins, cacheFolder());
  return createTemporalLink({
    core,
    log,
    dataConverter,
    locate: ground.locateTemporal,
    progress: ground.temporalProgress,
    startWorker: worker
      ? async (at) => {
        // The worker's native parts are loaded only where there is one.
        const { startWorker } = await import("./temporal/worker.ts");
        return startWorker({ core, log, dataConverter, activities, bundle }, at);
      }
      : null,
  });
}

/** Every table stays near the size of what is alive: what is long over leaves in small batches. */
async function sweep(
  { ctx: { sql, geo }, plugins }: Pick<Machinery<Mailer>, "ctx" | "plugins">,
): Promise<void> {
  await geo.refresh();
  await sweepSessions(sql);
  await sweepDevices(sql);
  await sweepChallenges(sql);
  await sweepFlows(sql);
  await sweepMail(sql);
  await sweepUsed(sql);
  for (const { plugin, ctx } of plugins) await plugin.sweep?.(ctx);
}

async function migrateAll(url: string, plugins: AnyPlugin[], say: (line: string) => void): Promise<void> {
  const sql = connectForMigrations(url);
  try {
    const applied = await migrate(sql, migrationOwners(plugins));
    if (applied.length > 0) say(`Database: ${applied.length} migrations applied`);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
