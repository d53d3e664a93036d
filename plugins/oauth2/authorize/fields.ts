/** A request's fields before anything in them is believed. Pure. */
import { OAuthError } from "../../../core/http/oauth_error.ts";

export interface Fields {
  /** Name to value; what was sent empty was not sent (RFC 6749 §3.1). */
  values: Record<string, string>;
  /** The one name that may come more than once (RFC 8707 §2). */
  resource: string[];
  /** Names that came more than once, and must not (RFC 6749 §3.1). */
  repeated: string[];
}

const valueLengthMax = 8192;
const objectLengthMax = 24_576;

/** @throws OAuthError `invalid_request` when a value is longer than anything that is asked for */
export function readFields(fields: Map<string, string[]>): Fields {
  const read: Fields = { values: Object.create(null), resource: [], repeated: [] };
  for (const [name, all] of fields) {
    const given = all.filter((value) => value !== "");
    const max = name === "request" ? objectLengthMax : valueLengthMax;
    if (given.some(({ length }) => length > max)) {
      throw new OAuthError(400, "invalid_request", `${name.slice(0, 40)} is too long.`);
    }
    if (name === "resource") read.resource = given;
    else if (all.length > 1) read.repeated.push(name);
    if (name !== "resource" && given.length > 0) read.values[name] = given[0];
  }
  return read;
}

/** @throws OAuthError `invalid_request` */
export function refuseRepeated({ repeated }: Fields, which: (name: string) => boolean): void {
  const name = repeated.find(which);
  if (name === undefined) return;
  throw new OAuthError(400, "invalid_request", `${name.slice(0, 40)} was given more than once.`);
}
