/** When people are told again that a recovery waits. Pure. */

const DAY = 86_400_000;

/** At half of the time, and a day before its end where that comes later. In order. */
export function noticeTimes(proven_at: Date, due_at: Date): Date[] {
  const [begin, due] = [proven_at.getTime(), due_at.getTime()];
  const half = begin + (due - begin) / 2;
  const day_before = due - DAY;
  return (day_before > half ? [half, day_before] : [half]).map((time) => new Date(time));
}

/**
 * @param sent how many notices there were
 * @returns how many there should have been by now, and when to look again
 */
export function noticesDue(
  times: Date[],
  due_at: Date,
  sent: number,
  now: Date,
): { notices: number; next: Date } {
  const passed = times.filter((time) => time <= now).length;
  return { notices: Math.max(sent, passed), next: times[passed] ?? due_at };
}
