/** The keyed hashes under which things are counted: equal ones are seen to be equal, and nothing else is told. */
import { Buffer } from "node:buffer";
import type { ClientEvidence } from "../../../core/client_evidence.ts";
import type { Keys } from "../../../core/keys/keys.ts";
import { blockOf, clientShape, normaliseLocalPart } from "../../../ml/fraud/features/evidence.ts";

/** As columns of `fraud_signal`. */
export interface SignalKeys {
  ip: string | null;
  block: string | null;
  client: string | null;
  machine: string | null;
  device: string | null;
  account_id: string | null;
  identifier: string | null;
  password: string | null;
  domain: string | null;
}

export interface Seen {
  client: ClientEvidence | null;
  account_id: string | null;
  identifier_tag: string | null;
  domain: string | null;
  /** What comes from this machine, or a network of one's own, shares addresses and browsers with everything there. */
  local: boolean;
}

/** @returns 96 bits, so that of millions hardly two share one by chance */
const tag = (keys: Pick<Keys, "hmac">, purpose: string, value: string | null): string | null =>
  value === null
    ? null
    : Buffer.from(keys.hmac(`fraud ${purpose}`, value).subarray(0, 12)).toString("base64url");

export function signalKeys(keys: Pick<Keys, "hmac">, seen: Seen): SignalKeys {
  const { client, local, account_id, identifier_tag, domain } = seen;
  const shape = client && !local ? clientShape({ ...client, form: client.form ?? null }) : null;
  const block = client && !local ? blockOf(client.ip) : null;
  return {
    ip: local ? null : tag(keys, "ip", client?.ip ?? null),
    block: tag(keys, "block", block),
    client: tag(keys, "client", shape),
    machine: block === null || shape === null ? null : tag(keys, "machine", `${shape} ${block}`),
    // The oldest of the secrets stays when others come.
    device: tag(keys, "device", client?.device_hashes?.at(-1) ?? null),
    account_id,
    identifier: identifier_tag?.slice(0, 60) ?? null,
    // Everybody's passwords are alike where one person tries things out.
    password: local ? null : client?.password_tag?.slice(0, 60) ?? null,
    domain: domain === null ? null : domainKey(keys, domain),
  };
}

export const domainKey = (keys: Pick<Keys, "hmac">, domain: string): string => tag(keys, "domain", domain)!;

/** "first.last42@…" is letters, a dot and digits, at a class of domain: what made-up addresses have in common. */
export function addressShape(keys: Pick<Keys, "hmac">, local_part: string, domain: string): string {
  const shape = local_part.slice(0, 64).replaceAll(/\p{L}+/gu, "a").replaceAll(
    /\d+/g,
    (digits) => `${digits.length}`,
  );
  return tag(keys, "shape", `${shape}@${domain}|${normaliseLocalPart(local_part).length}`)!;
}
