/** What is measured of an act, for operators, in English. */
import { featureWriter, grouped } from "./feature_words.ts";

const { number, count, share, times, flag, scale } = featureWriter("en-GB", {
  yes: "yes",
  no: "no",
  unknown: "not known",
  unit: (unit, n) =>
    unit === "times"
      ? `${n} times`
      : unit === "characters"
      ? (n === "1" ? "1 character" : `${n} characters`)
      : unit === "edits"
      ? (n === "1" ? "1 letter" : `${n} letters`)
      : n === "1"
      ? "1 bit"
      : `${n} bits`,
  says: (label, value) => `${label}: ${value}`,
  had: (label, value, instead_of) => `had “${label}” been ${value} instead of ${instead_of}`,
});

const act = (label: string, noun: string) =>
  flag(label, [`This is a ${noun}`, `had this been a ${noun}`], [
    `This is no ${noun}`,
    `had this been no ${noun}`,
  ]);

const actFeatures = grouped("act", {
  act_register: act("Sign-up", "sign-up"),
  act_sign_in: act("Sign-in", "sign-in"),
  act_reset_password: act("Password reset", "password reset"),
  act_change_email: act("Change of address", "change of address"),
});

const emailFeatures = grouped("email", {
  email_disposable: flag(
    "Throw-away mail domain",
    ["The mail domain lends addresses to anybody for minutes", "had the mail domain been a throw-away one"],
    ["The mail domain is no known throw-away one", "had the mail domain not been a throw-away one"],
  ),
  email_free_provider: flag(
    "Big mail provider",
    [
      "The address is with one of the big mail providers, where it costs nothing",
      "had the address been with a big mail provider",
    ],
    ["The address is with none of the big mail providers", "had the address been with a domain of its own"],
  ),
  email_without_mx: flag(
    "Mail domain takes no mail",
    ["The mail domain takes no mail", "had the mail domain taken no mail"],
    ["The mail domain takes mail", "had the mail domain taken mail"],
  ),
  email_plus: flag(
    "Plus-addressing",
    ["The address has a plus part: many such addresses are one mailbox", "had the address had a plus part"],
    ["The address has no plus part", "had the address had no plus part"],
  ),
  email_dots: number("count", "Dots before the @"),
  email_digits: share("Digits among the characters before the @"),
  email_length: number("characters", "Length of the part before the @"),
  email_bits: number(
    "bits",
    "How random the part before the @ looks (3 to 5 bits a character is usual, 6 and more random)",
  ),
  email_domain_bits: number("bits", "How random the mail domain looks (3 to 5 bits a character is usual)"),
  email_same_recently: count("Sign-ups of the last day with the same letters before the @"),
  email_near_recently: number(
    "edits",
    "Letters between this address and the nearest one of the last day’s sign-ups (4: none is near)",
  ),
  email_domain_registrations_hour: count("Sign-ups with this mail domain within the hour"),
  email_domain_registrations_day: count("Sign-ups with this mail domain within the day"),
});

const networkFeatures = grouped("network", {
  network_datacentre: flag(
    "Datacentre",
    [
      "The address is a datacentre’s, where programs live and people do not",
      "had the address been a datacentre’s",
    ],
    ["The address is in no known datacentre", "had the address not been a datacentre’s"],
  ),
  network_tor: flag(
    "Tor exit",
    ["The address is a Tor exit", "had the address been a Tor exit"],
    ["The address is no known Tor exit", "had the address not been a Tor exit"],
  ),
  network_country_rare: number("bits", "How unusual the country is here (one bit more halves its share)"),
  ip_tries_minute: count("Tries of every kind from this address within the minute"),
  ip_tries_hour: count("Tries of every kind from this address within the hour"),
  ip_tries_day: count("Tries of every kind from this address within the day"),
  ip_subjects_minute: count("Accounts named from this address within the minute"),
  ip_subjects_hour: count("Accounts named from this address within the hour"),
  ip_registrations_hour: count("Sign-ups from this address within the hour"),
  ip_registrations_day: count("Sign-ups from this address within the day"),
  block_tries_hour: count("Tries of every kind from this block of addresses within the hour"),
  block_subjects_day: count("Accounts named from this block of addresses within the day"),
  block_registrations_minute: count("Sign-ups from this block of addresses within the minute"),
  block_registrations_hour: count("Sign-ups from this block of addresses within the hour"),
  block_registrations_day: count("Sign-ups from this block of addresses within the day"),
});

