/** Assembles the whole service from configuration and plugins, and takes it down again in the right order. */
import { findById } from "./account.ts";
import type { Story } from "../workflows/lib/story.ts";
import { checkManifests } from "./boot.ts";
import { type Config, type CoreConfig, readConfig } from "./config.ts";
import { connectForMigrations, migrate, type MigrationOwner } from "./db/migrate.ts";
import { connect } from "./db/postgres.ts";
import { enqueueEvent } from "./events/outbox.ts";
import { finishFlow, sweepFlows } from "./flow/flow.ts";
import { createFlows } from "./flow/flows.ts";
import { startRelay } from "./flow/relay.ts";
import { createStepRunner, type StepDefinition } from "./flow/step.ts";
import { cacheFolder, type Ground, layGround } from "./ground.ts";
import { type App, createApp } from "./http/app.ts";
import { createDocs } from "./http/docs.ts";
import { createHealth, metricsEndpoint } from "./http/health.ts";
import type { Presentation } from "./http/presentation.ts";
import { createLimiter } from "./http/rate_limit.ts";
import { listen, type Listening } from "./http/server.ts";
import { createKeys } from "./keys/keys.ts";
import { createSigningKeys } from "./keys/signing_keys.ts";
import { pickLocale, stringsFor } from "./i18n/mod.ts";
import { keyRoutes } from "./keys/routes.ts";
import { createMailer } from "./mail/mailer.ts";
import { mailboxRoutes, mailFrames } from "./mail/routes.ts";
import { startPump } from "./mail/pump.ts";
import { createLog, type Log } from "./observe/log.ts";
import { createMetrics, type MetricDefinition } from "./observe/metrics.ts";
import { healthChecks } from "./observe/parts.ts";
import { createWork } from "./observe/work.ts";
import type { AnyCtx, AnyPlugin, Enabled, ServiceConfig } from "./plugin.ts";
import type { Services } from "./services/mod.ts";
import { sweep as sweepSessions } from "./session/session.ts";
import { sessionRoutes } from "./session/routes.ts";
import { createSessions } from "./session/sessions.ts";
import { createTokens } from "./session/tokens.ts";
import { sweepChallenges } from "./sign_in/challenge.ts";
import { createGates } from "./sign_in/gates.ts";
import { signInRoutes } from "./sign_in/routes.ts";
import { createSignIn } from "./sign_in/sign_in.ts";
import { bundleWorkflows } from "./temporal/bundle.ts";
import { sealingCodec } from "./temporal/codec.ts";
import { createTemporalLink, type TemporalLink } from "./temporal/link.ts";
import { temporalRoutes } from "./temporal/routes.ts";
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
  listen(): Promise<Listening>;
  /** In-flight requests finish, the worker drains, children stop. Safe to call twice. */
  stop(): Promise<void>;
}

