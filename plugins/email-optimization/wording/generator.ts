/**
 * New wordings proposed by a language model, where an operator has given a key: drafts, which nobody gets before an operator
 * has read and approved them. It is told what was tried and how it did; nothing of any reader.
 */
import { z } from "zod";
import { createGenAi, type GenAi } from "../../../core/net/genai.ts";
import { catalogues, type Locale, locales } from "../../../core/i18n/mod.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import type { MailKind } from "../../../core/services/mod.ts";
import type { EmailCtx } from "../ctx.ts";
import { faultsOf, type WordingFault } from "./check.ts";
import { variantsOf } from "./mod.ts";
import { sampleParams } from "./sample.ts";
import { insertDraft, rewritesOf, type StoredTexts } from "./stored_variant.ts";
import { wordingFrom } from "./variant.ts";

export interface Tried {
  variant: string;
  sent: number;
  /** Of the goal, as it is believed to be. */
  rate: number;
}

export type Proposal =
  | { kind: "drafts"; variants: string[] }
  /** `off`: no key, or nothing may be spent. `spent`: the month's share is used up. `away`: nothing that can be used. */
  | { kind: "off" | "spent" | "away" };

const limits = { milliseconds: 20_000, tokens: 900, characters: 3000 };
/** Counted as this much, which is more than it costs with any model that suits. */
const centsPerCall = 2;

const textsSchema = z.object({
  subject: z.string().min(1).max(120),
  preheader: z.string().min(1).max(200),
  heading: z.string().min(1).max(120),
  paragraphs: z.array(z.string().min(1).max(600)).min(1).max(4),
  button: z.string().min(1).max(60).optional(),
});
const answerSchema = z.object({ why: z.string().min(1).max(300), en: textsSchema, de: textsSchema });

const instructions =
  `You write one new wording of a mail that an account service sends by itself. You are told what the mail is for, its ` +
  `standard words, and how other wordings did. Answer with one JSON object and nothing else: {"why": one sentence on ` +
  `what you try, "en": words, "de": words in formal German (Sie)}, where words is {"subject", "preheader", "heading", ` +
  `"paragraphs": list of 1 to 3 short paragraphs, "button"}. You may use {site_name}. No greeting, no links, no code, no ` +
  `deadline, no pressure, nothing that is not true of the standard words: greeting, code and time limit are added.`;

/** Null without a key. */
export const generatorOf = (ctx: EmailCtx): GenAi | null =>
  ctx.config.generator_cents > 0 ? createGenAi(ctx.core, ctx.log) : null;

/** @param by what it asks; another in tests */
export async function proposeDraft(
  ctx: EmailCtx,
  { kind, goal, tried }: { kind: MailKind; goal: string; tried: Tried[] },
  by = generatorOf(ctx),
): Promise<Proposal> {
  if (!by) return { kind: "off" };
  if (!await claimCall(ctx.sql, ctx.config.generator_cents)) return { kind: "spent" };
  const said = await by.ask(instructions, factsOf(ctx, kind, goal, tried), limits);
  const answer = said === null ? null : readAnswer(said);
  const [fault] = answer ? faultsIn(ctx, kind, answer.texts) : [];
  if (!answer || fault) {
    const unread = said === null ? "no answer" : "no JSON of that shape";
    ctx.log.warn("email.draft_unusable", {
      kind,
      because: fault ? `${fault.locale}.${fault.part}: ${fault.problem}` : unread,
    });
    return { kind: "away" };
  }
  const variant = `draft_${new Date().toISOString().slice(0, 10).replaceAll("-", "")}_${
    crypto.randomUUID().slice(0, 4)
  }`;
  const { texts, why } = answer;
  await insertDraft(ctx.sql, {
    ...{ kind, variant, texts, why },
    ...{ sender_name: null, code_first: false, origin: "generator", model: by.model },
  });
  return { kind: "drafts", variants: [variant] };
}

function factsOf({ core }: EmailCtx, kind: MailKind, goal: string, tried: Tried[]) {
  const params = sampleParams(kind, core.site_name);
  const { subject, preheader, heading, paragraphs, button } = catalogues.en.mails[kind]({
    ...params,
    name: null,
  });
  return {
    mail: kind,
    goal,
    standard: { subject, preheader, heading, paragraphs, button },
    tried: tried.map(({ variant, sent, rate }) => ({
      ...{ variant, sent, rate: Math.round(rate * 1000) / 1000 },
      idea: variantsOf(kind).find((one) => one.variant === variant)?.about ?? "",
    })),
  };
}

function readAnswer(said: string): { texts: Record<"en" | "de", StoredTexts>; why: string } | null {
  try {
    const json = said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1);
    const { why, ...texts } = answerSchema.parse(JSON.parse(json));
    return { texts, why };
  } catch {
    // Models answer as they like; what is no such JSON is no draft.
    return null;
  }
}

/** What is wrong with each language, to readers with a name and without; empty: all may be sent. */
export function faultsIn(
  { core }: Pick<EmailCtx, "core">,
  kind: MailKind,
  texts: Partial<Record<Locale, StoredTexts>>,
): (WordingFault & { locale: Locale })[] {
  const named = sampleParams(kind, core.site_name);
  const rewrites = rewritesOf(texts);
  return locales.filter((locale) => rewrites[locale]).flatMap((locale) =>
    [named, { ...named, name: null }].flatMap((params) => {
      const standard = catalogues[locale].mails[kind](params);
      const words = wordingFrom({ variant: "draft", texts: rewrites }, locale).rewrite(standard, params);
      return faultsOf(words, standard, params).map((fault) => ({ locale, ...fault }));
    })
  );
}

/** One more call of this month. False: that would be more than may be spent. */
async function claimCall(sql: Sql, cents_max: number): Promise<boolean> {
  const month = new Date().toISOString().slice(0, 7);
  const done = await sql`
    insert into email_generator_use as used (month, calls, cost_cents)
    select ${month}, 1, ${centsPerCall} where ${centsPerCall}::int <= ${cents_max}::int
    on conflict (month) do update set calls = used.calls + 1, cost_cents = used.cost_cents + ${centsPerCall}
    where used.cost_cents + ${centsPerCall} <= ${cents_max}`;
  return done.count === 1;
}
