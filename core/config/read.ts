/** Reads the whole configuration, reports every problem at once, and refuses to start on any. */
import type { AnyPlugin, Enabled } from "../plugin.ts";
import { checkCore } from "./checks.ts";
import { type CoreConfig, coreSchema } from "./core_schema.ts";
import { type Field, FieldProblem } from "./fields.ts";
import { nearest } from "./nearest.ts";

/** Every problem of the configuration in one error; its message is what the operator reads. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    const many = problems.length === 1 ? "one problem" : `${problems.length} problems`;
    super(`The configuration has ${many}:\n${problems.map((one) => `  ${one}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

export interface Config {
  core: CoreConfig;
  /** A plugin's own settings by its name, typed within the plugin. */
  plugins: Record<string, unknown>;
  /** Where a value that is not the default came from, by variable: `environment`, `file`, `.env` or `flow-shield.config.ts`. */
  origins: Record<string, string>;
  /** What looks like a mistake but may be somebody else's variable; logged once at start. */
  warnings: string[];
}

export interface ReadConfigInput {
  /** The process's environment, normally `Deno.env.toObject()`. */
  env: Record<string, string | undefined>;
  /** `core` of `flow-shield.config.ts`; the environment wins. */
  options?: Partial<CoreConfig>;
  plugins?: (AnyPlugin | Enabled)[];
  /** Variables of a `.env` file; the environment wins. */
  dotenv?: Record<string, string>;
  /** Whether standard output is a terminal; decides `log_format: auto`. */
  terminal?: boolean;
}

// deno-lint-ignore no-explicit-any -- schemas are erased outside their plugin
export type AnySchema = Record<string, Field<any>>;

export interface SchemaOwner {
  /** `core`, or the plugin's name. */
  owner: string;
  schema: AnySchema;
}

interface Given {
  value: string;
  origin: string;
}

/** `core` `port` → `PORT`; `email-verification` `code_lifetime_seconds` → `EMAIL_VERIFICATION_CODE_LIFETIME_SECONDS`. */
export function variableName(owner: string, key: string): string {
  return (owner === "core" ? key : `${owner}_${key}`).replaceAll("-", "_").toUpperCase();
}

/** The variables a key is read from; only `production` has two, neither of its own name. */
export function variableNames(owner: string, key: string): string[] {
  return owner === "core" && key === "production" ? ["NODE_ENV", "DENO_ENV"] : [variableName(owner, key)];
}

/**
 * @throws ConfigError naming every problem: variable, rule and, unless it is secret, the value seen.
 */
export function readConfig(input: ReadConfigInput): Config {
  const reader = new Reader(input);
  const enabled = (input.plugins ?? []).map((one): Enabled =>
    "plugin" in one ? one : { plugin: one, options: {} }
  );
  const raw = reader.readOwner("core", coreSchema, input.options ?? {});
  const plugins: Record<string, unknown> = {};
  for (const { plugin, options } of enabled) {
    if (Object.hasOwn(plugins, plugin.name)) reader.problems.push(`plugin ${plugin.name} is listed twice`);
    plugins[plugin.name] = reader.readOwner(plugin.name, plugin.config, options);
  }
  reader.checkUnknownVariables(enabled.map((one) => one.plugin.name));
  const core = complete(raw as Parameters<typeof complete>[0], input.terminal ?? false);
  reader.problems.push(...checkCore(core, reader.failed));
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return { core, plugins, origins: reader.origins, warnings: reader.warnings };
}

/** Settings for a test or a tool: every default, and what is given. Checked like an operator's. */
export function coreConfig(options: Partial<CoreConfig> = {}): CoreConfig {
  return readConfig({ env: {}, options }).core;
}

type RawCore = { [K in keyof typeof coreSchema]: (typeof coreSchema)[K]["default"] };

function complete(raw: RawCore, terminal: boolean): CoreConfig {
  const scheme = raw.ssl_cert_path ? "https" : "http";
  const backend_url = raw.backend_url ?? `${scheme}://localhost:${raw.port}`;
  const frontend_url = raw.frontend_url ?? backend_url;
  const smtp_from = raw.smtp_from ?? `${raw.site_name} <no-reply@${new URL(frontend_url).hostname}>`;
  const log_format = raw.log_format === "auto"
    ? terminal && !raw.production ? "pretty" : "json"
    : raw.log_format;
  return { ...raw, backend_url, frontend_url, smtp_from, log_format } as CoreConfig;
}

class Reader {
  readonly problems: string[] = [];
  readonly warnings: string[] = [];
  readonly origins: Record<string, string> = {};
  /** Variables with a problem of their own, which cross checks then leave alone. */
  readonly failed = new Set<string>();
  readonly #known = new Map<string, string>();

  constructor(readonly input: ReadConfigInput) {}

