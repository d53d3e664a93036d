/** A ring as it is drawn: its riskiest accounts, and what joins them. Pure. */
import type { LinkKind, Ring } from "../../../ml/fraud/rings/mod.ts";
import { layOut } from "../../../ml/fraud/rings/layout.ts";

export interface DrawnNode {
  /** 0 to 1. */
  x: number;
  /** 0 to 1. */
  y: number;
  /** An account's id; null: something shared. */
  account_id: string | null;
  /** Place in the list of what is shared; null: an account. */
  shared: number | null;
}

export interface Drawing {
  nodes: DrawnNode[];
  /** Places in `nodes`: account, shared. */
  edges: { from: number; to: number; weight: number }[];
  /** Accounts that are not drawn. */
  left_out: number;
}

const accountsMax = 100;
const sharedMax = 50;

/** @param shared in the order in which they are listed */
export function drawRing(
  members: { account_id: string; risk: number }[],
  shared: { kind: LinkKind; weight: number; accounts: string[] }[],
): Drawing {
  const drawn = [...members]
    .sort((a, b) => b.risk - a.risk || (a.account_id < b.account_id ? -1 : 1))
    .slice(0, accountsMax);
  const place = new Map(drawn.map(({ account_id }, at) => [account_id, at]));
  const joining = shared
    .map((one, at) => ({ ...one, at, accounts: one.accounts.filter((account) => place.has(account)) }))
    .filter(({ accounts }) => accounts.length >= 2)
    .slice(0, sharedMax);
  const edges = joining.flatMap(({ accounts, weight }, at) =>
    accounts.map((account) => ({ from: place.get(account)!, to: drawn.length + at, weight }))
  );
  const points = layOut(drawn.length + joining.length, edges.map(({ from, to }) => [from, to]));
  return {
    nodes: points.map((point, at) => ({
      ...point,
      account_id: drawn[at]?.account_id ?? null,
      shared: at < drawn.length ? null : joining[at - drawn.length].at,
    })),
    edges,
    left_out: members.length - drawn.length,
  };
}

/** Of what is shared, without whom it says nothing of in this ring; the strongest first. */
export const sharedOf = ({ shared }: Ring, most: number) =>
  shared.slice(0, most).map(({ kind, weight, accounts }) => ({ kind, weight, accounts }));
