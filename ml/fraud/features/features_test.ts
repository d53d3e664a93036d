import { expect } from "expect";
import type { Counts, Key, Window } from "./counting.ts";
import type { Evidence } from "./evidence.ts";
import { featureNames, features, vectorOf } from "./mod.ts";
import { readme, withTable } from "./table.ts";
import { type Deep, pastSignIn, sample, sampleCounted, sampleTime, typedField } from "./sample.ts";

type Change = Deep<Evidence>;
/** What it is for a suspicious act, for an innocent one, and what makes it unknown; null: it is always known. */
type Row = [name: string, suspicious: [Change, number], innocent: [Change, number], unknown: Change | null];

const noEmail: Change = { email: null };
const noForm: Change = { client: { form: null } };
const noScript: Change = { client: { form: { script: null } } };
const noHistory: Change = { history: null };
const program: Change = { client: { user_agent: "python-requests/2.32.3" } };
const script = (change: Deep<NonNullable<NonNullable<Evidence["client"]["form"]>["script"]>>): Change => ({
  client: { form: { script: change } },
});
const email = (local_part: string, domain = "gmx.de"): Change => ({ email: { local_part, domain } });
const typed = (change: Parameters<typeof typedField>[0]): Change =>
  script({ fields: { email: typedField(), password: typedField(change) } });
const both = (change: Parameters<typeof typedField>[0]): Change =>
  script({ fields: { email: typedField(change), password: typedField(change) } });
const past = (change: Parameters<typeof pastSignIn>[0]): Change => ({
  history: { sign_ins: [pastSignIn(change)] },
});
const recent = (...recent_local_parts: string[]): Change => ({ recent_local_parts });
const sharing = (change: Deep<Evidence["sharing"]>): Change => ({ sharing: change });
const hour = 3_600_000;
const day = 24 * hour;
const paris = { latitude: 48.86, longitude: 2.35, country: "FR", time_zone: "Europe/Paris" };
const sydney = { latitude: -33.87, longitude: 151.21, country: "AU", time_zone: "Australia/Sydney" };
const quietHours = (of: number) => Array.from({ length: 24 }, (_, i) => i === 17 ? of : 100);

