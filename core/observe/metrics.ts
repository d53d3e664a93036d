/** What is counted and measured, in a registry of its own, as Prometheus reads it. */
import process from "node:process";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type Labels = Record<string, string | number>;

export interface MetricDefinition {
  kind: "counter" | "gauge" | "histogram";
  help: string;
  labels?: string[];
  /** Upper bounds, for histograms, in the metric's unit. Default: seconds from 1 ms to 30 s. */
  buckets?: number[];
  /** Asked when the metrics are read, for what is cheaper to look up than to follow. */
  collect?: () => number | Promise<number>;
}

export interface Metrics {
  /** Makes metrics known. The same definition twice is one metric; another under its name is an error. */
  register(definitions: Record<string, MetricDefinition>): void;
  /** Adds to a counter or a gauge. */
  inc(name: string, labels?: Labels, by?: number): void;
  /** Sets a gauge. */
  set(name: string, value: number, labels?: Labels): void;
  /** Measures one into a histogram. */
  observe(name: string, value: number, labels?: Labels): void;
  /** All of them in the text format 0.0.4. */
  text(): Promise<string>;
  readonly content_type: string;
}

const secondBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const known = new Map<string, { metric: Counter | Gauge | Histogram; shape: string }>();

  function find<T>(name: string, kinds: (abstract new (...args: never[]) => T)[]): T {
    const metric = known.get(name)?.metric;
    const kind = kinds.find((one) => metric instanceof one);
    if (!kind) throw new Error(`no metric ${name} of this kind is registered`);
    return metric as T;
  }

  const metrics: Metrics = {
    register(definitions) {
      for (const [name, definition] of Object.entries(definitions)) {
        const shape = JSON.stringify([definition.kind, definition.labels ?? []]);
        const standing = known.get(name);
        if (standing && standing.shape !== shape) {
          throw new Error(`the metric ${name} is registered as another`);
        }
        if (!standing) known.set(name, { metric: create(registry, name, definition), shape });
      }
    },
    inc(name, labels = {}, by = 1) {
      find<Counter | Gauge>(name, [Counter, Gauge]).inc(labels, by);
    },
    set(name, value, labels = {}) {
      find(name, [Gauge]).set(labels, value);
    },
    observe(name, value, labels = {}) {
      find(name, [Histogram]).observe(labels, value);
    },
    text: () => registry.metrics(),
    content_type: registry.contentType,
  };
  metrics.register(processMetrics);
  return metrics;
}

function create(registry: Registry, name: string, definition: MetricDefinition): Counter | Gauge | Histogram {
  const base = { name, help: definition.help, labelNames: definition.labels ?? [], registers: [registry] };
  switch (definition.kind) {
    case "counter":
      return new Counter(base);
    case "gauge": {
      const { collect } = definition;
      return new Gauge({ ...base, ...collect ? { collect: collectInto(collect) } : {} });
    }
    case "histogram":
      return new Histogram({ ...base, buckets: definition.buckets ?? secondBuckets });
  }
}

/** A value that cannot be read now is left out; it must not cost us the others. */
function collectInto(collect: () => number | Promise<number>) {
  return async function (this: Gauge) {
    try {
      this.set(await collect());
    } catch {
      this.reset();
    }
  };
}

const startedAt = Date.now() / 1000;

/** Under the names Prometheus's own clients use. The defaults of prom-client want parts of Node that Deno lacks. */
const processMetrics: Record<string, MetricDefinition> = {
  process_start_time_seconds: {
    kind: "gauge",
    help: "Start, in seconds since 1970.",
    collect: () => startedAt,
  },
  process_resident_memory_bytes: {
    kind: "gauge",
    help: "Memory of this process.",
    collect: () => Deno.memoryUsage().rss,
  },
  process_heap_bytes: { kind: "gauge", help: "Used heap.", collect: () => Deno.memoryUsage().heapUsed },
  process_cpu_seconds_total: {
    kind: "gauge",
    help: "User and system time used.",
    collect: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  },
};
