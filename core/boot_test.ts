import { expect } from "expect";
import { BootError, checkManifests } from "./boot.ts";
import type { AnyPlugin, Gate, Route } from "./plugin.ts";

const route = (method: string, path: string) => ({ method, path }) as Route;
const made = (name: string, parts: Partial<AnyPlugin>): AnyPlugin => ({
  name,
  about: name,
  config: {},
  ...parts,
});
const step = { kind: "once", run: () => Promise.resolve(null) } as const;
const workflows = new URL("../workflows/mod.ts", import.meta.url);

const problemsOf = (plugins: AnyPlugin[]): string[] => {
  try {
    checkManifests(plugins);
    return [];
  } catch (error) {
    return (error as BootError).problems;
  }
};

const table: [string, AnyPlugin[], string[]][] = [
  ["nothing in common", [
    made("a", { routes: [route("GET", "/a")] }),
    made("b", { routes: [route("GET", "/b")] }),
  ], []],
  ["one path, two methods", [made("a", { routes: [route("GET", "/a"), route("POST", "/a")] })], []],
  ["a plugin twice", [made("a", {}), made("a", {})], ["the plugin a is listed twice"]],
  [
    "one route twice",
    [made("a", { routes: [route("GET", "/x")] }), made("b", { routes: [route("GET", "/x")] })],
    ["the route GET /x is declared by a and by b"],
  ],
  [
    "parameters of two names",
    [made("a", { routes: [route("GET", "/x/{id}")] }), made("b", { routes: [route("GET", "/x/{key}")] })],
    ["the route GET /x/{} is declared by a and by b"],
  ],
  [
    "a page on a route",
    [
      made("a", { routes: [route("GET", "/x")] }),
      made("b", { pages: [{ path: "/x", access: "public", get: () => Promise.reject() }] }),
    ],
    ["the route GET /x is declared by a and by b"],
  ],
  [
    "a crossing on a page",
    [
      made("a", { crossings: [{ methods: ["GET", "POST"], path: "/x", handle: () => Promise.reject() }] }),
      made("b", { pages: [{ path: "/x", access: "public", get: () => Promise.reject() }] }),
    ],
    ["the route GET /x is declared by a and by b"],
  ],
  [
    "a command of two, and one that main.ts has",
    [
      made("a", { commands: { client: { about: "", usage: "", run: () => Promise.resolve() } } }),
      made("b", {
        commands: {
          client: { about: "", usage: "", run: () => Promise.resolve() },
          start: { about: "", usage: "", run: () => Promise.resolve() },
        },
      }),
    ],
    ["the command client is declared by a and by b", "b declares the command start, which main.ts has"],
  ],
  [
    "one workflow twice",
    [
      made("a", { workflows: { file: workflows, names: ["PingWorkflow"] } }),
      made("b", { workflows: { file: workflows, names: ["PingWorkflow"] } }),
    ],
    ["the workflow PingWorkflow is declared by a and by b"],
  ],
  [
    "a workflow that is not there",
    [made("a", { workflows: { file: workflows, names: ["PongWorkflow"] } })],
    ["a names the workflow PongWorkflow, which its file does not export"],
  ],
  [
    "one step twice",
    [made("a", { steps: { s: step } }), made("b", { steps: { s: step } })],
    ["the step s is declared by a and by b"],
  ],
  [
    "a service nobody provides",
    [made("a", { uses: ["verification"] })],
    ["a uses the service verification, which no plugin that is on provides"],
  ],
  ["a service of the core", [made("a", { uses: ["mailer"] })], []],
  [
    "an event nobody publishes",
    [made("a", { on: { "account.vanished": () => Promise.resolve() } as AnyPlugin["on"] })],
    ["a listens to the event account.vanished, which nobody publishes"],
  ],
  [
    "a provisioning step that is not there",
    [made("a", { provisioning: [{ step: "make", undo: "unmake" }], steps: { make: step } })],
    ["a wants the provisioning step unmake, which no plugin that is on has"],
  ],
  [
    "services in a circle",
    [
      made("a", { uses: ["passwords"], provides: { verification: () => null as never } }),
      made("b", { uses: ["verification"], provides: { passwords: () => null as never } }),
    ],
    ["services go in a circle: a → b → a"],
  ],
  [
    "a factor twice",
    [
      made("a", { factors: [{ method: "totp" } as never] }),
      made("b", { factors: [{ method: "totp" } as never] }),
    ],
    ["the factor totp is declared by a and by b"],
  ],
];

for (const [title, plugins, problems] of table) {
  Deno.test(`manifests: ${title} → ${problems.length === 0 ? "nothing to say" : problems}`, () => {
    expect(problemsOf(plugins)).toEqual(problems);
  });
}

Deno.test("everything that is wrong is told at once", () => {
  const gates: Gate[] = [];
  const a = made("a", { uses: ["verification"], routes: [route("GET", "/x")], gates });
  const b = made("b", { uses: ["passwords"], routes: [route("GET", "/x")] });
  expect(problemsOf([a, b])).toHaveLength(3);
});
