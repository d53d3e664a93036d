import { describeDevice } from "./device_words.ts";

/** Every kind of date and number a page or a mail prints, in one language. Times are printed in UTC and say so. */
export interface Formats {
  /** "22 Nov 2026, 17:05 UTC" */
  dateTime(when: Date | string): string;
  /** "22 November 2026" */
  date(when: Date | string): string;
  /** "in 3 minutes", "2 hours ago"; `now` is passed so that a test can hold it still. */
  relative(when: Date | string, now?: Date): string;
  /** "45 seconds", "2 minutes", "24 hours": the largest unit that loses nothing worth knowing. */
  duration(seconds: number): string;
  number(value: number): string;
  /** "Firefox · Linux" from a `User-Agent`; null when it says nothing that people would recognise. */
  device(user_agent: string | null): string | null;
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

export function formatsFor(locale: string): Formats {
  const date_time = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
    timeZoneName: "short",
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const number = new Intl.NumberFormat(locale);
  const duration = (seconds: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(seconds);

  return {
    dateTime: (when) => date_time.format(new Date(when)),
    date: (when) => date.format(new Date(when)),
    relative(when, now = new Date()) {
      const seconds = (new Date(when).getTime() - now.getTime()) / 1000;
      for (const [unit, size] of units) {
        if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
      }
      return relative.format(Math.trunc(seconds), "second");
    },
    duration(seconds) {
      const whole = Math.max(0, Math.ceil(seconds));
      if (whole < 120) return duration(whole, "second");
      if (whole < 7_200) return duration(Math.ceil(whole / 60), "minute");
      // Up to two days a mail says "24 hours", which is what people compare with a clock.
      if (whole <= 172_800) return duration(Math.ceil(whole / 3_600), "hour");
      return duration(Math.ceil(whole / 86_400), "day");
    },
    number: (value) => number.format(value),
    // Names of products are the same in every language.
    device: describeDevice,
  };
}
