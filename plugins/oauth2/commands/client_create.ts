/** `main.ts client create`. */
import { exportJWK, generateKeyPair, type JWK } from "jose";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import { OperatorError } from "../../../core/operator_error.ts";
import type { CommandTools } from "../../../core/plugin.ts";
import { checkMetadata } from "../check_metadata.ts";
import { checkSector } from "../check_sector.ts";
import { knownScopes } from "../custom_scopes.ts";
import { createClient, ensureKeysFor } from "../new_client.ts";
import type { OAuth2Ctx } from "../runtime.ts";
import { ask, canAsk, type Flags, oneOf, readFlags, wholeNumber } from "./flags.ts";
import { clientJson, tellCreated } from "./tell_client.ts";

export const clientTypes = ["web", "spa", "native", "device", "machine", "fapi2"] as const;
export type ClientType = typeof clientTypes[number];

const repeated = { type: "string", multiple: true } as const;
const text = { type: "string" } as const;
const on = { type: "boolean" } as const;
const flags = {
  ...{ name: text, type: text, scope: text, "secret-days": text, "auth-method": text },
  ...{ "jwks-uri": text, "jwks-file": text, "backchannel-logout-uri": text },
  ...{ "redirect-uri": repeated, "post-logout-redirect-uri": repeated, contact: repeated },
  ...{ resource: repeated, "token-exchange": repeated },
  ...{ opaque: on, "first-party": on, "no-pkce": on, json: on },
};

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
const exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

/** What a type stands for, in the names of RFC 7591 §2. */
const presets: Record<ClientType, Record<string, unknown>> = {
  web: { grant_types: ["authorization_code", "refresh_token"] },
  spa: { grant_types: ["authorization_code", "refresh_token"], token_endpoint_auth_method: "none" },
  native: {
    grant_types: ["authorization_code", "refresh_token", deviceGrant],
    token_endpoint_auth_method: "none",
    application_type: "native",
  },
  device: { grant_types: [deviceGrant, "refresh_token"], token_endpoint_auth_method: "none" },
  machine: { grant_types: ["client_credentials"] },
  fapi2: { grant_types: ["authorization_code", "refresh_token"], profile: "fapi2" },
};

const examples: Partial<Record<ClientType, string>> = {
  web: "https://app.example.org/callback",
  spa: "https://app.example.org/",
  native: "http://127.0.0.1/callback",
  fapi2: "https://app.example.org/callback",
};

export async function createCommand(args: string[], tools: CommandTools): Promise<void> {
  const read = readFlags(args, flags, "main.ts client help");
  if (read.positionals.length > 0) {
    throw new OperatorError(`"${read.positionals[0].slice(0, 40)}" is too much: names come with --name`);
  }
  const { values } = read;
  const name = ask("--name", values.name, "What is the app called");
  const type = oneOf(
    "type",
    ask("--type", values.type, `Which type (${clientTypes.join(", ")})`, "web"),
    clientTypes,
  );
  const secret_days = wholeNumber("secret-days", values["secret-days"], 1, 3650);
  const { input, private_key } = await inputOf(name, type, values);
  await tools.withCtx(async (ctx: OAuth2Ctx) => {
    const metadata = checked(input, ctx);
    await checkSector(ctx, metadata);
    await ensureKeysFor(ctx.signing_keys, metadata);
    const made = await createClient(ctx.sql, ctx.keys, {
      ...{ metadata, origin: "command" },
      secret_lifetime_seconds: secret_days === null ? null : secret_days * 86_400,
    });
    if (values.json) {
      const keys = private_key ? { private_key } : {};
      tools.say(JSON.stringify({ ...clientJson(made.client, made.client_secret), ...keys }, null, 2));
    } else tellCreated(tools, { ...made, type, private_key });
  });
}

type Values = Flags<typeof flags>["values"];

/** What would be sent to register it; for FAPI 2 without keys, with a new one, whose private part is told once. */
async function inputOf(name: string, type: ClientType, values: Values) {
  const keys = await keysOf(type, values);
  const preset = presets[type];
  const exchange = values["token-exchange"] ?? [];
  const grant_types = [...preset.grant_types as string[], ...exchange.length > 0 ? [exchangeGrant] : []];
  const auth = values["auth-method"];
  const input = {
    client_name: name,
    ...preset,
    grant_types,
    redirect_uris: redirectUris(type, values["redirect-uri"]),
    ...auth ? { token_endpoint_auth_method: auth } : {},
    ...{ jwks: keys.jwks, jwks_uri: values["jwks-uri"], scope: values.scope, contacts: values.contact },
    post_logout_redirect_uris: values["post-logout-redirect-uri"],
    backchannel_logout_uri: values["backchannel-logout-uri"],
    resources: values.resource,
    token_exchange: exchange,
    first_party: values["first-party"] ?? false,
    ...values["no-pkce"] ? { require_pkce: false } : {},
    ...values.opaque ? { access_token_format: "opaque" } : {},
  };
  return { input, private_key: keys.private_key };
}

function redirectUris(type: ClientType, given: string[] | undefined): string[] {
  if (type === "machine" || type === "device" || given?.length) return given ?? [];
  const only = ask(
    "--redirect-uri",
    undefined,
    `Where do people come back to (as ${examples[type]})`,
    {
      native: examples.native,
    }[type as "native"],
  );
  return only.split(/[\s,]+/);
}

async function keysOf(
  type: ClientType,
  values: Values,
): Promise<{ jwks?: unknown; private_key?: JWK }> {
  const file = values["jwks-file"];
  if (file !== undefined) {
    try {
      return { jwks: JSON.parse(await Deno.readTextFile(file)) };
    } catch (cause) {
      throw new OperatorError(`--jwks-file: ${file} is not there, or no JSON`, { cause });
    }
  }
  const signs = type === "fapi2" || values["auth-method"] === "private_key_jwt";
  if (!signs || values["jwks-uri"] !== undefined) return {};
  const pair = await generateKeyPair("ES256", { extractable: true });
  const about = { kid: crypto.randomUUID(), alg: "ES256", use: "sig" };
  return {
    jwks: { keys: [{ ...await exportJWK(pair.publicKey), ...about }] },
    private_key: { ...await exportJWK(pair.privateKey), ...about },
  };
}

function checked(input: unknown, { core, config }: OAuth2Ctx) {
  try {
    return checkMetadata(input, { by: "command", production: core.production, scopes: knownScopes(config) });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const flag = /^([a-z_]+)/.exec(error.error_description)?.[1] ?? "";
    const hint = hints[flag] ?? (canAsk() ? "" : " (main.ts client help lists the flags)");
    throw new OperatorError(`The client was not made: ${error.error_description}${hint}`, { cause: error });
  }
}

const hints: Record<string, string> = {
  scope: ". Scopes of your own come with OAUTH2_SCOPES.",
  redirect_uris: ". Give it with --redirect-uri.",
  jwks: ". Give them with --jwks-uri or --jwks-file.",
};
