/**
 * Written by `build_bigrams.ts` from the first names and surnames of the United States Census 1990 (public domain).
 * A row for the character before, a column for the one after, both in the order of `symbols`: "9" is any digit, "." any
 * sign, "$" the start and the end. "A" is 0 bits, each letter after it a quarter of a bit more.
 */
export const symbols = "abcdefghijklmnopqrstuvwxyz9.$";
export const scale = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const rows = [
  "eWTUccXYWiZORKiamLRSUYajWdVQS",
  "MUifIlkgQniSgjNkzLZjQolzUtXVT",
  "MfVeOicJQrMSdgMieUecWnjzZcaVX",
  "LbeVKeXcPnfXZbMhtQWbVkYzUiSRP",
  "UYYVVbZbWibMWNaasJQSeYZiScURQ",
  "OghlLMjiOqhQcgNlzLaXUpkziqUVQ",
  "LdheJiURPqkRcYPjtPXaQndzhtSUP",
  "IdhjJikhOpiVYVNkzTdYSodzYtTUP",
  "PbOVNaVjsnZOVJUaiUNRganiqcXaU",
  "IZZcKfcbVjdcZgJctdYdOjezomdOa",
  "MdghJhiZLmeTZYPhtTUiVkdyWsQSN",
  "MYcTKbfeMqcLXiPcugWXWZhzUjVTR",
  "HURiMiggMpgdTkNWteXjVoizXqVTS",
  "OaUPMeRcQiYddQShrdSSdjfzYcQRM",
  "bVWUXbaXclaOTJVYtMQUTZUhXeUVQ",
  "KfgjKblNOrcTejPRzQVbWpjzgwUWR",
  "hjkjsnqidqkkkqqozqjoAslzvvdXY",
  "NaZSMgWeMoZUXVOgnSURVdgzTiSXO",
  "PbRgOihOSoUXYePXjgRLXkbzdgQTM",
  "NgZkLjiNPnfYbcMjzQXNYnezXWTUP",
  "TURROYRcRjZOSOfXpLMRqhmddZchY",
  "IijkHmlkHqjdilQmzcdniqmzesbXY",
  "JdfcKiiTJrdYbUPjzXSdgnkzZpUUQ",
  "LachSaiaLrkVbcTezeVPbkUocnNRJ",
  "RXWVScbahiZQUPVbsVTYceczojMLJ",
  "KcegLlegNsbYYePjifgoUnczVSOYK",
  "zzzzzzzzzzzzzzzzzzzzzzzzzzDzF",
  "TOPRWTRQdZSROXYRiRNTgWSxdczzz",
  "PRPQRVTUZPSPOWaVkQPSmXVqffzzz",
];
