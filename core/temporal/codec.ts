/** Encrypts every payload that leaves for Temporal: arguments, results, failures, headers stay ours. */
import type { PayloadCodec } from "@temporalio/common";
import proto from "@temporalio/proto";
import type { Keys } from "../keys/keys.ts";

type Payload = proto.temporal.api.common.v1.IPayload;

const { Payload } = proto.temporal.api.common.v1;

const ENCODING = "binary/flow-shield-sealed";
const utf8 = new TextEncoder();

export function sealingCodec(keys: Keys): PayloadCodec {
  return {
    encode: (payloads) =>
      Promise.resolve(payloads.map((payload: Payload) => ({
        metadata: { encoding: utf8.encode(ENCODING) },
        data: keys.seal(Payload.encode(payload).finish(), "temporal"),
      }))),
    decode: (payloads) =>
      Promise.resolve(payloads.map((payload: Payload) => {
        const encoding = new TextDecoder().decode(payload.metadata?.encoding ?? undefined);
        // Workflows started by an operator's own tools arrive unsealed.
        if (encoding !== ENCODING) return payload;
        const plain = keys.open(payload.data ?? new Uint8Array(), "temporal");
        return Payload.decode(plain);
      })),
  };
}
