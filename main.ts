/** `main.ts COMMAND`: reads the list of plugins and what surrounds them, then does as it is told. */
import { journeys } from "./activities/mod.ts";
import { run } from "./core/commands/mod.ts";
import config from "./flow-shield.config.ts";
import { presentation } from "./ui/mod.ts";

if (import.meta.main) await run(Deno.args, { config, journeys, presentation });
