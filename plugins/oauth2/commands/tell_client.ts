/** How a client is shown to an operator. */
import type { JWK } from "jose";
import type { CommandTools } from "../../../core/plugin.ts";
import type { Client } from "../client.ts";
import { presentMetadata } from "../present_metadata.ts";
import { endpointsOf } from "../runtime.ts";

/** As RFC 7591 §3.2.1 has it, with where it came from. */
export function clientJson(client: Client, client_secret: string | null): Record<string, unknown> {
  const { client_id, client_secret_expires_at: end, origin, created_at } = client;
  return {
    client_id,
    ...client_secret === null ? {} : { client_secret },
    ...end ? { client_secret_expires_at: Math.floor(end.getTime() / 1000) } : {},
    ...{ origin, created_at: created_at.toISOString() },
    ...presentMetadata(client),
  };
}

/** Name and value in two columns. */
export function rows(tools: Pick<CommandTools, "say">, entries: [string, string | null][]): void {
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  for (const [name, value] of entries) {
    if (value !== null) tools.say(`    ${name.padEnd(width)}${value}`);
  }
}

export function tellSecret(
  tools: Pick<CommandTools, "say">,
  client: Client,
  client_secret: string | null,
): void {
  const end = client.client_secret_expires_at;
  rows(tools, [
    ["client_id", client.client_id],
    ["client_secret", client_secret],
    ["ends", client_secret && end ? end.toISOString() : null],
  ]);
  if (client_secret) tools.say("\n  The secret is shown this once. Keep it where the app reads it.");
}

interface Made {
  client: Client;
  client_secret: string | null;
  type: string;
  private_key?: JWK;
}

/** Everything its developer needs, ready to be handed over. */
export function tellCreated(tools: CommandTools, { client, client_secret, type, private_key }: Made): void {
  const { core } = tools;
  const at = endpointsOf(core);
  tools.say(`\n  ${client.client_name} can sign people in.\n`);
  tellSecret(tools, client, client_secret);
  if (private_key) {
    tools.say("\n  Its private key, shown this once; the public half is registered:\n");
    tools.say(`    ${JSON.stringify(private_key)}`);
  }
  tools.say("\n  Settings for the app:\n");
  const people = type !== "machine";
  rows(tools, [
    ["issuer", at.issuer],
    ["discovery", `${at.issuer}/.well-known/openid-configuration`],
    ["authorization_endpoint", people && type !== "device" ? at.authorization_endpoint : null],
    ["device_authorization_endpoint", type === "device" ? at.device_authorization_endpoint : null],
    ["token_endpoint", at.token_endpoint],
    ["userinfo_endpoint", people ? at.userinfo_endpoint : null],
    ["end_session_endpoint", people ? at.end_session_endpoint : null],
    ["jwks_uri", at.jwks_uri],
    ["redirect_uri", client.redirect_uris.join(" ") || null],
    ["scope", client.scope?.join(" ") ?? (people ? "openid profile email offline_access" : null)],
  ]);
  tools.say(`\n  A whole app with openid-client in twenty lines: ${core.frontend_url}/docs/oauth`);
  const attempt = attemptOf(client, type, client_secret);
  if (attempt) tools.say(`  Try it now:  deno run -A main.ts perform ${attempt}`);
  tools.say("");
}

/** Null where the app's own address or key is needed. */
function attemptOf({ client_id, redirect_uris }: Client, type: string, client_secret: string | null) {
  const credentials = `--client-id ${client_id}${client_secret ? ` --client-secret ${client_secret}` : ""}`;
  if (type === "native") return `authorization-code ${credentials}`;
  if (type === "device") return `device ${credentials}`;
  if (type === "machine") return client_secret && `client-credentials ${credentials}`;
  // Of a web app in development, whose port is free until the app itself takes it.
  const here = redirect_uris.find((uri) => uri.startsWith("http:"));
  return here && type !== "fapi2" ? `authorization-code ${credentials} --redirect-uri ${here}` : null;
}
