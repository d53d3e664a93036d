/** Rings, for operators: the list, one with all that is in it, and the two buttons. */
import { z } from "zod";
import { type Account, findMany } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { type AnyCtx, defineRoute, type Route } from "../../../core/plugin.ts";
import { describeRing, linkKinds } from "../../../ml/fraud/rings/mod.ts";
import { drawRing, sharedOf } from "./drawing.ts";
import { freezeRing, freezesOf, frozenCounts, unfreezeRing } from "./freeze.ts";
import { sharedKeys, standingsOf } from "./link.ts";
import { refreshRingsSoon } from "./refresh.ts";
import { findRing, listRings, membersOf, type StoredRing } from "./ring_store.ts";

const params = z.object({ ring_id: z.uuid() });
const part = z.number().min(0).max(1);

const ringSchema = z.object({
  ring_id: z.uuid(),
  account_count: z.int(),
  risk: part,
  bad_share: part.describe("of those judged bad or frozen"),
  cut_off: z.boolean().describe("there is more of it than was looked at"),
  frozen_count: z.int(),
  created_at: z.iso.datetime(),
  changed_at: z.iso.datetime(),
});

const shownRing = (ring: StoredRing, frozen_count: number) => ({
  ...ring,
  frozen_count,
  created_at: ring.created_at.toISOString(),
  changed_at: ring.changed_at.toISOString(),
});

const unknown = () =>
  new Problem(404, "ring_unknown", "There is no such ring, or it is part of another now.");
const unknownAnswer = { description: "There is none", problem_codes: ["ring_unknown"] };

