/** What the endpoints and steps of one service share. */
import { createDpop, type Dpop } from "../../core/dpop/dpop.ts";
import type { Keys } from "../../core/keys/keys.ts";
import { createOutgoing, type Outgoing } from "../../core/net/outgoing.ts";
import type { Ctx } from "../../core/plugin.ts";
import { type ClientCache, createClientCache } from "./client_cache.ts";
import type { OAuth2Config } from "./config.ts";

export type OAuth2Ctx = Ctx<OAuth2Config>;

export interface Runtime {
  clients: ClientCache;
  dpop: Dpop;
  outgoing: Outgoing;
}

/** One per running service; its keys are the one thing that every ctx of it shares. */
const runtimes = new WeakMap<Keys, Runtime>();

export function runtimeOf(ctx: OAuth2Ctx): Runtime {
  const known = runtimes.get(ctx.keys);
  if (known) return known;
  const { sql, core, keys } = ctx;
  const runtime = {
    clients: createClientCache(sql),
    dpop: createDpop({ sql, keys, core }),
    outgoing: outgoingOf(ctx, []),
  };
  runtimes.set(keys, runtime);
  return runtime;
}

const outgoingOf = ({ config }: OAuth2Ctx, besides: string[]) =>
  createOutgoing({
    allow_private: [...config.outgoing_private, ...besides],
    timeout_seconds: config.outgoing_seconds,
  });

/** From now on this host and port may be called, though it is private: what runs beside us, in development. */
export function alsoReach(ctx: OAuth2Ctx, host_and_port: string): void {
  runtimeOf(ctx).outgoing = outgoingOf(ctx, [host_and_port]);
}

/** Addresses of this provider; the issuer is BACKEND_URL, letter for letter (RFC 8414 §2). */
export function endpointsOf(core: { backend_url: string }) {
  const at = (path: string) => core.backend_url + path;
  return {
    issuer: core.backend_url,
    authorization_endpoint: at("/oauth/authorize"),
    token_endpoint: at("/oauth/token"),
    userinfo_endpoint: at("/oauth/userinfo"),
    introspection_endpoint: at("/oauth/introspect"),
    revocation_endpoint: at("/oauth/revoke"),
    pushed_authorization_request_endpoint: at("/oauth/par"),
    device_authorization_endpoint: at("/oauth/device_authorization"),
    registration_endpoint: at("/oauth/register"),
    end_session_endpoint: at("/oauth/end_session"),
    jwks_uri: at("/.well-known/jwks.json"),
  };
}
