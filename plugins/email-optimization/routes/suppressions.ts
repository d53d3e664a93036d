/** Addresses that get no mail: listed without the address, and lifted by it. */
import { Buffer } from "node:buffer";
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { EmailConfig } from "../config.ts";
import { addressTags, lift, listSuppressions, type Suppression, suppressionReasons } from "../suppression.ts";

const tags = ["Mail"];
const tagShape = /^[\w-]{43}$/;

const suppressionSchema = z.object({
  address_tag: z.string().describe("a keyed hash of the address; the address itself is not kept"),
  reason: z.enum(suppressionReasons),
  scope: z.enum(["all", "optional"]),
  strikes: z.int(),
  until: z.iso.datetime().nullable(),
  mail_id: z.uuid().nullable(),
  account_id: z.uuid().nullable(),
  detail: z.string(),
  created_at: z.iso.datetime(),
  lifted_at: z.iso.datetime().nullable(),
}).meta({ id: "EmailSuppression" });

const shown = ({ address_tag, until, created_at, lifted_at, ...rest }: Suppression) => ({
  ...rest,
  address_tag: Buffer.from(address_tag).toString("base64url"),
  until: until?.toISOString() ?? null,
  created_at: created_at.toISOString(),
  lifted_at: lifted_at?.toISOString() ?? null,
});

const query = z.object({
  reason: z.enum(suppressionReasons).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const list: Route = defineRoute<EmailConfig, z.ZodUndefined, typeof query>({
  method: "GET",
  path: "/email/suppressions",
  summary: "Addresses that get no mail, and why",
  tags,
  access: "operator",
  query,
  answers: {
    200: {
      description: "Newest first, in force or lifted",
      schema: z.object({ suppressions: z.array(suppressionSchema) }),
    },
  },
  async handle({ query: { reason = null, limit } }, ctx) {
    const rows = await listSuppressions(ctx.sql, { reason, limit });
    return { status: 200, body: { suppressions: rows.map(shown) } };
  },
});

const body = z.object({
  email: z.string().max(320).optional(),
  address_tag: z.string().regex(tagShape).optional(),
}).refine(({ email, address_tag }) => (email === undefined) !== (address_tag === undefined), {
  message: "give the address, or its tag from the list",
});

const liftOne: Route = defineRoute<EmailConfig, typeof body>({
  method: "POST",
  path: "/email/suppressions/lift",
  summary: "Let an address have mail again",
  description:
    "Takes back bounces and complaints. Who has unsubscribed is left alone: they come back by themselves.",
  tags,
  access: "operator",
  limits: [{ pool: "email_lift", points: 60, per_seconds: 60, by: "account" }],
  body,
  answers: {
    200: { description: "How many entries were lifted", schema: z.object({ lifted: z.int() }) },
    422: { description: "That is no address", problem_codes: ["invalid_request"] },
  },
  async handle({ body, visitor }, ctx) {
    const { email, address_tag } = body;
    const tags = email === undefined ? Buffer.from(address_tag!, "base64url") : addressTags(ctx.keys, email);
    if (tags === null) {
      throw new Problem(422, "invalid_request", "That is no address.", {
        fields: { email: "is no address" },
      });
    }
    const lifted = await lift(
      ctx.sql,
      tags,
      suppressionReasons.filter((reason) => reason !== "unsubscribed"),
    );
    ctx.log.info("email.suppression_lifted", { lifted, by: visitor!.account_id });
    return { status: 200, body: { lifted } };
  },
});

export const suppressionRoutes = [list, liftOne];
