/** `migrate` and `migrate status`. */
import { readConfig, readDotenv } from "../config.ts";
import { connectForMigrations, migrate, migrationStatus } from "../db/migrate.ts";
import { layGround } from "../ground.ts";
import { OperatorError } from "../operator_error.ts";
import { createLog } from "../observe/log.ts";
import { migrationOwners, pluginOf } from "../service.ts";
import type { Made } from "./mod.ts";

export async function migrateCommand(made: Made, args: string[]): Promise<void> {
  if (args.length > 1 || (args.length === 1 && args[0] !== "status")) {
    throw new OperatorError(`migrate takes nothing, or "status"; got "${args.join(" ").slice(0, 80)}"`);
  }
  const { core } = readConfig({
    env: Deno.env.toObject(),
    dotenv: readDotenv(".env"),
    options: made.config.core,
    plugins: made.config.plugins,
  });
  const log = createLog({ level: core.log_level, format: core.log_format });
  // Without DATABASE_URL it is the embedded server's database, which runs only while somebody needs it.
  const ground = await layGround({
    core: { ...core, temporal: "off" },
    log,
    say: (line) => console.log(`  ${line}`),
    children: !core.database_url,
  });
  const sql = connectForMigrations(ground.database_url);
  const owners = migrationOwners(made.config.plugins.map(pluginOf));
  try {
    if (args[0] === "status") {
      for (const { owner, version, name, state } of await migrationStatus(sql, owners)) {
        console.log(`  ${state.padEnd(10)} ${owner}/${String(version).padStart(4, "0")}_${name}`);
      }
    } else {
      const applied = await migrate(sql, owners);
      for (const { owner, version, name } of applied) {
        console.log(`  applied    ${owner}/${String(version).padStart(4, "0")}_${name}`);
      }
      console.log(applied.length === 0 ? "  The database is up to date." : `  ${applied.length} applied.`);
    }
  } finally {
    await sql.end({ timeout: 5 });
    await ground.stop();
  }
}
