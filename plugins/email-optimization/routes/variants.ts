/** Wordings: those that come with the service, those that were written here, and drafts to be decided on. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { posteriorReport } from "../../../ml/email/bandit.ts";
import type { EmailConfig } from "../config.ts";
import { armsOf } from "../experiments/arms.ts";
import { findExperiment, standardVariant } from "../experiments/experiment.ts";
import { tallies } from "../experiments/tally.ts";
import { faultsIn, generatorOf, proposeDraft } from "../wording/generator.ts";
import type { WordingProblem } from "../wording/check.ts";
import { variantsOf } from "../wording/mod.ts";
import { decideDraft, insertDraft, listStored } from "../wording/stored_variant.ts";
import { previewRoutes } from "./preview.ts";
import {
  variantKinds as kinds,
  variantName as name,
  variantParams as params,
  variantUnknown as unknown,
} from "./variant_params.ts";

const tags = ["Mail"];
const limits = [{ pool: "email_variant", points: 30, per_seconds: 60, by: "account" as const }];

const textsSchema = z.object({
  subject: z.string().min(1).max(120).optional(),
  preheader: z.string().min(1).max(200).optional(),
  heading: z.string().min(1).max(120).optional(),
  paragraphs: z.array(z.string().min(1).max(600)).min(1).max(6).optional(),
  button: z.string().min(1).max(60).optional(),
}).describe("{name}, {site_name} and {code} may stand in it; what is left out is the standard's");

const variantSchema = z.object({
  kind: z.string(),
  variant: z.string(),
  state: z.enum(["shipped", "draft", "approved", "rejected"]),
  origin: z.enum(["service", "operator", "generator"]),
  about: z.string().nullable(),
  model: z.string().nullable(),
  created_at: z.iso.datetime().nullable(),
}).meta({ id: "EmailVariant" });

const list: Route = defineRoute<EmailConfig>({
  method: "GET",
  path: "/email/variants",
  summary: "Wordings of mail, and drafts of them",
  tags,
  access: "operator",
  answers: {
    200: {
      description: "Drafts first",
      schema: z.object({
        variants: z.array(variantSchema),
        generator: z.boolean().describe(
          "whether drafts can be asked for: there is a key, and something may be spent",
        ),
      }),
    },
  },
  async handle(_call, ctx) {
    const stored = (await listStored(ctx.sql)).map((
      { kind, variant, state, origin, why, model, created_at },
    ) => ({
      ...{ kind, variant, state, origin, model, about: why },
      created_at: created_at.toISOString(),
    }));
    const shipped = kinds.flatMap((kind) =>
      variantsOf(kind).map(({ variant, about }) => ({
        ...{ kind, variant, about, state: "shipped", origin: "service", model: null, created_at: null },
      }))
    );
    const drafts = stored.filter(({ state }) => state === "draft");
    const others = stored.filter(({ state }) => state !== "draft");
    return {
      status: 200,
      body: { variants: [...drafts, ...others, ...shipped], generator: generatorOf(ctx) !== null },
    };
  },
});

const draftBody = z.object({
  kind: z.enum(kinds),
  variant: name,
  about: z.string().max(300).optional().describe("what is tried out by it"),
  sender_name: z.string().min(1).max(60).regex(/^[^<>"@\r\n]+$/).optional(),
  code_first: z.boolean().default(false),
  texts: z.object({ en: textsSchema.optional(), de: textsSchema.optional() }),
});

/** Of what is in a draft; the rest stays as the standard has it. */
const wants: Record<WordingProblem, string> = {
  no_subject: "Must be one line with something in it.",
  no_button: "Must not be blank.",
  no_code: "Must end with the code.",
  a_link: "Must not hold a link, or what mail programs make one of.",
  a_placeholder: "May name {name}, {site_name} and {code} in braces, and nothing else.",
  footer_changed: "Must be the standard's.",
  too_long: "Is too long.",
  no_facts: "Must say what hangs on the moment: how long the mail is good, or the tips of a digest.",
};

