/** What an app is told about a person: what its scopes stand for, and what `claims` asks for (Core §5.4, §5.5). Pure. */
import type { ClaimRequest, ClaimRequests } from "./grant.ts";
import { claimNames, scopeClaims } from "./scopes.ts";

/** True when there is more to tell than `sub`, so that the account has to be read. */
export function wantsClaims(scope: string[], asked: ClaimRequests | undefined): boolean {
  return namesOf(scope, asked).size > 0;
}

/**
 * Of all values those that are asked for. What has no value is left out (Core §5.3.2), and so is what was asked for with
 * another value than it has (§5.5.1): it cannot be returned as asked. A claim that is `essential` and missing is no
 * error (§5.5.1).
 *
 * @param values all standard claims of the account, without `sub`
 */
export function pickClaims(
  values: Record<string, unknown>,
  scope: string[],
  asked: ClaimRequests | undefined,
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of namesOf(scope, asked)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (isEmpty(value)) continue;
    const request = asked && Object.hasOwn(asked, name) ? asked[name] : null;
    if (request === null || matches(value, request)) picked[name] = value;
  }
  return picked;
}

function namesOf(scope: string[], asked: ClaimRequests | undefined): Set<string> {
  const names = new Set<string>();
  for (const one of scope) {
    if (Object.hasOwn(scopeClaims, one)) { for (const name of scopeClaims[one]) names.add(name); }
  }
  for (const name of Object.keys(asked ?? {})) if (claimNames.includes(name)) names.add(name);
  names.delete("sub");
  return names;
}

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === "" ||
  typeof value === "object" && Object.keys(value).length === 0;

function matches(value: unknown, { value: one, values }: ClaimRequest): boolean {
  if (one !== undefined) return same(value, one);
  return values === undefined || values.some((other) => same(value, other));
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