const rows: Row[] = [
  ["act_register", [{ act: "register" }, 1], [{}, 0], null],
  ["act_sign_in", [{ act: "sign_in" }, 1], [{ act: "register" }, 0], null],
  ["act_reset_password", [{ act: "reset_password" }, 1], [{}, 0], null],
  ["act_change_email", [{ act: "change_email" }, 1], [{}, 0], null],

  ["email_disposable", [email("a", "mailinator.com"), 1], [email("a", "gmail.com"), 0], noEmail],
  [
    "email_disposable",
    [email("a", "x.y.mailinator.com"), 1],
    [email("a", "mailinator.com.example"), 0],
    noEmail,
  ],
  ["email_free_provider", [email("a", "gmail.com"), 1], [email("a", "firm.example"), 0], noEmail],
  ["email_without_mx", [{ email: { mx: false } }, 1], [{ email: { mx: true } }, 0], { email: { mx: null } }],
  ["email_plus", [email("anna+7"), 1], [email("anna"), 0], noEmail],
  ["email_dots", [email("a.n.n.a"), 3], [email("anna"), 0], noEmail],
  ["email_digits", [email("a1234567"), 0.875], [email("anna"), 0], noEmail],
  ["email_length", [email("x".repeat(40)), 40], [email("anna"), 4], noEmail],
  ["email_bits", [email("xkqzvbw"), 9.25], [email("anna.schmidt"), 4.02], email("安娜安娜")],
  [
    "email_domain_bits",
    [email("a", "qxzkvw.xyz"), 8.68],
    [email("a", "miller.example"), 3.0],
    email("a", "xyz"),
  ],
  [
    "email_same_recently",
    [
      { ...email("j.doe+9"), ...recent("jdoe", "jdoe", "jdoe") },
      2,
    ],
    [recent("jdoe"), 0],
    { recent_local_parts: null },
  ],
  [
    "email_near_recently",
    [
      { ...email("jonathan"), ...recent("peterson", "jonathon") },
      1,
    ],
    [recent("peterson"), 4],
    { recent_local_parts: null },
  ],

  ["network_datacentre", [{ network: { datacentre: true } }, 1], [{}, 0], { network: { datacentre: null } }],
  ["network_tor", [{ network: { tor: true } }, 1], [{}, 0], { network: { tor: null } }],
  [
    "network_country_rare",
    [
      { deployment: { country: { same: 0, all: 1590 } } },
      Math.log2(160),
    ],
    [{ deployment: { country: { same: 990, all: 990 } } }, 0],
    { deployment: { country: null } },
  ],

  ["client_program", [program, 1], [{}, 0], null],
  ["client_program", [{ client: { user_agent: null } }, 1], [{}, 0], null],
  ["client_api", [{ client: { surface: "api" } }, 1], [{}, 0], null],
  ["client_automation", [script({ automation: true }), 1], [{}, 0], noScript],
  [
    "client_contradictions",
    [{ client: { headers: { "sec-ch-ua-platform": '"Linux"' } } }, 1],
    [{}, 0],
    program,
  ],
  ["client_unknown_browser", [program, 1], [{}, 0], null],
  ["client_headers", [{ client: { header_names: ["host", "accept"] } }, 2], [{}, 10], null],
  [
    "client_rare",
    [
      { deployment: { client: { same: 0, all: 1270 } } },
      7,
    ],
    [{ deployment: { client: { same: 800, all: 800 } } }, 0],
    null,
  ],
  [
    "client_language_foreign",
    [
      { client: { headers: { "accept-language": "vi-VN,vi;q=0.9" } } },
      1,
    ],
    [{}, 0],
    { network: { country: null } },
  ],
  ["client_time_zone_gap", [{ network: sydney }, 8], [{ network: paris }, 0], noScript],
  [
    "client_time_zone_gap",
    [
      { network: { time_zone: null, country: "JP" } },
      7,
    ],
    [{ network: { time_zone: null } }, 0],
    { network: { time_zone: null, country: null } },
  ],
  ["client_time_zone_gap", [{ network: sydney }, 8], [
    // A calendar apart, and the same on every clock's face.
    { ...script({ utc_offset_minutes: -660 }), network: { time_zone: "Pacific/Apia" } },
    0,
  ], script({ utc_offset_minutes: null })],
  ["client_time_zone_untrue", [script({ utc_offset_minutes: 0 }), 1], [{}, 0], script({ time_zone: null })],
  ["client_odd_screen", [script({ screen: [800, 600] }), 1], [{}, 0], script({ screen: null })],

  ["form_shown", [{ client: { form: { shown_ms: 0 } } }, 0], [{}, 4], {
    client: { form: { shown_ms: null } },
  }],
  ["form_trap", [{ client: { form: { trap_filled: true } } }, 1], [{}, 0], noForm],
  ["form_unscripted", [noScript, 1], [{}, 0], { client: { surface: "api" } }],
  ["form_pasted", [typed({ pasted: true }), 0.5], [{}, 0], noScript],
  ["form_filled", [both({ filled: true }), 1], [{}, 0], noScript],
  ["form_untouched", [both({ keys: 0 }), 1], [both({ keys: 0, filled: true }), 0], noScript],
  ["form_hold", [both({ hold_ms: 3 }), 3], [{}, 95], both({ hold_ms: null })],
  ["form_gap", [both({ gap_ms: 11 }), 11], [{}, 200], both({ keys: 1 })],
  ["form_unevenness", [both({ gap_sd_ms: 2 }), 0.01], [{}, 0.6], both({ gap_sd_ms: null })],
  ["form_pointer_moves", [script({ pointer_moves: 0 }), 0], [{}, 6], noScript],
  ["form_visible", [script({ visible_ms: 1500 }), 0.1], [{}, 1], { client: { form: { shown_ms: null } } }],

  [
    "time_hour_rare",
    [
      { deployment: { hours: quietHours(0) } },
      Math.log2((2300 / 24 + 2) / 2),
    ],
    [{}, 0],
    null,
  ],
  [
    "time_registrations_surge",
    [
      { counts: { all: { hour: { registrations: 31 } } } },
      5,
    ],
    [{}, 0],
    { deployment: { registrations_per_day: null } },
  ],

  ["device_accounts", [sharing({ device_accounts: 7 }), 3], [{}, 0], sharing({ device_accounts: null })],
  ["machine_accounts", [sharing({ machine_accounts: 31 }), 5], [{}, 0], sharing({ machine_accounts: null })],
  ["block_accounts", [sharing({ block_accounts: 63 }), 6], [{}, 0], sharing({ block_accounts: null })],
  [
    "password_accounts",
    [sharing({ password_accounts: 15 }), 4],
    [{}, 0],
    sharing({ password_accounts: null }),
  ],
  ["shared_bad_accounts", [sharing({ bad_accounts: 3 }), 2], [{}, 0], sharing({ bad_accounts: null })],
  ["shared_good_accounts", [{}, 0], [sharing({ good_accounts: 1 }), 1], sharing({ good_accounts: null })],
  ["ring_accounts", [sharing({ ring: { accounts: 31 } }), 5], [{}, 0], sharing({ ring: null })],
  ["ring_risk", [sharing({ ring: { risk: 0.9 } }), 0.9], [{}, 0], sharing({ ring: null })],

  ...(["ip_failed_hour", "client_failed_hour", "all_failed_hour", "all_failed_day"] as const).map(
    (name): Row => {
      const [key, , window] = name.split("_");
      return [
        name,
        [{ counts: { [key]: { [window]: { tries: 2, failures: 2 } } } }, 0.5],
        [{ counts: { [key]: { [window]: { tries: 98, failures: 0 } } } }, 0],
        { counts: { [key]: null } },
      ];
    },
  ),

  ["history_age", [{ history: { age_ms: 0 } }, 0], [{}, 8], noHistory],
  ["history_sign_ins", [{ history: { sign_ins: [] } }, 0], [{}, Math.log2(3)], noHistory],
  ["history_since", [past({ at_ms: sampleTime - 255 * day }), 8], [past({ at_ms: sampleTime - day }), 1], {
    history: { sign_ins: [] },
  }],
  ["history_device_new", [{ history: { device_known: false } }, 1], [{}, 0], {
    history: { device_known: null },
  }],
  ["history_client_new", [past({ client: "other" }), 1], [{}, 0], past({ client: null })],
  ["history_block_new", [past({ block: "10.0.0.0/24" }), 1], [{}, 0], { deployment: { block: null } }],
  ["history_network_new", [past({ asn: 1 }), 1], [{}, 0], { network: { asn: null } }],
  ["history_country_new", [{ network: sydney }, 1], [{}, 0], { network: { country: null } }],
  ["history_distance", [{ network: sydney }, Math.log2(1 + 16_094)], [{}, 0], {
    network: { latitude: null },
  }],
  [
    "history_speed",
    [
      { network: paris, ...past({ at_ms: sampleTime - hour / 2 }) },
      Math.log2(1 + 2 * (878 - 50)),
    ],
    [{ network: { latitude: 52.8 } }, 0],
    past({ longitude: null }),
  ],
  ["history_hours", [past({ at_ms: sampleTime - 14 * hour }), 10], [{}, 0], noHistory],
  ["history_hours", [past({ at_ms: sampleTime - 36 * hour }), 12], [{}, 0], { history: { sign_ins: [] } }],
  [
    "history_password_changed",
    [
      { history: { password_changed_ms: 0 } },
      0,
    ],
    [{ history: { password_changed_ms: 255 * day } }, 8],
    {},
  ],
  ["history_email_changed", [{ history: { email_changed_ms: 0 } }, 0], [{
    history: { email_changed_ms: 31 * day },
  }, 5], {}],
  ["history_second_factor", [{}, 0], [{ history: { second_factor: true } }, 1], noHistory],
  ["history_disowned", [{ history: { disowned: 1 } }, 1], [{}, 0], noHistory],
];

