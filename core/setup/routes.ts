/** The one-time link that makes somebody the operator of a new service. */
import { z } from "zod";
import { Problem } from "../http/problem.ts";
import { type AnyCtx, defineRoute, type Route } from "../plugin.ts";
import { demandFresh, freshAnswer } from "../sign_in/fresh.ts";
import { claimSetupLink, setupLinkIsOpen, setupTokenShape } from "./setup_link.ts";

const token = z.string().regex(setupTokenShape);
const limit = { points: 30, per_seconds: 60, by: "ip" } as const;

const closed = () =>
  new Problem(
    400,
    "setup_link_closed",
    "This link was used, has expired or never was one, or there is an operator already.",
  );

const showSetupLink: Route = defineRoute({
  method: "GET",
  path: "/setup-link",
  summary: "Whether a set-up link can be used",
  tags: ["Operate"],
  access: "public",
  query: z.object({ token }),
  limits: [{ pool: "setup_link_read", ...limit }],
  answers: {
    200: { description: "It can", schema: z.object({ open: z.literal(true) }) },
    400: { description: "It cannot", problem_codes: ["setup_link_closed"] },
  },
  async handle({ query }, { sql }: AnyCtx) {
    if (!await setupLinkIsOpen(sql, query.token)) throw closed();
    return { status: 200, body: { open: true } };
  },
});

const useSetupLink: Route = defineRoute({
  method: "POST",
  path: "/setup-link",
  summary: "Become the operator",
  description:
    "The link is printed at start while nobody has the role `operator`, and by `main.ts setup link`. It works once.",
  tags: ["Operate"],
  access: "session",
  body: z.object({ token }),
  limits: [{ pool: "setup_link", ...limit }],
  answers: {
    204: { description: "The account has the role from now on" },
    400: { description: "The link cannot be used", problem_codes: ["setup_link_closed"] },
    401: freshAnswer,
  },
  async handle(call, ctx: AnyCtx) {
    if (!await setupLinkIsOpen(ctx.sql, call.body.token)) throw closed();
    await demandFresh(call, ctx);
    const { account_id } = call.visitor!;
    if (!await claimSetupLink(ctx.sql, { token: call.body.token, account_id })) throw closed();
    ctx.log.warn("account.roles_changed", { account_id, add: "operator", by: "setup_link" });
    return { status: 204 };
  },
});

export const setupRoutes: Route[] = [showSetupLink, useSetupLink];
