/** Text of strangers becomes plain data, or a problem that names the field. */
import { Problem } from "./problem.ts";

export const depthMax = 32;
/** In 64 KiB there is no room for more; larger bodies are allowed by few. */
const valuesMax = 50_000;
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);
const decoder = new TextDecoder("utf-8", { fatal: true });

/** @throws Problem 400 `invalid_utf8` */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Problem(400, "invalid_utf8", "The body is not valid UTF-8.");
  }
}

/**
 * @throws Problem 400 `invalid_json`
 * @throws Problem 422 `invalid_request` for what is JSON but never wanted: too deep, forbidden keys, bad characters
 */
export function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem(400, "invalid_json", "The body is not valid JSON.");
  }
  checkPlain(value);
  return value;
}

/** Why a string cannot be stored or compared; null when it can. */
export function badCharacters(text: string): string | null {
  if (text.includes("\0")) return "Contains a NUL character.";
  return text.isWellFormed() ? null : "Contains half of a character (a lone surrogate).";
}

/** Walks with a stack of its own: how deep a body is must not decide how deep our calls are. */
function checkPlain(root: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value: root, path: "", depth: 0 }];
  let count = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    const { value, path, depth } = at;
    if (++count > valuesMax) throw refusal(path, "Holds too many values.");
    if (typeof value === "string") {
      const bad = badCharacters(value);
      if (bad) throw refusal(path, bad);
    } else if (typeof value === "object" && value !== null) {
      if (depth >= depthMax) throw refusal(path, `Nested deeper than ${depthMax} levels.`);
      for (const key of Object.keys(value)) {
        const inner = path === "" ? key : `${path}.${key}`;
        if (forbiddenKeys.has(key)) throw refusal(inner, "This name is not allowed.");
        if (badCharacters(key)) throw refusal(path, "Has a name with a character that is not allowed.");
        open.push({ value: (value as Record<string, unknown>)[key], path: inner, depth: depth + 1 });
      }
    }
  }
}

function refusal(path: string, sentence: string): Problem {
  return invalidRequest({ [path === "" ? "body" : path.slice(0, 200)]: sentence });
}

/** @param fields where → what is wrong, in a sentence */
export function invalidRequest(fields: Record<string, string>): Problem {
  const names = Object.keys(fields);
  const detail = names.length === 1
    ? `${names[0]}: ${fields[names[0]]}`
    : `Something is wrong with ${names.slice(0, 10).join(", ")}.`;
  return new Problem(422, "invalid_request", detail, { fields });
}

/**
 * `application/x-www-form-urlencoded`, for forms and queries. A name given twice is refused (RFC 6749 §3.1), and so are
 * escapes that are not UTF-8, which the platform's own parser replaces in silence.
 *
 * @throws Problem 422 `invalid_request`
 */
export function readUrlEncoded(text: string, pairsMax = 200): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const [name, values] of readFields(text, pairsMax)) {
    if (values.length > 1) throw invalidRequest({ [shown(name)]: "Was given more than once." });
    fields[name] = values[0];
  }
  return fields;
}

/** The same, for those who may give a name more than once: `repeatable` names become lists, others are refused. */
export function readRepeatable(text: string, repeatable: string[]): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, values] of readFields(text)) {
    if (repeatable.includes(name)) fields[name] = values;
    else if (values.length === 1) fields[name] = values[0];
    // RFC 6749 §3.1, §3.2: parameters MUST NOT be included more than once.
    else throw invalidRequest({ [shown(name)]: "Was given more than once." });
  }
  return fields;
}

/** Every name with its values, in their order. */
export function readFields(text: string, pairsMax = 200): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  if (text === "") return fields;
  const pairs = text.split("&", pairsMax + 1);
  if (pairs.length > pairsMax) throw invalidRequest({ body: `Holds more than ${pairsMax} fields.` });
  for (const pair of pairs) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const name = unescapePlus(at < 0 ? pair : pair.slice(0, at), null);
    if (forbiddenKeys.has(name)) throw invalidRequest({ [name]: "This name is not allowed." });
    const value = unescapePlus(at < 0 ? "" : pair.slice(at + 1), name);
    const bad = badCharacters(value) ?? badCharacters(name);
    if (bad) throw invalidRequest({ [shown(name)]: bad });
    const known = fields.get(name);
    if (known) known.push(value);
    else fields.set(name, [value]);
  }
  return fields;
}

function unescapePlus(text: string, name: string | null): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidRequest({
      [name === null ? "body" : shown(name)]: "Has an escape that is not valid UTF-8.",
    });
  }
}

function shown(name: string): string {
  return name.replaceAll("\0", "").slice(0, 100) || "body";
}
