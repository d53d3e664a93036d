/** Fields a configuration is made of: how a value is read from text, checked, and described to an operator. */

/** Thrown by a field's `parse` and `check`; `expected` completes "expected …, got …". */
export class FieldProblem extends Error {
  constructor(readonly expected: string) {
    super(`expected ${expected}`);
  }
}

export interface Field<T> {
  kind: "integer" | "number" | "boolean" | "text" | "choice" | "list" | "url";
  /** One line for `.env.example` and `doctor`. */
  about: string;
  default: T;
  /** Shown in place of the default where that is computed, or depends on something else. */
  default_text?: string;
  unit?: string;
  /** `15..60`, `one of a, b` …; null where anything goes. */
  range: string | null;
  /** Never shown: not in a problem, not in `doctor`, not in a log. */
  secret: boolean;
  /** From the environment or a file. @throws FieldProblem */
  parse(text: string): T;
  /** From `flow-shield.config.ts`. @throws FieldProblem */
  check(value: unknown): T;
}

/** One field for every key; a plugin's `config`. */
export type ConfigSchema<C> = { [K in keyof C]: Field<C[K]> };

/** The plain values of a schema: `type MfaConfig = ConfigOf<typeof mfaConfig>`. */
export type ConfigOf<S> = { [K in keyof S]: S[K] extends Field<infer T> ? T : never };

interface Common<D> {
  about: string;
  default: D;
  default_text?: string;
}

/** Null is a default only, so that "not given" has one form; it is allowed again from the config file. */
function field<T, D extends T | null>(
  given: Common<D> & { unit?: string; secret?: boolean },
  own: { kind: Field<T>["kind"]; range: string | null; parse(text: string): T; check(value: unknown): T },
): Field<T | Extract<D, null>> {
  type V = T | Extract<D, null>;
  return {
    kind: own.kind,
    about: given.about,
    default: given.default as unknown as V,
    default_text: given.default_text,
    unit: given.unit,
    range: own.range,
    secret: given.secret ?? false,
    parse: own.parse as (text: string) => V,
    check: (value) => (value === null && given.default === null ? null : own.check(value)) as V,
  };
}

function numeric<D extends number | null>(
  kind: "integer" | "number",
  given: Common<D> & { min: number; max: number; unit?: string },
): Field<number | Extract<D, null>> {
  const range = `${given.min}..${given.max}`;
  const shape = kind === "integer" ? /^[+-]?\d{1,15}$/ : /^[+-]?\d{1,15}(\.\d{1,15})?$/;
  const check = (value: unknown): number => {
    const fits = typeof value === "number" && value >= given.min && value <= given.max &&
      (kind === "number" || Number.isInteger(value));
    if (!fits) throw new FieldProblem(kind === "integer" ? range : `a number in ${range}`);
    return value;
  };
  return field<number, D>(given, {
    kind,
    range,
    parse: (text) => check(shape.test(text) ? Number(text) : undefined),
    check,
  });
}

/** A whole number in `min..max`; the unit is named in the key and here (`seconds`, `connections`). */
export function integer<D extends number | null>(
  given: Common<D> & { min: number; max: number; unit?: string },
): Field<number | Extract<D, null>> {
  return numeric("integer", given);
}

/** A decimal number in `min..max`. */
export function number<D extends number | null>(
  given: Common<D> & { min: number; max: number; unit?: string },
): Field<number | Extract<D, null>> {
  return numeric("number", given);
}

/** A whole number of a named unit: the key ends in it (`code_lifetime_seconds`). */
export function duration<D extends number | null>(
  given: Common<D> & {
    unit: "milliseconds" | "seconds" | "minutes" | "hours" | "days";
    min: number;
    max: number;
  },
): Field<number | Extract<D, null>> {
  return numeric("integer", given);
}

const truths: Record<string, boolean> = {
  true: true,
  on: true,
  yes: true,
  1: true,
  false: false,
  off: false,
  no: false,
  0: false,
} as Record<string, boolean>;

