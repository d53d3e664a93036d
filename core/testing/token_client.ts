/** A client of the OAuth provider in tests: registered in the table, calling by HTTP, with keys and codes of its own. */
import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { type AuthorizationCode, insertCode } from "../../plugins/oauth2/authorization_code.ts";
import { checkMetadata } from "../../plugins/oauth2/check_metadata.ts";
import type { Client } from "../../plugins/oauth2/client.ts";
import type { Grant } from "../../plugins/oauth2/grant.ts";
import { createClient } from "../../plugins/oauth2/new_client.ts";
import type { ApiAnswer } from "./plugins.ts";
import { allow, type Person, type TestProvider } from "./provider.ts";

export const callback = "https://app.example/callback";
export const verifier = "v".repeat(43);
export const challengeOf = (text: string) => createHash("sha256").update(text).digest("base64url");

export type Fields = Record<string, string | string[]>;

export interface KeyHolder {
  alg: string;
  kid: string;
  jwk: JWK;
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export async function keyHolder(alg = "ES256", kid: string = randomUUID()): Promise<KeyHolder> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    ...{ alg, kid },
    jwk: { ...await exportJWK(publicKey), kid, alg, use: "sig" },
    sign: (claims, header = {}) =>
      new SignJWT(JSON.parse(JSON.stringify(claims)))
        .setProtectedHeader(JSON.parse(JSON.stringify({ alg, kid, ...header })))
        .sign(privateKey),
  };
}

export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** The claims of an assertion that is accepted, with changes; undefined takes one away. */
export const assertionClaims = (service: TestProvider, client_id: string, changes = {}) => ({
  ...{ iss: client_id, sub: client_id, aud: service.core.backend_url, jti: randomUUID() },
  ...{ iat: nowSeconds(), exp: nowSeconds() + 60, ...changes },
});

export const basic = (client_id: string, client_secret: string) => ({
  authorization: `Basic ${btoa(`${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`)}`,
});

/** A form, as clients send it; a list is a name given more than once. */
export function post(
  { api }: Pick<TestProvider, "api">,
  path: string,
  fields: Fields,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const form = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) form.append(name, value);
  }
  return api("POST", path, form.toString(), {
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
}

/** A client with a secret, unless its metadata says otherwise. */
export async function tokenClient(
  service: TestProvider,
  metadata: Record<string, unknown> = {},
  more: { client_id?: string; secret_lifetime_seconds?: number } = {},
) {
  const { client, client_secret } = await createClient(service.sql, service.keys, {
    metadata: checkMetadata({
      client_name: "Example app",
      redirect_uris: [callback],
      grant_types: ["authorization_code", "refresh_token"],
      ...metadata,
    }, { by: "command", production: false }),
    origin: "command",
    ...more,
  });
  const { client_id } = client;
  const method = client.token_endpoint_auth_method;
  /** What shows who is calling, where that is no assertion. */
  const headers = method === "client_secret_basic" ? basic(client_id, client_secret!) : {};
  const shown: Fields = method === "client_secret_basic"
    ? {}
    : client_secret
    ? { client_id, client_secret }
    : { client_id };
  const call = (path: string, fields: Fields, more: Record<string, string> = {}) =>
    post(service, path, { ...shown, ...fields }, { ...headers, ...more });
  return {
    ...{ client, client_id, client_secret, call },
    token: (fields: Fields, more?: Record<string, string>) => call("/oauth/token", fields, more),
    /** A code, as a consent would have led to. */
    code: (who: Person, grant: Partial<Grant> = {}, code: Partial<AuthorizationCode> = {}) =>
      codeFor(service, client, who, grant, code),
  };
}

export type TokenClient = Awaited<ReturnType<typeof tokenClient>>;

async function codeFor(
  service: TestProvider,
  client: Client,
  who: Person,
  grant: Partial<Grant>,
  code: Partial<AuthorizationCode>,
) {
  const { grant_id, sid } = await allow(service, who, client, grant);
  const secret = await insertCode(service.sql, {
    ...{ grant_id, client_id: client.client_id, redirect_uri: callback },
    ...{ code_challenge: challengeOf(verifier), dpop_jkt: null, lifetime_seconds: 60, ...code },
  });
  return {
    ...{ grant_id, sid, code: secret },
    /** The exchange that is accepted. */
    fields: {
      ...{ grant_type: "authorization_code", code: secret },
      ...{ redirect_uri: callback, code_verifier: verifier },
    } as Fields,
  };
}

/** The claims of a JWT, unchecked. */
export const claimsIn = (token: string) =>
  JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));

export type Tokens = Record<"access_token" | "refresh_token" | "id_token", string>;

/** A whole sign-in of a client: its tokens, and what they hang on. */
export async function connected(
  app: TokenClient,
  who: Person,
  grant: Parameters<TokenClient["code"]>[1] = {},
  dpop?: string,
) {
  const { fields, grant_id, sid } = await app.code(who, grant);
  const { status, body } = await app.token(fields, dpop ? { dpop } : {});
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`);
  return { ...body as Tokens, grant_id, sid };
}

export const userinfo = ({ api }: TestProvider, headers: Record<string, string>, query = "") =>
  api("GET", `/oauth/userinfo${query}`, undefined, { headers });
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
