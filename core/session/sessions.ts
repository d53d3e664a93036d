/** Who is calling, and the end of sessions: what the rest of the service needs to know of them. */
import type postgres from "postgres";
import type { Sql } from "../db/postgres.ts";
import type { Flows } from "../flow/flows.ts";
import type { Visitor } from "../http/route.ts";
import type { Ctx } from "../plugin.ts";
import { endSessions, findAlive, hashSecret, listAlive, type Session, touch } from "./session.ts";
import type { Tokens } from "./tokens.ts";

export interface Presented {
  bearer: string | null;
  cookie: string | null;
  ip: string | null;
}

export interface Sessions {
  /** A bearer token counts before the cookie; null when neither leads to a live session. */
  authenticate(presented: Presented): Promise<Visitor | null>;
  list(sql: Sql, account_id: string): Promise<Session[]>;
  /** Ends one session of an account. False when there is no such live one. */
  end(tx: Sql, account_id: string, session_id: string, reason: string): Promise<boolean>;
  /** Ends all sessions of an account, but for one; answers how many. */
  endAll(tx: Sql, account_id: string, options: { reason: string; except?: string }): Promise<number>;
}

export function createSessions(
  { sql, tokens, flows, publish }: {
    sql: postgres.Sql;
    tokens: Tokens;
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
    async authenticate({ bearer, cookie, ip }) {
      const session = await findPresented(sql, tokens, bearer, cookie);
      if (!session) return null;
      if (Date.now() - session.last_used_at.getTime() > 60_000) await touch(sql, session.session_id, ip);
      return {
        account_id: session.account_id,
        session_id: session.session_id,
        via: bearer ? "bearer" : "cookie",
        session,
      };
    },
    list: listAlive,
    end: async (tx, account_id, session_id, reason) => await end(tx, { account_id, session_id }, reason) > 0,
    endAll: (tx, account_id, { reason, except }) => end(tx, { account_id, except }, reason),
  };
}

async function findPresented(
  sql: Sql,
  tokens: Tokens,
  bearer: string | null,
  cookie: string | null,
): Promise<Session | null> {
  if (bearer) {
    const claims = await tokens.verify(bearer);
    return claims && await findAlive(sql, { session_id: claims.sid });
  }
  return cookie ? await findAlive(sql, { cookie_hash: hashSecret(cookie) }) : null;
}
