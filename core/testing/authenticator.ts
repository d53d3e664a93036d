/** An authenticator in software (Web Authentication Level 3 §6), with everything at hand that a bad one could do. */
import { Buffer } from "node:buffer";
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export type Alg = "ES256" | "EdDSA" | "RS256";

/** What it claims; each may be a lie. */
export interface Claims {
  origin: string;
  rp_id: string;
  user_present: boolean;
  user_verified: boolean;
  backup_eligible: boolean;
  backup_state: boolean;
  /** Null: one more than the last, or 0 where it does not count. */
  sign_count: number | null;
  /** In place of the one that was asked for, base64url. */
  challenge: string | null;
  /** In place of the account's, base64url; undefined: left out. */
  user_handle: string | null | undefined;
  type: string;
  /** Asked inside a frame on another site's page. */
  cross_origin: boolean;
  /** That page's origin; undefined: left out. */
  top_origin: string | undefined;
  /** Of the attestation, with `statement` (§6.5). */
  fmt: string;
  statement: Map<string, unknown>;
}

export interface SoftKey {
  id: string;
  user_handle: string;
  /** Answers `options` of a registration or an authentication, as JSON. */
  register(options: CreationOptions, claims?: Partial<Claims>): Record<string, unknown>;
  show(options: RequestOptions, claims?: Partial<Claims>): Record<string, unknown>;
}

interface CreationOptions {
  challenge: string;
  rp: { id?: string };
  user: { id: string };
}
interface RequestOptions {
  challenge: string;
  rpId?: string;
}

const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest();

/** CBOR (RFC 8949) of what stands in attestation objects and keys: integers, texts, bytes, lists and maps. */
function cbor(value: number | string | Uint8Array | unknown[] | Map<number | string, unknown>): Buffer {
  const head = (major: number, n: number) => {
    if (n < 24) return Buffer.from([major << 5 | n]);
    if (n < 256) return Buffer.from([major << 5 | 24, n]);
    return Buffer.from([major << 5 | 25, n >> 8, n & 255]);
  };
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return Buffer.concat([head(3, bytes.length), bytes]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) {
    return Buffer.concat([head(4, value.length), ...value.map((each) => cbor(each as never))]);
  }
  const members = [...value].flatMap(([name, member]) => [cbor(name), cbor(member as never)]);
  return Buffer.concat([head(5, value.size), ...members]);
}

/** COSE_Key (RFC 9053 §7, RFC 8230 §4). */
function coseKey(alg: Alg, key: KeyObject, padding_bytes: number): Buffer {
  const jwk = key.export({ format: "jwk" });
  const bytes = (name: "x" | "y" | "n" | "e") => Buffer.from(jwk[name]!, "base64url");
  const padding: [number, unknown][] = padding_bytes > 0 ? [[99, Buffer.alloc(padding_bytes)]] : [];
  const members = (...own: [number, unknown][]) => cbor(new Map([...own, ...padding]));
  switch (alg) {
    case "ES256":
      return members([1, 2], [3, -7], [-1, 1], [-2, bytes("x")], [-3, bytes("y")]);
    case "EdDSA":
      return members([1, 1], [3, -8], [-1, 6], [-2, bytes("x")]);
    case "RS256":
      return members([1, 3], [3, -257], [-1, bytes("n")], [-2, bytes("e")]);
  }
}

function keyPair(alg: Alg): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === "ES256") return generateKeyPairSync("ec", { namedCurve: "P-256" });
  if (alg === "EdDSA") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** @param own what it claims unless told otherwise; by default a synced passkey whose user is there and was verified */
export function softKey(
  origin: string,
  {
    alg = "ES256",
    counts = false,
    id_bytes = 32,
    key_padding_bytes = 0,
    aaguid = "00000000-0000-0000-0000-000000000000",
    ...own
  }:
    & { alg?: Alg; counts?: boolean; id_bytes?: number; key_padding_bytes?: number; aaguid?: string }
    & Partial<Claims> = {},
): SoftKey {
  const { publicKey, privateKey } = keyPair(alg);
  const credential_id = randomBytes(id_bytes);
  let count = 0;
  let user_handle = "";

  const claimsOf = (rp_id: string, more: Partial<Claims>): Claims => ({
    ...{ origin, rp_id, user_present: true, user_verified: true, backup_eligible: true, backup_state: true },
    ...{ sign_count: null, challenge: null, user_handle: null, type: "" },
    ...{ cross_origin: false, top_origin: undefined, fmt: "none", statement: new Map() },
    ...own,
    ...more,
  });

  /** §6.1. */
  function authenticatorData(claims: Claims, attested: Buffer | null): Buffer {
    const flags = Number(claims.user_present) | Number(claims.user_verified) << 2 |
      Number(claims.backup_eligible) << 3 | Number(claims.backup_state) << 4 | Number(attested !== null) << 6;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(claims.sign_count ?? (counts ? ++count : 0));
    return Buffer.concat([sha256(claims.rp_id), Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)]);
  }

  const clientData = (type: string, challenge: string, claims: Claims) =>
    Buffer.from(JSON.stringify({
      type: claims.type || type,
      challenge: claims.challenge ?? challenge,
      origin: claims.origin,
      crossOrigin: claims.cross_origin,
      topOrigin: claims.top_origin,
    }));

  const shared = { id: b64(credential_id), rawId: b64(credential_id), type: "public-key" };
  return {
    id: b64(credential_id),
    get user_handle() {
      return user_handle;
    },
    register({ challenge, rp, user }, more = {}) {
      const claims = claimsOf(rp.id ?? new URL(origin).hostname, more);
      user_handle = user.id;
      const length = Buffer.from([credential_id.length >> 8, credential_id.length & 255]);
      const model = Buffer.from(aaguid.replaceAll("-", ""), "hex");
      const attested = Buffer.concat([
        model,
        length,
        credential_id,
        coseKey(alg, publicKey, key_padding_bytes),
      ]);
      const attestation = new Map<string, unknown>([
        ["fmt", claims.fmt],
        ["attStmt", claims.statement],
        ["authData", authenticatorData(claims, attested)],
      ]);
      return {
        ...shared,
        clientExtensionResults: {},
        response: {
          clientDataJSON: b64(clientData("webauthn.create", challenge, claims)),
          attestationObject: b64(cbor(attestation)),
          transports: ["internal"],
        },
      };
    },
    show({ challenge, rpId }, more = {}) {
      const claims = claimsOf(rpId ?? new URL(origin).hostname, more);
      const data = authenticatorData(claims, null);
      const client = clientData("webauthn.get", challenge, claims);
      const signed = Buffer.concat([data, sha256(client)]);
      const signature = sign(alg === "EdDSA" ? null : "sha256", signed, privateKey);
      const handle = "user_handle" in more ? more.user_handle : user_handle;
      return {
        ...shared,
        clientExtensionResults: {},
        response: {
          clientDataJSON: b64(client),
          authenticatorData: b64(data),
          signature: b64(signature),
          ...handle === undefined ? {} : { userHandle: handle },
        },
      };
    },
  };
}
