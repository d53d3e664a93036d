/** Codes by mail, switched on. Switched off it is removed like any factor. */
import { lockById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import { insertAuthenticator, listAuthenticators } from "../authenticator.ts";
import { factorsChanged } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { authenticatorSchema, showAuthenticator } from "../shown.ts";

export const addEmailCode: Route = defineRoute({
  method: "POST",
  path: "/mfa/email-code",
  summary: "Ask me for a mailed code at every sign-in",
  description:
    "Better than nothing; not for accounts with a passkey or an authenticator app, which is stronger.",
  tags: ["Second factors"],
  access: "session",
  answers: {
    200: { description: "It was on before", schema: authenticatorSchema },
    201: { description: "On", schema: authenticatorSchema },
    401: freshAnswer,
    409: { description: "There is something stronger", problem_codes: ["stronger_factor"] },
  },
  async handle(call, ctx: MfaCtx) {
    await demandFresh(call, ctx);
    const { account_id, session_id } = call.visitor!;
    const { request_id } = call;
    return await ctx.sql.begin(async (tx) => {
      await lockById(tx, account_id);
      const listed = await listAuthenticators(tx, account_id);
      const standing = listed.find(({ type }) => type === "email_code");
      if (standing) return { status: 200, body: showAuthenticator(standing) };
      if (listed.length > 0) throw new Problem(409, "stronger_factor", "What you have is stronger.");
      const name = stringsFor(call.locale).mfa.email_code.title;
      const type = "email_code";
      const added = await insertAuthenticator(tx, { account_id, type, name, confirmed: true });
      const change = { account_id, type, added: true, keep_session_id: session_id, request_id } as const;
      await factorsChanged(tx, ctx, change);
      return { status: 201, body: showAuthenticator(added) };
    });
  },
});
