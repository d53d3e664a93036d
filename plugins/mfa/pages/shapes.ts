/** What the JSON API answers, as far as pages show it. */

export interface FactorView {
  authenticator_id: string;
  type: "totp" | "passkey" | "email_code";
  name: string;
  created_at: string;
  last_used_at: string | null;
  passkey?: { aaguid: string; provider: string | null; synced: boolean };
}

/** `GET /mfa/factors` */
export interface FactorsJson {
  factors: FactorView[];
  recovery_codes: { remaining: number; total: number; created_at: string | null };
  policy: { required: boolean; required_from: string | null; reason: "everyone" | "role" | "account" | null };
  recovery: { recovery_id: string; state: string; due_at: string | null } | null;
}

/** One of `GET /users/me/devices` */
export interface DeviceView {
  device_id: string;
  current: boolean;
  user_agent: string | null;
  place?: unknown;
  last_seen_at: string;
  remembered_until: string | null;
}
