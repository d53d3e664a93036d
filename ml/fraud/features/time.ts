/** The hour, against what is usual here, and how fast the deployment grows right now. */
import { type Feature, log } from "./feature.ts";

const hoursInDay = 24;

export const timeFeatures: Feature[] = [
  {
    name: "time_hour_rare",
    unit: "bits",
    source: "counters",
    about: "How unusual the hour is here for this act: 0 is as usual as any, 1 half as usual.",
    of: ({ at_ms, deployment: { hours } }) => {
      const all = hours.reduce((sum, count) => sum + count, 0);
      const hour = new Date(at_ms).getUTCHours();
      // Two acts an hour are taken for granted, so a young deployment finds nothing rare.
      return Math.log2((all / hoursInDay + 2) / ((hours[hour] ?? 0) + 2));
    },
  },
  {
    name: "time_registrations_surge",
    unit: "log2(1+count)",
    source: "counters",
    about: "Sign-ups of the last hour, as a multiple of a usual hour's.",
    of: ({ counts, deployment: { registrations_per_day } }) =>
      registrations_per_day === null || counts.all === null
        ? null
        // One an hour is usual anywhere.
        : log(
          counts.all.hour.registrations /
            Math.max(1, registrations_per_day / hoursInDay),
        ),
  },
];
