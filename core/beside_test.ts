import { expect } from "expect";
import { startBeside } from "./beside.ts";
import type { WithCtx } from "./machinery.ts";
import { createLog } from "./observe/log.ts";
import { type AnyCtx, type AnyPlugin, definePlugin, type Plugin } from "./plugin.ts";
import { testService } from "./testing/service.ts";

type Beside = NonNullable<Plugin["beside"]>;
const withBeside = (name: string, beside?: Beside): WithCtx => ({
  plugin: { name, beside } as AnyPlugin,
  ctx: {} as AnyCtx,
});

function logged() {
  const lines: string[] = [];
  const log = createLog({ level: "debug", format: "json", write: (line) => lines.push(line) });
  return { log, told: () => lines.map((line) => JSON.parse(line)).map((one) => [one.event, one.plugin]) };
}
const never = () => new Promise<never>(() => {});
const stops = (stop: () => Promise<void>) => () => Promise.resolve({ stop });

const rows: [string, Beside | undefined, unknown[]][] = [
  ["nothing to run", undefined, []],
  ["nothing to run today", () => Promise.resolve(null), []],
  ["a start and a stop", stops(() => Promise.resolve()), []],
  ["a start that fails", () => Promise.reject(new Error("no")), [["beside.failed", "odd"]]],
  ["a start that throws", () => {
    throw new Error("no");
  }, [["beside.failed", "odd"]]],
  ["a start that hangs", never, [["beside.slow", "odd"], ["beside.stop_slow", "odd"]]],
  ["a stop that fails", stops(() => Promise.reject(new Error("no"))), [["beside.stop_failed", "odd"]]],
  ["a stop that hangs", stops(never), [["beside.stop_slow", "odd"]]],
];
for (const [title, beside, told] of rows) {
  Deno.test(`beside the API: ${title} keeps neither the service nor another plugin waiting`, async () => {
    const made = logged();
    let others = 0;
    const other = stops(() => Promise.resolve(void others++));
    const all = startBeside([withBeside("odd", beside), withBeside("good", other)], made.log, 20);
    await all.ready;
    await all.stop();
    expect([made.told(), others]).toEqual([told, 1]);
  });
}

Deno.test("what starts while the service stops is stopped, too", async () => {
  let start = (_: { stop(): Promise<void> }) => {};
  let stopped = 0;
  const all = startBeside([withBeside("late", () => new Promise((done) => start = done))], logged().log);
  const stopping = all.stop();
  start({ stop: () => Promise.resolve(void stopped++) });
  await stopping;
  expect(stopped).toBe(1);
});

Deno.test("the port is open from before the start of what runs beside it until after its stop", async () => {
  const seen: number[] = [];
  const ask = async (ctx: AnyCtx) =>
    void seen.push((await fetch(`${ctx.core.backend_url}/health/live`)).status);
  const neighbour = definePlugin({
    name: "neighbour",
    about: "Runs beside the API",
    config: {},
    links: () => [{ href: "https://demo.example/", key: "demo" }, { href: "/x", key: "no_words" }],
    async beside(ctx) {
      await ask(ctx);
      return { stop: () => ask(ctx) };
    },
  });
  await using world = await testService({ plugins: [neighbour as AnyPlugin] });
  expect(seen).toEqual([200]);
  const home = await (await fetch(`${world.url}/`)).text();
  expect(home).toContain('href="https://demo.example/"');
  expect(home).not.toContain('href="/x"');
  await world.service.stop();
  expect(seen).toEqual([200, 200]);
});
