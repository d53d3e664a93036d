/** What accounts may share, and how much it says that they do. */
export type LinkKind = "device" | "block" | "password" | "shape" | "block_shape";

/**
 * `base`: how much it says of two that share it alone. `accounts_max`: from so many on it says nothing, as with the one
 * address of a university. A network or a shape alone never joins anybody: half a town shares them.
 */
const kinds: Record<LinkKind, { base: number; accounts_max: number }> = {
  device: { base: 1, accounts_max: 400 },
  // Tags of passwords are cut short on purpose, so among very many accounts two are equal by chance.
  password: { base: 0.6, accounts_max: 200 },
  block_shape: { base: 0.7, accounts_max: 400 },
  block: { base: 0, accounts_max: 0 },
  shape: { base: 0, accounts_max: 0 },
};

export const linkKinds = Object.keys(kinds) as LinkKind[];

/** Kinds that can join accounts at all. */
export const joiningKinds = linkKinds.filter((kind) => kinds[kind].base > 0);

/** So many accounts may share a key of this kind before it says nothing. */
export const accountsMax = (kind: LinkKind): number => kinds[kind].accounts_max;

/** 0 to 1: the fewer share it, the more; 0 joins nobody. */
export function linkWeight(kind: LinkKind, accounts: number): number {
  const { base, accounts_max } = kinds[kind];
  if (accounts < 2 || accounts > accounts_max) return 0;
  return base * (1 - 0.7 * Math.log(accounts / 2) / Math.log(accounts_max / 2));
}
