/** Checks every manifest before the port opens: what is wrong is told all at once, naming the plugins involved. */
import { readFileSync } from "node:fs";
import { eventNames } from "./events/catalogue.ts";
import type { AnyPlugin } from "./plugin.ts";

/** Services that the core itself provides. */
const coreServices = ["mailer"];

export class BootError extends Error {
  constructor(readonly problems: string[]) {
    super(`Flow Shield cannot start:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "BootError";
  }
}

/** @throws {BootError} with every problem found */
export function checkManifests(plugins: AnyPlugin[]): void {
  const problems = [
    ...repeated(
      plugins.map((plugin) => [plugin.name, plugin.name]),
      (name) => `the plugin ${name} is listed twice`,
    ),
    ...clashes(plugins, "the route", routesOf),
    ...clashes(plugins, "the command", (plugin) => Object.keys(plugin.commands ?? {})),
    ...plugins.flatMap(takenCommands),
    ...clashes(plugins, "the workflow", (plugin) => plugin.workflows?.names ?? []),
    ...clashes(plugins, "the step", (plugin) => Object.keys(plugin.steps ?? {})),
    ...clashes(plugins, "the story", (plugin) => Object.keys(plugin.stories ?? {})),
    ...clashes(plugins, "the service", (plugin) => Object.keys(plugin.provides ?? {})),
    ...clashes(plugins, "the factor", (plugin) => (plugin.factors ?? []).map((factor) => factor.method)),
    ...clashes(plugins, "the metric", (plugin) => Object.keys(plugin.metrics ?? {})),
    ...plugins.flatMap((plugin) => missingServices(plugin, plugins)),
    ...plugins.flatMap(unknownEvents),
    ...plugins.flatMap((plugin) => missingSteps(plugin, plugins)),
    ...plugins.flatMap(missingExports),
    ...serviceCycles(plugins),
  ];
  if (problems.length > 0) throw new BootError(problems);
}

/** A parameter's name does not tell two paths apart: `/users/{id}` and `/users/{user_id}` clash. */
const shapeOf = (path: string) => path.replaceAll(/\{[^}]+\}/g, "{}");

const routesOf = (plugin: AnyPlugin) => [
  ...(plugin.routes ?? []).map((route) => `${route.method} ${shapeOf(route.path)}`),
  ...(plugin.pages ?? []).flatMap((page) => [
    `GET ${shapeOf(page.path)}`,
    ...(page.post ? [`POST ${shapeOf(page.path)}`] : []),
  ]),
  ...(plugin.crossings ?? []).flatMap(({ methods, path }) =>
    methods.map((method) => `${method} ${shapeOf(path)}`)
  ),
];

/** The words of `main.ts` itself. */
export const builtInCommands = [
  "start",
  "api",
  "worker",
  "migrate",
  "doctor",
  "keys",
  "user roles",
  "setup link",
  "help",
];

function takenCommands(plugin: AnyPlugin): string[] {
  return Object.keys(plugin.commands ?? {})
    .filter((name) => builtInCommands.includes(name))
    .map((name) => `${plugin.name} declares the command ${name}, which main.ts has`);
}

function clashes(plugins: AnyPlugin[], what: string, namesOf: (plugin: AnyPlugin) => string[]): string[] {
  const named = plugins.flatMap((plugin) =>
    namesOf(plugin).map((name) => [name, plugin.name] as [string, string])
  );
  return repeated(named, (name, owners) => `${what} ${name} is declared by ${owners.join(" and by ")}`);
}

function repeated(named: [string, string][], tell: (name: string, owners: string[]) => string): string[] {
  const owners = new Map<string, string[]>();
  for (const [name, owner] of named) owners.set(name, [...(owners.get(name) ?? []), owner]);
  return [...owners].filter(([, those]) => those.length > 1).map(([name, those]) => tell(name, those));
}

const providersOf = (service: string, plugins: AnyPlugin[]) =>
  plugins.filter((plugin) => service in (plugin.provides ?? {}));

function missingServices(plugin: AnyPlugin, plugins: AnyPlugin[]): string[] {
  return (plugin.uses ?? [])
    .filter((service) => !coreServices.includes(service) && providersOf(service, plugins).length === 0)
    .map((service) => `${plugin.name} uses the service ${service}, which no plugin that is on provides`);
}

function unknownEvents(plugin: AnyPlugin): string[] {
  return Object.keys(plugin.on ?? {})
    .filter((event) => !(eventNames as readonly string[]).includes(event))
    .map((event) => `${plugin.name} listens to the event ${event}, which nobody publishes`);
}

function missingSteps(plugin: AnyPlugin, plugins: AnyPlugin[]): string[] {
  const steps = new Set(plugins.flatMap((each) => Object.keys(each.steps ?? {})));
  return (plugin.provisioning ?? [])
    .flatMap(({ step, undo }) => undo ? [step, undo] : [step])
    .filter((step) => !steps.has(step))
    .map((step) => `${plugin.name} wants the provisioning step ${step}, which no plugin that is on has`);
}

/** The worker's bundler drops a name that is not there in silence, so it is looked for here. */
function missingExports(plugin: AnyPlugin): string[] {
  if (!plugin.workflows) return [];
  let text: string;
  try {
    text = readFileSync(plugin.workflows.file, "utf8");
  } catch {
    return [`${plugin.name} names the workflow file ${plugin.workflows.file}, which cannot be read`];
  }
  return plugin.workflows.names
    .filter((name) => !new RegExp(`export (const|async function|function) ${name}\\b`).test(text))
    .map((name) => `${plugin.name} names the workflow ${name}, which its file does not export`);
}

/** Two plugins that need each other's service can neither be removed: `a → b → a`. */
function serviceCycles(plugins: AnyPlugin[]): string[] {
  const needs = new Map(plugins.map((plugin) => [
    plugin.name,
    (plugin.uses ?? []).flatMap((service) => providersOf(service, plugins).map((provider) => provider.name)),
  ]));
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (name: string, path: string[]) => {
    if (path.includes(name)) {
      found.push(`services go in a circle: ${[...path.slice(path.indexOf(name)), name].join(" → ")}`);
    } else if (!finished.has(name)) {
      for (const next of needs.get(name) ?? []) visit(next, [...path, name]);
      finished.add(name);
    }
  };
  for (const plugin of plugins) visit(plugin.name, []);
  return found;
}