const write: Route = defineRoute<EmailConfig, typeof draftBody>({
  method: "POST",
  path: "/email/variants",
  summary: "Write a wording, as a draft",
  description:
    "Greeting, code, time limit and footer are added. It is sent only once it is approved and tried out.",
  tags,
  access: "operator",
  limits,
  body: draftBody,
  answers: {
    201: { description: "The draft", schema: z.object({ kind: z.string(), variant: z.string() }) },
    409: { description: "There is one of this name", problem_codes: ["variant_exists"] },
    422: { description: "It could not be sent as it is", problem_codes: ["invalid_request"] },
  },
  async handle({ body }, ctx) {
    const { kind, variant, texts, about = null, sender_name = null, code_first } = body;
    const faults = faultsIn(ctx, kind, texts);
    if (faults.length > 0) {
      const fields = faults.map(({ locale, part, problem }) => [`texts.${locale}.${part}`, wants[problem]]);
      throw new Problem(422, "invalid_request", "This wording cannot be sent.", {
        fields: Object.fromEntries(fields),
      });
    }
    const taken = variant === standardVariant || variantsOf(kind).some((one) => one.variant === variant);
    const made = !taken && await insertDraft(ctx.sql, {
      ...{ kind, variant, texts, sender_name, code_first, why: about, origin: "operator", model: null },
    });
    if (!made) {
      throw new Problem(409, "variant_exists", "There is a wording of this name.", {
        fields: { variant: "Is taken." },
      });
    }
    return { status: 201, body: { kind, variant } };
  },
});

const decide = (state: "approved" | "rejected", verb: "approve" | "reject"): Route =>
  defineRoute<EmailConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
    method: "POST",
    path: `/email/variants/{kind}/{variant}/${verb}`,
    summary: verb === "approve" ? "Let a draft be tried out" : "Put a draft away",
    tags,
    access: "operator",
    limits,
    params,
    answers: {
      200: { description: "Decided", schema: z.object({ state: z.string() }) },
      404: { description: "There is no such draft", problem_codes: ["variant_unknown"] },
    },
    async handle({ params, visitor }, ctx) {
      const decided = await decideDraft(ctx.sql, { ...params, state, by: visitor!.account_id });
      if (!decided) throw unknown();
      ctx.log.info("email.draft_decided", { ...params, state, by: visitor!.account_id });
      return { status: 200, body: { state } };
    },
  });

const experimentParams = z.object({ experiment_id: z.uuid() });
const refusals = {
  off: [409, "generator_off", "There is no key of OpenAI or Anthropic, or nothing may be spent on it."],
  spent: [429, "generator_spent", "This month's share for proposals is used up."],
  away: [503, "generator_away", "The language model proposed nothing that can be used. Try again."],
} as const;

const propose: Route = defineRoute<EmailConfig, z.ZodUndefined, z.ZodUndefined, typeof experimentParams>({
  method: "POST",
  path: "/email/experiments/{experiment_id}/drafts",
  summary: "Have a new wording proposed, from what an experiment has shown",
  description:
    "A language model is told the wordings and how they did, and nothing of any reader. What it proposes is a draft.",
  tags,
  access: "operator",
  limits,
  timeout_seconds: 30,
  params: experimentParams,
  answers: {
    201: { description: "Drafts to be read", schema: z.object({ variants: z.array(z.string()) }) },
    404: { description: "There is no such experiment", problem_codes: ["experiment_unknown"] },
    409: { description: "Nobody can be asked", problem_codes: ["generator_off"] },
    429: { description: "Enough was spent", problem_codes: ["generator_spent"] },
    503: { description: "No proposal", problem_codes: ["generator_away"] },
  },
  async handle({ params }, ctx) {
    const experiment = await findExperiment(ctx.sql, params.experiment_id);
    if (!experiment) throw new Problem(404, "experiment_unknown", "There is no such experiment.");
    const { all } = armsOf(experiment, await tallies(ctx.sql, experiment));
    const tried = posteriorReport(all).map(({ variant, mean }, i) => ({
      ...{ variant, rate: mean },
      sent: Math.round(all[i].successes + all[i].failures),
    }));
    const { kind, goal } = experiment;
    const proposal = await proposeDraft(ctx, { kind, goal, tried });
    if (proposal.kind !== "drafts") {
      const [status, code, text] = refusals[proposal.kind];
      throw new Problem(status, code, text);
    }
    return { status: 201, body: { variants: proposal.variants } };
  },
});

export const variantRoutes = [
  list,
  write,
  decide("approved", "approve"),
  decide("rejected", "reject"),
  ...previewRoutes,
  propose,
];
