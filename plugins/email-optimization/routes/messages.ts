/** One mail's way from intent to goal. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import type { EmailConfig } from "../config.ts";
import { eventsOf, findMessage, searchMessages } from "../message_event.ts";
import { eventSchema, messageSchema, shownEvent, shownMessage } from "./shapes.ts";

const tags = ["Mail"];
const query = z.object({
  q: z.string().trim().min(1).max(128).describe(
    "id of a mail, a flow or an account, or of the request that asked for it",
  ),
});

const search: Route = defineRoute<EmailConfig, z.ZodUndefined, typeof query>({
  method: "GET",
  path: "/email/messages",
  summary: "Find mails by an id",
  tags,
  access: "operator",
  query,
  answers: {
    200: { description: "Newest first; 50 at most", schema: z.object({ messages: z.array(messageSchema) }) },
  },
  async handle({ query }, ctx) {
    const found = await searchMessages(ctx.sql, query.q);
    return { status: 200, body: { messages: found.map(shownMessage) } };
  },
});

const params = z.object({ mail_id: z.uuid() });

const one: Route = defineRoute<EmailConfig, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "GET",
  path: "/email/messages/{mail_id}",
  summary: "What was decided for a mail, and everything that came of it",
  tags,
  access: "operator",
  params,
  answers: {
    200: {
      description: "The decision, and what happened, oldest first",
      schema: z.object({ message: messageSchema, events: z.array(eventSchema) }),
    },
    404: { description: "Nothing was decided for such a mail", problem_codes: ["mail_unknown"] },
  },
  async handle({ params }, ctx) {
    const message = await findMessage(ctx.sql, params.mail_id);
    if (!message) throw new Problem(404, "mail_unknown", "Nothing was decided for such a mail.");
    const events = await eventsOf(ctx.sql, params.mail_id);
    return { status: 200, body: { message: shownMessage(message), events: events.map(shownEvent) } };
  },
});

export const messageRoutes = [search, one];
