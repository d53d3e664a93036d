/** Reads members of a registration one by one (RFC 7591 §2); what is wrong is said with the member's name. Pure. */
import { OAuthError } from "../../core/http/oauth_error.ts";

/** RFC 7591 §3.2.2. */
export const invalidMetadata = (name: string, what: string) =>
  new OAuthError(400, "invalid_client_metadata", `${name} ${what}`);

const listMax = 50;
const textMax = 2000;
/** Controls, and marks that turn the direction of the words around them: a name must not hide in what it says. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;

/** Every method answers null for a member that is absent or null (RFC 7592 §2.2), and throws OAuthError when it is wrong. */
export class Fields {
  constructor(readonly input: Record<string, unknown>) {}

  names(): string[] {
    return Object.keys(this.input);
  }

  value(name: string): unknown {
    return Object.hasOwn(this.input, name) ? this.input[name] ?? null : null;
  }

  text(name: string, length_max = textMax): string | null {
    const value = this.value(name);
    if (value === null) return null;
    return checkText(name, value, length_max);
  }

  texts(name: string, length_max = textMax): string[] | null {
    const value = this.value(name);
    if (value === null) return null;
    if (!Array.isArray(value)) throw invalidMetadata(name, "must be a list of strings");
    if (value.length > listMax) throw invalidMetadata(name, `must have at most ${listMax} entries`);
    return [...new Set(value.map((one) => checkText(name, one, length_max)))];
  }

  boolean(name: string): boolean | null {
    const value = this.value(name);
    if (value !== null && typeof value !== "boolean") throw invalidMetadata(name, "must be true or false");
    return value as boolean | null;
  }

  integer(name: string, max: number): number | null {
    const value = this.value(name);
    if (value === null) return null;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
    if (!fits) throw invalidMetadata(name, `must be a whole number between 0 and ${max}`);
    return value;
  }

  choice<const V extends string>(name: string, of: readonly V[]): V | null {
    const value = this.value(name);
    if (value === null) return null;
    const found = of.find((one) => one === value);
    if (found === undefined) throw invalidMetadata(name, `must be one of ${of.join(", ")}`);
    return found;
  }

  choices<const V extends string>(name: string, of: readonly V[]): V[] | null {
    const values = this.texts(name);
    const odd = values?.find((one) => !(of as readonly string[]).includes(one));
    if (odd !== undefined) throw invalidMetadata(name, `can only contain ${of.join(", ")}`);
    return values as V[] | null;
  }
}

function checkText(name: string, value: unknown, length_max: number): string {
  if (typeof value !== "string") throw invalidMetadata(name, "must be text");
  if (value === "") throw invalidMetadata(name, "must not be empty: leave it out");
  if (value.length > length_max) throw invalidMetadata(name, `must have at most ${length_max} characters`);
  if (!value.isWellFormed() || unseen.test(value)) {
    throw invalidMetadata(name, "must not contain control characters");
  }
  return value;
}
