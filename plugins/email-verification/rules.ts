/** Pure rules of the verification: codes and reminders. */
import { randomInt } from "node:crypto";

/** Six digits, evenly random. */
export function newCode(): string {
  return String(randomInt(0, 1_000_000)).padStart(6, "0");
}

/** What somebody typed or pasted: groups and dashes do not matter. Null when it is not six digits. */
export function readCode(typed: string): string | null {
  const digits = typed.normalize("NFKC").replace(/[\s\u2010-\u2015-]/g, "");
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}

/**
 * When the next reminder is due; null when there is none, or it would come with or after the end.
 * @param reminded how many were sent
 * @param hours of the first and the second; 0 for none
 */
export function nextReminder(
  { issued_at, expires_at, reminded }: { issued_at: Date; expires_at: Date; reminded: number },
  hours: number[],
): Date | null {
  const planned = hours.filter((hour) => hour > 0).toSorted((a, b) => a - b);
  const hour = planned.at(reminded);
  if (hour === undefined) return null;
  const due = new Date(issued_at.getTime() + hour * 3_600_000);
  return due < expires_at ? due : null;
}
