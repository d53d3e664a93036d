/** The sign-in of other people's apps: an OAuth 2.1 and OpenID Connect provider. */
import type { Events } from "../../core/events/catalogue.ts";
import { definePlugin } from "../../core/plugin.ts";
import { interactionOf } from "./authorize/interaction.ts";
import { client } from "./commands/client.ts";
import { perform } from "./commands/perform.ts";
import { type OAuth2Config, oauth2Config } from "./config.ts";
import { demoLinks, startDemo } from "./demo/mod.ts";
import { docsPage } from "./docs/mod.tsx";
import { revokeGrants } from "./grant.ts";
import { endAtClients } from "./logout/begin.ts";
import { tellSoon } from "./logout/tell_soon.ts";
import { answerAlgorithms } from "./metadata.ts";
import { pages } from "./pages/mod.ts";
import { crossings, routes } from "./routes/mod.ts";
import type { OAuth2Ctx } from "./runtime.ts";
import { seedClient } from "./seed.ts";
import { notify_back_channel_logout, revoke_tokens } from "./steps.ts";
import { backChannelLogout } from "./stories.ts";
import { sweepOAuth2 } from "./sweep.ts";
import { tips } from "./tips.ts";

/** However a session ends, its apps hear of it. */
async function sessionEnded({ session_id, reason }: Events["session.ended"], ctx: OAuth2Ctx): Promise<void> {
  const begun = await ctx.sql.begin((tx) => endAtClients(tx, ctx, { session_id, reason }));
  // Not waited for: other events come after this one.
  if (begun.length > 0) ctx.background("back-channel logout", () => tellSoon(ctx, begun));
}

/** Who resets a password may have lost the account to somebody, who must not keep it through an app. */
async function passwordChanged(
  { account_id, origin }: Events["password.changed"],
  ctx: OAuth2Ctx,
): Promise<void> {
  if (origin === "reset") await revokeGrants(ctx.sql, { account_id }, "password_reset");
}

/** What an app may do without its person present ends, too. */
async function accountFrozen({ account_id }: Events["account.frozen"], ctx: OAuth2Ctx): Promise<void> {
  await revokeGrants(ctx.sql, { account_id }, "account_frozen");
}

/**
 * Before anybody asks: keys that clients check with are published, and the configured client is there. In development
 * those of RSA, which take a second, are made for the first client that wants them.
 */
async function start(ctx: OAuth2Ctx): Promise<void> {
  const quick = ["ES256", "EdDSA"];
  for (const alg of ctx.core.production ? answerAlgorithms : quick) await ctx.signing_keys.ensure(alg);
  await seedClient(ctx);
}

export default definePlugin<OAuth2Config>({
  name: "oauth2",
  about: "Sign-in for other apps: OAuth 2.1 and OpenID Connect.",
  config: oauth2Config,
  migrations: new URL("./migrations/", import.meta.url),
  provides: { interactions: (ctx) => ({ of: (next) => interactionOf(ctx, next) }) },
  routes,
  crossings,
  commands: { client, perform },
  pages: [...pages, docsPage],
  workflows: { file: new URL("./workflows.ts", import.meta.url), names: ["BackChannelLogoutWorkflow"] },
  stories: { BackChannelLogoutWorkflow: backChannelLogout },
  steps: { revoke_tokens, notify_back_channel_logout },
  on: { "session.ended": sessionEnded, "password.changed": passwordChanged, "account.frozen": accountFrozen },
  metrics: {
    oauth_authorizations_total: {
      kind: "counter",
      help: "Answers to apps: code, or the error",
      labels: ["result"],
    },
    oauth_logout_deliveries_total: {
      kind: "counter",
      help: "Attempts to tell a client that a session has ended: delivered, failed, given_up",
      labels: ["result"],
    },
  },
  start,
  beside: startDemo,
  tips,
  links: (ctx) => demoLinks(ctx),
  sweep: sweepOAuth2,
});
