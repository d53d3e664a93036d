/** Which models there are, which one answers, and what they are worth. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { FraudConfig } from "../config.ts";
import { measureDrift, newestDrift } from "../drift.ts";
import { findModel, listModels, promoteModel, type StoredModel } from "../model/model_store.ts";
import { runtimeOf } from "../runtime.ts";
import { beginTraining, listTrainings, type Training } from "../training/training.ts";

const rowSchema = z.object({
  version: z.string(),
  hash: z.string(),
  kind: z.enum(["prior", "trained"]),
  created_at: z.iso.datetime(),
  current: z.boolean(),
  rows: z.int(),
  auc: z.number().nullable(),
});

const trainingSchema = z.object({
  training_id: z.uuid(),
  flow_id: z.uuid(),
  asked_by: z.enum(["schedule", "operator"]),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  outcome: z.enum(["running", "promoted", "kept", "too_little", "failed"]),
  version: z.string().nullable(),
  examples: z.int().nullable().describe("judged decisions it learnt from"),
  detail: z.string().nullable(),
}).meta({ id: "FraudTraining" });

const shownModel = ({ version, hash, kind, created_at, state, card }: StoredModel) => ({
  ...{ version, hash, kind, current: state === "current" },
  created_at: created_at.toISOString(),
  rows: card.rows,
  auc: card.evaluation?.auc ?? null,
});

const shownTraining = (training: Training) => {
  const { training_id, flow_id, asked_by, started_at, finished_at, outcome, version, examples, detail } =
    training;
  return {
    ...{ training_id, flow_id, asked_by, outcome, version, examples, detail },
    started_at: started_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
  };
};

const list: Route = defineRoute<FraudConfig>({
  method: "GET",
  path: "/fraud/models",
  summary: "Models there are, and the training log",
  tags: ["Risk"],
  access: "operator",
  answers: {
    200: {
      description: "Newest first; `current` is null where rules answer",
      schema: z.object({
        current: z.string().nullable(),
        models: z.array(rowSchema),
        trainings: z.array(trainingSchema),
      }),
    },
  },
  async handle(_call, ctx) {
    const [models, trainings, { model }] = await Promise.all([
      listModels(ctx.sql),
      listTrainings(ctx.sql),
      runtimeOf(ctx).serving.get(),
    ]);
    const body = {
      current: model?.version ?? null,
      models: models.map(shownModel),
      trainings: trainings.map(shownTraining),
    };
    return { status: 200, body };
  },
});

const params = z.object({ version: z.string().min(1).max(60) });

const unknownModel = () => new Problem(404, "model_unknown", "There is no such version.");
const unknownAnswer = { description: "There is none", problem_codes: ["model_unknown"] };

const one: Route = defineRoute<FraudConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "GET",
  path: "/fraud/models/{version}",
  summary: "One model with its card, and its report for plots",
  tags: ["Risk"],
  access: "operator",
  params,
  answers: {
    200: {
      description:
        "Points of ROC, precision and recall, and calibration; null for one that was not measured here",
      schema: rowSchema.extend({
        card: z.looseObject({ trained_on: z.string(), limits: z.string(), rows: z.int(), frauds: z.int() }),
        report: z.looseObject({ rows: z.int(), frauds: z.int() }).nullable(),
        online: z.object({ offset: z.number(), slope: z.number(), verdicts: z.int() }).nullable()
          .describe("how verdicts have moved it since it was trained"),
      }),
    },
    404: unknownAnswer,
  },
  async handle({ params }, ctx) {
    const model = await findModel(ctx.sql, params.version);
    if (!model) throw unknownModel();
    const { card, report, online } = model;
    const learnt = online && { offset: online.offset, slope: online.slope, verdicts: online.verdicts };
    return { status: 200, body: { ...shownModel(model), card, report, online: learnt } };
  },
});

const train: Route = defineRoute<FraudConfig>({
  method: "POST",
  path: "/fraud/models/train",
  summary: "Train a model of what was judged here",
  description: "It answers only if it is better on later decisions; the training log says by how much.",
  tags: ["Risk"],
  access: "operator",
  limits: [{ pool: "fraud_train", points: 10, per_seconds: 600, by: "account" }],
  answers: {
    202: { description: "Begun", schema: trainingSchema },
    409: { description: "One is running", problem_codes: ["training_running"] },
  },
  async handle({ request_id, visitor }, ctx) {
    const training = await beginTraining(ctx.sql, ctx, { asked_by: "operator", request_id });
    if (!training) throw new Problem(409, "training_running", "A training is running. Wait for its end.");
    ctx.log.info("fraud.training_asked", { flow_id: training.flow_id, account_id: visitor!.account_id });
    return { status: 202, body: shownTraining(training) };
  },
});

const promote: Route = defineRoute<FraudConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "POST",
  path: "/fraud/models/{version}/promote",
  summary: "Put a version in use, or back in use",
  description: "Every replica scores with it within seconds.",
  tags: ["Risk"],
  access: "operator",
  params,
  answers: {
    200: { description: "It answers now", schema: rowSchema },
    404: unknownAnswer,
  },
  async handle({ params: { version }, visitor }, ctx) {
    const promoted = await ctx.sql.begin((tx) => promoteModel(tx, version));
    if (!promoted) throw unknownModel();
    ctx.log.info("fraud.model_promoted", { version, account_id: visitor!.account_id });
    await runtimeOf(ctx).serving.refresh();
    const model = await findModel(ctx.sql, version);
    if (!model) throw unknownModel();
    return { status: 200, body: shownModel(model) };
  },
});

const drift: Route = defineRoute<FraudConfig>({
  method: "GET",
  path: "/fraud/drift",
  summary: "How far each feature has moved since the model was trained",
  description: "Population stability index: below 0.1 nothing happened, above 0.25 the model needs a look.",
  tags: ["Risk"],
  access: "operator",
  answers: {
    200: {
      description: "The most changed first; `measured_at` is null while there are too few decisions",
      schema: z.object({
        measured_at: z.iso.datetime().nullable(),
        model_version: z.string().nullable(),
        decisions: z.int(),
        features: z.array(z.object({ feature: z.string(), psi: z.number() })),
      }),
    },
  },
  async handle(_call, ctx) {
    await measureDrift(ctx);
    const found = await newestDrift(ctx.sql);
    const body = {
      measured_at: found?.measured_at.toISOString() ?? null,
      model_version: found?.model_version ?? null,
      decisions: found?.decisions ?? 0,
      features: found?.features ?? [],
    };
    return { status: 200, body };
  },
});

export const modelRoutes: Route[] = [list, one, train, promote, drift];