  readOwner(owner: string, schema: AnySchema, options: Record<string, unknown>): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(schema)) {
      for (const name of variableNames(owner, key)) this.#claim(name, owner, key);
      values[key] = this.#readField(owner, key, field, options);
    }
    this.#checkUnknownOptions(owner, schema, options);
    return values;
  }

  #claim(name: string, owner: string, key: string): void {
    const other = this.#known.get(name);
    if (other) this.problems.push(`${name} is both ${other} and ${owner}.${key}: rename one of them`);
    this.#known.set(name, `${owner}.${key}`);
  }

  // deno-lint-ignore no-explicit-any -- see AnySchema
  #readField(owner: string, key: string, field: Field<any>, options: Record<string, unknown>): unknown {
    const names = variableNames(owner, key);
    const given = names.map((name) => ({ name, given: this.#given(name) })).filter((one) =>
      one.given !== null
    );
    if (owner === "core" && key === "production" && given.length > 1) {
      // Either may say production; a tool that sets the other one must not switch it off.
      given.sort((a, b) => Number(field.parse(b.given!.value)) - Number(field.parse(a.given!.value)));
    }
    const [first] = given;
    if (first?.given) {
      this.origins[first.name] = first.given.origin;
      return this.#attempt(first.name, field, first.given.value, () => field.parse(first.given!.value));
    }
    const option = options[key];
    if (option !== undefined) {
      this.origins[names[0]] = "flow-shield.config.ts";
      const where = `${names[0]} (${owner === "core" ? "core" : owner}.${key} in flow-shield.config.ts)`;
      return this.#attempt(where, field, option, () => field.check(option), names[0]);
    }
    return field.default;
  }

  // deno-lint-ignore no-explicit-any -- see AnySchema
  #attempt(where: string, field: Field<any>, seen: unknown, read: () => unknown, name = where): unknown {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FieldProblem)) throw error;
      this.failed.add(name);
      const got = field.secret ? "" : `, got ${shown(seen)}`;
      this.problems.push(`${where}: expected ${error.expected}${got}`);
      return field.default;
    }
  }

  /** The variable itself, or the content of the file that `NAME_FILE` names; an empty value is none. */
  #given(name: string): Given | null {
    const plain = this.#lookup(name);
    const file = this.#lookup(`${name}_FILE`);
    if (plain && file) {
      this.problems.push(`${name} and ${name}_FILE are both set: unset one of them`);
      this.failed.add(name);
    }
    if (plain) return plain;
    if (!file) return null;
    try {
      const bytes = Deno.readFileSync(file.value);
      if (bytes.length > 65_536) throw new Error("it is longer than 64 KiB");
      return {
        value: new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim(),
        origin: `file ${file.value}`,
      };
    } catch (error) {
      const why = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
      this.problems.push(`${name}_FILE: cannot read ${file.value}: ${why}`);
      this.failed.add(name);
      return null;
    }
  }

  #lookup(name: string): Given | null {
    const fromEnv = this.input.env[name];
    if (fromEnv !== undefined && fromEnv.trim() !== "") {
      return { value: fromEnv.trim(), origin: "environment" };
    }
    const fromFile = this.input.dotenv?.[name];
    return fromFile !== undefined && fromFile.trim() !== ""
      ? { value: fromFile.trim(), origin: ".env" }
      : null;
  }

  #checkUnknownOptions(owner: string, schema: AnySchema, options: Record<string, unknown>): void {
    for (const key of Object.keys(options)) {
      if (Object.hasOwn(schema, key)) continue;
      const near = nearest(key, Object.keys(schema));
      const meant = near ? `; the nearest known one is ${near.word}` : "; it has no settings";
      this.problems.push(`flow-shield.config.ts: ${owner} has no setting ${key.slice(0, 64)}${meant}`);
    }
  }

  /**
   * A misspelt variable must not be dropped in silence. One under a plugin's prefix is refused when it stands in our
   * own `.env`, or is a slip away from a known one; others are warned about, since an environment is shared:
   * `PASSWORD_STORE_DIR` belongs to another program.
   */
  checkUnknownVariables(plugins: string[]): void {
    const known = [...this.#known.keys()];
    const prefixes = plugins.map((name) => variableName(name, ""));
    const names = new Set([...Object.keys(this.input.env), ...Object.keys(this.input.dotenv ?? {})]);
    for (const name of names) {
      const bare = name.replace(/_FILE$/, "");
      if (this.#known.has(name) || this.#known.has(bare) || name.length > 128) continue;
      const near = nearest(bare, known);
      if (!near) continue;
      const slip = near.edits <= Math.max(2, Math.floor(bare.length / 5));
      const said = `${name} is not a setting; the nearest known one is ${near.word}`;
      if (prefixes.some((prefix) => bare.startsWith(prefix))) {
        const ours = this.input.dotenv !== undefined && Object.hasOwn(this.input.dotenv, name);
        (slip || ours ? this.problems : this.warnings).push(said);
      } else if (near.edits <= 2 && bare.length >= 8) {
        this.warnings.push(said);
      }
    }
  }
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  // deno-lint-ignore no-control-regex -- a terminal must not obey what it shows
  return text.slice(0, 100).replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}
