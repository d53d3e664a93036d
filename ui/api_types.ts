/** What goes over the wire, named as the API names it. */
export interface RegisterRequest {
  email: string;
  password: string;
  username?: string;
  first_name?: string;
  last_name?: string;
}

export interface RegisterResponse {
  registration_id: string;
  status: "pending_verification";
  method: string;
  workflow_id?: string;
}

export interface AccessToken {
  access_token: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
  /** Absent when the browser's session cookie stands for it. */
  refresh_token?: string;
}

export type SignInOutcome =
  | { kind: "session"; method: string } & AccessToken
  | { kind: "challenge"; challenge_id: string; methods: string[]; expires_at: string };

export interface Me {
  account_id: string;
  email: string;
  email_verified: boolean;
  username: string | null;
  first_name: string | null;
  last_name: string | null;
  created_at: string;
}

export interface MeChanges {
  username?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  email?: string;
  new_password?: string;
  /** Asked for with `email` and `new_password`. */
  current_password?: string;
}

/** How hard a password is to guess, as far as the page shows it. */
export interface PasswordVerdict {
  strength_level: string;
  strength_text: string;
  security_score: number;
  ai_explanation: string;
  /** One a code point. */
  surprise_bits: number[];
  suggestions: { kind: string; text: string }[];
  answered_by: "model" | "rules";
  rules_because: string | null;
  /** Asking again for them may give better words. */
  better_wording: boolean;
}
