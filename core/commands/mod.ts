/** The commands of `main.ts`. Each is one file; what they share is what the service is made of. */
import { BootError, builtInCommands } from "../boot.ts";
import { ConfigError } from "../config.ts";
import { DataDirError } from "../data_dir.ts";
import { MigrationError } from "../db/migrate.ts";
import { OperatorError } from "../operator_error.ts";
import type { AnyPlugin, Command } from "../plugin.ts";
import type { ServiceOptions } from "../service.ts";
import { doctor } from "./doctor.ts";
import { keysCommand } from "./keys.ts";
import { migrateCommand } from "./migrate.ts";
import { pluginOf } from "../service.ts";
import { setupLinkCommand } from "./setup_link.ts";
import { serve } from "./serve.ts";
import { commandTools } from "./tools.ts";
import { userRolesCommand } from "./user_roles.ts";

export type Made = Pick<ServiceOptions, "config" | "journeys" | "presentation">;

const usage = (made: Made) =>
  `Flow Shield. Commands:

  start            everything: API, pages, worker, and Postgres and Temporal of our own where none is given
  api              API and pages alone, for replicas beside others (DATABASE_URL, SECRET_KEYS)
  worker           the workflows and activities alone (DATABASE_URL, SECRET_KEYS, TEMPORAL_ADDRESS)
  migrate          bring the database up to date
  migrate status   which migrations are there, and which are applied
  doctor           what is found, what is missing, and what to type
${listed(made)}

Settings are environment variables, listed in .env.example, and flow-shield.config.ts.`;

/** Of the core itself; they look like those of plugins. */
const coreCommands: Record<string, Command> = {
  keys: keysCommand,
  "user roles": userRolesCommand,
  "setup link": setupLinkCommand,
};

interface Named {
  /** One word or two, such as `user mfa`. */
  name: string;
  command: Command;
  /** Null: the core's own. */
  plugin: AnyPlugin | null;
}

const commandsOf = (made: Made): Named[] => [
  ...Object.entries(coreCommands).map(([name, command]) => ({ name, command, plugin: null })),
  ...made.config.plugins.map(pluginOf).flatMap((plugin) =>
    Object.entries(plugin.commands ?? {}).map(([name, command]) => ({ name, command, plugin }))
  ),
];

const listed = (made: Made) =>
  commandsOf(made).map(({ name, command }) => `  ${name.padEnd(16)} ${command.about}`).join("\n");

const isHelp = ([first]: string[]) => ["help", "--help", "-h"].includes(first);

/** Commands without a text of their own are told of in the list. */
const asksForList = ([command, ...rest]: string[]) =>
  command === undefined || isHelp([command]) ||
  !Object.hasOwn(coreCommands, command) && builtInCommands.includes(command) && isHelp(rest);

/** The command of one word or two that these words begin with; false when there is none. */
async function runNamed(made: Made, args: string[]): Promise<boolean> {
  const found = commandsOf(made).find(({ name }) => name === args[0] || name === args.slice(0, 2).join(" "));
  if (!found) return false;
  const rest = args.slice(found.name.split(" ").length);
  if (isHelp(rest)) console.log(found.command.usage);
  else await found.command.run(rest, commandTools(made, found.plugin));
  return true;
}

/** Runs one command to its end; the process's exit code says how it went. */
export async function run(args: string[], made: Made): Promise<void> {
  const [command, ...rest] = args;
  try {
    if (asksForList(args)) console.log(usage(made));
    else if (command === "start" && rest.length === 0) {
      await serve(made, { api: true, worker: true, children: true });
    } else if (command === "api" && rest.length === 0) {
      await serve(made, { api: true, worker: false, children: false });
    } else if (command === "worker" && rest.length === 0) {
      await serve(made, { api: false, worker: true, children: false });
    } else if (command === "migrate") await migrateCommand(made, rest);
    else if (command === "doctor" && rest.length === 0) await doctor(made);
    else if (await runNamed(made, args)) Deno.exit(0);
    else {
      console.error(`There is no command "${args.join(" ").slice(0, 80)}".\n\n${usage(made)}`);
      Deno.exit(2);
    }
  } catch (error) {
    console.error(forPeople(error));
    Deno.exit(1);
  }
}

/** What an operator can act on is told in a sentence; anything else is a bug, with its stack. */
function forPeople(error: unknown): string {
  const known = [BootError, ConfigError, DataDirError, MigrationError, OperatorError];
  if (known.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? `${error.stack ?? error.message}` : String(error);
}
