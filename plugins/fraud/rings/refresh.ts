/** Finds anew the rings that may be others: those of the accounts that are due, and no others. */
import type { Sql } from "../../../core/db/postgres.ts";
import type { AnyCtx } from "../../../core/plugin.ts";
import { describeRing } from "../../../ml/fraud/rings/mod.ts";
import { renameFrozenRings } from "./freeze.ts";
import { dueAccounts, notDueAnyMore, ringsAreDue, type SharedKey, sharedKeys, standingsOf } from "./link.ts";
import { lockRings, replaceRing } from "./ring_store.ts";

/** Of a ring that is larger, a part of this size is looked at. */
const accountsMax = 2000;
const keysMax = 4000;
const batch = 200;
const batchesMax = 10;

const running = new WeakMap<object, Promise<void>>();
const wanted = new WeakSet<object>();

/** In the background, soon; asked for while it runs, it runs once more. Never throws. */
export function refreshRingsSoon(ctx: AnyCtx): void {
  if (running.has(ctx.sql)) return void wanted.add(ctx.sql);
  const { promise, resolve } = Promise.withResolvers<void>();
  running.set(ctx.sql, promise);
  ctx.background("fraud rings", async () => {
    try {
      do {
        wanted.delete(ctx.sql);
        await refreshRings(ctx);
      } while (wanted.has(ctx.sql));
    } finally {
      running.delete(ctx.sql);
      resolve();
    }
  });
}

/** Works off who is due, 2,000 accounts at most; the next call goes on. */
export async function refreshRings({ sql }: Pick<AnyCtx, "sql">): Promise<void> {
  for (let round = 0; round < batchesMax; round++) {
    // What fell apart makes others due.
    const due = await dueAccounts(sql, batch);
    if (due.length === 0) return;
    const done = new Set<string>();
    for (const { account_id } of due) {
      if (done.has(account_id)) continue;
      const accounts = await sql.begin((tx) => refreshRingOf(tx, account_id, due));
      for (const one of accounts) done.add(one);
    }
  }
}

async function refreshRingOf(
  tx: Sql,
  account_id: string,
  due: { account_id: string; mark: string }[],
): Promise<string[]> {
  await lockRings(tx);
  const { accounts, keys, cut_off } = await reach(tx, [account_id]);
  const standings = await standingsOf(tx, accounts);
  const ring = accounts.length < 2 ? null : describeRing(accounts, keys, (one) => standings.get(one));
  const { ring_id, gone, left } = await replaceRing(tx, { accounts, ring, cut_off });
  await renameFrozenRings(tx, gone, ring_id);
  // What fell apart is found from its other parts. Of what is cut off some part is always left over.
  if (!cut_off) await ringsAreDue(tx, left);
  const inside = new Set(accounts);
  await notDueAnyMore(tx, due.filter((one) => inside.has(one.account_id)));
  return accounts;
}

/** Everybody who can be reached by what is shared, step by step. */
async function reach(
  tx: Sql,
  from: string[],
): Promise<{ accounts: string[]; keys: SharedKey[]; cut_off: boolean }> {
  const accounts = new Set(from);
  const keys = new Map<string, SharedKey>();
  let cut_off = false;
  for (let edge = from; edge.length > 0;) {
    const found = await sharedKeys(tx, edge, keysMax);
    const next: string[] = [];
    for (const shared of found) {
      keys.set(`${shared.kind} ${shared.key}`, shared);
      for (const one of shared.accounts) {
        if (accounts.has(one)) continue;
        if (accounts.size >= accountsMax) cut_off = true;
        else {
          accounts.add(one);
          next.push(one);
        }
      }
    }
    edge = next;
  }
  const within = [...keys.values()].map((shared) => ({
    ...shared,
    accounts: shared.accounts.filter((one) => accounts.has(one)),
  }));
  return { accounts: [...accounts], keys: within, cut_off };
}