const clientFeatures = grouped("client", {
  client_program: flag(
    "Calls itself a program",
    [
      "The client calls itself a program or a headless browser, or nothing at all",
      "had the client called itself a program",
    ],
    ["The client calls itself a browser", "had the client called itself a browser"],
  ),
  client_api: flag(
    "Came to the API",
    ["It came to the API and not through a page", "had it come to the API and not through a page"],
    ["It came through a page", "had it come through a page"],
  ),
  client_automation: flag(
    "Driven by a program",
    ["The browser says that a program drives it", "had the browser said that a program drives it"],
    [
      "The browser does not say that a program drives it",
      "had the browser not said that a program drives it",
    ],
  ),
  client_contradictions: number("count", "Headers and hints that the claimed browser would not send"),
  client_unknown_browser: flag(
    "Unknown browser",
    [
      "The client is neither Chromium nor Firefox nor Safari",
      "had the client been neither Chromium nor Firefox nor Safari",
    ],
    ["The client is a known browser", "had the client been a known browser"],
  ),
  client_headers: number("count", "Header fields of the request (programs send few)"),
  client_rare: number("bits", "How unusual this kind of client is here (one bit more halves its share)"),
  client_language_foreign: scale("Language against the place", [
    [0.25, "The client reads a language of the country it is in"],
    [0.75, "The client reads only English, which is not the country’s language"],
    [1, "The client reads no language of the country it is in"],
  ]),
  client_time_zone_gap: number("hours", "Between the clock of the browser and that of its place"),
  client_time_zone_untrue: flag(
    "Untrue time zone",
    [
      "The time zone that the browser tells does not go with its clock",
      "had the time zone not gone with the clock",
    ],
    ["The time zone that the browser tells goes with its clock", "had the time zone gone with the clock"],
  ),
  client_odd_screen: flag(
    "Odd screen",
    ["The screen is one that headless browsers have, or none has", "had the screen been an odd one"],
    ["The screen is one that people have", "had the screen been one that people have"],
  ),
});

const formFeatures = grouped("form", {
  form_shown: number("log2(1+seconds)", "From the page being made to the form being sent"),
  form_trap: flag(
    "Hidden field filled in",
    ["A field that no person sees was filled in", "had the hidden field been filled in"],
    ["The field that no person sees was left empty", "had the hidden field been left empty"],
  ),
  form_unscripted: flag(
    "No word from the page’s script",
    ["The page’s script told nothing: it is off, or there was no page", "had the page’s script told nothing"],
    ["The page’s script ran", "had the page’s script run"],
  ),
  form_pasted: share("Fields that were pasted"),
  form_filled: share("Fields that the browser or a password manager filled in"),
  form_untouched: share("Fields with text that nobody typed, pasted or filled in"),
  form_hold: number("milliseconds", "How long a key is held down (people: some 60 to 140)"),
  form_gap: number("milliseconds", "From one key to the next"),
  form_unevenness: share("How unevenly the keys follow each other (near 0 is a machine’s)"),
  form_pointer_moves: count("Moves of the pointer on the page"),
  form_visible: share("Part of the time in which the page was looked at"),
});

const timeFeatures = grouped("time", {
  time_hour_rare: number("bits", "How unusual the hour is here (0: as usual as any; 1: half as usual)"),
  time_registrations_surge: times("Sign-ups of the last hour, against a usual hour"),
  all_failed_hour: share("Of everything here within the hour, what failed"),
  all_failed_day: share("Of everything here within the day, what failed"),
});

