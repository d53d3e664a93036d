/** GET /users/me: what we know about whoever is calling. */
import { z } from "zod";
import { type Account, findById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";

export const meSchema = z.object({
  account_id: z.uuid(),
  email: z.string(),
  email_verified: z.boolean(),
  status: z.string(),
  username: z.string().nullable(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  locale: z.string(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: "Me" });

const noticeSchema = z.object({
  tone: z.enum(["warning", "info"]),
  code: z.string().meta({ description: "What it is about, such as `mail_bounces`" }),
  params: z.record(z.string(), z.string()),
  href: z.string().nullable().meta({ description: "Where something can be done about it" }),
});

export function renderAccount(account: Account) {
  const { account_id, email, status, username, first_name, last_name, locale } = account;
  return {
    account_id,
    email,
    email_verified: account.email_verified_at !== null,
    status,
    username,
    first_name,
    last_name,
    locale,
    created_at: account.created_at.toISOString(),
    updated_at: account.updated_at.toISOString(),
  };
}

/** A session's account may have gone between the check and the query. */
export function gone(): Problem {
  return new Problem(401, "session_required", "Sign in first.");
}

export const getMe = defineRoute({
  method: "GET",
  path: "/users/me",
  summary: "The account of the caller",
  tags: ["Account"],
  access: "session",
  answers: {
    200: {
      description: "The account, and what its holder should know",
      schema: meSchema.extend({ notices: z.array(noticeSchema) }).meta({ id: "MeWithNotices" }),
    },
  },
  async handle({ visitor }, ctx) {
    const account = await findById(ctx.sql, visitor!.account_id);
    if (!account) throw gone();
    const notices = await ctx.noticesFor(account.account_id);
    return {
      status: 200,
      body: { ...renderAccount(account), notices },
      headers: { "cache-control": "no-store" },
    };
  },
});
