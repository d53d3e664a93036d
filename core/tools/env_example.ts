/**
 * Writes `.env.example` from the schemas of the core and of every plugin in `flow-shield.config.ts`:
 * `deno run -A core/tools/env_example.ts`; with `--check` it only says whether the file is up to date.
 */
import { envExample, schemaOwners } from "../config/describe.ts";
import type { ServiceConfig } from "../plugin.ts";

const file = new URL("../../.env.example", import.meta.url);

/** What the file should say. The plugins are those that the repository ships with. */
export async function expectedEnvExample(): Promise<string> {
  // By a computed address: the core knows no plugin by name, and imports no list of them.
  const list = new URL("../../flow-shield.config.ts", import.meta.url).href;
  const { default: config }: { default: ServiceConfig } = await import(list);
  return envExample(schemaOwners(config.plugins));
}

export async function currentEnvExample(): Promise<string> {
  return (await Deno.readTextFile(file)).replaceAll("\r\n", "\n");
}

if (import.meta.main) {
  const expected = await expectedEnvExample();
  const current = await currentEnvExample().catch(() => "");
  if (current === expected) console.log(".env.example is up to date");
  else if (Deno.args.includes("--check")) {
    console.error(".env.example is out of date: deno run -A core/tools/env_example.ts");
    Deno.exit(1);
  } else {
    await Deno.writeTextFile(file, expected);
    console.log(".env.example is written");
  }
}
