/** What a failed attempt means, and what of it may be stored and shown. */
import type { SmtpReply } from "../services/mod.ts";

/**
 * `recipient`: this mail is refused for good. `later`: this mail is refused for now. `away`: the server takes
 * nothing from anybody at present. `config`: the same, and only an operator can change it.
 */
export type FailureKind = "recipient" | "later" | "away" | "config";

export interface Failure {
  kind: FailureKind;
  /** For the operator: begins with the kind, has no address in it. */
  text: string;
  /** What the server replied; null when it did not. */
  smtp: SmtpReply | null;
}

/** How texts of failures begin that concern the server and no single mail. */
export const AWAY_PREFIX = "away: ";

interface MailError {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
}

/**
 * Reads an error of the transport by its reply code and the command it answered (RFC 5321 §4.2, §4.3.2): 5yz to
 * `RCPT TO` or to the message itself is final, everything else may go better later.
 */
export function classify(error: unknown, recipient: string): Failure {
  const { code = "", command = "", responseCode = 0, response = "" } = asMailError(error);
  const message = error instanceof Error ? error.message : "unknown error";
  const said = cleanText(response || message, recipient);
  const make = (kind: FailureKind, text: string): Failure => ({
    kind,
    text: `${kind === "away" || kind === "config" ? AWAY_PREFIX : ""}${text}`.slice(0, 300),
    smtp: responseCode === 0 ? null : { code: responseCode, enhanced: enhancedCode(response) },
  });
  if (code === "EAUTH" || code === "ENOAUTH" || [530, 534, 535, 538].includes(responseCode)) {
    return make("config", `SMTP_USERNAME or SMTP_PASSWORD not accepted: ${said}`);
  }
  if (
    code === "ETLS" ||
    responseCode === 0 && /certificate|self.signed|UnknownIssuer|NotValidForName/i.test(message)
  ) {
    return make("config", `no secure connection: ${said}`);
  }
  if (command === "MAIL FROM") {
    const final = responseCode >= 500 && responseCode !== 503;
    return final ? make("config", `SMTP_FROM not accepted: ${said}`) : make("away", said);
  }
  if (code === "EENVELOPE" && responseCode === 0) return make("recipient", `not an address: ${said}`);
  const aboutThisMail = command === "RCPT TO" || command === "DATA" || code === "EMESSAGE";
  if (!aboutThisMail || responseCode === 0 || responseCode === 421) {
    return make("away", (responseCode === 0 && describeNetwork(code, error)) || said);
  }
  // 503 says that the session was out of step, not that the mail is unwanted.
  if (responseCode >= 500 && responseCode !== 503) return make("recipient", `refused: ${said}`);
  return make("later", `not now: ${said}`);
}

/** RFC 3463 §2, where RFC 2034 §4 puts it: right after the reply code. */
function enhancedCode(response: string): string | null {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null;
}

function asMailError(error: unknown): MailError {
  const source = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  return {
    code: typeof source.code === "string" ? source.code : undefined,
    command: typeof source.command === "string" ? source.command.toUpperCase() : undefined,
    responseCode: typeof source.responseCode === "number" ? source.responseCode : undefined,
    response: typeof source.response === "string" ? source.response : undefined,
  };
}

function describeNetwork(code: string, error: unknown): string | null {
  const words: Record<string, string> = {
    EABORT: "no answer within the time limit",
    ETIMEDOUT: "no answer within the time limit",
    EDNS: "the name of the mail server is not known",
    ECONNECTION: "the mail server closed the connection",
    ECONNREFUSED: "the mail server accepts no connections",
  };
  if (code === "ESOCKET") {
    const inner = /ECONN\w+|EHOST\w+|ENET\w+|EPIPE/.exec(error instanceof Error ? error.message : "")?.[0];
    return inner ? words[inner] ?? `connection lost (${inner})` : null;
  }
  return words[code] ?? null;
}

/**
 * What a server said, without addresses: servers like to quote the one they refuse, or its first half. Queries of
 * links go too, and what a terminal or a page would obey.
 */
export function cleanText(text: string, recipient: string): string {
  const local = recipient.slice(0, Math.max(0, recipient.lastIndexOf("@")));
  // A reply may be a megabyte long, and looking for addresses takes the square of that.
  let clean = text.slice(0, 1_000)
    // deno-lint-ignore no-control-regex -- control characters are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ")
    .replace(/[^\s"'<>()=:,;]*@[^\s"'<>(),;]+/g, "[address]")
    .replace(/\?[^\s<>"']+/g, "?…");
  for (const part of [recipient, local]) {
    if (part.length < 2) continue;
    const alone = new RegExp(`(?<![\\p{L}\\p{N}])${escapeRegExp(part)}(?![\\p{L}\\p{N}])`, "giu");
    clean = clean.replaceAll(alone, "[address]");
  }
  return clean.replace(/\s+/g, " ").trim().slice(0, 250);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
