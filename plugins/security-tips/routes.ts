/** What would make my account safer, and whether I am written to about it. */
import { z } from "zod";
import { stringsFor } from "../../core/i18n/mod.ts";
import { tipTitle } from "../../core/i18n/tip_text.ts";
import { Problem } from "../../core/http/problem.ts";
import { defineRoute, type Route, type Tip } from "../../core/plugin.ts";
import type { TipsConfig } from "./config.ts";
import type { TipsCtx } from "./ctx.ts";
import { setWanted, wantedBy } from "./digest.ts";

const digest = z.object({
  wanted: z.boolean().describe("I get the mail"),
  available: z.boolean().describe("this service writes such mail at all"),
  every_days: z.int().describe("how long it is at least between two of them"),
});

const schema = z.object({
  tips: z.array(z.object({
    code: z.string().describe("such as second_factor_missing"),
    params: z.record(z.string(), z.string()),
    title: z.string(),
    text: z.string(),
    href: z.string().describe("where it is done: a path of this service"),
  })),
  digest,
}).meta({ id: "SecurityTips" });

type Words = ReturnType<typeof stringsFor>["tips"]["words"];

function shown({ code, params, href }: Tip, words: Words) {
  if (!Object.hasOwn(words, code)) return [];
  const text = words[code as keyof Words].text();
  return [{ code, params, title: tipTitle(words, { code, params }), text, href }];
}

async function digestOf({ sql, config }: TipsCtx, account_id: string) {
  const wanted = await wantedBy(sql, account_id);
  const available = config.digest !== "off";
  return {
    wanted: available && (wanted ?? config.digest === "everyone"),
    available,
    every_days: config.every_days,
  };
}

const readTips: Route = defineRoute<TipsConfig>({
  method: "GET",
  path: "/users/me/tips",
  summary: "What would make my account safer",
  tags: ["Account"],
  access: "session",
  answers: { 200: { description: "The gravest first, at most 10", schema } },
  async handle({ visitor, locale }, ctx) {
    const { account_id } = visitor!;
    const [tips, of] = await Promise.all([ctx.tipsFor(account_id), digestOf(ctx, account_id)]);
    const { words } = stringsFor(locale).tips;
    return { status: 200, body: { tips: tips.flatMap((tip) => shown(tip, words)), digest: of } };
  },
});

const body = z.object({ wanted: z.boolean() });

const putDigest: Route = defineRoute<TipsConfig, typeof body>({
  method: "PUT",
  path: "/users/me/tips/digest",
  summary: "Be written to about it, or not",
  tags: ["Account"],
  access: "session",
  body,
  answers: {
    200: { description: "So it is now", schema: digest },
    409: { description: "This service writes no such mail", problem_codes: ["tips_mail_off"] },
  },
  async handle({ visitor, body: { wanted } }, ctx) {
    const { account_id } = visitor!;
    const { digest, every_days } = ctx.config;
    if (wanted && digest === "off") {
      throw new Problem(409, "tips_mail_off", "This service writes no such mail (SECURITY_TIPS_DIGEST=off).");
    }
    const at = new Date();
    await ctx.sql.begin(async (tx) => {
      await setWanted(tx, account_id, { wanted, every_days, at });
      if (wanted) await ctx.events.publish(tx, "mail.wanted", { account_id, at: at.toISOString() });
    });
    return { status: 200, body: await digestOf(ctx, account_id) };
  },
});

export const routes: Route[] = [readTips, putDigest];
