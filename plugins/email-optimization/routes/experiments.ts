/** Experiments with wordings: begun, looked at, and ended by an operator. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import { type ArmReport, posteriorReport, shouldStop } from "../../../ml/email/bandit.ts";
import type { EmailConfig } from "../config.ts";
import { armsOf } from "../experiments/arms.ts";
import {
  endExperiment,
  type Experiment,
  findExperiment,
  insertExperiment,
  listExperiments,
  promoteVariant,
} from "../experiments/experiment.ts";
import { type Funnel, funnelOf, tallies } from "../experiments/tally.ts";
import { timelineOf } from "../experiments/timeline.ts";
import { goalOf, goals } from "../goals.ts";
import { forgetStandings } from "../runtime.ts";
import { variantNames } from "../wording/mod.ts";
import { armSchema, experimentSchema, funnelSchema, shownExperiment, timelineSchema } from "./shapes.ts";

const tags = ["Mail"];
const limits = [{ pool: "email_experiment", points: 30, per_seconds: 60, by: "account" as const }];
const params = z.object({ experiment_id: z.uuid() });
const kinds = Object.values(goals).flatMap(({ kinds }) => kinds) as [MailKind, ...MailKind[]];

const unknown = () => new Problem(404, "experiment_unknown", "There is no such experiment.");

async function demand(sql: Parameters<typeof findExperiment>[0], experiment_id: string): Promise<Experiment> {
  const found = await findExperiment(sql, experiment_id);
  if (!found) throw unknown();
  return found;
}

const list: Route = defineRoute<EmailConfig>({
  method: "GET",
  path: "/email/experiments",
  summary: "Experiments with wordings of mail",
  tags,
  access: "operator",
  answers: {
    200: {
      description: "Those that run first, then the newest; and what can be tried out",
      schema: z.object({
        experiments: z.array(experimentSchema),
        kinds: z.array(z.object({
          kind: z.string(),
          goal: z.string(),
          window_hours: z.int(),
          variants: z.array(z.string()),
        })),
      }),
    },
  },
  async handle(_call, ctx) {
    const [experiments, ...variants] = await Promise.all([
      listExperiments(ctx.sql),
      ...kinds.map((kind) => variantNames(ctx.sql, kind)),
    ]);
    return {
      status: 200,
      body: {
        experiments: experiments.map(shownExperiment),
        kinds: kinds.map((kind, i) => {
          const goal = goalOf(kind)!;
          return { kind, goal, window_hours: goals[goal].hours, variants: variants[i] };
        }),
      },
    };
  },
});

const beginBody = z.object({
  kind: z.enum(kinds).describe("of which mail"),
  variants: z.array(z.string().max(60)).min(2).max(10),
  window_hours: z.int().min(1).max(720).optional().describe("within which the goal counts"),
  hold_out: z.number().min(0).max(0.5).default(0.1),
  floor: z.number().min(0).max(0.5).default(0.1),
  loss_max: z.number().min(0.0001).max(0.5).default(0.005),
  stop: z.enum(["auto", "manual"]).default("manual"),
});

const begin: Route = defineRoute<EmailConfig, typeof beginBody>({
  method: "POST",
  path: "/email/experiments",
  summary: "Try wordings of a mail against each other",
  description:
    "Each mail of the kind gets one of them from now on: mostly the one that led most people to the goal.",
  tags,
  access: "operator",
  limits,
  body: beginBody,
  answers: {
    201: { description: "It runs", schema: experimentSchema },
    409: { description: "One of this kind runs already", problem_codes: ["experiment_running"] },
    422: { description: "There is no such wording", problem_codes: ["invalid_request"] },
  },
  async handle({ body, visitor }, ctx) {
    const known = await variantNames(ctx.sql, body.kind);
    const wrong = body.variants.find((variant) => !known.includes(variant));
    if (wrong !== undefined || new Set(body.variants).size < body.variants.length) {
      const says = wrong === undefined
        ? "each of them once"
        : `of this mail there are: ${known.join(", ").slice(0, 500)}`;
      throw new Problem(422, "invalid_request", "There is no such wording.", {
        fields: { variants: says },
      });
    }
    const goal = goalOf(body.kind)!;
    const made = await insertExperiment(ctx.sql, {
      ...body,
      goal,
      window_hours: body.window_hours ?? goals[goal].hours,
      created_by: visitor!.account_id,
    });
    if (!made) {
      throw new Problem(409, "experiment_running", "An experiment with this mail runs. End it first.");
    }
    forgetStandings(ctx);
    ctx.log.info("email.experiment_begun", { experiment_id: made.experiment_id, kind: made.kind });
    return { status: 201, body: shownExperiment(made) };
  },
});

const one: Route = defineRoute<EmailConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "GET",
  path: "/email/experiments/{experiment_id}",
  summary: "What an experiment has shown so far",
  description: "May be looked at as often as you like: what it says does not rest on when you stop.",
  tags,
  access: "operator",
  params,
  answers: {
    200: {
      description: "Each wording with what is believed of it, and how that came to be",
      schema: z.object({
        experiment: experimentSchema,
        arms: z.array(armSchema),
        funnel: funnelSchema,
        timeline: timelineSchema,
        verdict: z.object({ stop: z.boolean(), winner: z.string().nullable(), why: z.string() }),
      }),
    },
    404: { description: "There is no such experiment", problem_codes: ["experiment_unknown"] },
  },
  async handle({ params }, ctx) {
    const experiment = await demand(ctx.sql, params.experiment_id);
    const [rows, funnels, timeline] = await Promise.all([
      tallies(ctx.sql, experiment),
      funnelOf(ctx.sql, experiment),
      timelineOf(ctx.sql, experiment),
    ]);
    const { all } = armsOf(experiment, rows);
    const report = posteriorReport(all);
    return {
      status: 200,
      body: {
        experiment: shownExperiment(experiment),
        arms: report.map((arm) => shownArm(arm, funnels)),
        funnel: sumOf(funnels),
        timeline: timeline.map(({ at, arms }) => ({ at: at.toISOString(), arms })),
        verdict: shouldStop(all, report, experiment),
      },
    };
  },
});

function shownArm(arm: ArmReport, funnels: Funnel[]) {
  const { sent, pressed, goals, pending, bounced } = sumOf(
    funnels.filter(({ variant }) => variant === arm.variant),
  );
  return { ...arm, sent, pressed, goals, pending, bounced };
}

function sumOf(funnels: Funnel[]) {
  const sum = (key: Exclude<keyof Funnel, "variant" | "hold_out">) =>
    funnels.reduce((total, one) => total + one[key], 0);
  return {
    ...{ decided: sum("decided"), sent: sum("sent"), pressed: sum("pressed"), goals: sum("goals") },
    ...{ pending: sum("pending"), bounced: sum("bounced") },
  };
}

const promoteBody = z.object({ variant: z.string().max(60) });
const over = () => new Problem(409, "experiment_over", "It has ended with a winner, or has no such wording.");

const promote: Route = defineRoute<EmailConfig, typeof promoteBody, z.ZodUndefined, typeof params>({
  method: "POST",
  path: "/email/experiments/{experiment_id}/promote",
  summary: "Send one of its wordings from now on",
  tags,
  access: "operator",
  limits,
  params,
  body: promoteBody,
  answers: {
    200: { description: "It is sent from now on", schema: experimentSchema },
    404: { description: "There is no such experiment", problem_codes: ["experiment_unknown"] },
    409: { description: "It has a winner, or no such wording", problem_codes: ["experiment_over"] },
  },
  async handle({ params, body, visitor }, ctx) {
    const { experiment_id } = await demand(ctx.sql, params.experiment_id);
    const ended = await promoteVariant(ctx.sql, experiment_id, {
      variant: body.variant,
      because: "operator",
    });
    if (!ended) throw over();
    forgetStandings(ctx);
    ctx.log.info("email.variant_promoted", {
      ...{ experiment_id, kind: ended.kind, variant: body.variant, by: visitor!.account_id },
    });
    return { status: 200, body: shownExperiment(ended) };
  },
});

const end: Route = defineRoute<EmailConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "POST",
  path: "/email/experiments/{experiment_id}/end",
  summary: "End an experiment, and send what was sent before it",
  tags,
  access: "operator",
  limits,
  params,
  answers: {
    200: { description: "It has ended", schema: experimentSchema },
    404: { description: "There is no such experiment", problem_codes: ["experiment_unknown"] },
    409: { description: "It had ended before", problem_codes: ["experiment_over"] },
  },
  async handle({ params, visitor }, ctx) {
    const { experiment_id } = await demand(ctx.sql, params.experiment_id);
    const ended = await endExperiment(ctx.sql, experiment_id, "operator");
    if (!ended) throw over();
    forgetStandings(ctx);
    ctx.log.info("email.experiment_ended", { experiment_id, kind: ended.kind, by: visitor!.account_id });
    return { status: 200, body: shownExperiment(ended) };
  },
});

export const experimentRoutes = [list, begin, one, promote, end];
