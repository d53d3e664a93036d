/** The sender's domain: what was found, what to publish, and the keys that mail is signed with. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { EmailConfig } from "../config.ts";
import type { EmailCtx } from "../ctx.ts";
import { forgetSigner } from "../runtime.ts";
import { checkNow, keyToPublish } from "./check_now.ts";
import { type DkimKey, dkimKeys, useDkimKey } from "./dkim_keys.ts";
import { dkimName, dkimRecord } from "./dkim_record.ts";
import { checkNames, type DomainCheck, type ToPublish, zoneLine } from "./domain_check.ts";
import { findReport } from "./domain_report.ts";
import { senderOf } from "./sending.ts";

const tags = ["Mail"];
const limits = [{ pool: "email_domain", points: 20, per_seconds: 60, by: "account" as const }];

const publishSchema = z.object({
  name: z.string(),
  type: z.enum(["TXT", "MX", "PTR", "file"]),
  value: z.string(),
  zone: z.string().nullable().describe("as a line of a zone file; null for a file"),
});

const checkSchema = z.object({
  name: z.enum(checkNames),
  state: z.enum(["good", "note", "bad", "unknown"]),
  code: z.string().describe("stable; its words stand in `text`, in English"),
  params: z.record(z.string(), z.string()),
  text: z.string(),
  found: z.array(z.string()),
  publish: z.array(publishSchema),
});

const domainSchema = z.object({
  domain: z.string(),
  sender: z.string(),
  signing: z.enum(["published", "always", "never"]),
  checked_at: z.iso.datetime().nullable().describe("null: not looked at yet"),
  checks: z.array(checkSchema),
  keys: z.array(z.object({
    selector: z.string(),
    state: z.enum(["new", "in_use", "retired"]),
    created_at: z.iso.datetime(),
    publish: publishSchema,
  })),
}).meta({ id: "MailDomain" });

const shownPublish = (one: ToPublish) => ({ ...one, zone: one.type === "file" ? null : zoneLine(one) });

/** What a check says, in words; one that is not known any more says its code. */
export function wordsOf(locale: string, { code, params }: Pick<DomainCheck, "code" | "params">): string {
  const says: Record<string, (params: Record<string, string>) => string> =
    stringsFor(locale).mail_domain.says;
  return Object.hasOwn(says, code) ? says[code](params) : code;
}

const shownCheck = (check: DomainCheck) => ({
  ...check,
  text: wordsOf("en", check),
  publish: check.publish.map(shownPublish),
});

const shownKey = ({ selector, domain, state, created_at, public_key }: DkimKey) => ({
  ...{ selector, state },
  created_at: created_at.toISOString(),
  publish: shownPublish({ name: dkimName(selector, domain), type: "TXT", value: dkimRecord(public_key) }),
});

async function shown(ctx: EmailCtx) {
  const { sender, domain } = senderOf(ctx);
  const [report, keys] = await Promise.all([findReport(ctx.sql, domain), dkimKeys(ctx.sql, domain)]);
  // A report without checks is one that somebody is making.
  const there = report !== null && report.checks.length > 0;
  return {
    ...{ domain, sender, signing: ctx.config.dkim },
    checked_at: there ? report.checked_at.toISOString() : null,
    checks: there ? report.checks.map(shownCheck) : [],
    keys: keys.map(shownKey),
  };
}

const answers = { 200: { description: "The domain of SMTP_FROM", schema: domainSchema } };

const look: Route = defineRoute<EmailConfig>({
  method: "GET",
  path: "/email/domain",
  summary: "What receivers see of the sender's domain, as last looked at",
  ...{ tags, answers, access: "operator" },
  handle: async (_call, ctx) => ({ status: 200, body: await shown(ctx) }),
});

const check: Route = defineRoute<EmailConfig>({
  method: "POST",
  path: "/email/domain/check",
  summary: "Look again now; a key whose record is seen is put in use",
  ...{ tags, answers, limits, access: "operator" },
  timeout_seconds: 40,
  async handle(_call, ctx) {
    await checkNow(ctx);
    return { status: 200, body: await shown(ctx) };
  },
});

const make: Route = defineRoute<EmailConfig>({
  method: "POST",
  path: "/email/domain/keys",
  summary: "Make a key to sign with, to be published; the one that waits where there is one",
  ...{ tags, limits, access: "operator" },
  answers: { ...answers, 409: { description: "Nothing is signed", problem_codes: ["signing_off"] } },
  async handle(_call, ctx) {
    if (!await keyToPublish(ctx)) {
      throw new Problem(409, "signing_off", "Mail is not signed here: EMAIL_OPTIMIZATION_DKIM is never.");
    }
    return { status: 200, body: await shown(ctx) };
  },
});

const params = z.object({ selector: z.string().max(63).regex(/^[a-z0-9-]+$/) });

const use: Route = defineRoute<EmailConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "POST",
  path: "/email/domain/keys/{selector}/use",
  summary: "Sign with this key from now on, whether its record was seen or not",
  ...{ tags, limits, params, access: "operator" },
  answers: {
    ...answers,
    404: { description: "No such key, or retired", problem_codes: ["dkim_key_unknown"] },
  },
  async handle({ params }, ctx) {
    if (!await useDkimKey(ctx.sql, senderOf(ctx).domain, params.selector)) {
      throw new Problem(404, "dkim_key_unknown", "There is no such key, or it is retired.");
    }
    forgetSigner(ctx);
    return { status: 200, body: await shown(ctx) };
  },
});

export const domainRoutes: Route[] = [look, check, make, use];
