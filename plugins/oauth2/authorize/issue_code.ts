/** The code, and the grant it stands for: in one transaction with everything that makes it true. */
import { randomUUID } from "node:crypto";
import type { Session } from "../../../core/session/session.ts";
import { insertCode } from "../authorization_code.ts";
import { type AuthorizationParameters, claimRequest } from "../authorization_request.ts";
import type { Client } from "../client.ts";
import { joinSession } from "../client_session.ts";
import { storeConsent, touchConsent, wantedBy } from "../consent.ts";
import { insertGrant } from "../grant.ts";
import type { OAuth2Ctx } from "../runtime.ts";

export interface CodeRequest {
  client: Client;
  parameters: AuthorizationParameters;
  session: Session;
  /** Of the held request, which is used up now (RFC 9126 §4); null when it came whole. */
  reference: string | null;
  /** The person has just said yes; else they did before, or were not asked. */
  consented: boolean;
}

/** FAPI 2.0 §5.3.2.1: a code lives 60 seconds at most. */
const fapiCodeSecondsMax = 60;

/** Null when the held request was used meanwhile: of any number at the same time one gets a code. */
export async function issueCode(ctx: OAuth2Ctx, request: CodeRequest): Promise<string | null> {
  const { client, parameters, session, reference, consented } = request;
  const { client_id } = client;
  const { account_id, session_id } = session;
  const { scope, dpop_jkt, code_challenge } = parameters;
  const seconds = ctx.config.authorization_code_seconds;
  return await ctx.sql.begin(async (tx) => {
    if (reference !== null && !await claimRequest(tx, reference)) return null;
    const grant_id = randomUUID();
    // Sent one behind the other without waiting in between: each waits for the network once less.
    const granted = insertGrant(tx, {
      grant_id,
      client_id,
      account_id,
      session_id,
      scope,
      resource: parameters.resource,
      claims: parameters.claims,
      nonce: parameters.nonce,
      acr: session.acr,
      amr: session.amr,
      auth_time: session.auth_time,
      offline: scope.includes("offline_access"),
      dpop_jkt: null,
      lifetime_seconds: ctx.config.grant_days * 86_400,
    });
    const joined = joinSession(tx, { session_id, client_id, account_id });
    const remembered = consented
      ? storeConsent(tx, account_id, client_id, wantedBy(parameters))
      : client.first_party
      ? null
      : touchConsent(tx, account_id, client_id);
    const code = insertCode(tx, {
      grant_id,
      client_id,
      redirect_uri: parameters.redirect_uri_given ? parameters.redirect_uri : null,
      code_challenge,
      dpop_jkt,
      lifetime_seconds: client.profile === "fapi2" ? Math.min(seconds, fapiCodeSecondsMax) : seconds,
    });
    return (await Promise.all([code, granted, joined, remembered]))[0];
  });
}
