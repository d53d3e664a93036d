/** Zod schemas as the JSON Schema of OpenAPI 3.1; named ones are written once, under `components`. */
import { z } from "zod";

export type JsonSchema = Record<string, unknown>;

export interface Schemas {
  /** @param io `input`: what is sent to us; `output`: what we answer. They differ by defaults and transforms. */
  of(schema: z.ZodType, io: "input" | "output"): JsonSchema;
  define(name: string, schema: z.ZodType): void;
  /** Everything that has a name (`schema.meta({ id })`). */
  all(): Record<string, JsonSchema>;
}

export function createSchemas(): Schemas {
  const named: Record<string, JsonSchema> = {};

  function of(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, {
      target: "draft-2020-12",
      io,
      // A schema may use what JSON cannot say, such as a date; better vague than absent.
      unrepresentable: "any",
      override: ({ jsonSchema }) => tidy(jsonSchema as JsonSchema),
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [name, definition] of Object.entries($defs)) named[name] ??= relink(definition) as JsonSchema;
    return relink(rest) as JsonSchema;
  }

  return {
    of,
    define(name, schema) {
      named[name] = of(schema, "output");
    },
    all: () => Object.fromEntries(Object.entries(named).sort(([a], [b]) => a < b ? -1 : 1)),
  };
}

/** Readers know the formats; their regular expressions only fill the page. Answers may grow, so nothing is closed. */
function tidy(schema: JsonSchema): void {
  if (typeof schema.format === "string") delete schema.pattern;
  if (schema.additionalProperties === false) delete schema.additionalProperties;
}

function relink(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relink);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === "$ref" && typeof inner === "string"
        ? [key, inner.replace(/^#\/\$defs\//, "#/components/schemas/")]
        : [key, relink(inner)]
    ),
  );
}
