/** Owns the table `oauth_consent`: what people have allowed apps, so that they are asked once. */
import type { Sql } from "../../core/db/postgres.ts";
import type { AuthorizationParameters } from "./authorization_request.ts";

export interface Consent {
  scope: string[];
  resource: string[];
  claims: string[];
  given_at: Date;
}

/** What of a request a person has to agree to. */
export type Wanted = Omit<Consent, "given_at">;

/** `sub` and what says how somebody signed in go with every sign-in, and are nobody's to refuse. */
const ofTheSignIn = new Set(["sub", "acr", "amr", "auth_time", "sid", "iss", "aud", "nonce"]);

export function wantedBy({ scope, resource, claims }: AuthorizationParameters): Wanted {
  const names = [...Object.keys(claims?.userinfo ?? {}), ...Object.keys(claims?.id_token ?? {})];
  return { scope, resource, claims: [...new Set(names)].filter((name) => !ofTheSignIn.has(name)) };
}

export async function findConsent(
  sql: Sql,
  account_id: string,
  client_id: string,
): Promise<Consent | null> {
  const [row] = await sql<Consent[]>`
    select scope, resource, claims, given_at from oauth_consent
    where account_id = ${account_id} and client_id = ${client_id}`;
  return row ?? null;
}

/** What of a request was not allowed before. */
export function missingFrom(consent: Consent | null, wanted: Wanted): Wanted {
  const without = (all: string[], known: string[] = []) => all.filter((one) => !known.includes(one));
  return {
    scope: without(wanted.scope, consent?.scope),
    resource: without(wanted.resource, consent?.resource),
    claims: without(wanted.claims, consent?.claims),
  };
}

export const isEmpty = ({ scope, resource, claims }: Wanted) =>
  scope.length + resource.length + claims.length === 0;

/** Adds to what was allowed before; what was, stays. */
export async function storeConsent(
  tx: Sql,
  account_id: string,
  client_id: string,
  { scope, resource, claims }: Wanted,
): Promise<void> {
  const union = (column: "scope" | "resource" | "claims") =>
    tx`array(select distinct unnest(c.${tx(column)} || excluded.${tx(column)}) order by 1)`;
  await tx`
    insert into oauth_consent as c (account_id, client_id, scope, resource, claims)
    values (${account_id}, ${client_id}, ${scope}, ${resource}, ${claims})
    on conflict (account_id, client_id) do update set
      scope = ${union("scope")}, resource = ${union("resource")}, claims = ${union("claims")},
      given_at = now(), used_at = now()`;
}

/** Written at most once an hour: signing in must not cost a write more. */
export async function touchConsent(tx: Sql, account_id: string, client_id: string): Promise<void> {
  await tx`
    update oauth_consent set used_at = now()
    where account_id = ${account_id} and client_id = ${client_id} and used_at < now() - interval '1 hour'`;
}

export async function forgetConsent(tx: Sql, account_id: string, client_id: string): Promise<boolean> {
  const rows = await tx`
    delete from oauth_consent where account_id = ${account_id} and client_id = ${client_id} returning 1`;
  return rows.length === 1;
}
