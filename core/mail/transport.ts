/** How a message leaves: over SMTP, or into the table behind `/dev/mailbox` while no server is configured. */
import { createTransport, type Transporter } from "nodemailer";
import type SMTPPool from "nodemailer/lib/smtp-pool/index.js";
import { type CoreConfig, isLoopback } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import { insertCaptured } from "./captured_mail.ts";
import type { Message } from "./message.ts";

export interface Transport {
  /** @throws what `classify()` reads */
  send(message: Message): Promise<void>;
  /** Asks the server whether it would take our mail. */
  verify(): Promise<void>;
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

const CONNECTIONS_MAX = 3;
const MESSAGES_PER_CONNECTION_MAX = 100;

export function createMailTransport(core: SmtpConfig, sql: Pool): Transport {
  return core.smtp_server ? smtpTransport(core, core.smtp_server) : captureTransport(sql);
}

function smtpTransport(core: SmtpConfig, host: string): Transport {
  const milliseconds = core.smtp_timeout_seconds * 1000;
  const options: SMTPPool.Options = {
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxMessages: MESSAGES_PER_CONNECTION_MAX,
    host,
    port: core.smtp_port,
    secure: core.smtp_port === 465,
    // In production a server that stops offering TLS may be somebody in between (RFC 8314 §3.3).
    requireTLS: core.production && core.smtp_port !== 465 && !isLoopback(host) && core.smtp_username !== null,
    auth: core.smtp_username ? { user: core.smtp_username, pass: core.smtp_password ?? "" } : undefined,
    dnsTimeout: milliseconds,
    connectionTimeout: milliseconds,
    greetingTimeout: milliseconds,
    socketTimeout: milliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const transporter: Transporter = createTransport(options);
  // An idle connection that breaks is the pool's affair; the next message opens another.
  transporter.on("error", () => {});
  return {
    async send({ message_id, from, to, subject, headers, text, html }) {
      await within(
        4 * milliseconds,
        transporter.sendMail({
          messageId: message_id,
          from,
          to: { name: "", address: to },
          envelope: { from: from.address, to },
          subject,
          headers,
          text,
          html,
          textEncoding: "quoted-printable",
        }),
      );
    },
    async verify() {
      await within(2 * milliseconds, transporter.verify());
    },
    close: () => transporter.close(),
  };
}

/** The steps of a session have limits of their own; this bounds them all together. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error("no answer within the time limit"), { code: "ETIMEDOUT" });
    timer = setTimeout(() => reject(error), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function captureTransport(sql: Pool): Transport {
  return {
    send: (message) => insertCaptured(sql, message),
    verify: () => Promise.resolve(),
    close: () => {},
  };
}
