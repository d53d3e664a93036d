/** What the JSON API answers about rings, as pages read it. */

/** One of `GET /fraud/rings`. */
export interface RingRow {
  ring_id: string;
  account_count: number;
  /** 0 to 1. */
  risk: number;
  /** 0 to 1. */
  bad_share: number;
  /** There is more of it than was looked at. */
  cut_off: boolean;
  frozen_count: number;
  created_at: string;
  changed_at: string;
}

export type SharedKind = "device" | "password" | "block_shape" | "block" | "shape";

export interface RingAccount {
  account_id: string;
  email: string;
  created_at: string;
  risk: number;
  community: number;
  verdict: "good" | "bad" | null;
  frozen: boolean;
}

/** `GET /fraud/rings/{ring_id}` */
export interface RingJson extends RingRow {
  accounts: RingAccount[];
  shared: { kind: SharedKind; weight: number; account_count: number }[];
  drawing: {
    nodes: { x: number; y: number; account_id: string | null; shared: number | null }[];
    edges: { from: number; to: number; weight: number }[];
    left_out: number;
  };
  freezes: {
    frozen_at: string;
    frozen_by: string | null;
    reason: string;
    account_count: number;
    undone_at: string | null;
    undone_by: string | null;
    undone_reason: string | null;
  }[];
}
