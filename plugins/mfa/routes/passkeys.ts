/** A passkey of mine, made in two steps: what the browser is asked, and what it answers. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import type { MfaCtx } from "../ctx.ts";
import { firstRecoveryCodes, lockForOneMore } from "../enrol.ts";
import { addPasskey } from "../passkey/add.ts";
import { attestationSchema } from "../passkey/credential.ts";
import { defaultPasskeyName, detailsOfPasskey } from "../passkey/provider.ts";
import { registrationOptions, verifyRegistration } from "../passkey/registration.ts";
import { authenticatorSchema, nameField, recoveryCodesField, showAuthenticator } from "../shown.ts";

const tags = ["Second factors"];

export const beginPasskey: Route = defineRoute({
  method: "POST",
  path: "/mfa/passkeys/options",
  summary: "Begin to make a passkey",
  description:
    "`options` is what navigator.credentials.create() takes, as JSON (Web Authentication Level 3 §5.1.10).",
  tags,
  access: "session",
  limits: [{ pool: "mfa_passkey_begin", points: 60, per_seconds: 3600, by: "account" }],
  answers: {
    200: { description: "Good for five minutes", schema: z.object({ options: z.looseObject({}) }) },
    401: freshAnswer,
    409: { description: "There are enough", problem_codes: ["too_many_factors"] },
  },
  async handle(call, ctx: MfaCtx) {
    await demandFresh(call, ctx);
    const { account_id } = call.visitor!;
    const options = await ctx.sql.begin(async (tx) => {
      await lockForOneMore(tx, account_id);
      return await registrationOptions(tx, ctx, { account_id, challenge_id: null });
    });
    return { status: 200, body: { options } };
  },
});

export const addPasskeyRoute: Route = defineRoute({
  method: "POST",
  path: "/mfa/passkeys",
  summary: "Keep a passkey that was made",
  description:
    "My other sessions end, no device is remembered any more, a mail tells me, and this session is raised.",
  tags,
  access: "session",
  body: z.object({ credential: attestationSchema, name: nameField.optional() }),
  limits: [{ pool: "mfa_passkey_add", points: 60, per_seconds: 3600, by: "account" }],
  answers: {
    201: {
      description: "It counts",
      schema: z.object({ authenticator: authenticatorSchema, recovery_codes: recoveryCodesField.optional() }),
    },
    400: { description: "Not what was asked for, or too late", problem_codes: ["factor_wrong"] },
    401: freshAnswer,
    409: { description: "Known already, or enough", problem_codes: ["passkey_known", "too_many_factors"] },
  },
  async handle(call, ctx: MfaCtx) {
    await demandFresh(call, ctx);
    const { account_id, session, session_id } = call.visitor!;
    const { body: { name: given, credential }, request_id, locale } = call;
    const answer = { account_id, challenge_id: null, credential: credential as never };
    const made = await verifyRegistration(ctx.sql, ctx, answer);
    if (!made) {
      throw new Problem(400, "factor_wrong", "This passkey does not answer what was asked. Begin once more.");
    }
    const name = given ?? defaultPasskeyName(made.passkey.aaguid, locale);
    return await ctx.sql.begin(async (tx) => {
      await lockForOneMore(tx, account_id);
      const change = { account_id, name, keep_session_id: session_id, request_id };
      const added = await addPasskey(tx, ctx, made, change);
      const recovery_codes = await firstRecoveryCodes(tx, account_id);
      const cookies = await ctx.sign_in.strengthen(tx, session, made.amr);
      const authenticator = showAuthenticator(added, detailsOfPasskey(made.passkey));
      return {
        status: 201,
        body: { authenticator, ...recovery_codes ? { recovery_codes } : {} },
        cookies,
      };
    });
  },
});