/** Counters are all alike: what each counts stands here once more, on its own. */
const counters: [name: string, key: Key, window: Window, count: keyof Counts][] = [
  ["email_domain_registrations_hour", "domain", "hour", "registrations"],
  ["email_domain_registrations_day", "domain", "day", "registrations"],
  ["ip_tries_minute", "ip", "minute", "tries"],
  ["ip_tries_hour", "ip", "hour", "tries"],
  ["ip_tries_day", "ip", "day", "tries"],
  ["ip_subjects_minute", "ip", "minute", "subjects"],
  ["ip_subjects_hour", "ip", "hour", "subjects"],
  ["ip_registrations_hour", "ip", "hour", "registrations"],
  ["ip_registrations_day", "ip", "day", "registrations"],
  ["block_tries_hour", "block", "hour", "tries"],
  ["block_subjects_day", "block", "day", "subjects"],
  ["block_registrations_minute", "block", "minute", "registrations"],
  ["block_registrations_hour", "block", "hour", "registrations"],
  ["block_registrations_day", "block", "day", "registrations"],
  ["machine_registrations_hour", "machine", "hour", "registrations"],
  ["machine_registrations_day", "machine", "day", "registrations"],
  ["machine_subjects_hour", "machine", "hour", "subjects"],
  ["device_subjects_day", "device", "day", "subjects"],
  ["client_registrations_hour", "client", "hour", "registrations"],
  ["password_subjects_hour", "password", "hour", "subjects"],
  ["password_subjects_day", "password", "day", "subjects"],
  ["ip_failures_minute", "ip", "minute", "failures"],
  ["ip_failures_hour", "ip", "hour", "failures"],
  ["ip_failures_day", "ip", "day", "failures"],
  ["ip_probes_hour", "ip", "hour", "probes"],
  ["block_failures_hour", "block", "hour", "failures"],
  ["block_probes_day", "block", "day", "probes"],
  ["machine_failures_hour", "machine", "hour", "failures"],
  ["client_failures_hour", "client", "hour", "failures"],
  ["account_failures_hour", "account", "hour", "failures"],
  ["account_failures_day", "account", "day", "failures"],
  ["account_sources_day", "account", "day", "sources"],
  ["account_resets_day", "account", "day", "resets"],
  ["identifier_tries_hour", "identifier", "hour", "tries"],
];

