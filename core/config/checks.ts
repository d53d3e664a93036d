/** What no field can check alone: settings that belong together, and development defaults met in production. */
import type { CoreConfig } from "./core_schema.ts";

/** Loopback by name or number: such a host is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

const pairs: [keyof CoreConfig, keyof CoreConfig][] = [
  ["ssl_cert_path", "ssl_key_path"],
  ["temporal_tls_cert_path", "temporal_tls_key_path"],
  ["smtp_username", "smtp_password"],
];

const files: (keyof CoreConfig)[] = [
  "ssl_cert_path",
  "ssl_key_path",
  "temporal_tls_ca_path",
  "temporal_tls_cert_path",
  "temporal_tls_key_path",
  "geoip_database",
];

/**
 * @param failed variables that have a problem already; nothing further is said about them.
 * @returns one line for each problem, each with what to type.
 */
export function checkCore(core: CoreConfig, failed: ReadonlySet<string>): string[] {
  const found = [...together(core), ...(core.production ? inProduction(core) : [])];
  return found.filter(([name]) => !failed.has(name)).map(([name, said]) => `${name}: ${said}`);
}

function together(core: CoreConfig): [string, string][] {
  const found: [string, string][] = [];
  for (const [a, b] of pairs) {
    const [has, lacks] = core[a] ? [a, b] : [b, a];
    if (Boolean(core[a]) !== Boolean(core[b])) {
      found.push([name(lacks), `is needed too, as ${name(has)} is set`]);
    }
  }
  for (const key of files) {
    const path = core[key];
    if (typeof path === "string" && !isFile(path)) found.push([name(key), `there is no file ${path}`]);
  }
  if (core.session_idle_days > core.session_lifetime_days) {
    found.push([
      "SESSION_IDLE_DAYS",
      `expected at most SESSION_LIFETIME_DAYS (${core.session_lifetime_days}), got ${core.session_idle_days}`,
    ]);
  }
  if (core.jwt_access_token_expire_minutes > core.jwt_refresh_token_expire_days * 1440) {
    found.push(["JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "expected less than the life of a refresh token"]);
  }
  if (new Set(core.secret_keys ?? []).size !== (core.secret_keys ?? []).length) {
    found.push(["SECRET_KEYS", "has the same key twice"]);
  }
  if (core.secret_keys?.length === 0) found.push(["SECRET_KEYS", "is empty"]);
  return found;
}

const makeSecret = "make one with: openssl rand -base64 32 | tr '+/' '-_' | tr -d '='";

function inProduction(core: CoreConfig): [string, string][] {
  const found: [string, string][] = [];
  if (!core.secret_keys) {
    found.push(["SECRET_KEYS", `is required in production (or SECRET_KEYS_FILE); ${makeSecret}`]);
  }
  if (!core.database_url) {
    found.push([
      "DATABASE_URL",
      "is required in production: DATABASE_URL=postgres://user:password@host:5432/flow_shield",
    ]);
  }
  if (!core.smtp_server) {
    found.push([
      "SMTP_SERVER",
      "is required in production, where mail is not captured: SMTP_SERVER=smtp.example.org, SMTP_FROM=…",
    ]);
  }
  if (!core.rate_limits) found.push(["RATE_LIMITS", "off is for load tests only: unset it in production"]);
  for (const key of ["backend_url", "frontend_url"] as const) {
    const parsed = new URL(core[key]);
    if (parsed.protocol !== "https:" && !isLoopback(parsed.hostname)) {
      found.push([name(key), `expected https in production, got ${core[key]}`]);
    }
  }
  for (const one of core.cors_origins) {
    const parsed = new URL(one);
    if (parsed.protocol !== "https:" && !isLoopback(parsed.hostname)) {
      found.push(["CORS_ORIGINS", `expected https in production, got ${one}`]);
    }
  }
  return found;
}

function name(key: keyof CoreConfig): string {
  return key.toUpperCase();
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
