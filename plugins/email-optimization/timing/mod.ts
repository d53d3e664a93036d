/** When a mail that may wait should go. */
import { kindsThatMayWait } from "../../../core/mail/message.ts";
import type { MailToPrepare } from "../../../core/services/mod.ts";
import { bestHour, inferZone } from "../../../ml/email/send_time.ts";
import type { EmailCtx } from "../ctx.ts";
import type { StoredTiming } from "../message_event.ts";
import type { Reader } from "../reader.ts";
import { readHabits } from "./habits.ts";

const hour_ms = 3_600_000;
/** So much of its life a mail keeps, for its reader and for a server that is away. */
const keptHours = 3;

/** Null for mail that goes at once whatever the hour, and where send time is off. */
export async function timingOf(
  { sql, config }: Pick<EmailCtx, "sql" | "config">,
  { kind, account_id, expires_at }: Pick<MailToPrepare, "kind" | "account_id" | "expires_at">,
  { utc_offset_minutes }: Pick<Reader, "utc_offset_minutes">,
  now_ms = Date.now(),
): Promise<StoredTiming | null> {
  if (!config.send_time || account_id === null || !kindsThatMayWait.has(kind)) return null;
  const habits = await readHabits(sql, account_id);
  const zone = inferZone(habits.habit, utc_offset_minutes === null ? null : { utc_offset_minutes });
  const hours_left = (expires_at.getTime() - now_ms) / hour_ms - keptHours;
  const time_zone = zone.utc_offset_minutes === null ? null : nameOf(zone.utc_offset_minutes);
  const { send_at_ms, ...rest } = bestHour({
    ...habits,
    now_ms,
    hold_hours_max: Math.max(0, Math.min(config.hold_hours, hours_left)),
    time_zone,
  });
  const send_at = new Date(send_at_ms).toISOString();
  return { ...rest, send_at, held_until: rest.reason === "better_hour" ? send_at : null, time_zone };
}

/** 120 as `UTC+02:00`. */
function nameOf(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const far = Math.abs(minutes);
  return `UTC${minutes < 0 ? "-" : "+"}${two(Math.floor(far / 60))}:${two(far % 60)}`;
}
