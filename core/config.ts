/**
 * Configuration: one schema for the core and one for each plugin, read from the environment, `NAME_FILE`, `.env` and
 * `flow-shield.config.ts`, in this order of precedence. Start-up reports every problem at once.
 */
export {
  boolean,
  choice,
  type ConfigOf,
  type ConfigSchema,
  duration,
  type Field,
  FieldProblem,
  integer,
  list,
  number,
  secret,
  text,
  url,
} from "./config/fields.ts";
export { type CoreConfig, coreSchema } from "./config/core_schema.ts";
export {
  type Config,
  ConfigError,
  coreConfig,
  readConfig,
  type ReadConfigInput,
  type SchemaOwner,
  variableName,
} from "./config/read.ts";
export { parseDotenv, readDotenv } from "./config/dotenv.ts";
export { isLoopback } from "./config/checks.ts";
export { describeConfig, envExample, schemaOwners, type Setting } from "./config/describe.ts";
