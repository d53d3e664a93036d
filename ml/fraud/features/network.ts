/** The address the request came from, and how much comes from there. */
import { counter, type Feature, yes } from "./feature.ts";

export const networkFeatures: Feature[] = [
  {
    name: "network_datacentre",
    unit: "yes/no",
    source: "lists",
    about: "The address is a datacentre's, where programs live and people do not.",
    of: ({ network }) => yes(network.datacentre),
  },
  {
    name: "network_tor",
    unit: "yes/no",
    source: "lists",
    about: "The address is a Tor exit.",
    of: ({ network }) => yes(network.tor),
  },
  {
    name: "network_country_rare",
    unit: "bits",
    source: "geoip",
    about: "How unusual the country is here: 1 bit more for each halving of its share of acts.",
    of: ({ network, deployment: { country } }) =>
      network.country === null || country === null
        ? null
        // Ten acts of each country are taken for granted: a young deployment knows no rare one yet.
        : Math.log2((country.all + 10) / (country.same + 10)),
  },
  counter("ip_tries_minute", "Whatever came from this address within the minute.", ["ip", "minute", "tries"]),
  counter("ip_tries_hour", "Whatever came from this address within the hour.", ["ip", "hour", "tries"]),
  counter("ip_tries_day", "Whatever came from this address within the day.", ["ip", "day", "tries"]),
  counter("ip_subjects_minute", "Different accounts named from this address within the minute.", [
    "ip",
    "minute",
    "subjects",
  ]),
  counter("ip_subjects_hour", "Different accounts named from this address within the hour.", [
    "ip",
    "hour",
    "subjects",
  ]),
  counter("ip_registrations_hour", "Sign-ups from this address within the hour.", [
    "ip",
    "hour",
    "registrations",
  ]),
  counter("ip_registrations_day", "Sign-ups from this address within the day.", [
    "ip",
    "day",
    "registrations",
  ]),
  counter("block_tries_hour", "Whatever came from this block of addresses within the hour.", [
    "block",
    "hour",
    "tries",
  ]),
  counter("block_subjects_day", "Different accounts named from this block within the day.", [
    "block",
    "day",
    "subjects",
  ]),
  counter("block_registrations_minute", "Sign-ups from this block within the minute.", [
    "block",
    "minute",
    "registrations",
  ]),
  counter("block_registrations_hour", "Sign-ups from this block within the hour.", [
    "block",
    "hour",
    "registrations",
  ]),
  counter("block_registrations_day", "Sign-ups from this block within the day.", [
    "block",
    "day",
    "registrations",
  ]),
];