/** `on|off`, `true|false`, `yes|no`, `1|0`, in any case. */
export function boolean<D extends boolean | null>(given: Common<D>): Field<boolean | Extract<D, null>> {
  const expected = "on or off";
  return field<boolean, D>(given, {
    kind: "boolean",
    range: expected,
    parse(text) {
      const value = Object.hasOwn(truths, text.toLowerCase()) ? truths[text.toLowerCase()] : undefined;
      if (value === undefined) throw new FieldProblem(expected);
      return value;
    },
    check(value) {
      if (typeof value !== "boolean") throw new FieldProblem("true or false");
      return value;
    },
  });
}

interface TextShape {
  /** The whole value must match; `shape` says it in words. */
  pattern?: RegExp;
  shape?: string;
  length_min?: number;
  length_max?: number;
}

function textCheck(given: TextShape): (value: unknown) => string {
  const least = given.length_min ?? 1;
  const most = given.length_max ?? 4096;
  return (value) => {
    if (typeof value !== "string") throw new FieldProblem("text");
    if (value.length < least || value.length > most) {
      throw new FieldProblem(`${least}..${most} characters`);
    }
    // deno-lint-ignore no-control-regex -- control characters are what is refused
    if (/[\u0000-\u001f\u007f]/.test(value)) throw new FieldProblem("text without control characters");
    if (given.pattern && !given.pattern.test(value)) {
      throw new FieldProblem(given.shape ?? String(given.pattern));
    }
    return value;
  };
}

/** One line of text. */
export function text<D extends string | null>(
  given: Common<D> & TextShape,
): Field<string | Extract<D, null>> {
  const check = textCheck(given);
  return field<string, D>(given, { kind: "text", range: given.shape ?? null, parse: check, check });
}

/** As `text`, never shown anywhere. */
export function secret<D extends string | null>(
  given: Common<D> & TextShape,
): Field<string | Extract<D, null>> {
  const check = textCheck(given);
  return field<string, D>({ ...given, secret: true }, {
    kind: "text",
    range: given.shape ?? null,
    parse: check,
    check,
  });
}

/** One of a few words. */
export function choice<const V extends string, D extends V | null>(
  given: Common<D> & { of: readonly V[] },
): Field<V | Extract<D, null>> {
  const expected = `one of ${given.of.join(", ")}`;
  const check = (value: unknown): V => {
    const found = given.of.find((one) => one === value);
    if (found === undefined) throw new FieldProblem(expected);
    return found;
  };
  return field<V, D>(given, { kind: "choice", range: expected, parse: check, check });
}

/** Several texts: comma or newline separated in the environment, an array in the config file. */
export function list<D extends string[] | null>(
  given: Common<D> & TextShape & { items_max?: number; secret?: boolean; normalise?(item: string): string },
): Field<string[] | Extract<D, null>> {
  const checkItem = textCheck(given);
  const most = given.items_max ?? 64;
  const check = (value: unknown): string[] => {
    if (!Array.isArray(value)) throw new FieldProblem("a list");
    if (value.length > most) throw new FieldProblem(`at most ${most} items`);
    return value.map((item) => given.normalise ? given.normalise(checkItem(item)) : checkItem(item));
  };
  return field<string[], D>(given, {
    kind: "list",
    range: `comma-separated${given.shape ? `, each ${given.shape}` : ""}`,
    parse: (text) => check(text.split(/[,\n]/).map((item) => item.trim()).filter((item) => item !== "")),
    check,
  });
}

/** An absolute URL. `base` ones are kept without a trailing slash, query, fragment or credentials. */
export function url<D extends string | null>(
  given: Common<D> & { protocols: readonly string[]; base?: boolean; secret?: boolean },
): Field<string | Extract<D, null>> {
  const schemes = given.protocols.map((one) => `${one}://…`).join(" or ");
  const check = (value: unknown): string => {
    const parsed = typeof value === "string" && value.length <= 4096 ? URL.parse(value) : null;
    if (!parsed || !given.protocols.includes(parsed.protocol.slice(0, -1))) throw new FieldProblem(schemes);
    if (!given.base) return value as string;
    if (parsed.search || parsed.hash || parsed.username || parsed.password) {
      throw new FieldProblem(`${schemes} without credentials, query and fragment`);
    }
    return (parsed.origin + parsed.pathname).replace(/\/+$/, "");
  };
  return field<string, D>(given, { kind: "url", range: schemes, parse: check, check });
}
