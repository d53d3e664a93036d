/** One ring: accounts joined by what they share, taken by themselves. Pure, and the same whatever order it is told in. */
import louvainOfAnyType from "graphology-communities-louvain";
import { UndirectedGraph } from "graphology";
import { flowRisk, powerMean, type Standing, unknownStanding } from "./flow.ts";
import { type LinkKind, linkWeight } from "./kinds.ts";

export interface Shared {
  kind: LinkKind;
  key: string;
  /** 0 to 1; see `linkWeight`. */
  weight: number;
  /** Sorted. */
  accounts: string[];
}

export interface Member {
  account: string;
  /** 0 to 1. */
  risk: number;
  /** 0 to 1: what of it came from others. */
  arrived: number;
  /** From 0, counted in the order of their first accounts. */
  community: number;
}

export interface Ring {
  /** Sorted by account; two at least. */
  members: Member[];
  /** What joins them, the strongest first. */
  shared: Shared[];
  /** 0 to 1: of its members, or what its size says of it, whichever is more. */
  risk: number;
  /** 0 to 1, of those judged bad. */
  bad_share: number;
}

/** A household shares a device, and says nothing; a ring of twenty is worth a look whoever they are. */
const household = 5;
const halfEvery = 15;

/** 0 to 1, and never quite 1. */
export const sizeRisk = (accounts: number): number =>
  1 - 2 ** (-Math.max(0, accounts - household) / halfEvery);

/** Smaller ones are one community: there is nothing to tell apart. */
const communitiesFrom = 8;

/** @param keys what they share, each with all the accounts that share it; weightless ones are left out */
export function describeRing(
  accounts: string[],
  keys: { kind: LinkKind; key: string; accounts: string[] }[],
  standingOf: (account: string) => Standing | undefined,
): Ring {
  const sorted = [...accounts].sort();
  const place = new Map(sorted.map((account, at) => [account, at]));
  const standings = sorted.map((account) => standingOf(account) ?? unknownStanding);
  const shared = keys
    .map(({ kind, key, accounts }) => ({
      kind,
      key,
      weight: linkWeight(kind, accounts.length),
      accounts: [...accounts].sort(),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (`${a.kind} ${a.key}` < `${b.kind} ${b.key}` ? -1 : 1));
  const flows = flowRisk(
    standings,
    shared.map(({ weight, accounts }) => ({ weight, members: accounts.map((one) => place.get(one)!) })),
  );
  const communities = communitiesOf(sorted, shared);
  return {
    members: sorted.map((account, at) => ({ account, ...flows[at], community: communities[at] })),
    shared,
    risk: Math.max(powerMean(flows.map(({ risk }) => risk)), sizeRisk(sorted.length)),
    bad_share: standings.filter(({ verdict }) => verdict === "bad").length / sorted.length,
  };
}

// The package's types stand on its CommonJS export; what is imported is the function.
const louvain = louvainOfAnyType as unknown as (
  graph: UndirectedGraph,
  options: { getEdgeWeight: "weight"; rng: () => number },
) => Record<string, number>;

/** A community for each account: those that share more with each other than with the rest (Louvain). */
function communitiesOf(accounts: string[], shared: Shared[]): number[] {
  if (accounts.length < communitiesFrom) return accounts.map(() => 0);
  const graph = new UndirectedGraph();
  for (const account of accounts) graph.addNode(account);
  shared.forEach(({ weight, accounts }, at) => {
    const key = `key ${at}`;
    graph.addNode(key);
    for (const account of accounts) graph.addEdge(key, account, { weight });
  });
  const found = louvain(graph, { getEdgeWeight: "weight", rng: seededRandom(1) });
  const names = new Map<number, number>();
  return accounts.map((account) => {
    const community = found[account];
    if (!names.has(community)) names.set(community, names.size);
    return names.get(community)!;
  });
}

/** Mulberry32: the same ring has the same communities each time. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
