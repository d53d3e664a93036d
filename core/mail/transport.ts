/** How a message leaves: over SMTP, or into the table behind `/dev/mailbox` while no server is configured. */
import { createTransport } from "nodemailer";
import type SMTPPool from "nodemailer/lib/smtp-pool/index.js";
import { type CoreConfig, isLoopback } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import { insertCaptured } from "./captured_mail.ts";
import type { Message } from "./message.ts";

/** No more connections to the mail server than this, and so no more messages on their way at once. */
export const CONNECTIONS_MAX = 3;
const MESSAGES_PER_CONNECTION_MAX = 100;
const IDLE_MILLISECONDS = 60_000;

/** Where they stand in a message. RFC 8058 §3.1: the signature MUST cover the last two. */
const signedHeaders = [
  ...["From", "Reply-To", "Subject", "Date", "Message-ID", "To", "MIME-Version", "Content-Type"],
  ...["Content-Transfer-Encoding", "List-Unsubscribe", "List-Unsubscribe-Post"],
].join(":");

export interface Transport {
  /**
   * Resolves when the message was taken. Whether it was, after an abort or a lost connection, nobody knows: what is
   * sent again is the same message, by its `Message-ID`.
   * @throws what `classify()` reads
   */
  send(message: Message, signal: AbortSignal): Promise<void>;
  /** Asks the server whether it would do business with us. */
  verify(): Promise<void>;
  /** Ends every connection, the busy ones too. */
  close(): void;
}

export type SmtpConfig = Pick<
  CoreConfig,
  | "smtp_server"
  | "smtp_port"
  | "smtp_username"
  | "smtp_password"
  | "smtp_timeout_seconds"
  | "production"
>;

export function createMailTransport(core: SmtpConfig, sql: Pool): Transport {
  return core.smtp_server ? smtpTransport(core, core.smtp_server) : captureTransport(sql);
}

/** What nodemailer is told. */
export function smtpOptions(core: SmtpConfig, host: string): SMTPPool.Options & { pool: true } {
  const milliseconds = core.smtp_timeout_seconds * 1000;
  const local = isLoopback(host);
  return {
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxMessages: MESSAGES_PER_CONNECTION_MAX,
    // An idle connection may have ended unseen: then the message goes over another, once.
    maxRequeues: 1,
    idleTimeout: IDLE_MILLISECONDS,
    host,
    port: core.smtp_port,
    secure: core.smtp_port === 465,
    // In production a server that stops offering TLS may be somebody in between (RFC 8314 §3.3).
    requireTLS: core.production && core.smtp_port !== 465 && !local && core.smtp_username !== null,
    // A relay on this machine often has a certificate of its own making, and there is nobody in between.
    tls: local ? { rejectUnauthorized: false } : undefined,
    auth: core.smtp_username ? { user: core.smtp_username, pass: core.smtp_password ?? "" } : undefined,
    dnsTimeout: milliseconds,
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    // A server that never closes its side keeps neither us nor the process waiting.
    socketCloseTimeout: 1_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The library encodes every value with a quotation mark in it (RFC 2047), which those who read JSON there do not undo. */
const asWritten = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const plain = /^[\x20-\x7e]+$/.test(value);
      return [name, plain ? { prepared: true, foldLines: true, value } : value];
    }),
  );

function smtpTransport(core: SmtpConfig, host: string): Transport {
  const transporter = createTransport(smtpOptions(core, host));
  // An idle connection that breaks is the pool's affair; the next message opens another.
  transporter.on("error", () => {});
  return {
    async send({ message_id, from, to, subject, headers, text, html, dkim }, signal) {
      await transporter.sendMail({
        messageId: message_id,
        from,
        to: { name: "", address: to },
        envelope: { from: from.address, to },
        subject,
        headers: asWritten(headers),
        text,
        html,
        textEncoding: "quoted-printable",
        ...dkim ? { dkim: { ...dkim, headerFieldNames: signedHeaders } } : {},
        signal,
      });
    },
    async verify() {
      await transporter.verify();
    },
    close: () => void transporter.close({ force: true }),
  };
}

function captureTransport(sql: Pool): Transport {
  return {
    send: (message) => insertCaptured(sql, message),
    verify: () => Promise.resolve(),
    close: () => {},
  };
}
