/** What the schema of the settings cannot see by itself: looked at once, at start. */
import type { MfaCtx } from "./ctx.ts";
import { dayToDate } from "./policy.ts";

/** @throws Error naming the variable and what is wrong with it */
export function checkSettings({ config, log }: Pick<MfaCtx, "config" | "log">): void {
  const { required_from: day, policy } = config;
  if (day === null) return;
  const date = dayToDate(day);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) {
    throw new Error(`MFA_REQUIRED_FROM: expected a day that exists, got ${day}`);
  }
  if (policy !== "required") log.warn("mfa.required_from_unused", { policy });
}
