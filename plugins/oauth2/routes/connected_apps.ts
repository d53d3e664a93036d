/** My apps: what I allowed which, and taking it back. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";
import type { OAuth2Config } from "../config.ts";
import { type ConnectedApp, connectedApps } from "../connected_apps.ts";
import { forgetConsent } from "../consent.ts";
import { revokeGrants } from "../grant.ts";
import { endpointsOf, type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { appSchema, presentApp, presentScopes, scopesSchema } from "../words.ts";

const schema = z.object({
  apps: z.array(appSchema.extend({
    scopes: scopesSchema,
    offline: z.boolean().describe("it can act while I am away"),
    first_allowed_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    launch_uri: z.url().nullable().describe("opens it (OpenID Connect Core §4)"),
  })),
}).meta({ id: "ConnectedApps" });

async function present(ctx: OAuth2Ctx, app: ConnectedApp, locale: string) {
  const client = await runtimeOf(ctx).clients.find(app.client_id);
  if (!client) return [];
  const launch = `${endpointsOf(ctx.core).issuer}/oauth/launch/${encodeURIComponent(app.client_id)}`;
  return [{
    ...presentApp(client, locale),
    scopes: presentScopes(ctx, app.scope, locale),
    offline: app.offline,
    first_allowed_at: app.first_allowed_at.toISOString(),
    last_used_at: app.last_used_at.toISOString(),
    launch_uri: client.initiate_login_uri ? launch : null,
  }];
}

export const listApps = defineRoute<OAuth2Config>({
  method: "GET",
  path: "/users/me/apps",
  summary: "Apps I have allowed something, last used first",
  tags: ["Account"],
  access: "session",
  answers: { 200: { description: "At most 200", schema } },
  async handle({ visitor, locale }, ctx) {
    const apps = await connectedApps(ctx.sql, visitor!.account_id);
    const shown = await Promise.all(apps.map((app) => present(ctx, app, locale)));
    return { status: 200, body: { apps: shown.flat() }, headers: { "cache-control": "no-store" } };
  },
});

const params = z.object({ client_id: z.string().min(1).max(200) });

export const revokeApp = defineRoute<OAuth2Config, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "DELETE",
  path: "/users/me/apps/{client_id}",
  summary: "Take back what I allowed an app",
  description: "Its tokens end at once, and it has to ask again.",
  tags: ["Account"],
  access: "session",
  params,
  answers: {
    204: { description: "Taken back" },
    404: { description: "I have allowed it nothing", problem_codes: ["not_found"] },
  },
  async handle({ visitor, params: { client_id } }, ctx) {
    const { account_id } = visitor!;
    const found = await ctx.sql.begin(async (tx) => {
      const forgotten = await forgetConsent(tx, account_id, client_id);
      const revoked = await revokeGrants(tx, { account_id, client_id }, "taken_back");
      return forgotten || revoked > 0;
    });
    if (!found) throw new Problem(404, "not_found", "You have not allowed this app anything.");
    ctx.log.info("oauth_consent.taken_back", { account_id, client_id });
    return { status: 204 };
  },
});
