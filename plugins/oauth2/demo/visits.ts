/** Who is at the demo, in memory: it forgets everything when it stops, and the oldest when there are many. */
import { randomBytes } from "node:crypto";

/** What the demo got for a person. */
export interface SignedIn {
  id_token: string;
  access_token: string;
  refresh_token: string | null;
  scope: string | null;
  /** Milliseconds. */
  access_token_ends: number | null;
  sub: string;
  sid: string | null;
  userinfo: Record<string, unknown> | null;
}

/** A sign-in under way: what its answer is compared with. */
export interface Pending {
  state: string;
  nonce: string;
  code_verifier: string;
}

export interface Visit {
  id: string;
  pending: Pending | null;
  signed_in: SignedIn | null;
  /** Said once, on the next page. */
  notice: string | null;
}

const visitsMax = 500;
const newId = () => randomBytes(32).toString("base64url");

export class Visits {
  readonly #visits = new Map<string, Visit>();

  find(id: string | undefined): Visit | null {
    return (id !== undefined && this.#visits.get(id)) || null;
  }

  begin(): Visit {
    const visit: Visit = {
      id: newId(),
      ...{ pending: null, signed_in: null, notice: null },
    };
    this.#visits.set(visit.id, visit);
    if (this.#visits.size > visitsMax) this.#visits.delete(this.#visits.keys().next().value!);
    return visit;
  }

  /** A new id for the same visit: whoever knew the old one has no part in what comes. */
  renew(visit: Visit): void {
    this.#visits.delete(visit.id);
    visit.id = newId();
    this.#visits.set(visit.id, visit);
  }

  /** Back-Channel Logout §2.6: every session of this `sid`, or without one every session of the `sub`. */
  end(of: { sid: string | null; sub: string | null }, notice: string): number {
    let ended = 0;
    for (const visit of this.#visits.values()) {
      const { signed_in } = visit;
      if (!signed_in || (of.sid ? signed_in.sid !== of.sid : signed_in.sub !== of.sub)) continue;
      Object.assign(visit, { signed_in: null, notice });
      ended++;
    }
    return ended;
  }
}
