/** Everything that a grant gives at once: access, refresh and ID token (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3). */
import type { Keys } from "../../core/keys/keys.ts";
import { issueAccessToken } from "./access_token.ts";
import { type Client, noteUse } from "./client.ts";
import { bindGrant, type Grant } from "./grant.ts";
import type { TokenAnswer } from "./grants/grant_type.ts";
import { issueIdToken } from "./id_token.ts";
import { isPublic } from "./metadata.ts";
import { issueRefreshToken } from "./refresh_token.ts";
import type { OAuth2Ctx } from "./runtime.ts";
import { subjectFor } from "./subject.ts";

export interface Issue {
  client: Client;
  /** Alive. */
  grant: Grant;
  scope: string[];
  /** Empty: ourselves. */
  resource: string[];
  dpop_jkt: string | null;
  /** `true`: a first one; a text: the one that a refresh gives. */
  refresh_token: boolean | string;
  id_token: boolean;
  /**
   * As what the client knows the session. Null where it has none, or had one that is long over: then it is not known anew,
   * or the client would be told of its end once more.
   */
  sid?: string | null;
}

export async function issueTokens(ctx: OAuth2Ctx, issue: Issue): Promise<TokenAnswer> {
  const { client, grant, scope, resource, dpop_jkt, sid = null } = issue;
  noteUsed(ctx, client.client_id);
  const sub = await subjectFor(ctx.sql, client, grant.account_id);
  const [access, refresh_token] = await Promise.all([
    issueAccessToken(ctx, { client, sub, grant, scope, resource, dpop_jkt }),
    refreshTokenOf(ctx, issue),
  ]);
  const { access_token } = access;
  const nonce = issue.refresh_token === true || issue.refresh_token === false ? grant.nonce : null;
  return {
    ...access,
    ...scope.length > 0 ? { scope: scope.join(" ") } : {},
    ...refresh_token === null ? {} : { refresh_token },
    ...issue.id_token
      ? { id_token: await issueIdToken(ctx, { client, grant, sub, sid, access_token, nonce }) }
      : {},
  };
}

async function refreshTokenOf(ctx: OAuth2Ctx, issue: Issue): Promise<string | null> {
  const { refresh_token, client, grant, dpop_jkt } = issue;
  if (typeof refresh_token === "string") return refresh_token;
  if (!refresh_token) return null;
  // RFC 9449 §5: of public clients refresh tokens are bound, too, since nothing else shows whose they are.
  if (dpop_jkt !== null && isPublic(client)) await bindGrant(ctx.sql, grant.grant_id, dpop_jkt);
  return await issueRefreshToken(ctx, grant);
}

const usedMax = 5000;
const usedMilliseconds = 3_600_000;
const used = new WeakMap<Keys, Map<string, number>>();

/** Written once an hour by each replica: tokens must not cost a write. */
export function noteUsed(ctx: OAuth2Ctx, client_id: string): void {
  const known = used.get(ctx.keys) ?? new Map<string, number>();
  used.set(ctx.keys, known);
  const now = Date.now();
  if (now - (known.get(client_id) ?? -Infinity) < usedMilliseconds) return;
  if (known.size >= usedMax) known.delete(known.keys().next().value!);
  known.set(client_id, now);
  ctx.background("client use", () => noteUse(ctx.sql, client_id));
}
