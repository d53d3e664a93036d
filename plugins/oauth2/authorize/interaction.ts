/** Requests that wait for a person: where they are, and what pages may say of them. */
import type { Interaction } from "../../../core/services/mod.ts";
import { type AuthorizationRequest, findRequest } from "../authorization_request.ts";
import type { Client } from "../client.ts";
import { wayOut } from "../pages/policy_source.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";
import { presentApp } from "../words.ts";

/** Where a held request goes on, as an address of ours. */
export const resumePath = (reference: string) => `/oauth/authorize/${reference}`;

/** Null when it is unknown, over, or its client is gone. */
export async function findInteraction(
  ctx: OAuth2Ctx,
  reference: string,
): Promise<{ client: Client; request: AuthorizationRequest } | null> {
  const request = await findRequest(ctx.sql, reference);
  const client = request && await runtimeOf(ctx).clients.find(request.client_id);
  return client ? { client, request } : null;
}

/** The service `interactions`: what a page on the way to an app is told of it. */
export async function interactionOf(ctx: OAuth2Ctx, next: string): Promise<Interaction | null> {
  const reference = /^\/oauth\/authorize\/([A-Za-z0-9_-]{43})$/.exec(next)?.[1];
  const found = reference === undefined ? null : await findInteraction(ctx, reference);
  if (!found) return null;
  const { client, request: { parameters } } = found;
  const { prompt, max_age, hint_account_id, login_hint, ui_locales, redirect_uri } = parameters;
  return {
    client: presentApp(client, ui_locales[0]?.split("-")[0] ?? ""),
    login_hint,
    fresh: prompt.includes("login") || max_age !== null || hint_account_id !== null,
    ui_locales,
    leads_to: wayOut(redirect_uri),
  };
}