const sharingFeatures = grouped("sharing", {
  device_accounts: count("Other accounts on this very device in 30 days"),
  machine_accounts: count("Other accounts with this kind of client and block of addresses in 30 days"),
  block_accounts: count("Other accounts in this block of addresses in 30 days"),
  password_accounts: count("Other accounts with the same password"),
  shared_bad_accounts: count("Bad accounts that share something with this act"),
  shared_good_accounts: count("Good accounts that share something with this act"),
  ring_accounts: count("Accounts in the ring it belongs to"),
  ring_risk: share("Risk that flows to it from the accounts it is joined with"),
  machine_registrations_hour: count("Sign-ups with this kind of client in this block within the hour"),
  machine_registrations_day: count("Sign-ups with this kind of client in this block within the day"),
  machine_subjects_hour: count("Accounts named with this kind of client in this block within the hour"),
  device_subjects_day: count("Accounts named on this very device within the day"),
  client_registrations_hour: count("Sign-ups with this kind of client, wherever, within the hour"),
  password_subjects_hour: count("Accounts this password was tried on within the hour"),
  password_subjects_day: count("Accounts this password was tried on within the day"),
});

const failureFeatures = grouped("failures", {
  ip_failures_minute: count("Failures from this address within the minute"),
  ip_failures_hour: count("Failures from this address within the hour"),
  ip_failures_day: count("Failures from this address within the day"),
  ip_failed_hour: share("Of what came from this address within the hour, what failed"),
  ip_probes_hour: count("Accounts asked for in vain, or again, from this address within the hour"),
  block_failures_hour: count("Failures from this block of addresses within the hour"),
  block_probes_day: count("Accounts asked for in vain, or again, from this block within the day"),
  machine_failures_hour: count("Failures with this kind of client in this block within the hour"),
  client_failures_hour: count("Failures with this kind of client, wherever, within the hour"),
  client_failed_hour: share("Of what this kind of client did within the hour, what failed"),
  account_failures_hour: count("Failures on this account within the hour"),
  account_failures_day: count("Failures on this account within the day"),
  account_sources_day: count("Blocks of addresses that tried this account within the day"),
  account_resets_day: count("Password resets of this account within the day"),
  identifier_tries_hour: count("Tries that named the account in this way within the hour"),
});

const historyFeatures = grouped("history", {
  history_age: number("log2(1+days)", "Age of the account"),
  history_sign_ins: count("Sign-ins before this one (30 are looked at)"),
  history_since: number("log2(1+days)", "Since the sign-in before"),
  history_device_new: flag(
    "New device",
    ["The account was never signed in to on this device", "had this device never been seen before"],
    ["The account was signed in to on this device before", "had this device been seen before"],
  ),
  history_client_new: flag(
    "New kind of client",
    [
      "No sign-in before came from this kind of client",
      "had this kind of client never been seen on the account",
    ],
    [
      "Sign-ins before came from this kind of client",
      "had this kind of client been seen on the account before",
    ],
  ),
  history_block_new: flag(
    "New block of addresses",
    ["No sign-in before came from this block of addresses", "had this block of addresses been a new one"],
    ["Sign-ins before came from this block of addresses", "had sign-ins before come from this block"],
  ),
  history_network_new: flag(
    "New network",
    [
      "No sign-in before came through this provider’s network",
      "had this provider’s network been a new one",
    ],
    [
      "Sign-ins before came through this provider’s network",
      "had sign-ins before come through this provider’s network",
    ],
  ),
  history_country_new: flag(
    "New country",
    ["No sign-in before came from this country", "had this country been a new one"],
    ["Sign-ins before came from this country", "had sign-ins before come from this country"],
  ),
  history_distance: number("log2(1+km)", "To the nearest place of a sign-in before"),
  history_speed: number("log2(1+km/h)", "Speed needed from the sign-in before (an aeroplane: 900 km/h)"),
  history_hours: number("hours", "To the nearest time of day of a sign-in before"),
  history_password_changed: number("log2(1+days)", "Since the password was changed or reset"),
  history_email_changed: number("log2(1+days)", "Since the address was changed"),
  history_second_factor: flag(
    "Second factor",
    ["The account has a second factor", "had the account had a second factor"],
    ["The account has no second factor", "had the account had no second factor"],
  ),
  history_disowned: count("Sessions that the owner disowned in 30 days"),
});

export const fraudFeatures = {
  ...actFeatures,
  ...emailFeatures,
  ...networkFeatures,
  ...clientFeatures,
  ...formFeatures,
  ...timeFeatures,
  ...sharingFeatures,
  ...failureFeatures,
  ...historyFeatures,
};
