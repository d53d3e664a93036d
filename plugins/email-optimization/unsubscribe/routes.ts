/** Leaving mail that one may do without, by the link in it: with one click of a mail program, or on a page. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { type AnyCtx, defineRoute, type Route } from "../../../core/plugin.ts";
import { findMessage, noteEvent } from "../message_event.ts";
import { lift, suppress } from "../suppression.ts";
import { type Leaver, readToken, tokenLengthMax } from "./token.ts";

const token = z.string().min(1).max(tokenLengthMax);
const path = "/email/unsubscribe";
/** A mail program's servers press for many people. */
const limits = [{ pool: "unsubscribe", points: 600, per_seconds: 600, by: "ip" as const }];
const problems = { 400: { description: "The link cannot be used", problem_codes: ["token_invalid"] } };

function leaverOf(ctx: AnyCtx, given: string): Leaver {
  const leaver = readToken(ctx.keys, given);
  if (!leaver) throw new Problem(400, "token_invalid", "This link is incomplete.");
  return leaver;
}

/**
 * RFC 8058 §3.2: the request has no cookies, and its body says `List-Unsubscribe=One-Click`. Nothing but the token is
 * looked at, as senders differ in the type of that body.
 */
const oneClick: Route = defineRoute({
  method: "POST",
  path,
  summary: "Leave mail that one may do without",
  description:
    "The link of the header `List-Unsubscribe` (RFC 8058). Pressed again it is the same. Mail that the " +
    "safety of an account needs goes on.",
  tags: ["Mail"],
  access: "own",
  query: z.object({ token }),
  limits,
  answers: {
    200: { description: "Left", schema: z.object({ status: z.literal("unsubscribed") }) },
    ...problems,
  },
  async handle({ query }, ctx) {
    const { address_tag, mail_id } = leaverOf(ctx, query.token);
    await ctx.sql.begin(async (tx) => {
      await suppress(tx, {
        ...{ tag: address_tag, mail_id, detail: "by the link in a mail" },
        reason: "unsubscribed",
        scope: "optional",
      });
      await noteEvent(tx, { mail_id, type: "unsubscribed", source: "service", source_id: mail_id });
      const message = await findMessage(tx, mail_id);
      if (message?.account_id) {
        const at = new Date().toISOString();
        await ctx.events.publish(tx, "mail.left", { account_id: message.account_id, at });
      }
    });
    return { status: 200, body: { status: "unsubscribed" } };
  },
});

/** Scanners fetch links: what is opened changes nothing. */
const open: Route = defineRoute({
  method: "GET",
  path,
  summary: "Leads on to the page where one can leave",
  tags: ["Mail"],
  access: "public",
  query: z.object({ token }),
  answers: { 303: { description: "To the page" } },
  handle({ query }, { core }) {
    const location = `${core.frontend_url}/unsubscribe?token=${encodeURIComponent(query.token)}`;
    return Promise.resolve({ status: 303, headers: { location } });
  },
});

const undo: Route = defineRoute({
  method: "POST",
  path: `${path}/undo`,
  summary: "Get such mail again",
  tags: ["Mail"],
  access: "own",
  body: z.object({ token }),
  limits,
  answers: {
    200: { description: "Back", schema: z.object({ status: z.literal("subscribed") }) },
    ...problems,
  },
  async handle({ body }, ctx) {
    await lift(ctx.sql, leaverOf(ctx, body.token).address_tag, ["unsubscribed"]);
    return { status: 200, body: { status: "subscribed" } };
  },
});

export const unsubscribeRoutes: Route[] = [oneClick, open, undo];
