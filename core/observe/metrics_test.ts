import { expect } from "expect";
import { createMetrics } from "./metrics.ts";

Deno.test("what is registered is counted, set and measured under its labels", async () => {
  const metrics = createMetrics();
  metrics.register({
    logins_total: { kind: "counter", help: "Logins.", labels: ["result"] },
    queue_depth: { kind: "gauge", help: "Waiting." },
    hash_seconds: { kind: "histogram", help: "Hashing.", buckets: [0.1, 1] },
    looked_up: { kind: "gauge", help: "Asked for.", collect: () => Promise.resolve(7) },
    broken: { kind: "gauge", help: "Fails.", collect: () => Promise.reject(new Error("away")) },
  });
  metrics.inc("logins_total", { result: "ok" });
  metrics.inc("logins_total", { result: "ok" }, 2);
  metrics.set("queue_depth", 4);
  metrics.observe("hash_seconds", 0.5);
  const text = await metrics.text();
  for (
    const line of [
      'logins_total{result="ok"} 3',
      "queue_depth 4",
      'hash_seconds_bucket{le="0.1"} 0',
      'hash_seconds_bucket{le="1"} 1',
      "looked_up 7",
      "process_resident_memory_bytes",
      "process_cpu_seconds_total",
    ]
  ) expect(text).toContain(line);
});

Deno.test("a name stands for one metric", () => {
  const metrics = createMetrics();
  metrics.register({ a_total: { kind: "counter", help: "A." } });
  metrics.register({ a_total: { kind: "counter", help: "A." } });
  expect(() => metrics.register({ a_total: { kind: "gauge", help: "A." } })).toThrow("registered as another");
  expect(() => metrics.inc("b_total")).toThrow("no metric b_total");
  expect(() => metrics.observe("a_total", 1)).toThrow("no metric a_total");
});
