/** The tokens that an exchange is made of, and who may act for whom by them (RFC 8693 §2.1, §4.1, §4.4). */
import { type Actor, isAudience, readAccessToken, scopeOf } from "../access_token.ts";
import type { Client } from "../client.ts";
import { findGrantOf, type Grant } from "../grant.ts";
import type { OAuth2Ctx } from "../runtime.ts";
import { accountFor } from "../subject.ts";
import { invalidRequest } from "./errors.ts";
import type { TokenCall } from "./grant_type.ts";

/** RFC 8693 §3. */
export const tokenTypes = {
  access_token: "urn:ietf:params:oauth:token-type:access_token",
  id_token: "urn:ietf:params:oauth:token-type:id_token",
} as const;

const tokenCharactersMax = 8192;
/** So many may act for each other; a longer chain is a loop. */
const actorsMax = 5;

export interface Subject {
  /** Alive; the new token ends with it. */
  grant: Grant;
  scope: string[];
  exp: number;
  act?: Actor;
  /** Who alone may act for the subject (RFC 8693 §4.4). */
  may_act?: unknown;
}

export type Acting = Pick<Actor, "sub" | "client_id" | "act">;

/** @throws OAuthError `invalid_request` when it is not alive, not a person's, or not this client's to exchange */
export async function readSubject(ctx: OAuth2Ctx, { client, form, dpop_jkt }: TokenCall): Promise<Subject> {
  const { subject_token, subject_token_type } = form;
  checkLength(subject_token);
  switch (subject_token_type) {
    case tokenTypes.access_token:
      return await subjectOfAccessToken(ctx, client, subject_token, dpop_jkt);
    case tokenTypes.id_token:
      return await subjectOfIdToken(ctx, client, subject_token);
    default:
      throw invalidRequest(`subject_token_type can be ${tokenTypes.access_token} or ${tokenTypes.id_token}.`);
  }
}

function checkLength(token: string): void {
  // RFC 8693 §2.2.2: whatever is wrong with a token, the error is invalid_request.
  if (token.length > tokenCharactersMax) throw invalidRequest("The token is too long.");
}

async function subjectOfAccessToken(
  ctx: OAuth2Ctx,
  client: Client,
  token: string,
  dpop_jkt: string | null,
): Promise<Subject> {
  const live = await liveFor(ctx, client, token, dpop_jkt, "subject_token");
  if (!live.grant) throw invalidRequest("subject_token must stand for a person.");
  const { exp, act, may_act } = live.claims;
  return { grant: live.grant, scope: scopeOf(live.claims), exp, act, may_act };
}

/** A token that this client was given, or that was shown to it as a resource (RFC 8693 §5: others have no business). */
async function liveFor(
  ctx: OAuth2Ctx,
  client: Client,
  token: string,
  dpop_jkt: string | null,
  name: string,
) {
  const live = await readAccessToken(ctx, token);
  if (!live || !(live.claims.client_id === client.client_id || isAudience(client, live.claims.aud))) {
    throw invalidRequest(`${name} is not valid, or was neither issued to nor meant for this client.`);
  }
  const { client_id, cnf } = live.claims;
  // A bound token is worth nothing without its key (RFC 9449 §1); a resource that was shown it does not have that.
  if (client_id === client.client_id && cnf && cnf.jkt !== dpop_jkt) {
    throw invalidRequest(`${name} is bound to another DPoP key.`);
  }
  return live;
}

/** An ID token has no scope of its own: it stands for what its person allows the client at present. */
async function subjectOfIdToken(ctx: OAuth2Ctx, client: Client, token: string): Promise<Subject> {
  const { client_id } = client;
  const claims = await ctx.signing_keys.verify(token, { typ: "JWT", audience: client_id });
  const sub = claims && claims.aud === client_id && typeof claims.sub === "string" ? claims.sub : null;
  const account_id = sub === null ? null : await accountFor(ctx.sql, client, sub);
  const grant = account_id === null ? null : await findGrantOf(ctx.sql, account_id, client_id);
  if (!claims || !grant) {
    throw invalidRequest("subject_token is not valid, or its person allows this client nothing any more.");
  }
  return { grant, scope: grant.scope, exp: claims.exp as number, may_act: claims.may_act };
}

/** @throws OAuthError `invalid_request` when it is not alive, or not this client's to show */
export async function readActor(ctx: OAuth2Ctx, { client, form, dpop_jkt }: TokenCall): Promise<Acting> {
  const { actor_token, actor_token_type } = form;
  if (actor_token_type !== tokenTypes.access_token) {
    throw invalidRequest(`actor_token_type can only be ${tokenTypes.access_token}.`);
  }
  checkLength(actor_token);
  const { sub, client_id, act } = (await liveFor(ctx, client, actor_token, dpop_jkt, "actor_token")).claims;
  return { sub, client_id, act };
}

/** @throws OAuthError when the subject's token names who may act for it, and that is somebody else */
export function actsFor({ may_act }: Pick<Subject, "may_act">, actor: Acting | null, client: Client): void {
  if (may_act === undefined) return;
  // RFC 8693 §4.4: every claim in it is about the one who may act. One that we cannot compare is not met.
  const acting: Record<string, unknown> = actor
    ? { sub: actor.sub, client_id: actor.client_id }
    : { sub: client.client_id, client_id: client.client_id };
  const named = typeof may_act === "object" && may_act !== null && !Array.isArray(may_act)
    ? Object.entries(may_act)
    : [];
  const met = named.length > 0 &&
    named.every(([name, value]) => Object.hasOwn(acting, name) && value === acting[name]);
  if (!met) throw invalidRequest("The subject_token says that somebody else may act (may_act).");
}

/** RFC 8693 §4.1: the newest actor is outermost; who acted before is nested in it and never lost. */
export function actorOf(subject: Pick<Subject, "act">, actor: Acting | null): Actor | undefined {
  if (!actor) return subject.act;
  const act: Actor = {
    sub: actor.sub,
    client_id: actor.client_id,
    ...subject.act ? { act: subject.act } : {},
  };
  if (depth(act) > actorsMax) throw invalidRequest("Too many actors act for each other.");
  return act;
}

function depth(act: Actor): number {
  let levels = 0;
  for (let at: Actor | undefined = act; at; at = at.act) levels++;
  return levels;
}
