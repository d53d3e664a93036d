/** Says when a page with a form was made: sealed, so that a program cannot claim that it took its time. */
import { Buffer } from "node:buffer";
import type { Keys } from "../keys/keys.ts";

export interface FormStamps {
  make(): string;
  /** Null: not ours, or older than a page is left open. */
  madeAt(stamp: string): Date | null;
}

const context = "form_stamp";
const lengthMax = 200;
const ageMaxMs = 86_400_000;

export function createFormStamps(keys: Pick<Keys, "seal" | "open">): FormStamps {
  return {
    make: () => Buffer.from(keys.seal(Buffer.from(String(Date.now())), context)).toString("base64url"),
    madeAt(stamp) {
      if (stamp === "" || stamp.length > lengthMax) return null;
      let made: number;
      try {
        made = Number(Buffer.from(keys.open(Buffer.from(stamp, "base64url"), context)).toString());
      } catch {
        // Whatever a form sends here that we have not sealed says nothing.
        return null;
      }
      return Date.now() - made > ageMaxMs ? null : new Date(made);
    },
  };
}
