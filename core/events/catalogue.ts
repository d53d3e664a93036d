/** Every event there is: a committed fact in the past tense, delivered from the outbox at least once. */
export interface Events {
  "account.registered": { account_id: string; flow_id: string };
  "account.verified": { account_id: string; flow_id: string };
  "account.expired": { account_id: string; flow_id: string };
  "account.email_changed": { account_id: string };
  /** Whoever runs the service has stopped it for now; its sessions have ended. */
  "account.frozen": { account_id: string };
  "password.changed": { account_id: string; origin: "reset" | "change" };
  /** `new_device`: by an account that was seen on others before, never on this one. */
  "session.started": { account_id: string; session_id: string; new_device: boolean };
  /** Its owner says that they did not start it: a signal of risk. */
  "session.disowned": { account_id: string; session_id: string };
  "factor.added": { account_id: string; type: string };
  "factor.removed": { account_id: string; type: string };
  "session.ended": { account_id: string; session_id: string; reason: string };
  /** Whoever reads its mail has left all that one may do without, by a link in a mail. `at`: ISO 8601, as of what was said last. */
  "mail.left": { account_id: string; at: string };
  /** Its holder wants such mail, whatever was said before. */
  "mail.wanted": { account_id: string; at: string };
}

/** The same names as data, so that boot can refuse a handler for an event nobody publishes. */
export const eventNames = [
  "account.registered",
  "account.verified",
  "account.expired",
  "account.email_changed",
  "account.frozen",
  "password.changed",
  "session.started",
  "session.disowned",
  "factor.added",
  "factor.removed",
  "session.ended",
  "mail.left",
  "mail.wanted",
] as const satisfies (keyof Events)[];
