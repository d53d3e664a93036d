/** Stores a passkey that was made, with everything that a new factor brings. */
import { Problem } from "../../../core/http/problem.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import { type Authenticator, insertAuthenticator } from "../authenticator.ts";
import { factorsChanged } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { insertPasskey } from "./passkey.ts";
import type { Registered } from "./registration.ts";

/**
 * The caller holds the account.
 *
 * @throws {Problem} 409 `passkey_known`: the credential is registered already, whosever it is
 */
export async function addPasskey(
  tx: Sql,
  ctx: MfaCtx,
  { passkey }: Registered,
  { account_id, name, keep_session_id, request_id }: {
    account_id: string;
    name: string;
    keep_session_id: string | null;
    request_id: string;
  },
): Promise<Authenticator> {
  const type = "passkey";
  const added = await insertAuthenticator(tx, { account_id, type, name, confirmed: true });
  const { authenticator_id } = added;
  if (!await insertPasskey(tx, { authenticator_id, ...passkey })) {
    throw new Problem(409, "passkey_known", "This passkey is registered already.");
  }
  await factorsChanged(tx, ctx, { account_id, type, name, added: true, keep_session_id, request_id });
  return added;
}
