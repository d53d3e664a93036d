/** The captured mail as JSON and as the HTML a mail program would show. Absent where mail is really sent. */
import { z } from "zod";
import type { CoreConfig } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import { type Plain, rendered } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import { defineRoute, type Route } from "../plugin.ts";
import { type CapturedMail, findCaptured, listCaptured } from "./captured_mail.ts";

export const capturesMail = (core: Pick<CoreConfig, "smtp_server" | "production">): boolean =>
  !core.smtp_server && !core.production;

const LIST_MAX = 200;
const LIST_DEFAULT = 50;

const mailSchema = z.object({
  mail_id: z.uuid(),
  to: z.string(),
  from: z.string(),
  subject: z.string(),
  status: z.literal("sent"),
  created_at: z.iso.datetime(),
  links: z.array(z.string()).describe("as they stand in the text; the bare address of the site is none"),
  code: z.string().nullable().describe("the six digits, if it has a code"),
  headers: z.record(z.string(), z.string()),
  text: z.string(),
  html: z.string(),
}).meta({ id: "CapturedMail" });

const shown = (mail: CapturedMail) => ({
  mail_id: mail.captured_mail_id,
  to: mail.recipient,
  from: mail.headers.From,
  subject: mail.subject,
  status: "sent" as const,
  created_at: mail.captured_at.toISOString(),
  links: linksIn(mail.text_body),
  headers: mail.headers,
  text: mail.text_body,
  html: mail.html_body,
  code: /^\s*(\d{3})[ \u00a0]?(\d{3})\s*$/m.exec(mail.text_body)?.slice(1).join("") ?? null,
});

function linksIn(text: string): string[] {
  const found = text.match(/https?:\/\/\S+/g) ?? [];
  return found.filter((one) => URL.canParse(one) && new URL(one).pathname !== "/");
}

const gone = () => new Problem(404, "not_found", "This mail is not here, or no longer.");

export function mailboxRoutes({ sql, core }: { sql: Pool; core: CoreConfig }): Route[] {
  if (!capturesMail(core)) return [];
  return [
    defineRoute({
      method: "GET",
      path: "/dev/mailbox.json",
      summary: "Mail that would have been sent, newest first",
      tags: ["Development"],
      access: "public",
      query: z.object({
        to: z.string().max(254).optional(),
        limit: z.coerce.number().int().min(1).max(LIST_MAX).optional(),
      }),
      answers: {
        200: { description: "Without SMTP_SERVER only", schema: z.object({ mails: z.array(mailSchema) }) },
      },
      async handle({ query }) {
        const mails = await listCaptured(sql, query.to || null, query.limit ?? LIST_DEFAULT);
        return { status: 200, body: { mails: mails.map(shown) } };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/dev/mailbox/{captured_mail_id}/mail.json",
      summary: "One captured mail",
      tags: ["Development"],
      access: "public",
      params: z.object({ captured_mail_id: z.uuid() }),
      answers: {
        200: {
          description: "As in the list",
          schema: mailSchema,
        },
        404: { description: "Not here", problem_codes: ["not_found"] },
      },
      async handle({ params }) {
        const mail = await findCaptured(sql, params.captured_mail_id);
        if (!mail) throw gone();
        return { status: 200, body: shown(mail) };
      },
    }),
  ];
}

/** Shown in a frame of our own page; its links lead out of the frame, and nothing in it runs. */
const framePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; " +
  "base-uri 'self'; form-action 'none'; sandbox allow-top-navigation-by-user-activation";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function mailFrames({ sql, core }: { sql: Pool; core: CoreConfig }): Plain[] {
  if (!capturesMail(core)) return [];
  return [{
    path: "/dev/mailbox/{captured_mail_id}/html",
    kind: "page",
    async handle(_exchange, { captured_mail_id }) {
      const mail = uuid.test(captured_mail_id) ? await findCaptured(sql, captured_mail_id) : null;
      if (!mail) throw gone();
      const html = mail.html_body.replace(/<head>/i, '<head><base target="_top">');
      const answer = rendered(200, "text/html; charset=utf-8", html);
      Object.assign(answer.headers, {
        "content-security-policy": framePolicy,
        "x-frame-options": "SAMEORIGIN",
        "cross-origin-opener-policy": "unsafe-none",
      });
      return answer;
    },
  }];
}
