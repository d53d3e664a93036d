/** An app to try the provider with, beside the service in development: a client like any other, over HTTP. */
import { join } from "node:path";
import type { Keys } from "../../../core/keys/keys.ts";
import type { HomeLink } from "../../../core/plugin.ts";
import { rememberedPorts } from "../../../core/temporal_server/ports.ts";
import { checkMetadata } from "../check_metadata.ts";
import { findClient, newSecret, openSecret, replaceSecret, sealSecret, updateClient } from "../client.ts";
import { createClient } from "../new_client.ts";
import { alsoReach, endpointsOf, type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { createRelyingParty } from "./relying_party.ts";
import { createDemo } from "./server.ts";

const client_id = "demo";

/** Where the demo of each running service is; its keys stand for the service. */
const running = new WeakMap<Keys, string>();

/** For the home page; none while no demo runs. */
export function demoLinks({ keys }: Pick<OAuth2Ctx, "keys">): HomeLink[] {
  const href = running.get(keys);
  return href === undefined ? [] : [{ href: `${href}/`, key: "demo" }];
}

/** Null in production, and where it is not wanted. */
export async function startDemo(ctx: OAuth2Ctx): Promise<{ stop(): Promise<void> } | null> {
  const { core, config, log } = ctx;
  if (core.production || !config.demo) return null;
  const { demo: port } = await rememberedPorts(join(core.data_dir, "demo_port.json"), ["demo"]);
  const base = `http://127.0.0.1:${port}`;
  const client_secret = await ownClient(ctx, base);
  if (client_secret === null) return null;
  const { issuer } = endpointsOf(core);
  const party = createRelyingParty({ issuer, client_id, client_secret, base });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen() {} },
    createDemo({ party, issuer, base, log }),
  );
  // It is told of logouts on this machine, which outgoing calls reach nowhere else.
  alsoReach(ctx, `127.0.0.1:${port}`);
  running.set(ctx.keys, base);
  log.info("demo.listening", { url: base });
  return {
    async stop() {
      running.delete(ctx.keys);
      await server.shutdown();
    },
  };
}

/** Its addresses follow its port. @returns the secret; null when somebody else's client has the name */
async function ownClient(ctx: OAuth2Ctx, base: string): Promise<string | null> {
  const metadata = checkMetadata({
    client_name: "Demo app",
    client_uri: `${base}/`,
    redirect_uris: [`${base}/callback`],
    post_logout_redirect_uris: [`${base}/`],
    initiate_login_uri: `${base}/start`,
    backchannel_logout_uri: `${base}/backchannel-logout`,
    backchannel_logout_session_required: true,
    grant_types: ["authorization_code", "refresh_token"],
    // Its keys are made in an instant, which those of RS256 are not.
    id_token_signed_response_alg: "ES256",
  }, { by: "demo", production: false });
  const secret = await ctx.sql.begin(async (tx) => {
    const known = await findClient(tx, client_id);
    if (!known) {
      return (await createClient(tx, ctx.keys, { client_id, metadata, origin: "demo" })).client_secret;
    }
    if (known.origin !== "demo") return null;
    await updateClient(tx, client_id, metadata);
    const kept = openKept(ctx.keys, known);
    if (kept !== null) return kept;
    const client_secret = newSecret();
    const client_secret_sealed = sealSecret(ctx.keys, client_id, client_secret);
    await replaceSecret(tx, client_id, { client_secret_sealed, client_secret_expires_at: null });
    return client_secret;
  });
  runtimeOf(ctx).clients.forget(client_id);
  if (secret === null) ctx.log.warn("demo.name_taken", { client_id });
  return secret;
}

/** Null where SECRET_KEYS has changed since. */
function openKept(keys: Keys, client: Parameters<typeof openSecret>[1]): string | null {
  try {
    return openSecret(keys, client);
  } catch {
    return null;
  }
}
