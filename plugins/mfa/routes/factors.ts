/** The factors one has: listed, renamed, removed. */
import { z } from "zod";
import { lockById } from "../../../core/account.ts";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import {
  factorsOf,
  findAuthenticator,
  listAuthenticators,
  removeAuthenticators,
  renameAuthenticator,
} from "../authenticator.ts";
import { factorsChanged } from "../changed.ts";
import type { MfaCtx } from "../ctx.ts";
import { requirementFor } from "../policy.ts";
import { listPasskeys, type Passkey } from "../passkey/passkey.ts";
import { detailsOfPasskey } from "../passkey/provider.ts";
import { openRecovery } from "../recovery/recovery.ts";
import { countLeft } from "../recovery_code.ts";
import { authenticatorSchema, nameField, type PasskeyDetails, showAuthenticator } from "../shown.ts";

const params = z.object({ authenticator_id: z.uuid() });
const tags = ["Second factors"];

const unknown = () => new Problem(404, "not_found", "You have no such factor.");
const notFound = { description: "No such factor of mine", problem_codes: ["not_found"] };

const factorsSchema = z.object({
  factors: z.array(authenticatorSchema).describe(
    "`email_code` is asked for only while there is nothing stronger",
  ),
  recovery_codes: z.object({
    remaining: z.int(),
    total: z.int(),
    created_at: z.iso.datetime().nullable(),
  }),
  policy: z.object({
    required: z.boolean().describe("without one, none of its sign-ins ends in a session"),
    required_from: z.iso.datetime().nullable().describe("from when; null with `required`: at all times"),
    reason: z.enum(["everyone", "role", "account"]).nullable(),
  }),
  recovery: z.object({
    recovery_id: z.uuid(),
    state: z.string(),
    due_at: z.iso.datetime().nullable().describe("when everything is removed unless it is called off"),
  }).nullable(),
});

export const listFactors: Route = defineRoute({
  method: "GET",
  path: "/mfa/factors",
  summary: "What I show beside my password, or in its place",
  tags,
  access: "session",
  answers: { 200: { description: "The oldest first", schema: factorsSchema } },
  async handle(call, ctx: MfaCtx) {
    const { account_id } = call.visitor!;
    const [listed, passkeys, codes, policy, recovery] = await Promise.all([
      listAuthenticators(ctx.sql, account_id),
      listPasskeys(ctx.sql, account_id),
      countLeft(ctx.sql, account_id),
      requirementFor(ctx.sql, ctx, account_id),
      openRecovery(ctx.sql, account_id),
    ]);
    return {
      status: 200,
      body: {
        factors: listed.map((one) => showAuthenticator(one, detailsOf(passkeys, one.authenticator_id))),
        recovery_codes: { ...codes, created_at: codes.created_at?.toISOString() ?? null },
        policy: { ...policy, required_from: policy.required_from?.toISOString() ?? null },
        recovery: recovery && {
          recovery_id: recovery.flow_id,
          state: recovery.state,
          due_at: recovery.due_at?.toISOString() ?? null,
        },
      },
    };
  },
});

function detailsOf(passkeys: Passkey[], authenticator_id: string): PasskeyDetails | undefined {
  const passkey = passkeys.find((one) => one.authenticator_id === authenticator_id);
  return passkey && detailsOfPasskey(passkey);
}

export const renameFactor: Route = defineRoute({
  method: "PUT",
  path: "/mfa/factors/{authenticator_id}",
  summary: "Call one of my factors something else",
  tags,
  access: "session",
  params,
  body: z.object({ name: nameField }),
  answers: { 200: { description: "Renamed", schema: authenticatorSchema }, 404: notFound },
  async handle(call, ctx: MfaCtx) {
    const { account_id } = call.visitor!;
    const { authenticator_id } = call.params;
    const renamed = await renameAuthenticator(ctx.sql, account_id, authenticator_id, call.body.name);
    if (!renamed) throw unknown();
    return { status: 200, body: showAuthenticator(renamed) };
  },
});

export const removeFactor: Route = defineRoute({
  method: "DELETE",
  path: "/mfa/factors/{authenticator_id}",
  summary: "Remove one of my factors",
  description:
    "My other sessions end, no device is remembered any more, and a mail tells me. With the last passkey or " +
    "authenticator app the recovery codes go, too.",
  tags,
  access: "session",
  params,
  answers: {
    204: { description: "Removed" },
    401: freshAnswer,
    403: {
      description: "The last one, and my account has to have one",
      problem_codes: ["factor_required"],
    },
    404: notFound,
  },
  async handle(call, ctx: MfaCtx) {
    const { account_id, session_id } = call.visitor!;
    const { authenticator_id } = call.params;
    // Nothing is asked of somebody who means what is not theirs.
    if (!await findAuthenticator(ctx.sql, account_id, authenticator_id)) throw unknown();
    await demandFresh(call, ctx);
    await ctx.sql.begin(async (tx) => {
      // One after another, so that of the last two not both are taken away where one has to be left.
      await lockById(tx, account_id);
      const [removed] = await removeAuthenticators(tx, account_id, { authenticator_id });
      if (!removed) return;
      const { type, name } = removed;
      const { strong } = await factorsOf(tx, account_id);
      if (strong === 0 && type !== "email_code" && (await requirementFor(tx, ctx, account_id)).required) {
        throw new Problem(
          403,
          "factor_required",
          "Your account needs one: add another before you remove it.",
        );
      }
      const { request_id } = call;
      const change = { account_id, type, name, added: false, keep_session_id: session_id, request_id };
      await factorsChanged(tx, ctx, change);
    });
    return { status: 204 };
  },
});
