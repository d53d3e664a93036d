/** What turns under every plugin, put together once: for the service, and for tests of its parts. */
import type { Config } from "./config.ts";
import type { Pool } from "./db/postgres.ts";
import { createDpop } from "./dpop/dpop.ts";
import { enqueueEvent } from "./events/outbox.ts";
import { finishFlow } from "./flow/flow.ts";
import { createFlows } from "./flow/flows.ts";
import { createStepRunner, type StepDefinition } from "./flow/step.ts";
import { openGeo } from "./geo/geo.ts";
import { createLimiter } from "./http/rate_limit.ts";
import { createKeys, type Keys } from "./keys/keys.ts";
import { createSigningKeys } from "./keys/signing_keys.ts";
import type { Log } from "./observe/log.ts";
import { createNotices, createTips } from "./notices.ts";
import { createMetrics, type MetricDefinition, type Metrics } from "./observe/metrics.ts";
import { createWork, type Work } from "./observe/work.ts";
import type { AnyCtx, AnyPlugin } from "./plugin.ts";
import type { MailAdvice, Mailer, Services } from "./services/mod.ts";
import { createSessions } from "./session/sessions.ts";
import { createTokens } from "./session/tokens.ts";
import { createGates } from "./sign_in/gates.ts";
import { createSignIn } from "./sign_in/sign_in.ts";
import type { TemporalLink } from "./temporal/link.ts";
import type { Activities } from "./temporal/worker.ts";

export interface MachineryParts<M extends Mailer> {
  sql: Pool;
  config: Pick<Config, "core" | "plugins">;
  plugins: AnyPlugin[];
  log: Log;
  /** Newest first. */
  secrets: Uint8Array[];
  mailer(parts: { keys: Keys; metrics: Metrics; advice(): MailAdvice | null }): M;
  /** `activities` are complete when the machinery is; a worker that starts later runs them. */
  temporal(parts: { keys: Keys; activities: Activities }): TemporalLink;
}

export interface WithCtx {
  plugin: AnyPlugin;
  readonly ctx: AnyCtx;
}

export interface Machinery<M extends Mailer> {
  /** The core's own. */
  ctx: AnyCtx;
  plugins: WithCtx[];
  work: Work;
  mailer: M;
  temporal: TemporalLink;
}

export async function createMachinery<M extends Mailer>(parts: MachineryParts<M>): Promise<Machinery<M>> {
  const { sql, config, log } = parts;
  const { core } = config;
  const work = createWork(log);
  const metrics = createMetrics();
  metrics.register(coreMetrics);
  const keys = createKeys(parts.secrets);
  const signing_keys = createSigningKeys({ sql, core, keys, log });
  await signing_keys.ensure();

  // A plugin's parts are asked for only once everything stands, so they may refer to each other.
  const ctxs = new Map<string, AnyCtx>();
  const plugins = parts.plugins.map((plugin): WithCtx => ({
    plugin,
    get ctx() {
      return ctxs.get(plugin.name)!;
    },
  }));
  const activities: Activities = { ping: ({ text }: { text: string }) => Promise.resolve(text) };
  const steps = new Map<string, { definition: StepDefinition; ctx: AnyCtx }>();
  const run = createStepRunner(sql, steps);
  const temporal = parts.temporal({ keys, activities });
  const mailer = parts.mailer({ keys, metrics, advice: () => ctx.optional("mail_advice") });
  const publish = publisher(parts.plugins);
  const flows = createFlows({
    sql,
    log,
    metrics,
    temporal,
    stories: new Map(parts.plugins.flatMap((plugin) => Object.entries(plugin.stories ?? {}))),
    run,
    background: work.background,
  });
  const tokens = createTokens({ sql, core, keys, signing_keys });
  const dpop = createDpop({ sql, keys, core });
  const sessions = createSessions({ sql, tokens, dpop, flows, publish });
  const gates = createGates(plugins, log);
  const geo = await openGeo(core, log);
  const sign_in = createSignIn({ sql, core, tokens, gates, flows, publish, plugins, log });
  const services = new Map<keyof Services, () => unknown>([["mailer", () => mailer]]);
  const ctx: AnyCtx = {
    ...{ config: {}, core, sql, log, keys, signing_keys, flows, gates, sign_in, sessions, tokens, metrics },
    dpop,
    geo,
    noticesFor: createNotices(plugins, log),
    tipsFor: createTips(plugins),
    events: { publish },
    limiter: createLimiter({ sql, keys, log }),
    background: work.background,
    optional: (name) => (services.get(name)?.() ?? null) as Services[typeof name] | null,
    service(name) {
      const found = ctx.optional(name);
      if (!found) throw new Error(`no plugin that is on provides the service ${name}`);
      return found;
    },
  };

  for (const plugin of parts.plugins) {
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
  return { ctx, plugins, work, mailer, temporal };
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
