/** Authorization requests as clients send them, for tests: valid ones, and what is laid over them. */
import { createHash } from "node:crypto";
import type { Client } from "../../plugins/oauth2/client.ts";

export const verifier = "a-verifier-of-the-tests-that-is-long-enough-0123456789";
export const challenge = createHash("sha256").update(verifier).digest("base64url");

/** Null takes a parameter away, a list sends it more than once. */
export type Changes = Record<string, string | string[] | null>;

export const validRequest = (client: Client): Record<string, string> => ({
  client_id: client.client_id,
  response_type: "code",
  redirect_uri: client.redirect_uris[0],
  scope: "openid",
  state: "s",
  nonce: "n",
  code_challenge: challenge,
  code_challenge_method: "S256",
});

/** As the edge hands them on. */
export const requestFields = (client: Client, changes: Changes = {}): Map<string, string[]> =>
  new Map(
    Object.entries({ ...validRequest(client), ...changes }).flatMap(([name, value]): [string, string[]][] =>
      value === null ? [] : [[name, [value].flat()]]
    ),
  );

export const requestSearch = (client: Client, changes: Changes = {}): URLSearchParams =>
  new URLSearchParams(
    [...requestFields(client, changes)].flatMap(([name, all]) => all.map((one) => [name, one])),
  );

export const authorizePath = (client: Client, changes: Changes = {}): string =>
  `/oauth/authorize?${requestSearch(client, changes)}`;
