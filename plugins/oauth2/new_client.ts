/** Makes clients: for registrations, commands, the demo. */
import { randomBytes } from "node:crypto";
import type { Sql } from "../../core/db/postgres.ts";
import type { Keys } from "../../core/keys/keys.ts";
import type { SigningKeys } from "../../core/keys/signing_key.ts";
import { type Client, insertClient, newSecret, sealSecret } from "./client.ts";
import type { ClientMetadata } from "./metadata.ts";

export interface Wanted {
  metadata: ClientMetadata;
  origin: Client["origin"];
  /** One of its own unless given. */
  client_id?: string;
  /** Null: it does not expire. */
  secret_lifetime_seconds?: number | null;
  registration_access_token_hash?: Uint8Array | null;
}

const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/** 80 bits in letters that can be read out. */
const newClientId = () => `fs_${Array.from(randomBytes(16), (byte) => letters[byte % 32]).join("")}`;

/** Whether a client of this kind shares a secret with us (RFC 6749 §2.3.1, OpenID Connect Core §9). */
export const needsSecret = ({ token_endpoint_auth_method }: ClientMetadata) =>
  token_endpoint_auth_method.startsWith("client_secret_");

/**
 * Sees to it that what this client's answers are signed with is published before the first of them: whoever reads our
 * key set when the client is made finds its keys there.
 */
export async function ensureKeysFor(signing_keys: SigningKeys, metadata: ClientMetadata): Promise<void> {
  const { id_token_signed_response_alg, userinfo_signed_response_alg, introspection_signed_response_alg } =
    metadata;
  const wanted = [
    id_token_signed_response_alg,
    userinfo_signed_response_alg,
    introspection_signed_response_alg,
  ];
  const there = new Set((await signing_keys.jwks()).keys.map(({ alg }) => alg));
  for (const alg of new Set(wanted)) if (alg !== null && !there.has(alg)) await signing_keys.ensure(alg);
}

/** @returns the client, and its secret in the clear: the one time it is seen */
export async function createClient(
  tx: Sql,
  keys: Keys,
  wanted: Wanted,
): Promise<{ client: Client; client_secret: string | null }> {
  const client_id = wanted.client_id ?? newClientId();
  const client_secret = needsSecret(wanted.metadata) ? newSecret() : null;
  const lifetime = wanted.secret_lifetime_seconds ?? null;
  const client = await insertClient(tx, {
    ...{ client_id, metadata: wanted.metadata, origin: wanted.origin },
    client_secret_sealed: client_secret === null ? null : sealSecret(keys, client_id, client_secret),
    client_secret_expires_at: client_secret !== null && lifetime !== null
      ? new Date(Date.now() + lifetime * 1000)
      : null,
    registration_access_token_hash: wanted.registration_access_token_hash ?? null,
  });
  if (!client) throw new Error(`the client_id ${client_id} is taken`);
  return { client, client_secret };
}
