/**
 * A story is told twice from one text: by a Temporal workflow, and by the direct executor when Temporal is away.
 * So it does no I/O and reads no clock; it asks the teller. Every step is an activity that is done once per flow,
 * whoever runs it, so a story may be told again from its beginning at any time.
 */

export type Story = (tell: Teller) => Promise<Outcome>;

/** How a story ended; stored as the flow's status. */
export type Outcome = "completed" | "expired" | "compensated";

export interface Teller {
  flow_id: string;
  /**
   * Runs one step to its end; its result is small plain data, the same at every telling. A `risk_level` in it is what
   * the story is found by.
   */
  step<T = null>(name: string): Promise<T>;
  /** Like `step`, for work that talks to others (mail, other companies): slow, retried for hours, not awaited. */
  meanwhile(name: string): void;
  /**
   * Asks a step until it answers with something other than `{ wait_until }`; asks again at that time, or as soon
   * as the flow is poked.
   */
  until<T>(name: string): Promise<T>;
  /** Runs another story of the same flow as a child: its own workflow, the same steps. */
  child(workflow: string): Promise<Outcome>;
  /** All of them at once; rejects with the first failure after all have ended. */
  all<T>(parts: (() => Promise<T>)[]): Promise<T[]>;
  /** Marks a point that a request waits for: `opened`, `activated`. */
  reached(milestone: string): void;
  /** True for what stops this telling only: the story is told again later, so nothing is undone. */
  isPause(error: unknown): boolean;
}

/** What a step asked by `until` answers while there is nothing to go on with. */
export interface Waiting {
  /** ISO 8601; the latest time to ask again. */
  wait_until: string;
  /** What went wrong at the last try, in words of ours; then the step counts as failed and tried again. */
  last_error?: string | null;
  /** How many tries there were, when the step counts them itself. */
  attempts?: number;
  risk_level?: string;
}

export function isWaiting(value: unknown): value is Waiting {
  return typeof value === "object" && value !== null && "wait_until" in value;
}

/** The name of a final no: retrying cannot help, so what was done is undone. It survives Temporal's failures. */
export const REFUSED = "StepRefused";

/** A part of a story that ended otherwise than hoped: the story goes back over what it did. */
export class Unmet extends Error {
  override name = REFUSED;
  constructor(readonly outcome: Outcome) {
    super(`a part of the story ended ${outcome}`);
  }
}
