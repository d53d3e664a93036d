import { expect } from "expect";
import { testApp } from "../testing/app.ts";
import { createMetrics } from "../observe/metrics.ts";
import type { Health } from "../plugin.ts";
import { createHealth, type HealthCheck, metricsEndpoint } from "./health.ts";

const ask = async (checks: Record<string, HealthCheck>, path = "/health") => {
  const app = testApp({ plain: createHealth(checks).endpoints });
  const answer = await app.fetch(new Request("http://localhost" + path));
  return { status: answer.status, body: await answer.json() };
};
const up: Health = { up: true };

Deno.test("the service is as well as its essential parts", async () => {
  const rows: [Record<string, HealthCheck>, number, string][] = [
    [{}, 200, "ok"],
    [{ database: () => up, temporal: () => Promise.resolve({ up: true, detail: "1.32" }) }, 200, "ok"],
    [{ database: () => up, temporal: () => ({ up: false, essential: false }) }, 200, "degraded"],
    [{ database: () => ({ up: false }), temporal: () => up }, 503, "down"],
    [{ database: () => ({ up: false }), temporal: () => ({ up: false, essential: false }) }, 503, "down"],
    [{ database: () => Promise.reject(new Error("x")) }, 503, "down"],
  ];
  for (const [checks, status, word] of rows) {
    const found = await ask(checks);
    expect([found.status, found.body.status]).toEqual([status, word]);
    expect(Object.keys(found.body.parts)).toEqual(Object.keys(checks));
    expect((await ask(checks, "/health/ready")).status).toBe(status);
    expect((await ask(checks, "/health/live")).status).toBe(200);
  }
});

Deno.test("a check that fails tells strangers its code and nothing of where things are", async () => {
  const error = Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:5432 as admin"), {
    code: "ECONNREFUSED",
  });
  const { body } = await ask({
    database: () => Promise.reject(error),
    mail: () => Promise.reject(new Error("host")),
  });
  expect(body.parts).toEqual({
    database: { up: false, detail: "failed (ECONNREFUSED)" },
    mail: { up: false, detail: "failed" },
  });
});

Deno.test("a check that does not answer is down after a second, and the others are told all the same", async () => {
  const started = performance.now();
  const { body } = await ask({ database: () => up, temporal: () => new Promise(() => {}) });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(body.parts.temporal).toEqual({ up: false, detail: "no answer within a second" });
  expect(body.parts.database).toEqual(up);
});

Deno.test("parts are looked at once a second, however many ask", async () => {
  let looks = 0;
  const health = createHealth({ database: () => ({ up: ++looks > 0 }) });
  await Promise.all(Array.from({ length: 50 }, () => health.report()));
  await health.report();
  expect(looks).toBe(1);
});

Deno.test("who is draining is alive and not ready", async () => {
  const health = createHealth({});
  const app = testApp({ plain: health.endpoints });
  health.drain();
  const status = async (path: string) => (await app.fetch(new Request("http://localhost" + path))).status;
  expect([await status("/health/live"), await status("/health"), await status("/health/ready")]).toEqual([
    200,
    200,
    503,
  ]);
});

Deno.test("metrics are read as Prometheus reads them", async () => {
  const metrics = createMetrics();
  const app = testApp({ metrics, plain: [metricsEndpoint(metrics)] });
  const answer = await app.fetch(new Request("http://localhost/metrics"));
  expect(answer.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  expect(await answer.text()).toMatch(/process_resident_memory_bytes \d+/);
});
