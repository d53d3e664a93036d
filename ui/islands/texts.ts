/** Words that islands put together themselves, for their strings travel as JSON and so hold no functions. */

/** "Again in {duration}" with its names filled in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replaceAll(
    /\{(\w+)\}/g,
    (whole, name) => Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/** "in 3 minutes", "2 hours ago". */
export function relativeTime(locale: string, when: string, now: number): string {
  const seconds = Math.trunc((Date.parse(when) - now) / 1000);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 60) return words.format(seconds, "second");
  if (size < 3_600) return words.format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return words.format(Math.trunc(seconds / 3_600), "hour");
  return words.format(Math.trunc(seconds / 86_400), "day");
}

/** "45 seconds". */
export function seconds(locale: string, count: number): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "long" }).format(count);
}
