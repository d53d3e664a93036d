/** The parts of the service as `/health` and the status page tell of them. */
import type { HealthCheck } from "../http/health.ts";
import type { AnyCtx, AnyPlugin, Health } from "../plugin.ts";
import type { Pool } from "../db/postgres.ts";
import { outboxDepth } from "../events/outbox.ts";
import type { TemporalLink } from "../temporal/link.ts";

/** More than this unsaid means that the relay does not get on. */
const OUTBOX_MAX = 1_000;

export function healthChecks(
  { sql, temporal, wanted, mail, plugins }: {
    sql: Pool;
    temporal: TemporalLink;
    /** False when the deployment does without Temporal. */
    wanted: boolean;
    mail(): Promise<Health>;
    plugins: { plugin: AnyPlugin; ctx: AnyCtx }[];
  },
): Record<string, HealthCheck> {
  return {
    async database() {
      await sql`select 1`;
      return { up: true };
    },
    async temporal() {
      if (!wanted) return { up: true, detail: "off: every story is told directly", essential: false };
      const { temporal_connected, progress, last_error } = await temporal.status();
      if (temporal_connected) return { up: true, essential: false };
      const why = progress ?? last_error ?? "connecting";
      return { up: false, detail: `${why}; requests are served directly meanwhile`, essential: false };
    },
    async outbox() {
      const depth = await outboxDepth(sql);
      return { up: depth <= OUTBOX_MAX, detail: `${depth} waiting`, essential: false };
    },
    mail,
    ...Object.fromEntries(
      plugins.flatMap(({ plugin, ctx }) =>
        Object.entries(plugin.health ?? {}).map(([name, check]) => [name, () => check(ctx)])
      ),
    ),
  };
}
