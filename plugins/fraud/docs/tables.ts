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

/** The defaults of `config.ts`. */
export const policy: [act: string, setting: string, rows: string][] = [
  ["register", "FRAUD_REGISTER", "challenge>=0.4, review>=0.6, deny>=0.97"],
  ["sign_in", "FRAUD_SIGN_IN", "challenge>=0.4, review>=0.85, deny>=0.97"],
  ["reset_password", "FRAUD_RESET_PASSWORD", "review>=0.6, deny>=0.97"],
  ["change_email", "FRAUD_CHANGE_EMAIL", "challenge>=0.3, review>=0.6, deny>=0.97"],
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
  ["FRAUD_SHADOW", "on: only note what would have been decided"],
  ["FRAUD_LOCAL_ADDRESSES", "noted or judged: whether this machine and private networks are decided on"],
  ["FRAUD_CHALLENGE_METHODS", "which proofs a challenge takes, as far as the account has them"],
  ["FRAUD_DENY_CONFIDENCE_MIN", "nobody is refused on a score of less confidence than this"],
  ["FRAUD_ON_FAILURE", "allow, challenge or deny, where nothing at all can be said of an act"],
  ["FRAUD_MODEL_MILLISECONDS", "a model that takes longer is not listened to"],
  ["FRAUD_EVIDENCE_MILLISECONDS", "how long counters are waited for"],
  ["FRAUD_DATACENTRE_LIST", "a file with networks of datacentres"],
  ["FRAUD_TOR_LIST", "a file with addresses of Tor exits"],
  ["FRAUD_ASN_DATABASE", "a GeoIP database of providers"],
  ["FRAUD_MX_LOOKUPS", "whether it is asked if a mail domain takes mail"],
  ["FRAUD_RETENTION_DAYS", "how long decisions and their evidence are kept"],
  ["FRAUD_TRAIN_DAYS", "how often a model is trained anew"],
  ["FRAUD_SIMULATED_ROWS", "simulated acts that are mixed into a training"],
  ["FRAUD_MODELS_KEPT", "models that can be gone back to"],
];
