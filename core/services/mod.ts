/** Contracts between plugins: a service answers now. Who provides one is decided by the list of plugins. */
import type { ClientEvidence } from "../client_evidence.ts";
import type { MailParams, MailText } from "../i18n/mail_text.ts";
import type { Message } from "../mail/message.ts";
import type { Assessment } from "../plugin.ts";
import type { Sql } from "../db/postgres.ts";

export type MailKind =
  | "verify_email"
  | "verify_reminder"
  | "already_registered"
  | "address_too_similar"
  | "welcome"
  | "password_reset"
  | "password_changed"
  | "email_change_verify"
  | "email_change_notice"
  | "email_changed"
  | "client_secret_expiring"
  | "sign_in_code"
  | "device_verification_code"
  | "factor_added"
  | "factor_removed"
  | "factors_reset"
  | "factor_required"
  | "recovery_code_used"
  | "recovery_codes_made"
  | "recovery_confirm"
  | "recovery_waiting"
  | "recovery_notice"
  | "recovery_cancelled"
  | "recovery_done"
  | "new_device"
  | "security_tips";

export interface MailRequest {
  kind: MailKind;
  /** The recipient; stored in `mail`, never in a log or a history. */
  to: string;
  locale: string;
  /** At most one mail is ever stored for a key, such as `verify_email/{flow_id}`. */
  dedupe_key: string;
  flow_id: string | null;
  account_id: string | null;
  request_id: string | null;
  /** What the template shows: `url`, `code`, `first_name`, `when`, `expires_at` … Sealed at rest. */
  data: Record<string, string>;
  /** After this the mail is given up: a late verification code helps nobody. */
  expires_at: Date;
}

export interface MailDelivery {
  mail_id: string;
  kind: MailKind;
  status: "queued" | "sending" | "sent" | "delayed" | "failed";
  attempts: number;
  last_error: string | null;
  next_attempt_at: Date | null;
  sent_at: Date | null;
}

export interface MailToPrepare {
  mail_id: string;
  kind: MailKind;
  flow_id: string | null;
  account_id: string | null;
  recipient: string;
  locale: string;
  attempts: number;
  created_at: Date;
  expires_at: Date;
  /** What the request that led to it showed of its sender; null when nobody kept it. */
  client: ClientEvidence | null;
}

/** How a mail says what it has to say. */
export interface MailWording {
  /** By which name it is counted. */
  variant: string;
  /** In place of the name in SMTP_FROM; its address stays. */
  sender_name: string | null;
  /** The code stands above the button. */
  code_first: boolean;
  rewrite(words: MailText, params: MailParams): MailText;
}

export type MailPlan =
  | {
    act: "send";
    wording: MailWording | null;
    /** Goes into the mail's link as `m`, and tells when somebody who came by it presses a button. */
    link_tag: string | null;
    /** Where such mail is left; shown at its end. */
    leave_url?: string | null;
    /** The last look at it: headers, a signature. */
    finish(message: Message): Message;
  }
  /** Honoured for mail that may wait; see `kindsThatMayWait`. */
  | { act: "wait"; until: Date }
  /** It is not sent, and failed for this reason. */
  | { act: "drop"; reason: string };

export interface MailOutcome {
  mail_id: string;
  kind: MailKind;
  result: "sent" | "delayed" | "failed";
  attempts: number;
  /** For the operator; no address in it. */
  reason: string | null;
  /** The server refused this recipient or this message, for good. */
  recipient_refused: boolean;
  /** Its reply (RFC 5321 §4.2) and the enhanced code in it (RFC 3463); null when there was none. */
  smtp: SmtpReply | null;
  /** What had been decided; null when nobody could say in time. */
  plan: MailPlan | null;
}

export interface SmtpReply {
  code: number;
  enhanced: string | null;
}

/** Provided by `email-optimization`: what a mail says, when it goes, and whether it goes at all. */
export interface MailAdvice {
  /** Asked before an attempt, outside any transaction; answers the same each time. Late or throwing: plain mail goes. */
  prepare(mail: MailToPrepare): Promise<MailPlan>;
  /** What came of an attempt, in the transaction that writes it down. What it throws is logged and changes nothing. */
  heard(tx: Sql, outcome: MailOutcome): Promise<void>;
  /** Somebody who came by the link with this tag has pressed a button. Never throws, never waits. */
  pressed(link_tag: string): void;
}

