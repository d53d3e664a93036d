/** What a person has allowed which apps, gathered from consents and live grants; owns no table. */
import type { Sql } from "../../core/db/postgres.ts";
import { grantAlive } from "./grant.ts";

export interface ConnectedApp {
  client_id: string;
  /** Everything it may do at present, by consent or by a grant. */
  scope: string[];
  first_allowed_at: Date;
  last_used_at: Date;
  /** It can act while the person is away (`offline_access`). */
  offline: boolean;
}

/** More apps than this nobody has; those used last come first. */
const appsMax = 200;

export async function connectedApps(sql: Sql, account_id: string): Promise<ConnectedApp[]> {
  return await sql<ConnectedApp[]>`
    with allowed as (
      select client_id, scope, given_at as first_at, used_at as last_at, false as offline
      from oauth_consent where account_id = ${account_id}
      union all
      select g.client_id, g.scope, g.created_at, coalesce((
        select max(r.issued_at) from oauth_refresh_token r where r.grant_id = g.grant_id), g.created_at), g.offline
      from oauth_grant g where g.account_id = ${account_id} and ${grantAlive(sql)}
    )
    select client_id, min(first_at) as first_allowed_at, max(last_at) as last_used_at, bool_or(offline) as offline,
           (select array_agg(distinct name) from allowed b, unnest(b.scope) name where b.client_id = a.client_id)
             as scope
    from allowed a group by client_id order by last_used_at desc, client_id limit ${appsMax}`;
}
