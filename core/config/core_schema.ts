/** The core's own settings; a variable is the key in upper case. What depends on another is computed in `read.ts`. */
import { isIP } from "node:net";
import {
  boolean,
  choice,
  type ConfigOf,
  duration,
  type Field,
  FieldProblem,
  integer,
  list,
  secret,
  text,
  url,
} from "./fields.ts";

const address = { pattern: /^\[?[\w.:-]+\]?:\d{1,5}$/, shape: "host:port" };

/** `NODE_ENV` or `DENO_ENV` says `production`; read from both, so it has no variable of its own. */
const production: Field<boolean> = {
  ...boolean({ default: false, about: "Development defaults refuse to run where this says production." }),
  range: "production, or anything else",
  parse: (value) => value.trim().toLowerCase() === "production",
};

export const coreSchema = {
  production,
  site_name: text({
    default: "Flow Shield",
    length_max: 64,
    about: "The name people see on pages and in mail.",
  }),
  port: integer({ default: 8000, min: 1, max: 65535, about: "Where the service listens." }),
  host: text({
    default: "127.0.0.1",
    about: "The address to listen on; 0.0.0.0 or :: for every one, as in a container.",
    shape: "an IP address or host name",
    pattern: /^[\w.:-]{1,253}$/,
  }),
  backend_url: url({
    default: null,
    default_text: "http://localhost:PORT",
    protocols: ["https", "http"],
    base: true,
    about: "What clients call this service by; also the issuer of every token. Https in production.",
  }),
  frontend_url: url({
    default: null,
    default_text: "BACKEND_URL",
    protocols: ["https", "http"],
    base: true,
    about: "Where the pages are; links in mails are built from it, never from a request.",
  }),
  cors_origins: list({
    default: [],
    shape: "an origin such as https://app.example.org",
    normalise: origin,
    about: "Other origins whose scripts may call the API.",
  }),
  trusted_proxies: list({
    default: [],
    shape: "an address or network, as 10.0.0.0/8",
    normalise: network,
    about: "Proxies whose X-Forwarded-For is believed.",
  }),
  ssl_cert_path: text({ default: null, about: "A PEM certificate chain, to speak https without a proxy." }),
  ssl_key_path: text({ default: null, about: "The private key of SSL_CERT_PATH." }),
  data_dir: text({
    default: ".data",
    about: "What this copy owns: its database, ports and generated secrets. Locked against a second process.",
  }),
  database_url: url({
    default: null,
    default_text: "a Postgres of our own under DATA_DIR",
    protocols: ["postgres", "postgresql"],
    secret: true,
    about: "Postgres 14 or newer. ?sslmode=verify-full to check its certificate.",
  }),
  database_connections_max: integer({
    default: 10,
    min: 2,
    max: 200,
    unit: "connections",
    about: "Most connections this process opens to Postgres.",
  }),
  database_timeout_seconds: duration({
    default: 15,
    unit: "seconds",
    min: 1,
    max: 300,
    about: "A statement that takes longer is cancelled; a connection silent for 3 s more is cut.",
  }),
  temporal: choice({
    default: "auto",
    of: ["auto", "off"],
    about: "auto: found, or started as a child. off: every story is told directly, without Temporal.",
  }),
  temporal_address: text({
    default: null,
    default_text: "a server of our own",
    ...address,
    about: "A Temporal server's frontend.",
  }),
  temporal_namespace: text({
    default: "default",
    pattern: /^[A-Za-z0-9][\w.-]{1,254}$/,
    shape: "a namespace's name",
    about: "Where the workflows live.",
  }),
  temporal_api_key: secret({ default: null, about: "For Temporal Cloud; implies TLS." }),
  temporal_tls: boolean({
    default: false,
    about: "TLS towards Temporal; implied by a key, a CA or an API key.",
  }),
  temporal_tls_ca_path: text({
    default: null,
    about: "PEM certificates that sign Temporal's, if not public.",
  }),
  temporal_tls_cert_path: text({ default: null, about: "This client's PEM certificate." }),
  temporal_tls_key_path: text({ default: null, about: "The private key of TEMPORAL_TLS_CERT_PATH." }),
  temporal_tls_server_name: text({ default: null, about: "The name in Temporal's certificate, if another." }),
  temporal_request_milliseconds: duration({
    default: 1500,
    unit: "milliseconds",
    min: 50,
    max: 30_000,
    about: "How long a request waits for Temporal before its steps run directly.",
  }),
  takeover_seconds: duration({
    default: 60,
    unit: "seconds",
    min: 5,
    max: 3600,
    about: "How long a story may wait for Temporal to come back before it is told directly.",
  }),
  smtp_server: text({
    default: null,
    default_text: "mail is captured, read at /dev/mailbox",
    pattern: /^[\w.:-]{1,253}$/,
    shape: "a host name",
    about: "The mail server.",
  }),
  smtp_port: integer({
    default: 587,
    min: 1,
    max: 65535,
    about: "465 means TLS from the start, others STARTTLS.",
  }),
  smtp_username: text({ default: null, about: "Given together with SMTP_PASSWORD." }),
  smtp_password: secret({ default: null, about: "Given together with SMTP_USERNAME." }),
  smtp_from: text({
    default: null,
    default_text: "no-reply@ the host of FRONTEND_URL",
    length_max: 320,
    pattern: /^(?:[^<>@]{0,128}<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
    shape: "an address, or Name <address>",
    about: "The sender of every mail.",
  }),
  smtp_timeout_seconds: duration({
    default: 20,
    unit: "seconds",
    min: 1,
    max: 300,
    about: "For one attempt to hand over one mail.",
  }),
  secret_keys: list({
    default: null,
    default_text: "generated once into DATA_DIR/secret_keys",
    secret: true,
    items_max: 16,
    pattern: /^[A-Za-z0-9_-]{43,256}=?$/,
    shape: "at least 32 random bytes in base64url",
    about: "Newest first; older ones still open what they sealed.",
  }),
  jwt_algorithm: choice({ default: "EdDSA", of: ["EdDSA", "ES256", "RS256"], about: "Signs access tokens." }),
  signing_key_rotation_days: duration({
    default: 90,
    unit: "days",
    min: 0,
    max: 3650,
    about: "After so long the next key signs, and a new one is published; 0: never by itself.",
  }),
  jwt_access_token_expire_minutes: duration({
    default: 30,
    unit: "minutes",
    min: 1,
    max: 1440,
    about: "Life of an access token.",
  }),
  jwt_refresh_token_expire_days: duration({
    default: 7,
    unit: "days",
    min: 1,
    max: 365,
    about: "Life of an unused refresh token.",
  }),
  refresh_grace_seconds: duration({
    default: 30,
    unit: "seconds",
    min: 0,
    max: 300,
    about: "Within it a used refresh token gives the same successor again, for two tabs at once.",
  }),
  session_idle_days: duration({
    default: 7,
    unit: "days",
    min: 1,
    max: 365,
    about: "A session unused for so long ends.",
  }),
  session_lifetime_days: duration({
    default: 30,
    unit: "days",
    min: 1,
    max: 365,
    about: "The longest life of a session.",
  }),
  remember_device_days: duration({
    default: 30,
    unit: "days",
    min: 0,
    max: 365,
    about: "How long a device whose owner says so is not asked for a second factor; 0: nobody can say so.",
  }),
  step_up_max_age_minutes: duration({
    default: 10,
    unit: "minutes",
    min: 1,
    max: 1440,
    about: "What would take an account over asks who it is again when the last proof is older than this.",
  }),
  geoip_database: text({
    default: null,
    default_text: "no places are shown",
    length_max: 4096,
    about:
      "A GeoIP database file (.mmdb, as GeoLite2 City or DB-IP), for places beside sessions. Held in memory.",
  }),
  openai_api_key: secret({
    default: null,
    about: "For better words about a password or a risk; told are facts, never what somebody typed.",
  }),
  openai_base_url: url({
    default: "https://api.openai.com/v1",
    protocols: ["https", "http"],
    base: true,
    about: "Where that key is used; any service that speaks the same.",
  }),
  openai_model: text({ default: "gpt-4o-mini", length_max: 100, about: "Which model words it." }),
  anthropic_api_key: secret({ default: null, about: "The same, where there is no OPENAI_API_KEY." }),
  anthropic_base_url: url({
    default: "https://api.anthropic.com",
    protocols: ["https", "http"],
    base: true,
    about: "Where that key is used.",
  }),
  anthropic_model: text({
    default: "claude-3-5-haiku-latest",
    length_max: 100,
    about: "Which model words it.",
  }),
  rate_limits: boolean({ default: true, about: "off is for load tests, and refused in production." }),
  request_timeout_seconds: duration({
    default: 15,
    unit: "seconds",
    min: 1,
    max: 300,
    about: "Limit of a whole request.",
  }),
  header_timeout_seconds: duration({
    default: 10,
    unit: "seconds",
    min: 1,
    max: 300,
    about: "A client slower to send its headers is cut.",
  }),
  body_timeout_seconds: duration({
    default: 15,
    unit: "seconds",
    min: 1,
    max: 300,
    about: "A client slower to send its body is cut.",
  }),
  hash_queue_max: integer({
    default: 64,
    min: 1,
    max: 10_000,
    unit: "passwords",
    about: "Waiting to be hashed; beyond it the answer is 503 with Retry-After.",
  }),
  log_level: choice({
    default: "info",
    of: ["debug", "info", "warn", "error"],
    about: "The least that is logged.",
  }),
  log_format: choice({
    default: "auto",
    of: ["auto", "pretty", "json"],
    about: "auto: pretty on a terminal outside production, else JSON lines.",
  }),
};

function origin(given: string): string {
  const parsed = URL.parse(given);
  const plain = parsed && /^https?:$/.test(parsed.protocol) && /^\/?$/.test(parsed.pathname) &&
    !parsed.search &&
    !parsed.hash && !parsed.username;
  if (!plain) throw new FieldProblem("an origin such as https://app.example.org");
  return parsed.origin;
}

function network(given: string): string {
  const [host, bits, ...rest] = given.split("/");
  const version = isIP(host);
  const most = version === 4 ? 32 : 128;
  const size = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (!version || rest.length > 0 || size < 0 || size > most) {
    throw new FieldProblem("an address or network, as 10.0.0.0/8");
  }
  return `${host}/${size}`;
}

type Raw = ConfigOf<typeof coreSchema>;

/** The deployment's settings, whole: computed defaults are filled in. */
export type CoreConfig = Omit<Raw, "backend_url" | "frontend_url" | "log_format" | "smtp_from"> & {
  backend_url: string;
  frontend_url: string;
  smtp_from: string;
  log_format: "pretty" | "json";
};
