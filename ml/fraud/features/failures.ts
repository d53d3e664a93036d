/** What has failed around the act: wrong passwords, accounts that are not there, resets. */
import type { Key, Window } from "./counting.ts";
import type { Evidence } from "./evidence.ts";
import { counter, type Feature } from "./feature.ts";

/** Two tries that did not fail are taken for granted, so that the first mistake is not "all of them". */
function failed({ counts }: Evidence, key: Key, window: Window): number | null {
  const counted = counts[key]?.[window];
  return counted ? counted.failures / (counted.tries + 2) : null;
}

const failedShare = (
  name: string,
  about: string,
  key: Key,
  window: Window,
): Feature => ({
  name,
  about,
  unit: "share",
  source: "counters",
  of: (e) => failed(e, key, window),
});

export const failureFeatures: Feature[] = [
  counter(
    "ip_failures_minute",
    "Failures from this address within the minute.",
    ["ip", "minute", "failures"],
  ),
  counter("ip_failures_hour", "Failures from this address within the hour.", [
    "ip",
    "hour",
    "failures",
  ]),
  counter("ip_failures_day", "Failures from this address within the day.", [
    "ip",
    "day",
    "failures",
  ]),
  failedShare(
    "ip_failed_hour",
    "Of what came from this address within the hour, what failed.",
    "ip",
    "hour",
  ),
  counter(
    "ip_probes_hour",
    "Accounts asked for from this address in vain, or again, within the hour.",
    [
      "ip",
      "hour",
      "probes",
    ],
  ),
  counter(
    "block_failures_hour",
    "Failures from this block of addresses within the hour.",
    [
      "block",
      "hour",
      "failures",
    ],
  ),
  counter(
    "block_probes_day",
    "Accounts asked for from this block in vain, or again, within the day.",
    [
      "block",
      "day",
      "probes",
    ],
  ),
  counter(
    "machine_failures_hour",
    "Failures with this kind of client in this block within the hour.",
    [
      "machine",
      "hour",
      "failures",
    ],
  ),
  counter(
    "client_failures_hour",
    "Failures with this kind of client, wherever, within the hour.",
    [
      "client",
      "hour",
      "failures",
    ],
  ),
  failedShare(
    "client_failed_hour",
    "Of what this kind of client did within the hour, what failed.",
    "client",
    "hour",
  ),
  counter(
    "account_failures_hour",
    "Failures on this account within the hour.",
    [
      "account",
      "hour",
      "failures",
    ],
  ),
  counter("account_failures_day", "Failures on this account within the day.", [
    "account",
    "day",
    "failures",
  ]),
  counter(
    "account_sources_day",
    "Different blocks of addresses that tried this account within the day.",
    [
      "account",
      "day",
      "sources",
    ],
  ),
  counter(
    "account_resets_day",
    "Resets of the password asked for or made within the day.",
    [
      "account",
      "day",
      "resets",
    ],
  ),
  counter(
    "identifier_tries_hour",
    "Whatever named this account as it was named now, within the hour.",
    [
      "identifier",
      "hour",
      "tries",
    ],
  ),
  failedShare(
    "all_failed_hour",
    "Of everything within the hour, what failed: high while somebody attacks.",
    "all",
    "hour",
  ),
  failedShare(
    "all_failed_day",
    "Of everything within the day, what failed.",
    "all",
    "day",
  ),
];
