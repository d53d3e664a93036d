/** What was decided, and why: for operators. */
import { z } from "zod";
import { findById } from "../../../core/account.ts";
import { progressOf } from "../../../core/flow/flow.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { featureNames } from "../../../ml/fraud/features/mod.ts";
import { rulesModel } from "../../../ml/fraud/rules.ts";
import { assessmentOf } from "../assess.ts";
import type { FraudConfig } from "../config.ts";
import type { FraudCtx } from "../ctx.ts";
import { type Decision, findDecision, findEvidence, listDecisions, overviewOf } from "../decision.ts";
import { acts, decisionKinds, levels } from "../policy.ts";
import { readReference } from "../reference.ts";
import { ringIdOf } from "../rings/mod.ts";
import { runtimeOf } from "../runtime.ts";
import { verdictsOf } from "../verdict.ts";
import { emailsOf, modelSchema, rowSchema, shownRow, verdictSchema } from "./shapes.ts";

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const flag = z.enum(["true", "false"]).transform((value) => value === "true").optional();

const query = z.object({
  act: z.enum(acts).optional(),
  decision: z.enum(decisionKinds).optional(),
  risk_level: z.enum(levels).optional(),
  account_id: z.uuid().optional(),
  verdict: verdictSchema.optional(),
  reviewed: flag.describe("has a verdict, or has none"),
  waiting: flag.describe("is in the operator's queue"),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  order: z.enum(["newest", "score"]).default("newest").describe(
    "newest first; or the highest score first, of those that wait",
  ),
  before: z.string().max(120).optional().describe("`next` of the page before, in the same order"),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

type Order = z.infer<typeof query>["order"];
type Place = Pick<Decision, "fraud_score" | "created_at" | "decision_id">;

/** "2026-03-01T10:00:00.123Z_UUID", with "0.82_" before it in the order of scores: where the next page begins. */
const writePlace = ({ fraud_score, created_at, decision_id }: Place, order: Order): string =>
  [...order === "score" ? [fraud_score] : [], created_at.toISOString(), decision_id].join("_");

/** @throws {Problem} 422 */
function readPlace(text: string, order: Order): Place {
  const parts = text.split("_");
  const fraud_score = order === "score" ? Number(parts.shift() || NaN) : 0;
  const [time, decision_id = "", more] = parts;
  const created_at = new Date(time);
  if (Number.isNaN(created_at.getTime() + fraud_score) || !uuid.test(decision_id) || more !== undefined) {
    throw new Problem(422, "invalid_request", "`before` is the `next` of an earlier page.", {
      fields: { before: "is no place to go on from" },
    });
  }
  return { fraud_score, created_at, decision_id };
}

const list: Route = defineRoute<FraudConfig, z.ZodUndefined, typeof query>({
  method: "GET",
  path: "/fraud/decisions",
  summary: "Every act that was judged",
  tags: ["Risk"],
  access: "operator",
  query,
  answers: {
    200: {
      description: "In the order asked for; `next` is the `before` of the page after this",
      schema: z.object({ decisions: z.array(rowSchema), next: z.string().nullable() }),
    },
    422: { description: "A filter that is none", problem_codes: ["invalid_request"] },
  },
  async handle({ query }, { sql }) {
    const { before, from, until, limit, ...filters } = query;
    const { order, waiting } = filters;
    if (order === "score" && !waiting) {
      throw new Problem(422, "invalid_request", "Only what waits can be asked for by its score.", {
        fields: { order: "goes with waiting=true" },
      });
    }
    const found = await listDecisions(sql, {
      ...filters,
      from: from ? new Date(from) : undefined,
      until: until ? new Date(until) : undefined,
      before: before ? readPlace(before, order) : undefined,
      limit: limit + 1,
    });
    const shown = found.slice(0, limit);
    const emails = await emailsOf(sql, shown);
    const last = shown.at(-1);
    const next = found.length > limit && last ? writePlace(last, order) : null;
    const decisions = shown.map((one) => shownRow(one, emails.get(one.account_id ?? "") ?? null));
    return { status: 200, body: { decisions, next } };
  },
});

const oneSchema = rowSchema.extend({
  ai_insights: z.string(),
  anomaly: z.number(),
  features: z.record(z.string(), z.number().nullable()).describe(
    "every feature by its name; null: not known",
  ),
  feature_version: z.int(),
  method: z.string().nullable(),
  workflow_id: z.string().nullable(),
  latency_ms: z.number(),
  fallback: z.string().nullable().describe("why rules answered in place of a model"),
  client: z.object({
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
    surface: z.enum(["page", "api"]),
    locale: z.string(),
  }),
  place: z.object({ city: z.string().nullable(), country: z.string().nullable() }).nullable(),
  verdicts: z.array(z.object({
    verdict: verdictSchema,
    by: z.string().nullable().describe("address of the operator; null: gone"),
    note: z.string().nullable(),
    created_at: z.iso.datetime(),
  })).describe("newest first"),
  history: z.array(rowSchema).describe("other decisions about the account, newest first, 20 at most"),
  account: z.object({
    account_id: z.uuid(),
    email: z.string(),
    created_at: z.iso.datetime(),
    state: z.string(),
  }).nullable(),
  ring_id: z.uuid().nullable(),
}).meta({ id: "FraudDecision" });

export const unknownDecision = () => new Problem(404, "decision_unknown", "There is no such decision.");

/** @throws {Problem} 404 */
export async function demandDecision(sql: FraudCtx["sql"], text: string): Promise<Decision> {
  const reference = readReference(text);
  const found = uuid.test(text)
    ? await findDecision(sql, { decision_id: text })
    : reference && await findDecision(sql, { reference });
  if (!found) throw unknownDecision();
  return found;
}

const params = z.object({
  decision_id: z.string().max(60).describe("its id, or the code that a person was given"),
});

const one: Route = defineRoute<FraudConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "GET",
  path: "/fraud/decisions/{decision_id}",
  summary: "One decision with all it rests on",
  tags: ["Risk"],
  access: "operator",
  params,
  answers: {
    200: { description: "With its evidence, and the account's history beside it", schema: oneSchema },
    404: { description: "There is none", problem_codes: ["decision_unknown"] },
  },
  async handle({ params, locale }, ctx) {
    return { status: 200, body: await whole(await demandDecision(ctx.sql, params.decision_id), locale, ctx) };
  },
});

