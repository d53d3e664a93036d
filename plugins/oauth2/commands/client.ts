/** `main.ts client …`: the apps that may ask, from the command line. */
import { OperatorError } from "../../../core/operator_error.ts";
import type { Command, CommandTools } from "../../../core/plugin.ts";
import { createCommand } from "./client_create.ts";
import { deleteCommand, listCommand, rotateCommand, showCommand, tokenCommand } from "./client_manage.ts";

const usage = `main.ts client: the apps that people sign in to with this service

  create                     a new one; asks for what is missing where it can
    --name TEXT              what people read when they are asked
    --type TYPE              web, spa, native, device, machine or fapi2
    --redirect-uri URI       where people come back to; once for each
    --post-logout-redirect-uri URI
    --backchannel-logout-uri URI
    --scope "A B"            what it may ask for at most; without it, everything
    --resource URI           APIs it may ask tokens for; once for each
    --contact ADDRESS        who is told before its secret ends; once for each
    --secret-days N          its secret ends after so many days
    --auth-method METHOD     client_secret_basic, client_secret_post, client_secret_jwt or private_key_jwt
    --jwks-uri URI           its public keys; or --jwks-file FILE
    --token-exchange WHAT    impersonation or delegation (RFC 8693); once for each
    --opaque                 opaque access tokens in place of JWTs
    --first-party            your own app: people are not asked for consent
    --no-pkce                takes requests without PKCE, which only old clients need
    --json                   for programs
  list [--json]              all of them
  show CLIENT_ID             everything that is known about one
  rotate-secret CLIENT_ID    a new secret; the old one ends at once   [--secret-days N] [--json]
  delete CLIENT_ID [--yes]   with everything it was given
  token                      an initial access token, to register with (RFC 7591)   [--uses N] [--days N]`;

const commands: Record<string, (args: string[], tools: CommandTools) => Promise<void>> = {
  create: createCommand,
  list: listCommand,
  show: showCommand,
  "rotate-secret": rotateCommand,
  delete: deleteCommand,
  token: tokenCommand,
};

export const client: Command = {
  about: "create, list, show, rotate-secret, delete: the apps that sign people in with this service",
  usage,
  async run([name, ...args], tools) {
    if (name === undefined) return tools.say(usage);
    if (!Object.hasOwn(commands, name)) {
      throw new OperatorError(`There is no "client ${name.slice(0, 40)}". Type: main.ts client help`);
    }
    await commands[name](args, tools);
  },
};
