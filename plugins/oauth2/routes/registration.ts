/** GET, PUT and DELETE /oauth/register/{client_id}: an app minds its own registration (RFC 7592). */
import { z } from "zod";
import { OAuthError } from "../../../core/http/oauth_error.ts";
import type { Sql } from "../../../core/db/postgres.ts";
import type { Keys } from "../../../core/keys/keys.ts";
import type { Call } from "../../../core/http/route.ts";
import { defineRoute, type Route } from "../../../core/plugin.ts";
import { hashSecret } from "../../../core/session/session.ts";
import { checkMetadata } from "../check_metadata.ts";
import { checkSector } from "../check_sector.ts";
import {
  type Client,
  deleteClient,
  findByRegistrationToken,
  findClient,
  newSecret,
  openSecret,
  replaceSecret,
  sealSecret,
  updateClient,
} from "../client.ts";
import type { OAuth2Config } from "../config.ts";
import type { ClientMetadata } from "../metadata.ts";
import { ensureKeysFor, needsSecret } from "../new_client.ts";
import { bearerOf, clientInformation, noStore, rulesFor, unauthorized } from "../registration.ts";
import { type OAuth2Ctx, runtimeOf } from "../runtime.ts";

const params = z.object({ client_id: z.string().min(1).max(200) });
const body = z.looseObject({}).describe("the whole metadata, with client_id (RFC 7592 section 2.2)");

const common = {
  path: "/oauth/register/{client_id}",
  tags: ["OAuth clients"],
  access: "own" as const,
  errors: "oauth" as const,
  cors: "any" as const,
  params,
  limits: [{ pool: "oauth_registration", points: 120, per_seconds: 60, by: "ip" as const }],
};
const answered = {
  description: "The client's information (RFC 7592 section 3)",
  schema: z.looseObject({ client_id: z.string(), registration_access_token: z.string() }),
};
const refused = { description: "invalid_token: not the registration access token of this client" };

type Managed = Call<unknown, unknown, { client_id: string }>;

/** RFC 7592 §2: one answer for a wrong token, another client's, and a client that is not there. */
async function owned(
  { headers, params }: Managed,
  ctx: OAuth2Ctx,
): Promise<{ client: Client; token: string }> {
  const token = bearerOf(headers);
  const client = token === null ? null : await findByRegistrationToken(ctx.sql, hashSecret(token));
  if (token === null || client?.client_id !== params.client_id) {
    throw unauthorized("This needs the registration access token of this client.", token !== null);
  }
  return { client, token };
}

const read = defineRoute<OAuth2Config, z.ZodUndefined, z.ZodUndefined, typeof params>({
  ...common,
  method: "GET",
  summary: "Read a registration",
  answers: { 200: answered, 401: refused },
  async handle(call, ctx) {
    const { client, token } = await owned(call, ctx);
    return { status: 200, headers: noStore, body: clientInformation(ctx, client, token) };
  },
});

const update = defineRoute<OAuth2Config, typeof body, z.ZodUndefined, typeof params>({
  ...common,
  method: "PUT",
  summary: "Replace a registration's metadata",
  description: "What is left out is back at its default. The secret stays as it is.",
  body,
  answers: { 200: answered, 400: { description: "As for registering, or invalid_request" }, 401: refused },
  async handle(call, ctx) {
    const { client, token } = await owned(call, ctx);
    checkRequest(call.body, client, openSecret(ctx.keys, client));
    // What an operator gave stays an operator's to take.
    const { first_party, token_exchange, resources } = client;
    const metadata = {
      ...checkMetadata(call.body, rulesFor(ctx)),
      ...{ first_party, token_exchange, resources },
    };
    await checkSector(ctx, metadata);
    await ensureKeysFor(ctx.signing_keys, metadata);
    const changed = await ctx.sql.begin((tx) => store(tx, ctx.keys, client, metadata));
    runtimeOf(ctx).clients.forget(client.client_id);
    if (!changed) throw unauthorized("This needs the registration access token of this client.", true);
    return { status: 200, headers: noStore, body: clientInformation(ctx, changed, token) };
  },
});

const remove = defineRoute<OAuth2Config, z.ZodUndefined, z.ZodUndefined, typeof params>({
  ...common,
  method: "DELETE",
  summary: "Remove a client with everything it was given",
  answers: { 204: { description: "Gone" }, 401: refused },
  async handle(call, ctx) {
    const { client } = await owned(call, ctx);
    await deleteClient(ctx.sql, client.client_id);
    runtimeOf(ctx).clients.forget(client.client_id);
    ctx.log.info("client.deleted", { client_id: client.client_id });
    return { status: 204, headers: noStore };
  },
});

const ours = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
];

/** RFC 7592 §2.2: MUST carry its client_id, MUST NOT carry these, and can confirm its secret but not choose one. */
function checkRequest(
  body: Record<string, unknown>,
  { client_id }: Client,
  client_secret: string | null,
): void {
  const refuse = (text: string) => new OAuthError(400, "invalid_request", `${text} (RFC 7592 section 2.2)`);
  if (body.client_id !== client_id) throw refuse("client_id must be this client's");
  const odd = ours.find((name) => Object.hasOwn(body, name));
  if (odd) throw refuse(`${odd} must not be sent`);
  const given = body.client_secret ?? null;
  if (given !== null && given !== client_secret) throw refuse("client_secret cannot be chosen");
}

/** Null when it is gone meanwhile. */
async function store(
  tx: Sql,
  keys: Keys,
  { client_id, client_secret_sealed }: Client,
  metadata: ClientMetadata,
): Promise<Client | null> {
  const there = client_secret_sealed !== null;
  if (needsSecret(metadata) !== there) {
    const client_secret_sealed = there ? null : sealSecret(keys, client_id, newSecret());
    await replaceSecret(tx, client_id, { client_secret_sealed, client_secret_expires_at: null });
  }
  return await updateClient(tx, client_id, metadata) && await findClient(tx, client_id);
}

export const registration: Route[] = [read, update, remove];
