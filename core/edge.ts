/** The API and the pages of a service: the core's own endpoints beside those of the plugins. */
import { findById } from "./account.ts";
import { type App, createApp } from "./http/app.ts";
import { createDocs } from "./http/docs.ts";
import { type HealthMonitor, metricsEndpoint } from "./http/health.ts";
import type { Presentation } from "./http/presentation.ts";
import { pickLocale, stringsFor } from "./i18n/mod.ts";
import { keyRoutes } from "./keys/routes.ts";
import type { Machinery } from "./machinery.ts";
import { mailboxRoutes, mailFrames } from "./mail/routes.ts";
import type { Mailer } from "./services/mod.ts";
import { setupRoutes } from "./setup/routes.ts";
import { sessionRoutes } from "./session/routes.ts";
import { signInRoutes } from "./sign_in/routes.ts";
import { temporalRoutes } from "./temporal/routes.ts";

/** Of this service, as its API tells it. */
const version = "0.1.0";

export async function createEdge(
  { machinery, health, presentation }: {
    machinery: Machinery<Mailer>;
    health: Pick<HealthMonitor, "endpoints">;
    presentation: Presentation | null;
  },
): Promise<App> {
  const { ctx, temporal } = machinery;
  const { sql, core, log, metrics, limiter } = ctx;
  const plugins = machinery.plugins.map(({ plugin }) => plugin);
  const core_routes = [
    ...sessionRoutes,
    ...signInRoutes,
    ...temporalRoutes(temporal),
    ...keyRoutes,
    ...setupRoutes,
    ...mailboxRoutes({ sql, core }),
  ];
  const routes = [...core_routes, ...plugins.flatMap((plugin) => plugin.routes ?? [])];
  const pages = plugins.flatMap((plugin) => plugin.pages ?? []);
  const docs = await createDocs({ routes, core, version, pages });
  const links = () => machinery.plugins.flatMap(({ plugin, ctx }) => plugin.links?.(ctx) ?? []);
  const drawn = await presentation?.assets(plugins.flatMap((plugin) => plugin.islands ?? []));
  return createApp({
    ...{ core, log, metrics, presentation, core_routes, core_ctx: ctx },
    plugins: machinery.plugins,
    pages: [
      ...presentation?.pages(core, { links }) ?? [],
      ...pages,
      ...docs.pages,
    ],
    plain: [...health.endpoints, metricsEndpoint(metrics), ...mailFrames({ sql, core }), ...docs.plain],
    assets: new Map([...drawn ?? [], ...docs.assets]),
    authenticate: ctx.sessions.authenticate,
    dpopNonce: ctx.dpop.nonce,
    limiter: core.rate_limits ? limiter : null,
    interactionOf: async (next) => await ctx.optional("interactions")?.of(next) ?? null,
    describeAccount: (account_id) => findById(sql, account_id),
    pickLocale,
    stringsFor,
  });
}
