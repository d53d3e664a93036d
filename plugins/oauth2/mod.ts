/** The sign-in of other people's apps: an OAuth 2.1 and OpenID Connect provider. */
import { definePlugin } from "../../core/plugin.ts";
import { type OAuth2Config, oauth2Config } from "./config.ts";
import { pages } from "./pages/mod.ts";
import { crossings, routes } from "./routes/mod.ts";
import { interactionOf } from "./authorize/interaction.ts";

export default definePlugin<OAuth2Config>({
  name: "oauth2",
  about: "Sign-in for other apps: OAuth 2.1 and OpenID Connect.",
  config: oauth2Config,
  migrations: new URL("./migrations/", import.meta.url),
  provides: { interactions: (ctx) => ({ of: (next) => interactionOf(ctx, next) }) },
  routes,
  crossings,
  pages,
});
