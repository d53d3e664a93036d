/** Who passkeys are made for (Web Authentication Level 3 §4, RP ID), and where they may be used. */
import type { MfaCtx } from "../ctx.ts";

export interface RelyingParty {
  rp_id: string;
  name: string;
  origins: string[];
}

export function relyingParty({ config, core }: Pick<MfaCtx, "config" | "core">): RelyingParty {
  const { hostname, origin } = new URL(core.frontend_url);
  return {
    rp_id: config.rp_id ?? hostname,
    name: config.issuer_name ?? core.site_name,
    origins: [origin, ...config.origins],
  };
}
