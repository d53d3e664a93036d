/** The parameter `claims` (OpenID Connect Core §5.5). Pure. */
import { OAuthError } from "../../../core/http/oauth_error.ts";
import type { ClaimRequest, ClaimRequests, ClaimsParameter } from "../grant.ts";

const lengthMax = 8192;
const claimsMax = 100;

/**
 * What is not understood is left out (§5.5: MUST be ignored); what is not of the shape is refused.
 *
 * @throws OAuthError `invalid_request`
 */
export function readClaims(text: string | undefined): ClaimsParameter | null {
  if (text === undefined) return null;
  if (text.length > lengthMax) throw refusal("claims is too long.");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refusal("claims is not JSON.");
  }
  if (!isObject(parsed)) throw refusal("claims is a JSON object.");
  const claims: ClaimsParameter = {};
  for (const place of ["userinfo", "id_token"] as const) {
    if (parsed[place] === undefined) continue;
    claims[place] = readRequests(parsed[place], place);
  }
  return claims.userinfo || claims.id_token ? claims : null;
}

function readRequests(given: unknown, place: string): ClaimRequests {
  if (!isObject(given)) throw refusal(`claims.${place} is a JSON object.`);
  const names = Object.keys(given);
  if (names.length > claimsMax) throw refusal(`claims.${place} asks for too much.`);
  const requests: ClaimRequests = {};
  for (const name of names) {
    if (name === "__proto__") continue;
    const request = given[name];
    if (request !== null && !isObject(request)) {
      throw refusal(`What claims.${place} says of a claim is null or an object.`);
    }
    requests[name] = request && readRequest(request, place);
  }
  return requests;
}

function readRequest({ essential, value, values }: Record<string, unknown>, place: string): ClaimRequest {
  if (essential !== undefined && typeof essential !== "boolean") {
    throw refusal(`essential in claims.${place} is true or false.`);
  }
  if (values !== undefined && !Array.isArray(values)) throw refusal(`values in claims.${place} is a list.`);
  return {
    ...essential === undefined ? {} : { essential },
    ...value === undefined ? {} : { value },
    ...values === undefined ? {} : { values },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refusal = (sentence: string) => new OAuthError(400, "invalid_request", sentence);
