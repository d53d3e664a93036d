/** Rings of accounts, kept up as links come and go: whoever is added costs the work of one ring, not of all. */
import { UndirectedGraph } from "graphology";
import { joiningKinds, type LinkKind, linkWeight } from "./kinds.ts";
import type { Standing } from "./flow.ts";
import { describeRing, type Ring } from "./ring.ts";

export { type Standing } from "./flow.ts";
export { accountsMax, joiningKinds, type LinkKind, linkKinds, linkWeight } from "./kinds.ts";
export { describeRing, type Member, type Ring, type Shared } from "./ring.ts";

export interface Link {
  account: string;
  kind: LinkKind;
  key: string;
}

interface KeyNode {
  kind: LinkKind;
  key: string;
}

const accountNode = (account: string) => `account ${account}`;
const keyNode = ({ kind, key }: KeyNode) => `${kind} ${key}`;
const accountPrefix = "account ".length;

export class RingGraph {
  /** Accounts on one side, what they share on the other. */
  readonly #graph = new UndirectedGraph<Partial<KeyNode>>();
  readonly #standings = new Map<string, Standing>();
  readonly #rings = new Map<string, Ring>();
  readonly #touched = new Set<string>();

  /** Told again, it changes nothing; neither does a kind that joins nobody. */
  link({ account, kind, key }: Link): void {
    if (!joiningKinds.includes(kind)) return;
    const [a, k] = [accountNode(account), keyNode({ kind, key })];
    this.#graph.mergeNode(a);
    this.#graph.mergeNode(k, { kind, key });
    if (this.#graph.hasEdge(a, k)) return;
    const before = linkWeight(kind, this.#graph.degree(k));
    this.#graph.addEdge(a, k);
    this.#touched.add(account);
    // Shared by too many now, it joins none of them any more.
    if (before > 0 && linkWeight(kind, this.#graph.degree(k)) === 0) this.#touchAll(k);
  }

  /** Takes an account away with all its links. */
  remove(account: string): void {
    const a = accountNode(account);
    this.#standings.delete(account);
    if (!this.#graph.hasNode(a)) return;
    const keys = this.#graph.neighbors(a);
    for (const one of this.#rings.get(account)?.members ?? []) this.#touched.add(one.account);
    this.#graph.dropNode(a);
    this.#rings.delete(account);
    this.#touched.delete(account);
    for (const k of keys) {
      if (this.#graph.degree(k) === 0) this.#graph.dropNode(k);
      else this.#touchAll(k);
    }
  }

  /** What is thought of an account by itself. */
  stand(account: string, standing: Standing): void {
    this.#standings.set(account, standing);
    if (this.#graph.hasNode(accountNode(account))) this.#touched.add(account);
  }

  /** Null for whoever shares nothing. Counts what was told until the last `refresh`. */
  ringOf(account: string): Ring | null {
    return this.#rings.get(account) ?? null;
  }

  /** Each ring once. */
  rings(): Ring[] {
    return [...new Set(this.#rings.values())];
  }

  /** Finds the rings anew that may be others since the last time; answers these. */
  refresh(): Ring[] {
    // What fell apart is found from all its parts.
    for (const account of [...this.#touched]) {
      for (const one of this.#rings.get(account)?.members ?? []) this.#touched.add(one.account);
    }
    const found: Ring[] = [];
    const done = new Set<string>();
    for (const account of this.#touched) {
      if (done.has(account) || !this.#graph.hasNode(accountNode(account))) continue;
      const { accounts, keys } = this.#component(account);
      const ring = accounts.length < 2
        ? null
        : describeRing(accounts, keys, (one) => this.#standings.get(one));
      for (const one of accounts) {
        done.add(one);
        if (ring) this.#rings.set(one, ring);
        else this.#rings.delete(one);
      }
      if (ring) found.push(ring);
    }
    this.#touched.clear();
    return found;
  }

  #touchAll(k: string): void {
    this.#graph.forEachNeighbor(k, (a) => void this.#touched.add(a.slice(accountPrefix)));
  }

  /** Everybody who can be reached by what still says something. */
  #component(account: string): { accounts: string[]; keys: (KeyNode & { accounts: string[] })[] } {
    const accounts = [accountNode(account)];
    const seen = new Set(accounts);
    const keys: (KeyNode & { accounts: string[] })[] = [];
    for (let at = 0; at < accounts.length; at++) {
      this.#graph.forEachNeighbor(accounts[at], (k, { kind, key }) => {
        if (seen.has(k) || linkWeight(kind!, this.#graph.degree(k)) === 0) return;
        seen.add(k);
        const members = this.#graph.neighbors(k);
        keys.push({ kind: kind!, key: key!, accounts: members.map((a) => a.slice(accountPrefix)) });
        for (const a of members) {
          if (seen.has(a)) continue;
          seen.add(a);
          accounts.push(a);
        }
      });
    }
    return { accounts: accounts.map((a) => a.slice(accountPrefix)), keys };
  }
}