/** Of this service, as its API tells it. */
const version = "0.1.0";

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
  const { roles, presentation } = options;
  await migrateAll(ground.database_url, plugins, options.say);
  const sql = connect(ground.database_url, {
    max: core.database_connections_max,
    statement_timeout_seconds: core.database_timeout_seconds,
  });
  const work = createWork(log);
  const metrics = createMetrics();
  metrics.register(coreMetrics);
  const keys = createKeys(ground.secrets);
  const signing_keys = createSigningKeys({ sql, core, keys, log });
  await signing_keys.ensure();
  const limiter = createLimiter({ sql, keys, log });

  // A plugin's parts are asked for only once everything stands, so they may refer to each other.
  const ctxs = new Map<string, AnyCtx>();
  const withCtx = plugins.map((plugin) => ({
    plugin,
    get ctx() {
      return ctxs.get(plugin.name)!;
    },
  }));
  const publish = publisher(plugins);
  const stories = new Map(plugins.flatMap((plugin) => Object.entries(plugin.stories ?? {})));
  const steps = new Map<string, { definition: StepDefinition; ctx: AnyCtx }>();
  const run = createStepRunner(sql, steps);
  const mailer = createMailer({ sql, core, keys, log, metrics });

  const activities: Activities = { ping: ({ text }: { text: string }) => Promise.resolve(text) };
  const dataConverter = { payloadCodecs: [sealingCodec(keys)] };
  const temporal = createTemporalLink({
    core,
    log,
    dataConverter,
    locate: ground.locateTemporal,
    progress: ground.temporalProgress,
    // The worker's native parts are loaded only where there is one.
    startWorker: roles.worker
      ? async (at) => {
        const { startWorker } = await import("./temporal/worker.ts");
        return startWorker(
          { core, log, dataConverter, activities, bundle: () => bundleWorkflows(plugins, cacheFolder()) },
          at,
        );
      }
      : null,
  });
  const flows = createFlows({ sql, log, metrics, temporal, stories, run, background: work.background });
  const tokens = createTokens({ sql, core, keys, signing_keys });
  const sessions = createSessions({ sql, tokens, flows, publish });
  const gates = createGates(withCtx, log);
  const sign_in = createSignIn({ sql, core, tokens, gates, flows, publish, plugins: withCtx, log });

  const services = new Map<keyof Services, () => unknown>([["mailer", () => mailer]]);
  const optional = <N extends keyof Services>(name: N) =>
    (services.get(name)?.() ?? null) as Services[N] | null;
  const ctx: AnyCtx = {
    config: {},
    core,
    sql,
    log,
    keys,
    signing_keys,
    flows,
    events: { publish },
    gates,
    limiter,
    sign_in,
    sessions,
    tokens,
    metrics,
    optional,
    service(name) {
      const found = optional(name);
      if (!found) throw new Error(`no plugin that is on provides the service ${name}`);
      return found;
    },
    background: work.background,
  };
  for (const plugin of plugins) {
    const own = { ...ctx, config: config.plugins[plugin.name] ?? {} };
    ctxs.set(plugin.name, own);
    if (plugin.metrics) metrics.register(plugin.metrics);
    for (const [name, make] of Object.entries(plugin.provides ?? {})) {
      let made: unknown;
      services.set(name as keyof Services, () => made ??= (make as (ctx: AnyCtx) => unknown)(own));
    }
    for (const [name, definition] of Object.entries(plugin.steps ?? {})) {
      steps.set(name, { definition, ctx: own });
      activities[name] = ({ flow_id }: { flow_id: string }) => run(name, { flow_id, executor: "temporal" });
    }
  }
  activities.finish_flow = ({ flow_id, outcome }) => finishFlow(sql, flow_id, outcome);
  activities.raise_challenge = ({ flow_id, methods }) => sign_in.requireFactors(flow_id, methods);
  for (const { plugin, ctx } of withCtx) await plugin.start?.(ctx);

  const health = createHealth(
    healthChecks({ sql, temporal, wanted: core.temporal === "auto", mail: mailer.health, plugins: withCtx }),
  );
  const app = roles.api ? await edge() : null;

  async function edge(): Promise<App> {
    const core_routes = [
      ...sessionRoutes,
      ...signInRoutes,
      ...temporalRoutes(temporal),
      ...keyRoutes,
      ...mailboxRoutes({ sql, core }),
    ];
    const routes = [...core_routes, ...plugins.flatMap((plugin) => plugin.routes ?? [])];
    const docs = await createDocs({ routes, core, version });
    const drawn = await presentation?.assets(plugins.flatMap((plugin) => plugin.islands ?? []));
    return createApp({
      core,
      plugins: withCtx,
      core_routes,
      core_ctx: ctx,
      pages: [
        ...presentation?.pages(core) ?? [],
        ...plugins.flatMap((plugin) => plugin.pages ?? []),
        ...docs.pages,
      ],
      plain: [...health.endpoints, metricsEndpoint(metrics), ...mailFrames({ sql, core }), ...docs.plain],
      assets: new Map([...drawn ?? [], ...docs.assets]),
      authenticate: sessions.authenticate,
      limiter: core.rate_limits ? limiter : null,
      log,
      metrics,
      presentation,
      describeAccount: (account_id) => findById(sql, account_id),
      pickLocale,
      stringsFor,
    });
  }

  const relay = startRelay({
    sql,
    log,
    metrics,
    temporal,
    flows,
    plugins: withCtx,
    takeover_seconds: core.takeover_seconds,
    busy: () => withCtx.some(({ plugin, ctx }) => plugin.busy?.(ctx) ?? false),
  });
  const pump = startPump({ sql, mailer, log });
  const sweeper = setInterval(
    () =>
      work.background("sweep", async () => {
        await sweepSessions(sql);
        await sweepChallenges(sql);
        await sweepFlows(sql);
      }),
    SWEEP_MILLISECONDS,
  );

  let listening: Listening | null = null;
  let stopping: Promise<void> | null = null;
  async function stop(): Promise<void> {
    clearInterval(sweeper);
    health.drain();
    // From the outside in: nobody new, then what is under way, then what it stands on.
    await listening?.close(DRAIN_MILLISECONDS);
    await work.drain(DRAIN_MILLISECONDS);
    await Promise.all([relay.stop(), pump.stop(), temporal.stop()]);
    limiter.close();
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
    async listen() {
      if (!app) throw new Error("this process has no API");
      return listening ??= await listen(app, core);
    },
    stop: () => stopping ??= stop(),
  };
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

/** An event becomes one outbox row for each plugin that listens to it. */
function publisher(plugins: AnyPlugin[]): AnyCtx["events"]["publish"] {
  return async (tx, name, payload) => {
    for (const plugin of plugins) {
      if (plugin.on?.[name]) await enqueueEvent(tx, plugin.name, name, payload);
    }
  };
}

const coreMetrics: Record<string, MetricDefinition> = {
  flow_served_total: {
    kind: "counter",
    help: "Requests answered, by what was asked and who carried it.",
    labels: ["kind", "method"],
  },
  outbox_depth: { kind: "gauge", help: "Messages that others have not been told yet." },
};
