/** `/oauth/authorize`: where apps send people (RFC 6749 §3.1, OpenID Connect Core §3.1.2). */
import { OAuthError } from "../../../core/http/oauth_error.ts";
import type { BrowserCall, CrossingAnswer } from "../../../core/http/route.ts";
import type { Crossing } from "../../../core/plugin.ts";
import type { Session } from "../../../core/session/session.ts";
import type { AcrLevel } from "../../../core/sign_in/acr.ts";
import { callerOf } from "../../../core/sign_in/caller.ts";
import {
  type AuthorizationParameters,
  decide,
  type Decision,
  holdRequest,
  prolongRequest,
} from "../authorization_request.ts";
import { findInteraction, resumePath } from "../authorize/interaction.ts";
import { issueCode } from "../authorize/issue_code.ts";
import { type Next, proceed } from "../authorize/proceed.ts";
import { readRequest, seenAt } from "../authorize/read_request.ts";
import { answerCode, answerError, type Answering } from "../authorize/respond.ts";
import type { Client } from "../client.ts";
import { findConsent } from "../consent.ts";
import { requestRefused } from "../pages/oauth_error.tsx";
import { matchesRedirectUri } from "../redirect_uri.ts";
import { endpointsOf, type OAuth2Ctx } from "../runtime.ts";
import { usableSession } from "../usable_session.ts";
import { presentApp } from "../words.ts";

interface Asked {
  client: Client;
  parameters: AuthorizationParameters;
  decision: Decision;
  /** Of the held request; null while it has come whole and needed nobody. */
  reference: string | null;
  seen_at: Date;
}

const answeringOf = ({ core }: OAuth2Ctx, { t, locale }: BrowserCall, client: Client): Answering => ({
  issuer: endpointsOf(core).issuer,
  client_name: presentApp(client, locale).client_name,
  t,
});

async function begin(call: BrowserCall, ctx: OAuth2Ctx): Promise<CrossingAnswer> {
  const read = await readRequest(ctx, call.fields);
  if (read.kind === "page") {
    ctx.log.warn("authorize.refused", {
      client_id: read.client?.client_id ?? null,
      code_of_error: read.error.error,
    });
    return requestRefused(call.t, read.error, read.client && presentApp(read.client, call.locale));
  }
  if (read.kind === "refused") return answerError(read.to, read.error, answeringOf(ctx, call, read.client));
  // Core §3.1.2.1: POST MUST be supported. A form of another site brings no cookie (SameSite=Lax), so whether
  // somebody is signed in shows when the browser asks again.
  if (call.method === "POST" && !call.visitor) return { location: resumePath(await hold(ctx, read)) };
  return await goOn(call, ctx, read);
}

async function resume(call: BrowserCall, ctx: OAuth2Ctx): Promise<CrossingAnswer> {
  const { reference } = call.params;
  const found = await findInteraction(ctx, reference);
  if (!found) return requestRefused(call.t, over(), null);
  const { client, request } = found;
  const { parameters, decision } = request;
  // The client may have changed since.
  if (!matchesRedirectUri(client, parameters.redirect_uri)) {
    const error = new OAuthError(
      400,
      "invalid_request",
      "redirect_uri is not registered for this client any more.",
    );
    return requestRefused(call.t, error, presentApp(client, call.locale));
  }
  return await goOn(call, ctx, { client, parameters, decision, seen_at: seenAt(request), reference });
}

const over = () =>
  new OAuthError(
    400,
    "invalid_request",
    "This request has been answered or has expired. Start again from the app.",
  );

async function goOn(call: BrowserCall, ctx: OAuth2Ctx, asked: Asked): Promise<CrossingAnswer> {
  const { client, parameters, reference } = asked;
  const session = call.visitor && await usableSession(ctx, call.visitor.session);
  const consent = session && await findConsent(ctx.sql, session.account_id, client.client_id);
  const standing = { ...asked, session, consent, now: new Date() };
  let next = proceed(standing);
  if (next.kind === "step_up") {
    const challenge = await stepUp(call, ctx, session!, next.level, asked);
    if (challenge) return { location: challenge };
    next = proceed({ ...standing, cannot_step_up: true });
  }
  const answering = answeringOf(ctx, call, client);
  if (next.kind === "error") {
    ctx.metrics.inc("oauth_authorizations_total", { result: next.error });
    return answerError(parameters, next, answering);
  }
  if (next.kind !== "code") return { location: pageFor(ctx, next, await hold(ctx, asked)) };
  const consented = asked.decision.consent !== undefined;
  const code = await issueCode(ctx, { client, parameters, session: session!, reference, consented });
  if (code === null) return requestRefused(call.t, over(), presentApp(client, call.locale));
  ctx.metrics.inc("oauth_authorizations_total", { result: "code" });
  return answerCode(parameters, code, answering);
}

/** Where the challenge is shown; null when the account has nothing that could be asked for. */
async function stepUp(
  call: BrowserCall,
  ctx: OAuth2Ctx,
  session: Session,
  level: AcrLevel,
  asked: Asked,
): Promise<string | null> {
  const at = new Date().toISOString();
  const wanted = { level, max_age_seconds: null };
  const outcome = await ctx.sign_in.stepUp(session, "cookie", wanted, callerOf(call, ctx.core));
  if (outcome.kind !== "challenge") return null;
  const reference = await hold(ctx, asked);
  await decide(ctx.sql, reference, { stepped_up: { at } });
  const query = new URLSearchParams({ challenge_id: outcome.challenge_id, next: resumePath(reference) });
  return `${ctx.core.frontend_url}/challenge?${query}`;
}

/** Keeps the request while a person is busy with it; answers its reference. */
async function hold(ctx: OAuth2Ctx, { client, parameters, reference, seen_at }: Asked): Promise<string> {
  const lifetime_seconds = ctx.config.request_minutes * 60;
  if (reference !== null) {
    await prolongRequest(ctx.sql, reference, { seconds: lifetime_seconds, seen_at });
    return reference;
  }
  const { client_id } = client;
  return await holdRequest(ctx.sql, {
    client_id,
    origin: "browser",
    parameters,
    dpop_jkt: null,
    lifetime_seconds,
  });
}

function pageFor({ core }: OAuth2Ctx, next: Next, reference: string): string {
  const to = encodeURIComponent(resumePath(reference));
  switch (next.kind) {
    case "login":
      return `${core.frontend_url}/sign-in?next=${to}`;
    case "register":
      return `${core.frontend_url}/sign-up?next=${to}`;
    case "enroll":
      return `${core.frontend_url}/account/factors?needed=${next.level}&next=${to}`;
    default:
      return `${core.frontend_url}/oauth/${
        next.kind === "consent" ? "consent" : "select-account"
      }?request=${reference}`;
  }
}

const limits = [{ pool: "authorize", points: 120, per_seconds: 60, by: "ip" as const }];

export const authorize: Crossing = {
  methods: ["GET", "POST"],
  path: "/oauth/authorize",
  limits,
  unreadable: (error, { t }) => requestRefused(t, error, null),
  handle: begin,
};

export const resumeAuthorize: Crossing = {
  methods: ["GET"],
  path: "/oauth/authorize/{reference}",
  limits,
  handle: resume,
};
