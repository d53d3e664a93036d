/**
 * One token for another (RFC 8693): a service that was shown a person's token calls the next one as that person
 * (impersonation), or on behalf of that person (delegation, `act`). Both are off until an operator allows them.
 */
import { issueAccessToken } from "../access_token.ts";
import { checkResource } from "../asked.ts";
import type { Client } from "../client.ts";
import { noteUsed } from "../issue.ts";
import { isPublic } from "../metadata.ts";
import { knownScopes } from "../custom_scopes.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { subjectFor } from "../subject.ts";
import { invalidRequest, invalidScope, invalidTarget, unauthorizedClient } from "./errors.ts";
import { actorOf, actsFor, readActor, readSubject, type Subject, tokenTypes } from "./exchanged.ts";
import type { GrantHandler, TokenCall } from "./grant_type.ts";
import { askedScope, covers } from "./narrow.ts";

const audiencesMax = 20;

/** The new token ends with the subject's grant, and no later than the token it was made of. */
export const tokenExchange: GrantHandler = async (ctx, call) => {
  const { client, form, dpop_jkt } = call;
  checkAllowed(client, form);
  const subject = await readSubject(ctx, call);
  const actor = form.actor_token === undefined ? null : await readActor(ctx, call);
  actsFor(subject, actor, client);
  const scope = scopeOfExchange(ctx, client, subject, askedScope(form.scope));
  const resource = await targetsOf(ctx, call);
  noteUsed(ctx, client.client_id);
  const access = await issueAccessToken(ctx, {
    ...{ client, scope, resource, dpop_jkt, grant: subject.grant, exp_max: subject.exp },
    sub: await subjectFor(ctx.sql, client, subject.grant.account_id),
    act: actorOf(subject, actor),
  });
  return {
    ...access,
    ...scope.length > 0 ? { scope: scope.join(" ") } : {},
    // RFC 8693 §2.2.1: REQUIRED.
    issued_token_type: tokenTypes.access_token,
  };
};

function checkAllowed(client: Client, form: Record<string, string>): void {
  const { subject_token, subject_token_type, actor_token, actor_token_type, requested_token_type } = form;
  if (isPublic(client)) throw unauthorizedClient("Only a client that authenticates may exchange tokens.");
  // RFC 8693 §2.1.
  if (subject_token === undefined || subject_token_type === undefined) {
    throw invalidRequest("subject_token and subject_token_type are required.");
  }
  // RFC 8693 §2.1: REQUIRED with an actor_token, and MUST NOT be there without.
  if ((actor_token === undefined) !== (actor_token_type === undefined)) {
    throw invalidRequest("actor_token and actor_token_type belong together.");
  }
  if (requested_token_type !== undefined && requested_token_type !== tokenTypes.access_token) {
    throw invalidRequest(`requested_token_type can only be ${tokenTypes.access_token}.`);
  }
  const way = actor_token === undefined ? "impersonation" : "delegation";
  if (!client.token_exchange.includes(way)) {
    throw unauthorizedClient(`The client is not allowed to exchange tokens for ${way}.`);
  }
}

/** Without `scope` all that both the token and the client may have; offline_access is for the app that was given it. */
function scopeOfExchange(
  ctx: OAuth2Ctx,
  client: Client,
  subject: Subject,
  asked: string[] | null,
): string[] {
  const known = knownScopes(ctx.config);
  const may = subject.scope.filter((name) =>
    name !== "offline_access" && known.includes(name) &&
    (client.scope === null || client.scope.includes(name))
  );
  if (asked === null) return may;
  if (!covers(may, asked)) {
    throw invalidScope("scope may only be what the subject_token and the client may have.");
  }
  return asked;
}

/** RFC 8693 §2.1: `resource` is an address, `audience` the name of a client or of a resource of this client's. */
async function targetsOf(ctx: OAuth2Ctx, { client, lists }: TokenCall): Promise<string[]> {
  const { resource, audience } = lists;
  if (audience.length > audiencesMax) {
    throw invalidTarget(`At most ${audiencesMax} audiences may be asked for.`);
  }
  for (const name of audience) {
    const known = client.resources?.includes(name) || await runtimeOf(ctx).clients.find(name) !== null;
    if (!known) throw invalidTarget("audience must be a known client, or a resource of this client's.");
  }
  return [...new Set([...checkResource(client, resource), ...audience])];
}
