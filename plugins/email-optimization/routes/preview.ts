/** A wording as its readers would see it: in parts for programs, and as the HTML alone for a frame. */
import { z } from "zod";
import { catalogues } from "../../../core/i18n/mod.ts";
import { optionalKinds, parseSender } from "../../../core/mail/message.ts";
import { renderMail } from "../../../core/mail/render.ts";
import { type Ctx, defineRoute, type Route } from "../../../core/plugin.ts";
import type { EmailConfig } from "../config.ts";
import { standardVariant } from "../experiments/experiment.ts";
import { variantsOf } from "../wording/mod.ts";
import { sampleParams } from "../wording/sample.ts";
import { findStored, rewritesOf } from "../wording/stored_variant.ts";
import { wordingFrom } from "../wording/variant.ts";
import { variantParams, variantUnknown } from "./variant_params.ts";

const previewQuery = z.object({ locale: z.enum(["en", "de"]).default("en") });

type Asked = z.infer<typeof variantParams> & z.infer<typeof previewQuery>;

async function wordingOf({ sql }: Ctx<EmailConfig>, { kind, variant, locale }: Asked) {
  if (variant === standardVariant) return null;
  const shipped = variantsOf(kind).find((one) => one.variant === variant);
  if (shipped) return wordingFrom(shipped, locale);
  const stored = await findStored(sql, kind, variant);
  if (!stored) throw variantUnknown();
  return wordingFrom({ ...stored, texts: rewritesOf(stored.texts) }, locale);
}

async function previewOf(ctx: Ctx<EmailConfig>, asked: Asked) {
  const { core } = ctx;
  const { kind, locale } = asked;
  const wording = await wordingOf(ctx, asked);
  const params = sampleParams(kind, core.site_name);
  const standard = catalogues[locale].mails[kind](params);
  const { preheader } = wording ? wording.rewrite(standard, params) : standard;
  const from = parseSender(core.smtp_from);
  const data = {
    url: `${core.frontend_url}/`,
    first_name: params.name ?? "",
    expires_in_seconds: String(params.expires_in_seconds),
    ...params.code ? { code: params.code } : {},
    ...params.tips ? { tips: JSON.stringify(params.tips) } : {},
    ...params.tips ? { tips: JSON.stringify(params.tips) } : {},
  };
  return {
    sender_name: wording?.sender_name ?? (from.name || from.address),
    preheader,
    ...renderMail({
      ...{ kind, locale, data, core, now: new Date(), wording },
      leave_url: optionalKinds.has(kind) ? `${core.frontend_url}/unsubscribe` : null,
    }),
  };
}

const shared = {
  method: "GET" as const,
  tags: ["Mail"],
  access: "operator" as const,
  params: variantParams,
  query: previewQuery,
};
const unknownAnswer = { description: "There is no such wording", problem_codes: ["variant_unknown"] };

const preview: Route = defineRoute<EmailConfig, z.ZodUndefined, typeof previewQuery, typeof variantParams>({
  ...shared,
  path: "/email/variants/{kind}/{variant}/preview",
  summary: "A mail with this wording, to a made-up reader",
  answers: {
    200: {
      description: "As it would be sent",
      schema: z.object({
        sender_name: z.string().describe("the address, where mail is sent without a name"),
        subject: z.string(),
        preheader: z.string().describe("what an inbox shows after the subject"),
        text: z.string(),
        html: z.string(),
      }),
    },
    404: unknownAnswer,
  },
  async handle({ params, query }, ctx) {
    return { status: 200, body: await previewOf(ctx, { ...params, ...query }) };
  },
});

/**
 * A frame inside our page would take over its policy with `srcdoc`, and lose the styles that a mail carries inline. An
 * answer of its own has a policy of its own, with which nothing runs, loads, or leads anywhere.
 */
const frameHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; " +
    "base-uri 'none'; form-action 'none'; sandbox",
  "x-frame-options": "SAMEORIGIN",
  // A sandboxed document may not ask for more where it is opened in a tab of its own (HTML §7.1.3).
  "cross-origin-opener-policy": "unsafe-none",
};

const frame: Route = defineRoute<EmailConfig, z.ZodUndefined, typeof previewQuery, typeof variantParams>({
  ...shared,
  path: "/email/variants/{kind}/{variant}/preview.html",
  summary: "The HTML of that mail, for a frame",
  answers: { 200: { description: "A page that runs and loads nothing" }, 404: unknownAnswer },
  async handle({ params, query }, ctx) {
    const { html } = await previewOf(ctx, { ...params, ...query });
    // Its links would load our pages into the frame; out of the frame they may not lead.
    const text = html.replace("<head>", '<head><base target="_top">');
    return { status: 200, headers: frameHeaders, text };
  },
});

export const previewRoutes = [preview, frame];