/** Provided by the core. */
export interface Mailer {
  /** Stores the mail in the caller's transaction. Null when the key was there before. */
  enqueue(tx: Sql, request: MailRequest): Promise<string | null>;
  /** Tries every unsent mail of a flow now. Throws when one has to be tried again later. */
  deliver(flow_id: string): Promise<void>;
  /** The same for one mail. */
  deliverMail(mail_id: string): Promise<void>;
  /** What happened to a flow's mail, oldest first. */
  of(sql: Sql, flow_id: string): Promise<MailDelivery[]>;
}

/** Provided by `password`: the one door to a stored verifier. */
export interface Passwords {
  /** Stores an already computed verifier for the account, in the caller's transaction. */
  set(tx: Sql, account_id: string, verifier: string): Promise<void>;
  /**
   * The address of this registration is proven: its password and names become the account's, and other open
   * registrations of the same account are superseded. Does nothing for a flow that is no open registration.
   */
  adopt(tx: Sql, flow_id: string): Promise<void>;
  /** A link to choose a new password goes to the account's address. */
  openReset(tx: Sql, request: { account_id: string; request_id: string | null }): Promise<void>;
}

export interface VerificationRequest {
  flow_id: string;
  account_id: string;
  purpose: "registration" | "email_change";
  email: string;
  locale: string;
  first_name: string | null;
  request_id: string | null;
}

/** Provided by `email-verification`: proves that a person reads an address. */
export interface Verification {
  /** Makes a token and a code, queues one mail with both; idempotent per flow. */
  issue(tx: Sql, request: VerificationRequest): Promise<void>;
  /** A pending account's address was proven otherwise (a reset link): its registration's story goes on. */
  prove(tx: Sql, request: { flow_id: string; account_id: string }): Promise<void>;
}

/** An app that waits for somebody to sign in. */
export interface Interaction {
  client: {
    client_id: string;
    client_name: string;
    client_uri: string | null;
    logo_uri: string | null;
    policy_uri: string | null;
    tos_uri: string | null;
  };
  /** Whom the app expects (OpenID Connect Core §3.1.2.1). */
  login_hint: string | null;
  /** A new proof is wanted although somebody is signed in (`prompt=login`, `max_age`). */
  fresh: boolean;
  /** Preferred languages, the best first (BCP 47). */
  ui_locales: string[];
  /** Where forms may lead in the end, as a source of CSP's `form-action`: a scheme such as `https:`. */
  leads_to: string;
}

/** Provided by `oauth2`: for which app somebody signs in. */
export interface Interactions {
  /** The open request that an address of ours (`next`) leads back to; null when it is no such address. */
  of(next: string): Promise<Interaction | null>;
}

/** Provided by `password`: what a sign-up says of whoever it is for. */
export interface Registrations {
  /** Null when there is no such sign-up, or it was decided and emptied. */
  describe(sql: Sql, flow_id: string): Promise<
    {
      email: string;
      username: string | null;
      first_name: string | null;
      last_name: string | null;
      account_id: string | null;
    } | null
  >;
}

export interface RiskNote {
  kind: "password_wrong" | "unknown_account" | "reset_asked" | "code_wrong" | "register_again";
  account_id: string | null;
  /** A keyed hash of what was typed as a name; equal for equal ones. */
  identifier_tag: string | null;
  client: ClientEvidence;
}

/** Provided by `fraud`: hears of what decisions rest on later. */
export interface Risk {
  /** Kept in a queue with a bound and written in batches; never throws, never waits. */
  note(seen: RiskNote): void;
  /** What was made of the sign-up that this flow tells; null when nobody has judged it. */
  ofFlow(sql: Sql, flow_id: string): Promise<Assessment | null>;
  /** How risky the newest sign-in of an account was, by a word; null when none was judged lately. */
  levelOf(sql: Sql, account_id: string): Promise<Assessment["risk_level"] | null>;
  /** What a sign-up had raised is taken back, as it came to nothing. */
  takeBack(tx: Sql, flow_id: string): Promise<void>;
}

export interface Services {
  registrations: Registrations;
  risk: Risk;
  interactions: Interactions;
  mail_advice: MailAdvice;
  mailer: Mailer;
  passwords: Passwords;
  verification: Verification;
}
