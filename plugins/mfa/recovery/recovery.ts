/** Owns the table `factor_recovery`: of each account at most one is open. */
import type { Sql } from "../../../core/db/postgres.ts";

export interface Recovery {
  flow_id: string;
  account_id: string;
  state: "asked" | "waiting" | "cancelled" | "expired" | "done";
  created_at: Date;
  expires_at: Date;
  proven_at: Date | null;
  due_at: Date | null;
  notices: number;
  ended_at: Date | null;
  ended_by: CancelledBy | null;
}

/** `factor`: one was added, so its owner is no longer without. */
export type CancelledBy = "mail" | "session" | "operator" | "factor";

const columns = [
  "flow_id",
  "account_id",
  "state",
  "created_at",
  "expires_at",
  "proven_at",
  "due_at",
  "notices",
  "ended_at",
  "ended_by",
];

/** The caller holds the account and has made sure that none is open. */
export async function insertRecovery(
  tx: Sql,
  { flow_id, account_id, lifetime_seconds }: {
    flow_id: string;
    account_id: string;
    lifetime_seconds: number;
  },
): Promise<void> {
  await tx`
    insert into factor_recovery (flow_id, account_id, expires_at)
    values (${flow_id}, ${account_id}, now() + make_interval(secs => ${lifetime_seconds}))`;
}

export async function findRecovery(sql: Sql, flow_id: string): Promise<Recovery | null> {
  const [row] = await sql<Recovery[]>`
    select ${sql(columns)} from factor_recovery where flow_id = ${flow_id}`;
  return row ?? null;
}

export async function openRecovery(sql: Sql, account_id: string): Promise<Recovery | null> {
  const [row] = await sql<Recovery[]>`
    select ${sql(columns)} from factor_recovery
    where account_id = ${account_id} and state in ('asked', 'waiting')`;
  return row ?? null;
}

/** The oldest first, at most 200. */
export async function listOpenRecoveries(sql: Sql): Promise<(Recovery & { email: string })[]> {
  return await sql<(Recovery & { email: string })[]>`
    select ${sql(columns.map((name) => `r.${name}`))}, a.email
    from factor_recovery r join account a using (account_id)
    where r.state in ('asked', 'waiting') order by r.created_at limit 200`;
}

/** The mailbox is proven: from now on it waits. Of any number at once one gets true. */
export async function proveRecovery(
  tx: Sql,
  flow_id: string,
  { wait_seconds }: { wait_seconds: number },
): Promise<boolean> {
  const rows = await tx`
    update factor_recovery set state = 'waiting', proven_at = now(),
      due_at = now() + make_interval(secs => ${wait_seconds})
    where flow_id = ${flow_id} and state = 'asked' and expires_at > now() returning 1`;
  return rows.length === 1;
}

/** Ends an open one; answers it. Null when it is not open: called off before, carried out, or never asked. */
export async function cancelRecovery(
  tx: Sql,
  which: { flow_id: string } | { account_id: string },
  by: CancelledBy,
): Promise<Recovery | null> {
  const [row] = await tx<Recovery[]>`
    update factor_recovery set state = 'cancelled', ended_at = now(), ended_by = ${by}
    where ${"flow_id" in which ? tx`flow_id = ${which.flow_id}` : tx`account_id = ${which.account_id}`}
      and state in ('asked', 'waiting') returning ${tx(columns)}`;
  return row ?? null;
}

/** The link was not used in time. */
export async function expireRecovery(tx: Sql, flow_id: string): Promise<void> {
  await tx`
    update factor_recovery set state = 'expired', ended_at = now()
    where flow_id = ${flow_id} and state = 'asked' and expires_at <= now()`;
}

/** Claims one whose time has come, once. Null when it was called off, or its time has not come. */
export async function claimDue(tx: Sql, flow_id: string): Promise<Recovery | null> {
  const [row] = await tx<Recovery[]>`
    update factor_recovery set state = 'done', ended_at = now()
    where flow_id = ${flow_id} and state = 'waiting' and due_at <= now() returning ${tx(columns)}`;
  return row ?? null;
}

export async function noteNotice(tx: Sql, flow_id: string, notices: number): Promise<void> {
  await tx`update factor_recovery set notices = ${notices} where flow_id = ${flow_id}`;
}