const valueOf = (name: string, evidence: Evidence): number => vectorOf(evidence)[featureNames.indexOf(name)];

Deno.test("every feature has the value of a suspicious act, of an innocent one, and is unknown where nothing tells it", () => {
  const wrong: string[] = [];
  for (const [name, suspicious, innocent, unknown] of rows) {
    for (const [change, value] of [suspicious, innocent]) {
      const seen = valueOf(name, sample(change));
      if (!(Math.abs(seen - value) < 0.05)) wrong.push(`${name}: expected ${value}, got ${seen}`);
    }
    if (unknown && !Number.isNaN(valueOf(name, sample(unknown)))) wrong.push(`${name}: known`);
  }
  expect(wrong).toEqual([]);
});

Deno.test("every counter counts what its name says, and nothing where there is no such key", () => {
  for (const [name, key, window, count] of counters) {
    const changed = vectorOf(sampleCounted(key, window, count, 7));
    const quiet = vectorOf(sample());
    const before = valueOf(name, sample());
    expect([name, before, changed[featureNames.indexOf(name)]]).toEqual([name, 0, 3]);
    expect([name, valueOf(name, sample({ counts: { [key]: null } }))]).toEqual([name, NaN]);
    const moved = featureNames.filter((_, i) => changed[i] !== quiet[i] && !Number.isNaN(quiet[i]));
    expect(moved.filter((other) => other !== name && counters.some(([one]) => one === other))).toEqual([]);
  }
});

Deno.test("no feature is without a row, and no two have one name", () => {
  const told = new Set([...rows, ...counters].map(([name]) => name));
  expect(featureNames.filter((name) => !told.has(name))).toEqual([]);
  expect([...told].filter((name) => !featureNames.includes(name))).toEqual([]);
  expect(new Set(featureNames).size).toBe(features.length);
});

Deno.test("vectorOf() bears whatever a stranger sends", () => {
  const long = "x".repeat(5000);
  const strange: Change[] = [
    email("", ""),
    email(long, long),
    email("@@@", "..."),
    email("\u0000\ud800", "xn--"),
    script({ time_zone: "Not/A_Zone", utc_offset_minutes: -899, languages: [], screen: [0, 0], fields: {} }),
    script({ time_zone: "constructor", pointer_moves: -1, visible_ms: Infinity }),
    { client: { user_agent: long, header_names: [], headers: {} } },
    { client: { headers: { "accept-language": ";;;,,,-" }, ip: "not an address" } },
    { network: { country: "__proto__", time_zone: null, latitude: 999, longitude: -999 } },
    { network: { country: "ZZ", time_zone: "" } },
    { recent_local_parts: Array<string>(200).fill(long), ...email(long) },
    { deployment: { hours: [], country: { same: 5, all: 0 }, registrations_per_day: 0 } },
    { at_ms: 0 },
  ];
  for (const change of strange) {
    const vector = vectorOf(sample(change));
    expect(vector.length).toBe(features.length);
    expect(vector.some((value) => value === Infinity || value === -Infinity)).toBe(false);
  }
});

Deno.test("the readme tells every feature as it is", async () => {
  const text = await Deno.readTextFile(readme);
  expect(text === withTable(text) || "run ml/fraud/features/table.ts").toBe(true);
});
