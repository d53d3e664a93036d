/** How the service feels, for machines: cheap to ask, and quick to answer whatever it finds. */
import type { Metrics } from "../observe/metrics.ts";
import type { Health } from "../plugin.ts";
import { type Plain, rendered } from "./exchange.ts";

export type HealthCheck = () => Health | Promise<Health>;

export interface HealthReport {
  /** `down`: an essential part is; `degraded`: people are served without the one that is. */
  status: "ok" | "degraded" | "down";
  parts: Record<string, Health>;
}

export interface HealthMonitor {
  /** At most a second old. Never throws. */
  report(): Promise<HealthReport>;
  /** From now on `/health/ready` says no, so that balancers send nobody new. */
  drain(): void;
  /** `/health`, `/health/live`, `/health/ready`. */
  endpoints: Plain[];
}

const freshMilliseconds = 1000;
const checkMilliseconds = 1000;

/** @param checks by the name of the part, such as `database`; each is asked with a time limit of its own */
export function createHealth(checks: Record<string, HealthCheck>): HealthMonitor {
  let newest: { at: number; report: Promise<HealthReport> } | null = null;
  let draining = false;

  function report(): Promise<HealthReport> {
    const now = performance.now();
    // Many who ask at once share one look.
    if (!newest || now - newest.at > freshMilliseconds) newest = { at: now, report: look(checks) };
    return newest.report;
  }

  const answer = (status: number, body: unknown) =>
    rendered(status, "application/json", JSON.stringify(body));
  return {
    report,
    drain() {
      draining = true;
    },
    endpoints: [
      {
        path: "/health",
        kind: "api",
        async handle() {
          const found = await report();
          return answer(found.status === "down" ? 503 : 200, found);
        },
      },
      { path: "/health/live", kind: "api", handle: () => answer(200, { status: "ok" }) },
      {
        path: "/health/ready",
        kind: "api",
        async handle() {
          if (draining) return answer(503, { status: "draining" });
          const { status } = await report();
          return answer(status === "down" ? 503 : 200, { status });
        },
      },
    ],
  };
}

async function look(checks: Record<string, HealthCheck>): Promise<HealthReport> {
  const parts = Object.fromEntries(
    await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await ask(check)] as const)),
  );
  const down = Object.values(parts).filter((part) => !part.up);
  const essential = down.some((part) => part.essential !== false);
  return { status: essential ? "down" : down.length > 0 ? "degraded" : "ok", parts };
}

async function ask(check: HealthCheck): Promise<Health> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<Health>((resolve) => {
      timer = setTimeout(
        () => resolve({ up: false, detail: "no answer within a second" }),
        checkMilliseconds,
      );
    });
    return await Promise.race([check(), late]);
  } catch (error) {
    // Messages of drivers name hosts and users; the log has them, strangers need not.
    const code = (error as { code?: unknown } | null)?.code;
    return { up: false, detail: typeof code === "string" ? `failed (${code})` : "failed" };
  } finally {
    clearTimeout(timer);
  }
}

/** `/metrics`, as Prometheus reads it. */
export function metricsEndpoint(metrics: Metrics): Plain {
  return {
    path: "/metrics",
    kind: "api",
    handle: async () => rendered(200, metrics.content_type, await metrics.text()),
  };
}
