/** What apps and scopes are called, for people. Pure. */
import { z } from "zod";
import type { Client } from "./client.ts";
import type { OAuth2Config } from "./config.ts";
import { scopeDescriptions } from "./custom_scopes.ts";

export const appSchema = z.object({
  client_id: z.string(),
  client_name: z.string(),
  client_uri: z.url().nullable(),
  logo_uri: z.url().nullable(),
  policy_uri: z.url().nullable(),
  tos_uri: z.url().nullable(),
});

/** @param locale of the reader; a name in it wins (RFC 7591 §2.2) */
export function presentApp(client: Client, locale: string): z.infer<typeof appSchema> {
  const { client_id, client_name, client_name_i18n, client_uri, logo_uri, policy_uri, tos_uri } = client;
  const name = Object.hasOwn(client_name_i18n, locale) ? client_name_i18n[locale] : client_name;
  return { client_id, client_name: name || client_id, client_uri, logo_uri, policy_uri, tos_uri };
}

export const scopesSchema = z.array(z.object({
  name: z.string(),
  description: z.string().nullable().describe("the operator's words for a scope of their own"),
}));

/** Standard scopes have words of their own in the catalogue of the pages. */
export function presentScopes(
  ctx: { config: Pick<OAuth2Config, "scopes"> },
  names: string[],
  locale: string,
): z.infer<typeof scopesSchema> {
  const descriptions = scopeDescriptions(ctx, locale);
  return names.map((name) => ({ name, description: descriptions.get(name) ?? null }));
}
