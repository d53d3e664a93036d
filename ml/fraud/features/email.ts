/** The shape of the address. */
import { isDisposable, isFreeProvider } from "../../lists/domains.ts";
import { type Evidence, normaliseLocalPart } from "./evidence.ts";
import { counter, type Feature, log, yes } from "./feature.ts";
import { bitsPerCharacter, edits } from "./local_part.ts";

const share = (text: string, of: RegExp): number | null =>
  text === "" ? null : (text.match(of)?.length ?? 0) / text.length;

/** More edits than this are another address. */
const editsMost = 3;

function nearest({ email, recent_local_parts }: Evidence): number | null {
  if (!email || recent_local_parts === null) return null;
  const own = normaliseLocalPart(email.local_part);
  let least = editsMost + 1;
  for (const other of recent_local_parts) {
    // Three edits make any four letters of any others.
    const most = Math.min(least - 1, Math.floor(own.length / 3));
    if (most < 0) break;
    const needed = edits(own, other, most);
    if (needed <= most) least = needed;
  }
  return least;
}

export const emailFeatures: Feature[] = [
  {
    name: "email_disposable",
    unit: "yes/no",
    source: "lists",
    about: "The domain lends addresses to anybody for minutes.",
    of: ({ email }) => yes(email && isDisposable(email.domain)),
  },
  {
    name: "email_free_provider",
    unit: "yes/no",
    source: "lists",
    about: "The domain is one of the big providers, where an address costs nothing.",
    of: ({ email }) => yes(email && isFreeProvider(email.domain)),
  },
  {
    name: "email_without_mx",
    unit: "yes/no",
    source: "lists",
    about: "The domain takes no mail.",
    of: ({ email }) => yes(email && (email.mx === null ? null : !email.mx)),
  },
  {
    name: "email_plus",
    unit: "yes/no",
    source: "request",
    about: "Plus-addressing: many addresses that are one mailbox.",
    of: ({ email }) => yes(email && email.local_part.includes("+")),
  },
  {
    name: "email_dots",
    unit: "count",
    source: "request",
    about: "Dots in the local part; some providers do not see them, so they make many addresses of one.",
    of: ({ email }) => email && email.local_part.split(".").length - 1,
  },
  {
    name: "email_digits",
    unit: "share",
    source: "request",
    about: "Digits among the characters of the local part.",
    of: ({ email }) => email && share(email.local_part, /\d/g),
  },
  {
    name: "email_length",
    unit: "characters",
    source: "request",
    about: "Length of the local part.",
    of: ({ email }) => email && email.local_part.length,
  },
  {
    name: "email_bits",
    unit: "bits",
    source: "request",
    about:
      "Surprise of a character of the local part under a model of names: 3 to 5 is usual, 6 and more random.",
    of: ({ email }) => email && bitsPerCharacter(email.local_part),
  },
  {
    name: "email_domain_bits",
    unit: "bits",
    source: "request",
    about: "The same of the domain without its last part.",
    of: ({ email }) => email && bitsPerCharacter(email.domain.split(".").slice(0, -1).join(".")),
  },
  {
    name: "email_same_recently",
    unit: "log2(1+count)",
    source: "counters",
    about: "Sign-ups of the last day whose local part has the same letters in the same order.",
    of: ({ email, recent_local_parts: recent }) => {
      if (!email || recent === null) return null;
      const own = normaliseLocalPart(email.local_part);
      return log(recent.filter((other) => other === own).length);
    },
  },
  {
    name: "email_near_recently",
    unit: "edits",
    source: "counters",
    about: "Letters to change to make it a local part of the last day's sign-ups; 4: none is near.",
    of: nearest,
  },
  counter(
    "email_domain_registrations_hour",
    "Sign-ups with this mail domain within the hour.",
    [
      "domain",
      "hour",
      "registrations",
    ],
  ),
  counter(
    "email_domain_registrations_day",
    "Sign-ups with this mail domain within the day.",
    [
      "domain",
      "day",
      "registrations",
    ],
  ),
];
