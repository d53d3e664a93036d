import type { FraudCtx } from "./ctx.ts";
import { isLocal } from "./evidence/address_list.ts";

/** False for this machine and private networks where those are only noted: everybody there would look like one. */
export function isJudged({ config, core }: Pick<FraudCtx, "config" | "core">, ip: string | null): boolean {
  const local_addresses = config.local_addresses ?? (core.production ? "judged" : "noted");
  return local_addresses === "judged" || !isLocal(ip);
}
