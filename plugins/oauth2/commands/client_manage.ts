/** `main.ts client list|show|rotate-secret|delete|token`. */
import { OperatorError } from "../../../core/operator_error.ts";
import type { CommandTools } from "../../../core/plugin.ts";
import {
  type Client,
  deleteClient,
  findClient,
  listClients,
  newSecret,
  replaceSecret,
  sealSecret,
} from "../client.ts";
import { insertInitialAccessToken } from "../initial_access_token.ts";
import { needsSecret } from "../new_client.ts";
import { registrationMode } from "../registration.ts";
import { endpointsOf, type OAuth2Ctx } from "../runtime.ts";
import { canAsk, readFlags, wholeNumber } from "./flags.ts";
import { clientJson, rows, tellSecret } from "./tell_client.ts";

const help = "main.ts client help";
const on = { type: "boolean" } as const;
const text = { type: "string" } as const;

function onlyId(positionals: string[], command: string): string {
  if (positionals.length !== 1) {
    throw new OperatorError(
      `Name one client: main.ts client ${command} CLIENT_ID (main.ts client list shows them)`,
    );
  }
  return positionals[0];
}

function none(positionals: string[]): void {
  if (positionals.length > 0) {
    throw new OperatorError(`"${positionals[0].slice(0, 40)}" is too much. See ${help}`);
  }
}

async function found(ctx: OAuth2Ctx, client_id: string): Promise<Client> {
  const client = client_id.includes("\0") ? null : await findClient(ctx.sql, client_id);
  if (!client) {
    throw new OperatorError(`There is no client ${client_id.slice(0, 100)}. See main.ts client list`);
  }
  return client;
}

const kindOf = ({ profile, grant_types, token_endpoint_auth_method, application_type }: Client) =>
  profile ??
    (!grant_types.includes("authorization_code")
      ? (grant_types.includes("client_credentials") ? "machine" : "device")
      : token_endpoint_auth_method !== "none"
      ? "web"
      : application_type === "native"
      ? "native"
      : "spa");

export async function listCommand(args: string[], tools: CommandTools): Promise<void> {
  const { values, positionals } = readFlags(args, { json: on }, help);
  none(positionals);
  const clients = await tools.withCtx((ctx: OAuth2Ctx) => listClients(ctx.sql));
  if (values.json) return tools.say(JSON.stringify(clients.map((one) => clientJson(one, null)), null, 2));
  if (clients.length === 0) return tools.say("  There are no clients yet. Make one: main.ts client create");
  const table = clients.map((one) => [
    ...[one.client_id, one.client_name || "-", kindOf(one), one.origin],
    one.created_at.toISOString().slice(0, 10),
  ]);
  const head = ["client_id", "name", "type", "made by", "since"];
  const widths = head.map((name, i) => Math.max(name.length, ...table.map((row) => row[i].length)));
  for (const row of [head, ...table]) {
    tools.say(`  ${row.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()}`);
  }
}

export async function showCommand(args: string[], tools: CommandTools): Promise<void> {
  const { positionals } = readFlags(args, { json: on }, help);
  const client_id = onlyId(positionals, "show");
  const client = await tools.withCtx((ctx: OAuth2Ctx) => found(ctx, client_id));
  tools.say(JSON.stringify(clientJson(client, null), null, 2));
}

export async function rotateCommand(args: string[], tools: CommandTools): Promise<void> {
  const { values, positionals } = readFlags(args, { json: on, "secret-days": text }, help);
  const client_id = onlyId(positionals, "rotate-secret");
  const days = wholeNumber("secret-days", values["secret-days"], 1, 3650);
  await tools.withCtx(async (ctx: OAuth2Ctx) => {
    const client = await found(ctx, client_id);
    if (client.origin === "setting") {
      throw new OperatorError(`The secret of ${client_id} is OAUTH2_CLIENT_SECRET: change it there.`);
    }
    if (client.origin === "demo") {
      throw new OperatorError(
        "The demo app keeps its own secret; it runs beside the service in development only.",
      );
    }
    if (!needsSecret(client)) {
      throw new OperatorError(`${client_id} has no secret: it uses ${client.token_endpoint_auth_method}.`);
    }
    const client_secret = newSecret();
    const client_secret_expires_at = days === null ? null : new Date(Date.now() + days * 86_400_000);
    const client_secret_sealed = sealSecret(ctx.keys, client_id, client_secret);
    await replaceSecret(ctx.sql, client_id, { client_secret_sealed, client_secret_expires_at });
    const now = await found(ctx, client_id);
    if (values.json) tools.say(JSON.stringify(clientJson(now, client_secret), null, 2));
    else {
      tools.say(`\n  A new secret for ${client.client_name || client_id}; the old one has ended.\n`);
      tellSecret(tools, now, client_secret);
    }
  });
}

export async function deleteCommand(args: string[], tools: CommandTools): Promise<void> {
  const { values, positionals } = readFlags(args, { yes: on }, help);
  const client_id = onlyId(positionals, "delete");
  await tools.withCtx(async (ctx: OAuth2Ctx) => {
    const { client_name, origin } = await found(ctx, client_id);
    if (!values.yes) {
      if (!canAsk()) throw new OperatorError("delete ends everything this client was given: say --yes");
      const answer = prompt(
        `  Delete ${client_name || client_id} with all its consents and tokens? Type its client_id:`,
      );
      if (answer?.trim() !== client_id) return tools.say("  Nothing was deleted.");
    }
    await deleteClient(ctx.sql, client_id);
    tools.say(`  ${client_name || client_id} is gone, with everything it was given.`);
    if (origin === "setting") {
      tools.say("  It is made again at the next start, while OAUTH2_CLIENT_ID names it.");
    }
    if (origin === "demo") tools.say("  It is made again at the next start, while OAUTH2_DEMO is on.");
  });
}

export async function tokenCommand(args: string[], tools: CommandTools): Promise<void> {
  const { values, positionals } = readFlags(args, { uses: text, days: text, json: on }, help);
  none(positionals);
  const uses = wholeNumber("uses", values.uses, 1, 10_000) ?? 1;
  const days = wholeNumber("days", values.days, 1, 365) ?? 7;
  await tools.withCtx(async (ctx: OAuth2Ctx) => {
    if (registrationMode(ctx) === "off") {
      throw new OperatorError("Registration is off: set OAUTH2_REGISTRATION=token (and start again) first.");
    }
    const token = await insertInitialAccessToken(ctx.sql, { uses, lifetime_seconds: days * 86_400 });
    const { registration_endpoint } = endpointsOf(ctx.core);
    if (values.json) return tools.say(JSON.stringify({ initial_access_token: token, uses, days }, null, 2));
    tools.say(
      `\n  It registers ${uses} ${
        uses === 1 ? "client" : "clients"
      } within ${days} days, and is shown this once.\n`,
    );
    rows(tools, [["initial access token", token], ["registration_endpoint", registration_endpoint]]);
  });
}
