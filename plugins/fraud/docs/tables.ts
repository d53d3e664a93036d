/** The tables of `/docs/fraud`. */

export const acts: [act: string, when: string, can: string][] = [
  ["register", "Before an account is made", "let pass, review, refuse"],
  ["sign_in", "Each time a session is about to be made", "let pass, challenge, review, refuse"],
  ["reset_password", "Before the link to a new password is mailed", "let pass, review, refuse"],
  ["change_email", "Before another address is taken", "let pass, challenge, review, refuse"],
];

export const sources: [about: string, such: string, from: string][] = [
  [
    "E-mail address",
    "throw-away domain, randomness, nearness to other new ones",
    "the address, lists on this machine",
  ],
  [
    "Network",
    "datacentre, Tor, how many tries in a minute, an hour, a day",
    "the request, counters, a GeoIP database",
  ],
  [
    "Browser or app",
    "contradictions in its headers, language and clock against its place",
    "the request, the page’s script",
  ],
  [
    "Form",
    "how long it was shown, pasted, typed by a machine, a trap filled in",
    "our own stamp, the page’s script",
  ],
  ["Sharing", "device, block of addresses, password with other accounts; rings", "counters"],
  ["Failures", "wrong passwords, probes and resets around it", "counters"],
  ["History", "device, place, speed, hour and network against the account’s own", "past sign-ins"],
];

export const levels: [level: string, score: string, register: string, sign_in: string, others: string][] = [
  ["low", "below 0.3", "allow", "allow", "allow"],
  ["medium", "from 0.3", "allow", "challenge", "challenge"],
  ["high", "from 0.6", "review", "challenge", "challenge"],
  ["critical", "from 0.85", "deny", "deny", "deny"],
];

export const commands = `TRUSTED_PROXIES=127.0.0.1,::1 deno task start

deno run -A main.ts fraud simulate --against http://localhost:8000 --scenario stuffing
deno run -A main.ts fraud simulate --against http://localhost:8000 --scenario ring --count 30
deno run -A main.ts fraud simulate --against http://localhost:8000 --scenario travel`;

export const endpoints: [endpoint: string, does: string][] = [
  ["GET /fraud/overview", "the last 24 hours, what waits, what answers"],
  ["GET /fraud/decisions", "decisions, newest first; filters act, decision, risk_level, account_id, waiting"],
  ["GET /fraud/decisions/{id}", "one with all its evidence; by id or reference code"],
  ["POST /fraud/decisions/{id}/verdict", "good, bad or unsure, with a note"],
  ["GET /fraud/models", "versions, and the training log"],
  ["GET /fraud/models/{version}", "one with its card and report"],
  ["POST /fraud/models/train", "trains now"],
  ["POST /fraud/models/{version}/promote", "puts a version in use, or back in use"],
  ["GET /fraud/drift", "how far each feature has shifted"],
];

export const settings: [setting: string, does: string][] = [
  ["FRAUD_SHADOW=true", "score and note, carry out nothing"],
];