const listAll: Route = defineRoute({
  method: "GET",
  path: "/fraud/rings",
  summary: "Accounts that are joined by what they share",
  tags: ["Risk"],
  access: "operator",
  query: z.object({
    size_min: z.coerce.number().int().min(2).max(1000).default(3),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  answers: { 200: { description: "The riskiest first", schema: z.object({ rings: z.array(ringSchema) }) } },
  async handle({ query }, { sql }: AnyCtx) {
    const rings = await listRings(sql, query);
    const frozen = await frozenCounts(sql, rings.map(({ ring_id }) => ring_id));
    return {
      status: 200,
      body: { rings: rings.map((ring) => shownRing(ring, frozen.get(ring.ring_id) ?? 0)) },
    };
  },
});

const accountsMax = 500;
const keysMax = 2000;
const sharedMax = 100;

const oneSchema = ringSchema.extend({
  accounts: z.array(z.object({
    account_id: z.uuid(),
    email: z.string(),
    created_at: z.iso.datetime(),
    risk: part,
    community: z.int(),
    verdict: z.enum(["good", "bad"]).nullable(),
    frozen: z.boolean(),
  })).describe("the riskiest first, 500 at most"),
  shared: z.array(z.object({
    kind: z.enum(linkKinds),
    weight: part.describe("how much it says that two share it"),
    account_count: z.int(),
  })).describe("the strongest first, 100 at most"),
  drawing: z.object({
    nodes: z.array(z.object({
      x: part,
      y: part,
      account_id: z.uuid().nullable(),
      shared: z.int().nullable().describe("place in `shared`"),
    })),
    edges: z.array(z.object({ from: z.int(), to: z.int(), weight: part })),
    left_out: z.int().describe("accounts that are not drawn"),
  }),
  freezes: z.array(z.object({
    frozen_at: z.iso.datetime(),
    frozen_by: z.string().nullable().describe("address of the operator; null: gone"),
    reason: z.string(),
    account_count: z.int(),
    undone_at: z.iso.datetime().nullable(),
    undone_by: z.string().nullable(),
    undone_reason: z.string().nullable(),
  })).describe("newest first"),
}).meta({ id: "FraudRing" });

const showOne: Route = defineRoute({
  method: "GET",
  path: "/fraud/rings/{ring_id}",
  summary: "One ring: who, joined by what, and how risky",
  tags: ["Risk"],
  access: "operator",
  params,
  answers: { 200: { description: "With places for a drawing", schema: oneSchema }, 404: unknownAnswer },
  async handle({ params }, { sql }: AnyCtx) {
    const ring = await findRing(sql, params.ring_id);
    if (!ring) throw unknown();
    const stored = await membersOf(sql, ring.ring_id);
    const ids = stored.map(({ account_id }) => account_id);
    const [accounts, keys, standings, freezes] = await Promise.all([
      findMany(sql, ids.slice(0, accountsMax)),
      sharedKeys(sql, ids, keysMax),
      standingsOf(sql, ids),
      freezesOf(sql, ring.ring_id),
    ]);
    const inside = new Set(ids);
    const found = describeRing(
      ids,
      keys.map((one) => ({ ...one, accounts: one.accounts.filter((account) => inside.has(account)) })),
      (account) => standings.get(account),
    );
    const shared = sharedOf(found, sharedMax);
    const frozen = new Set(freezes.filter((one) => one.undone_at === null).map((one) => one.account_id));
    const known = new Map(accounts.map((account) => [account.account_id, account]));
    return {
      status: 200,
      body: {
        ...shownRing(ring, ids.filter((id) => frozen.has(id)).length),
        accounts: stored.slice(0, accountsMax).flatMap((member) => {
          const account = known.get(member.account_id);
          return account ? [shownMember(member, account, frozen, standings)] : [];
        }),
        shared: shared.map(({ accounts, ...one }) => ({ ...one, account_count: accounts.length })),
        drawing: drawRing(stored, shared),
        freezes: await shownFreezes(sql, freezes),
      },
    };
  },
});

function shownMember(
  { account_id, risk, community }: { account_id: string; risk: number; community: number },
  { email, created_at }: Account,
  frozen: Set<string>,
  standings: Awaited<ReturnType<typeof standingsOf>>,
) {
  return {
    account_id,
    email,
    created_at: created_at.toISOString(),
    risk,
    community,
    // A freeze counts as bad in the ring; it is no verdict.
    verdict: frozen.has(account_id) ? null : standings.get(account_id)?.verdict ?? null,
    frozen: frozen.has(account_id),
  };
}

/** What was done with one click is one entry. */
async function shownFreezes(sql: AnyCtx["sql"], freezes: Awaited<ReturnType<typeof freezesOf>>) {
  const operators = [...new Set(freezes.flatMap((one) => [one.frozen_by, one.undone_by]))];
  const names = new Map(
    (await findMany(sql, operators.filter((one) => one !== null)))
      .map(({ account_id, email }) => [account_id, email]),
  );
  const clicks = Map.groupBy(
    freezes,
    (one) => `${one.frozen_at.getTime()} ${one.frozen_by} ${one.undone_at?.getTime()}`,
  );
  return [...clicks.values()].slice(0, 50).map((those) => {
    const [{ frozen_at, frozen_by, reason, undone_at, undone_by, undone_reason }] = those;
    return {
      frozen_at: frozen_at.toISOString(),
      frozen_by: names.get(frozen_by) ?? null,
      reason,
      account_count: those.length,
      undone_at: undone_at?.toISOString() ?? null,
      undone_by: undone_by === null ? null : names.get(undone_by) ?? null,
      undone_reason,
    };
  });
}

const reason = z.object({ reason: z.string().trim().min(1).max(500) });
const limits = [{ pool: "fraud_ring_freeze", points: 30, per_seconds: 60, by: "account" as const }];

const freeze: Route = defineRoute({
  method: "POST",
  path: "/fraud/rings/{ring_id}/freeze",
  summary: "Stop every account of a ring",
  description:
    "Its sessions end, and it cannot sign in until it is undone. Operators are left out. Again, it stops who has come since.",
  tags: ["Risk"],
  access: "operator",
  params,
  body: reason,
  limits,
  timeout_seconds: 60,
  answers: {
    200: {
      description: "Done",
      schema: z.object({ frozen: z.int().describe("by this call"), left_out: z.int() }),
    },
    404: unknownAnswer,
  },
  async handle(call, ctx: AnyCtx) {
    const by = call.visitor!.account_id;
    const done = await freezeRing(ctx, { ring_id: call.params.ring_id, by, reason: call.body.reason });
    if (!done) throw unknown();
    ctx.log.warn("fraud.ring_frozen", { ring_id: call.params.ring_id, account_id: by, ...done });
    refreshRingsSoon(ctx);
    return { status: 200, body: done };
  },
});

const unfreeze: Route = defineRoute({
  method: "POST",
  path: "/fraud/rings/{ring_id}/unfreeze",
  summary: "Undo it: they can sign in again",
  tags: ["Risk"],
  access: "operator",
  params,
  body: reason,
  limits,
  answers: {
    200: { description: "Done", schema: z.object({ unfrozen: z.int().describe("by this call") }) },
    404: unknownAnswer,
  },
  async handle(call, ctx: AnyCtx) {
    const by = call.visitor!.account_id;
    const unfrozen = await unfreezeRing(ctx, {
      ring_id: call.params.ring_id,
      by,
      reason: call.body.reason,
    });
    if (unfrozen === null) throw unknown();
    ctx.log.warn("fraud.ring_unfrozen", { ring_id: call.params.ring_id, account_id: by, unfrozen });
    refreshRingsSoon(ctx);
    return { status: 200, body: { unfrozen } };
  },
});

export const routes: Route[] = [listAll, showOne, freeze, unfreeze];