async function whole(decision: Decision, locale: string, ctx: FraudCtx) {
  const { sql } = ctx;
  const { account_id, flow_id, decision_id } = decision;
  const [rests, verdicts, around, account, flow, ring_id] = await Promise.all([
    findEvidence(sql, ctx.keys, decision_id),
    verdictsOf(sql, decision_id),
    account_id === null ? [] : listDecisions(sql, { account_id, limit: 21 }),
    account_id === null ? null : findById(sql, account_id),
    flow_id === null ? null : progressOf(sql, flow_id),
    account_id === null ? null : ringIdOf(sql, account_id),
  ]);
  if (!rests) throw unknownDecision();
  const { evidence: { client, email, act }, features } = rests;
  const place = ctx.geo.place(client.ip, locale);
  const operators = await emailsOf(
    sql,
    verdicts.map(({ given_by }) => ({ account_id: given_by }) as Decision),
  );
  // Of a sign-up there may be no account: then its address is the one it was made with.
  const own = account?.email ?? (act === "register" && email ? `${email.local_part}@${email.domain}` : null);
  return {
    ...shownRow(decision, own),
    ai_insights: assessmentOf(decision).ai_insights,
    anomaly: decision.anomaly,
    features: Object.fromEntries(
      featureNames.map((name, i) => [name, Number.isNaN(features[i] ?? NaN) ? null : features[i]]),
    ),
    feature_version: decision.feature_version,
    method: flow?.method ?? null,
    workflow_id: flow?.workflow_id ?? null,
    latency_ms: decision.took_ms,
    fallback: decision.fallback,
    client: { ip: client.ip, user_agent: client.user_agent, surface: client.surface, locale: client.locale },
    place: place && { city: place.city, country: place.country },
    verdicts: verdicts.map(({ verdict, note, given_by, created_at }) => ({
      ...{ verdict, note, by: operators.get(given_by) ?? null },
      created_at: created_at.toISOString(),
    })),
    history: around.filter((other) => other.decision_id !== decision_id).slice(0, 20)
      .map((other) => shownRow(other, account?.email ?? null)),
    account: account && {
      account_id: account.account_id,
      email: account.email,
      created_at: account.created_at.toISOString(),
      state: account.status,
    },
    ring_id,
  };
}

const overview: Route = defineRoute<FraudConfig>({
  method: "GET",
  path: "/fraud/overview",
  summary: "The last 24 hours, what waits, and what answers",
  tags: ["Risk"],
  access: "operator",
  answers: {
    200: {
      description: "Counts by decision",
      schema: z.object({
        shadow: z.boolean(),
        today: z.record(z.enum(decisionKinds), z.int()),
        queue: z.int(),
        model: modelSchema,
        fallback: z.string().nullable(),
      }),
    },
  },
  async handle(_call, ctx) {
    const { model, why } = await runtimeOf(ctx).serving.get();
    const answers = model ? { version: model.version, hash: model.hash, kind: model.kind } : rulesModel;
    return {
      status: 200,
      body: { shadow: ctx.config.shadow, ...await overviewOf(ctx.sql), model: answers, fallback: why },
    };
  },
});

export const decisionRoutes: Route[] = [list, one, overview];
