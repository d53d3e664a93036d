/** Who may import whom, as `core/tools/imports.ts` checks it. Paths are relative to the repository, with `/`. */

export interface Import {
  /** The importing file. */
  from: string;
  /** A path in the repository, `npm:name`, `node:name`, or another URL. */
  to: string;
  /** `import type`: nothing of it is left when the program runs. */
  types_only: boolean;
}

/** What a group of files may import: each test gets the target and says yes or no. */
interface Rule {
  /** How it is put in the house style. */
  says: string;
  applies(file: string): boolean;
  values(to: string, from: string): boolean;
  types(to: string, from: string): boolean;
}

const under = (...folders: string[]) => (path: string) => folders.some((folder) => path.startsWith(folder));
const isPackage = (to: string) => to.startsWith("npm:") || to.startsWith("node:");
const isNpm = (name: string) => (to: string) => to === `npm:${name}` || to.startsWith(`npm:${name}/`);
const isPreact = (to: string) => /^npm:(preact|@preact\/[\w-]+|preact-[\w-]+)(\/|$)/.test(to);
const isWorkflowApi = isNpm("@temporalio/workflow");

/** `plugins/mfa/`, for any file in it. */
const pluginOf = (path: string) => /^plugins\/[^/]+\//.exec(path)?.[0] ?? null;
const own = (to: string, from: string) => to.startsWith(pluginOf(from)!);
const ownFile = (name: string) => (to: string, from: string) => to === pluginOf(from) + name;
const inPlugin = (rest: RegExp) => (path: string) => {
  const plugin = pluginOf(path);
  return plugin !== null && rest.test(path.slice(plugin.length));
};
const inPagesOrIslands = inPlugin(/^(pages|islands)\//);

/** Told by a workflow and by the direct executor alike, so nothing of Temporal may be in it: `workflows/NAME.ts`. */
const isStory = (path: string) => /^workflows\/[^/]+\.ts$/.test(path) && path !== "workflows/mod.ts";

const nothing = () => false;
const anything = () => true;

/** The first that applies counts. */
const rules: Rule[] = [
  {
    says: "main.ts, bench/ and the test tools may import anything",
    applies: (file) => file === "main.ts" || under("bench/", "core/testing/", "core/tools/")(file),
    values: anything,
    types: anything,
  },
  {
    says: "flow-shield.config.ts may import every plugin and the core",
    applies: (file) => file === "flow-shield.config.ts",
    values: under("plugins/", "core/"),
    types: nothing,
  },
  {
    says: "core/ may import itself, npm and workflows/lib/story.ts",
    applies: under("core/"),
    values: (to) => under("core/")(to) || isPackage(to) || to === "workflows/lib/story.ts",
    types: nothing,
  },
  {
    says: "ml/ may import itself and npm",
    applies: under("ml/"),
    values: (to) => under("ml/")(to) || isPackage(to),
    types: nothing,
  },
  {
    says: "activities/mod.ts may also import the stories in workflows/, for the direct executor",
    applies: (file) => file === "activities/mod.ts",
    values: (to) => under("activities/", "core/", "ml/")(to) || isPackage(to) || isStory(to),
    types: under("workflows/"),
  },
  {
    says: "activities/ may import itself, core, ml and npm; types of workflows",
    applies: under("activities/"),
    values: (to) => under("activities/", "core/", "ml/")(to) || isPackage(to),
    types: under("workflows/"),
  },
  {
    says: "a story may import workflows/lib and other stories; types of core and activities",
    applies: isStory,
    values: (to) => under("workflows/lib/")(to) || isStory(to),
    types: under("core/", "activities/"),
  },
  {
    says: "workflows/ may import itself and @temporalio/workflow; types of core and activities",
    applies: under("workflows/"),
    values: (to) => under("workflows/")(to) || isWorkflowApi(to),
    types: under("core/", "activities/"),
  },
  {
    says: "a plugin's workflows.ts may import workflows/lib, @temporalio/workflow and its own stories.ts; " +
      "types of core, activities and its own activities",
    applies: inPlugin(/^workflows\.ts$/),
    values: (to, from) => under("workflows/lib/")(to) || isWorkflowApi(to) || ownFile("stories.ts")(to, from),
    types: (to, from) => under("core/", "activities/")(to) || own(to, from),
  },
  {
    says: "a plugin's stories.ts may import workflows/lib; types of core, workflows and its own",
    applies: inPlugin(/^stories\.ts$/),
    values: under("workflows/lib/"),
    types: (to, from) => under("core/", "workflows/", "activities/")(to) || own(to, from),
  },
  {
    says: "a plugin's pages and islands may import ui, preact, uplot, and its own pages and islands; " +
      "types of core and its own routes",
    applies: inPagesOrIslands,
    values: (to, from) =>
      under("ui/")(to) || isPreact(to) || isNpm("uplot")(to) || own(to, from) && inPagesOrIslands(to),
    types: (to, from) => under("core/")(to) || to.startsWith(pluginOf(from) + "routes/"),
  },
  {
    says: "a plugin's documents may import what the plugin may, and ui/components",
    applies: inPlugin(/^docs\/[^/]+\.tsx$/),
    values: (to, from) => own(to, from) || under("core/", "ml/", "ui/components/")(to) || isPackage(to),
    types: nothing,
  },
  {
    says: "a plugin may import its own, core, ml and npm; types of workflows and activities",
    applies: under("plugins/"),
    values: (to, from) => own(to, from) || under("core/", "ml/")(to) || isPackage(to),
    types: under("workflows/", "activities/"),
  },
  {
    says: "ui/assets.ts, which builds what browsers load, may import ui, preact, esbuild and node",
    applies: (file) => file === "ui/assets.ts",
    values: (to) => under("ui/")(to) || isPreact(to) || isNpm("esbuild")(to) || to.startsWith("node:"),
    types: under("core/"),
  },
  {
    says: "ui/ may import itself, preact, and what draws QR codes and asks for passkeys; types of core",
    applies: under("ui/"),
    values: (to) =>
      under("ui/")(to) || isPreact(to) || isNpm("uqr")(to) || isNpm("@simplewebauthn/browser")(to),
    types: under("core/"),
  },
];

/** Folders that hold what tests need: whole journeys, another provider beside ours, clients of others. */
export function isTest(file: string): boolean {
  return /_test\.tsx?$/.test(file) || /(^|\/)(journeys|oracle|clients)\//.test(file);
}

/** What is wrong with one import, in a sentence; null when nothing is. */
export function problemOf({ from, to, types_only }: Import): string | null {
  const says = (rule: string) => `${from} imports ${types_only ? "types of " : ""}${to}: ${rule}`;
  if (/^(https?|jsr):/.test(to)) return says("code comes from this repository and from npm");
  // A test may take what it needs to make the world of its claim.
  if (isTest(from)) return null;
  const tool = under("core/testing/", "core/tools/");
  if (tool(to) && !tool(from) && !from.startsWith("bench/")) {
    return says("only tests may import core/testing");
  }
  const rule = rules.find(({ applies }) => applies(from));
  if (!rule) return says("no rule says what this file may import; see the house style's tree");
  const allowed = rule.values(to, from) || types_only && rule.types(to, from);
  return allowed ? null : says(rule.says);
}
