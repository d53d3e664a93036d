/** Tells an operator what can be set, and what is. */
import type { AnyPlugin, Enabled } from "../plugin.ts";
import { coreSchema } from "./core_schema.ts";
import type { Field } from "./fields.ts";
import { type AnySchema, type Config, type SchemaOwner, variableName, variableNames } from "./read.ts";

/** The core's schema and those of the plugins, in this order. */
export function schemaOwners(plugins: (AnyPlugin | Enabled)[]): SchemaOwner[] {
  const list = plugins.map((one) => ("plugin" in one ? one.plugin : one));
  return [
    { owner: "core", schema: coreSchema },
    ...list.map((plugin) => ({ owner: plugin.name, schema: plugin.config as AnySchema })),
  ];
}

export interface Setting {
  name: string;
  owner: string;
  /** `(secret)` instead of one; the default in words where it is not set. */
  value: string;
  /** `default`, `environment`, `.env`, `file /run/secrets/x`, or `flow-shield.config.ts`. */
  origin: string;
  about: string;
}

/** Every setting with its value and where that came from: for `doctor`. No secret is in it. */
export function describeConfig(config: Config, owners: SchemaOwner[]): Setting[] {
  return owners.flatMap(({ owner, schema }) => {
    const values = (owner === "core" ? config.core : config.plugins[owner]) as Record<string, unknown>;
    return Object.entries(schema).map(([key, field]) => {
      const name = variableNames(owner, key).find((one) => config.origins[one]) ??
        variableNames(owner, key)[0];
      const origin = config.origins[name] ?? "default";
      const value = field.secret && origin !== "default"
        ? "(secret)"
        : shownValue(field, values[key], origin);
      return { name, owner, value, origin, about: field.about };
    });
  });
}

// deno-lint-ignore no-explicit-any -- schemas are erased outside their plugin
function shownValue(field: Field<any>, value: unknown, origin: string): string {
  if (origin === "default" && field.default_text) return field.default_text;
  if (value === null || (Array.isArray(value) && value.length === 0)) return "(none)";
  if (typeof value === "boolean") return value ? "on" : "off";
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** The text of `.env.example`: every variable, commented out, with what it means, its unit, default and range. */
export function envExample(owners: SchemaOwner[]): string {
  const head = [
    "# Every setting there is. Nothing here is needed to start: copy what you want to change into a file named .env.",
    "# The environment wins over .env, and .env over flow-shield.config.ts. Any NAME may be given as NAME_FILE instead,",
    "# the path of a file that holds the value. NODE_ENV=production (or DENO_ENV) refuses development defaults.",
  ];
  const sections = owners.filter(({ schema }) => Object.keys(schema).length > 0).map(({ owner, schema }) => {
    const title = owner === "core" ? "Core" : `Plugin ${owner}`;
    const entries = Object.entries(schema).map(([key, field]) => entry(owner, key, field));
    return `# ---- ${title} ----\n\n${entries.join("\n\n")}`;
  });
  return `${head.join("\n")}\n\n${sections.join("\n\n")}\n`;
}

// deno-lint-ignore no-explicit-any -- schemas are erased outside their plugin
function entry(owner: string, key: string, field: Field<any>): string {
  const production = owner === "core" && key === "production";
  const unit = field.unit && !key.endsWith(field.unit) ? field.unit : null;
  const facts = [field.range, unit, field.secret ? "secret" : null].filter((one) => one !== null);
  const given = field.default_text ? ` Default: ${field.default_text}.` : "";
  const lines = [`# ${field.about}${given}`, ...(facts.length > 0 ? [`# (${facts.join("; ")})`] : [])];
  const name = production ? "NODE_ENV" : variableName(owner, key);
  return [...lines, `# ${name}=${production ? "" : sample(field)}`].join("\n");
}

// deno-lint-ignore no-explicit-any -- schemas are erased outside their plugin
function sample(field: Field<any>): string {
  if (field.secret || field.default === null) return "";
  const text = shownValue({ ...field, default_text: undefined }, field.default, "");
  if (text === "(none)") return "";
  return /[\s#'"]/.test(text) ? JSON.stringify(text) : text;
}
