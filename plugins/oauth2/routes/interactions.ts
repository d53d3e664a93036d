/** What a person is asked on the way to an app, and what they answer: for our pages, and for pages of your own. */
import { z } from "zod";
import { Problem } from "../../../core/http/problem.ts";
import { defineRoute } from "../../../core/plugin.ts";
import { decide } from "../authorization_request.ts";
import { findInteraction, resumePath } from "../authorize/interaction.ts";
import { demandFresh, freshAnswer } from "../../../core/sign_in/fresh.ts";
import type { OAuth2Config } from "../config.ts";
import { findConsent, missingFrom, wantedBy } from "../consent.ts";
import { claimsOf } from "../standard_claims.ts";
import { asksForPower, scopeClaims } from "../scopes.ts";
import { wayOut } from "../pages/policy_source.ts";
import { appSchema, presentApp, presentScopes, scopesSchema } from "../words.ts";

const params = z.object({ reference: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });

const gone = () =>
  new Problem(
    404,
    "request_over",
    "This request has been answered or has expired. Start again from the app.",
  );

/** Says nothing to people beside the words of the scope. */
const ofNoInterest = new Set(["sub", "locale", "given_name", "family_name"]);
/** Values short enough to be shown beside what is asked for. */
const shownLengthMax = 80;

export const getInteraction = defineRoute<OAuth2Config, z.ZodUndefined, z.ZodUndefined, typeof params>({
  method: "GET",
  path: "/oauth/interactions/{reference}",
  summary: "What an app asks a person for",
  tags: ["OAuth"],
  access: "session",
  params,
  answers: {
    200: {
      description: "Open",
      schema: z.object({
        client: appSchema.extend({ contacts: z.array(z.string()), revision: z.int() }),
        scopes: scopesSchema.describe("everything it asks for"),
        new_scopes: z.array(z.string()).describe("names of those that were not allowed before"),
        claims: z.array(z.string()).describe("single claims it asks for by name"),
        resource: z.array(z.string()),
        values: z.record(z.string(), z.string()).describe("what it would see, by claim, where that is short"),
        leads_to: z.string().describe("source for a page's form-action"),
        allowed_before: z.boolean(),
      }).meta({ id: "Interaction" }),
    },
    404: { description: "Answered, expired or unknown", problem_codes: ["request_over"] },
  },
  async handle({ params, visitor, locale }, ctx) {
    const found = await findInteraction(ctx, params.reference);
    if (!found) throw gone();
    const { client, request: { parameters } } = found;
    const { account_id } = visitor!;
    const consent = await findConsent(ctx.sql, account_id, client.client_id);
    const wanted = wantedBy(parameters);
    const shown = [...wanted.claims, ...wanted.scope.flatMap((name) => scopeClaims[name] ?? [])];
    const values = Object.entries(await claimsOf(ctx.sql, account_id)).filter(([name, value]) =>
      shown.includes(name) && !ofNoInterest.has(name) && typeof value === "string" &&
      value.length <= shownLengthMax
    ) as [string, string][];
    return {
      status: 200,
      body: {
        client: { ...presentApp(client, locale), contacts: client.contacts, revision: client.revision },
        scopes: presentScopes(ctx, wanted.scope, locale),
        new_scopes: missingFrom(consent, wanted).scope,
        claims: wanted.claims,
        resource: wanted.resource,
        values: Object.fromEntries(values),
        leads_to: wayOut(parameters.redirect_uri),
        allowed_before: consent !== null,
      },
    };
  },
});

const body = z.object({
  decision: z.enum(["allow", "deny", "select"]).describe(
    "`select`: go on with the account that is signed in",
  ),
  revision: z.int().optional().describe("of the client as it was shown; needed to allow"),
});

export const decideInteraction = defineRoute<OAuth2Config, typeof body, z.ZodUndefined, typeof params>({
  method: "POST",
  path: "/oauth/interactions/{reference}/decision",
  summary: "Allow an app what it asks for, or not",
  description: "Bound to this session. The browser then goes on at `next`.",
  tags: ["OAuth"],
  access: "session",
  params,
  body,
  answers: {
    200: { description: "Noted", schema: z.object({ next: z.string() }) },
    401: freshAnswer,
    404: { description: "Answered, expired or unknown", problem_codes: ["request_over"] },
    409: { description: "The app has changed since it was shown", problem_codes: ["client_changed"] },
  },
  async handle(call, ctx) {
    const { params: { reference }, body: { decision, revision }, visitor } = call;
    const found = await findInteraction(ctx, reference);
    if (!found) throw gone();
    const { client, request: { parameters } } = found;
    if (decision === "allow" && revision !== client.revision) {
      throw new Problem(
        409,
        "client_changed",
        "The app has changed meanwhile. Look again at what it asks for.",
      );
    }
    if (decision === "allow" && asksForPower(ctx, parameters.scope)) await demandFresh(call, ctx);
    const { session_id } = visitor!;
    const noted = await decide(
      ctx.sql,
      reference,
      decision === "allow"
        ? {
          consent: { session_id, scope: parameters.scope, revision: client.revision },
          selected: { session_id },
        }
        : decision === "deny"
        ? { denied: { session_id } }
        : { selected: { session_id } },
    );
    if (!noted) throw gone();
    return { status: 200, body: { next: resumePath(reference) } };
  },
});
