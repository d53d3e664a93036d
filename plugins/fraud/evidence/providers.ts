/** Autonomous systems of addresses, from a database of providers on this machine (MaxMind DB). */
import { Buffer } from "node:buffer";
import { OperatorError } from "../../../core/operator_error.ts";

export interface Providers {
  /** Null where none is known. Never throws. */
  asn(ip: string): number | null;
}

const bytesMax = 256 * 1024 ** 2;

/** @throws OperatorError when the file cannot be used */
export async function openProviders(path: string | null): Promise<Providers | null> {
  if (path === null) return null;
  try {
    const file = await Deno.stat(path);
    if (!file.isFile || file.size > bytesMax) throw new Error(`${path} is no file of at most 256 MiB`);
    const maxmind = await import("maxmind");
    const reader = new maxmind.Reader<never>(Buffer.from(await Deno.readFile(path)));
    return {
      asn(ip) {
        const address = ip.replace(/^::ffff:(?=\d+\.)/i, "");
        if (!maxmind.validate(address)) return null;
        try {
          const record = reader.get(address) as { autonomous_system_number?: unknown } | null;
          const asn = record?.autonomous_system_number;
          return Number.isInteger(asn) ? asn as number : null;
        } catch {
          // A broken part of the file: of this address nothing is known, as of those that stand in no file.
          return null;
        }
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(`FRAUD_ASN_DATABASE: ${reason}`, { cause: error });
  }
}
