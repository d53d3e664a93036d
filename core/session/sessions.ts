/** Who is calling, and the end of sessions: what the rest of the service needs to know of them. */
import type postgres from "postgres";
import type { Sql } from "../db/postgres.ts";
import type { Dpop } from "../dpop/dpop.ts";
import type { Flows } from "../flow/flows.ts";
import type { Visitor } from "../http/route.ts";
import type { Ctx } from "../plugin.ts";
import { endSessions, findAlive, hashSecret, listAlive, type Session, touch } from "./session.ts";
import type { Tokens } from "./tokens.ts";

export interface Presented {
  bearer: string | null;
  /** An access token with its proof (RFC 9449 §7.1). */
  dpop?: PresentedDpop | null;
  cookie: string | null;
  ip: string | null;
}

export interface PresentedDpop {
  access_token: string;
  /** The header as it came. */
  proof: string | null;
  method: string;
  /** Our own address of what was asked for. */
  url: string;
}

export interface Sessions {
  /**
   * A token counts before the cookie; null when nothing leads to a live session. A token that is bound to a key counts
   * only with a proof by it, and no other token does with one (RFC 9449 §7.1).
   *
   * @throws OAuthError `invalid_dpop_proof` or `use_dpop_nonce`
   */
  authenticate(presented: Presented): Promise<Visitor | null>;
  list(sql: Sql, account_id: string): Promise<Session[]>;
  /** Ends one session of an account. False when there is no such live one. */
  end(tx: Sql, account_id: string, session_id: string, reason: string): Promise<boolean>;
  /** Ends all sessions of an account, but for one; answers how many. */
  endAll(tx: Sql, account_id: string, options: { reason: string; except?: string }): Promise<number>;
}

export function createSessions(
  { sql, tokens, dpop, flows, publish }: {
    sql: postgres.Sql;
    tokens: Tokens;
    dpop: Dpop;
    flows: Pick<Flows, "poke">;
    publish: Ctx["events"]["publish"];
  },
): Sessions {
  async function end(
    tx: Sql,
    which: { account_id: string; session_id?: string; except?: string },
    reason: string,
  ) {
    const ended = await endSessions(tx, which, reason);
    for (const { session_id, account_id } of ended) {
      await publish(tx, "session.ended", { account_id, session_id, reason });
      // The session's monitor carries its id and ends with it.
      await flows.poke(tx, session_id);
    }
    return ended.length;
  }

  return {
    async authenticate(presented) {
      const { ip } = presented;
      const session = await findPresented({ sql, tokens, dpop }, presented);
      if (!session) return null;
      if (Date.now() - session.last_used_at.getTime() > 60_000) await touch(sql, session.session_id, ip);
      return {
        account_id: session.account_id,
        session_id: session.session_id,
        via: presented.bearer || presented.dpop ? "bearer" : "cookie",
        session,
      };
    },
    list: listAlive,
    end: async (tx, account_id, session_id, reason) => await end(tx, { account_id, session_id }, reason) > 0,
    endAll: (tx, account_id, { reason, except }) => end(tx, { account_id, except }, reason),
  };
}

async function findPresented(
  { sql, tokens, dpop }: { sql: Sql; tokens: Tokens; dpop: Dpop },
  presented: Presented,
): Promise<Session | null> {
  if (presented.dpop) {
    const { access_token, proof, method, url } = presented.dpop;
    const claims = await tokens.verify(access_token);
    if (!claims || claims.jkt === null) return null;
    await dpop.check({ proof, method, url, access_token, expected_jkt: claims.jkt, nonce: "required" });
    return await findAlive(sql, { session_id: claims.sid });
  }
  if (presented.bearer) {
    const claims = await tokens.verify(presented.bearer);
    // RFC 9449 §7.2: a bound token is no bearer token, whoever sends it so has it without its key.
    return claims && claims.jkt === null ? await findAlive(sql, { session_id: claims.sid }) : null;
  }
  return presented.cookie ? await findAlive(sql, { cookie_hash: hashSecret(presented.cookie) }) : null;
}
