/** Checks input against a route's schema; what is wrong is said per field, in sentences that repeat no input. */
import type { z } from "zod";
import { nearest } from "../config/nearest.ts";
import { invalidRequest } from "./json.ts";

const required = "This is required.";
const fieldsMax = 30;

export type Check = (input: unknown) => unknown;

/**
 * Compiles a schema into a check that answers the parsed value.
 *
 * @param unknown what happens to names the schema does not know. Bodies `refuse` them, naming the nearest known
 *   one; queries and forms `ignore` them, as OAuth wants it (RFC 6749 §3.1)
 * @throws (the check) Problem 422 `invalid_request`
 */
export function compileCheck(schema: z.ZodType, unknown: "refuse" | "ignore"): Check {
  const known = unknown === "refuse" ? knownNames(schema) : null;
  const options = optionNames(schema);
  return (input) => {
    const fields: Record<string, string> = Object.create(null);
    if (known && isRecord(input)) nameUnknown(input, known, fields);
    const result = schema.safeParse(input, { error: sentence });
    if (result.success) {
      if (Object.keys(fields).length > 0) throw invalidRequest(fields);
      return result.data;
    }
    // Of alternatives the one that was meant is the one whose names were used.
    const used = isRecord(input) ? Object.keys(input) : [];
    const overlaps = options.map((names) => used.filter((name) => names?.has(name)).length);
    collect(result.error.issues, fields, [], overlaps);
    throw invalidRequest(fields);
  };
}

/** The names of each alternative, when the schema is a choice between objects. */
function optionNames(schema: z.ZodType): (Set<string> | null)[] {
  const def = schema._zod.def as unknown as Definition;
  return def.type === "union" ? (def.options ?? []).map(knownNames) : [];
}

function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

function nameUnknown(
  input: Record<string, unknown>,
  known: Set<string>,
  fields: Record<string, string>,
): void {
  for (const name of Object.keys(input)) {
    if (known.has(name)) continue;
    fields[name.slice(0, 100)] = unknownName(name, known);
    if (Object.keys(fields).length >= fieldsMax) return;
  }
}

function unknownName(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  const close = near && near.edits <= Math.max(2, Math.floor(name.length / 3));
  return close ? `There is no such field; did you mean ${near.word}?` : "There is no such field.";
}

interface Definition {
  type: string;
  shape?: Record<string, z.ZodType>;
  catchall?: z.ZodType;
  options?: z.ZodType[];
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  left?: z.ZodType;
  right?: z.ZodType;
}

/** The names an object may have at its top; null when the schema says itself what to do with others. */
function knownNames(schema: z.ZodType): Set<string> | null {
  const def = schema._zod.def as unknown as Definition;
  switch (def.type) {
    case "object":
      return def.catchall ? null : new Set(Object.keys(def.shape ?? {}));
    case "union":
      return union(def.options ?? []);
    case "intersection":
      return union([def.left!, def.right!]);
    case "pipe":
      // `z.preprocess` is a pipe whose first part is the function.
      return knownNames(
        (def.in!._zod.def as unknown as Definition).type === "transform" ? def.out! : def.in!,
      );
    default:
      return def.innerType ? knownNames(def.innerType) : null;
  }
}

function union(schemas: z.ZodType[]): Set<string> | null {
  const names = new Set<string>();
  for (const schema of schemas) {
    const inner = knownNames(schema);
    if (!inner) return null;
    for (const name of inner) names.add(name);
  }
  return names;
}

type Issue = z.core.$ZodIssue;

function collect(
  issues: readonly Issue[],
  fields: Record<string, string>,
  before: PropertyKey[],
  overlaps: number[] = [],
): void {
  for (const issue of issues) {
    if (Object.keys(fields).length >= fieldsMax) return;
    const path = [...before, ...issue.path];
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      collect(closest(issue.errors, path.length === 0 ? overlaps : []), fields, path);
    } else if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys.slice(0, fieldsMax)) {
        put(fields, [...path, key], "There is no such field.");
      }
    } else {
      put(fields, path, issue.message);
    }
  }
}

function put(fields: Record<string, string>, path: PropertyKey[], message: string): void {
  const name = path.length === 0 ? "body" : path.map(String).join(".").slice(0, 200);
  // What is said first about a field is what is most basically wrong with it.
  if (!(name in fields)) fields[name] = message;
}

/** Of the alternatives, the one somebody most likely meant: most of it is there, then least is wrong. */
function closest(alternatives: Issue[][], overlaps: number[]): Issue[] {
  const rank = (issues: Issue[], i: number) => [
    -(overlaps[i] ?? 0),
    issues.filter((issue) => issue.message === required).length,
    issues.length,
  ];
  return alternatives
    .map((issues, i) => ({ issues, rank: rank(issues, i) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2])[0].issues;
}

const kinds: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
  undefined: "absent",
  date: "a date",
};

const formats: Record<string, string> = {
  email: "an e-mail address",
  url: "an address such as https://example.org",
  uuid: "a UUID",
  guid: "a UUID",
  datetime: "a date and time (RFC 3339)",
  date: "a date such as 2026-01-31",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  base64url: "base64url",
};

/** The default sentences; a schema's own message wins over them. */
function sentence(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? required : `Must be ${kinds[issue.expected] ?? issue.expected}.`;
    case "too_small":
    case "too_big":
      return sizeSentence(issue);
    case "invalid_format":
      return `Must be ${formats[issue.format] ?? "in the expected format"}.`;
    case "invalid_value":
      return issue.input === undefined ? required : `Must be one of: ${issue.values.map(String).join(", ")}.`;
    case "not_multiple_of":
      return `Must be a multiple of ${issue.divisor}.`;
    case "invalid_union":
      return issue.input === undefined ? required : "Is none of the things that can be here.";
    case "unrecognized_keys":
      return "There is no such field.";
    default:
      return "Is not valid.";
  }
}

function sizeSentence(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>): string {
  const small = issue.code === "too_small";
  const limit = Number(small ? issue.minimum : issue.maximum);
  const word = issue.exact ? "exactly" : small ? "at least" : "at most";
  if (issue.origin === "string") {
    if (small && limit === 1) return "Must not be empty.";
    return `Must have ${word} ${limit} ${limit === 1 ? "character" : "characters"}.`;
  }
  if (issue.origin === "array" || issue.origin === "set") {
    return `Must have ${word} ${limit} ${limit === 1 ? "entry" : "entries"}.`;
  }
  const strict = issue.inclusive === false && !issue.exact;
  return strict ? `Must be ${small ? "more" : "less"} than ${limit}.` : `Must be ${word} ${limit}.`;
}
