/** What the act shares with others: the device, the kind of client in one place, the password, a ring. */
import { counter, type Feature, log } from "./feature.ts";

export const sharingFeatures: Feature[] = [
  {
    name: "device_accounts",
    unit: "log2(1+count)",
    source: "counters",
    about: "Other accounts that signed in on this very device in 30 days.",
    of: ({ sharing }) => log(sharing.device_accounts),
  },
  {
    name: "machine_accounts",
    unit: "log2(1+count)",
    source: "counters",
    about: "Other accounts with the same kind of client in the same block of addresses in 30 days.",
    of: ({ sharing }) => log(sharing.machine_accounts),
  },
  {
    name: "block_accounts",
    unit: "log2(1+count)",
    source: "counters",
    about: "Other accounts in the same block of addresses in 30 days.",
    of: ({ sharing }) => log(sharing.block_accounts),
  },
  {
    name: "password_accounts",
    unit: "log2(1+count)",
    source: "counters",
    about: "Other accounts that use the same password, by its keyed tag.",
    of: ({ sharing }) => log(sharing.password_accounts),
  },
  {
    name: "shared_bad_accounts",
    unit: "log2(1+count)",
    source: "account",
    about: "Of the accounts it shares something with, those called bad or whose sessions were disowned.",
    of: ({ sharing }) => log(sharing.bad_accounts),
  },
  {
    name: "shared_good_accounts",
    unit: "log2(1+count)",
    source: "account",
    about: "Of the accounts it shares something with, those an operator called good.",
    of: ({ sharing }) => log(sharing.good_accounts),
  },
  {
    name: "ring_accounts",
    unit: "log2(1+count)",
    source: "rings",
    about: "Accounts in the ring it belongs to.",
    of: ({ sharing }) => log(sharing.ring?.accounts),
  },
  {
    name: "ring_risk",
    unit: "share",
    source: "rings",
    about: "Risk that flows to it from the accounts it is joined with.",
    of: ({ sharing }) => sharing.ring?.risk ?? null,
  },
  counter(
    "machine_registrations_hour",
    "Sign-ups with this kind of client in this block within the hour.",
    [
      "machine",
      "hour",
      "registrations",
    ],
  ),
  counter(
    "machine_registrations_day",
    "Sign-ups with this kind of client in this block within the day.",
    [
      "machine",
      "day",
      "registrations",
    ],
  ),
  counter(
    "machine_subjects_hour",
    "Accounts named with this kind of client in this block within the hour.",
    [
      "machine",
      "hour",
      "subjects",
    ],
  ),
  counter(
    "device_subjects_day",
    "Accounts named on this very device within the day.",
    [
      "device",
      "day",
      "subjects",
    ],
  ),
  counter(
    "client_registrations_hour",
    "Sign-ups with this kind of client, wherever, within the hour.",
    [
      "client",
      "hour",
      "registrations",
    ],
  ),
  counter(
    "password_subjects_hour",
    "Accounts this password was tried on within the hour.",
    [
      "password",
      "hour",
      "subjects",
    ],
  ),
  counter(
    "password_subjects_day",
    "Accounts this password was tried on within the day.",
    [
      "password",
      "day",
      "subjects",
    ],
  ),
];
