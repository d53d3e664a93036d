/** What a mail says in one language; the layout (text and HTML) is made from it elsewhere. */
export interface MailText {
  subject: string;
  /** The line a mail program shows beside the subject. */
  preheader: string;
  heading: string;
  paragraphs: string[];
  /** Label of the one link of the mail; null when there is nothing to press. */
  button: string | null;
  /** The sentence that carries the short code; null when the mail has none. */
  code_line: string | null;
  /** Why this person got this mail. */
  footer: string;
}

/** What a mail text may mention. Which of these a kind needs is said by its text; the missing ones are left out. */
export interface MailParams {
  /** What the service calls itself. */
  site_name?: string;
  /** First name or display name; null greets without a name. */
  name: string | null;
  /** Six digits, as stored; texts print them in two groups. */
  code?: string;
  /** How long link and code are good, in seconds. */
  expires_in_seconds?: number;
  /** The address the mail is about, where that is not the recipient's own. */
  email?: string;
  when?: Date | string;
  /** What an app is called, and its `client_id`. */
  app?: string;
  client_id?: string;
  /** What kind of second factor it is about (`totp`, `passkey`, `email_code`), and what its owner calls it. */
  factor?: string;
  factor_name?: string;
  /** Why an operator did something, in their words. */
  reason?: string;
  /** Where somebody signed in: a device in words, a place if one is known, an address. */
  device?: string;
  place?: string;
  ip?: string;
  /** How many recovery codes are left. */
  left?: number;
  /** What would make the account safer: codes of the catalogue's tips, the gravest first. */
  tips?: { code: string; params: { count?: string } }[];
}

/** "123456" as "123 456": read aloud or typed, three digits at a time go wrong less often. */
export function groupCode(code: string): string {
  return code.length === 6 ? `${code.slice(0, 3)} ${code.slice(3)}` : code;
}
