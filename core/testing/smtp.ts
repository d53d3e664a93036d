/** A real mail server for tests: it takes what is sent to it, and has all the bad days a mail server has. */
import { SMTPServer } from "smtp-server";
import { simpleParser } from "mailparser";
import type { Readable } from "node:stream";
import { type FaultProxy, faultProxy } from "./proxy.ts";

export interface ReceivedMail {
  /** The envelope's, in lower case. */
  from: string;
  to: string[];
  subject: string;
  /** The `Message-ID` with its angle brackets; `""` when there is none. */
  message_id: string;
  /** Header lines as received, by name in lower case; the last of each. */
  headers: Record<string, string>;
  text: string;
  html: string;
  raw: string;
  received_at: Date;
}

export interface TestSmtp extends AsyncDisposable {
  host: string;
  port: number;
  /** The environment that makes the service use this server. */
  env(): Record<string, string>;
  /** Everything accepted so far, oldest first: a mail is here before its sender is told so. */
  messages(to?: string): ReceivedMail[];
  /**
   * Waits until `count` mails for an address have arrived.
   * @throws Error after `timeout_ms` (10,000), telling how many there are.
   */
  waitFor(to: string, count?: number, timeout_ms?: number): Promise<ReceivedMail[]>;
  /** Forgets what has been received. */
  clear(): void;
  /** Well again: ends every other mode. */
  ok(): void;
  /** Closes every connection and accepts none. */
  down(): void;
  /** Answers every connection, recipient and mail this much later. */
  slow(ms: number): void;
  /** Refuses one recipient with this SMTP code: 4xx for now, 5xx for good. Others are not concerned. */
  refuse(recipient: string, code: number): void;
  /** Refuses every mail, after its last byte, with this code. */
  refuseData(code: number): void;
  /** Keeps the mail and breaks the connection in place of saying so: was it sent, or not? */
  dropAfterData(): void;
  /** Keeps the mail and says so, and nobody hears it, nor anything after it: was it sent, or not? */
  muteAfterData(): void;
  /** Accepts connections and never says a word. */
  blackhole(): void;
  /** Connections so far. */
  connections(): number;
  /** What stands before the server, for other faults. */
  proxy: FaultProxy;
}

export interface TestSmtpOptions {
  /** With these the server wants authentication, and takes nothing else. */
  username?: string;
  password?: string;
}

/** Starts a mail server on a free port of 127.0.0.1, without TLS. */
export async function testSmtp(options: TestSmtpOptions = {}): Promise<TestSmtp> {
  const received: ReceivedMail[] = [];
  const refused = new Map<string, number>();
  let slowMs = 0;
  let dataCode = 0;
  let dropping = false;
  let muting = false;
  const pause = () => slowMs > 0 ? new Promise((resolve) => setTimeout(resolve, slowMs)) : Promise.resolve();

  const server = new SMTPServer({
    authOptional: options.username === undefined,
    allowInsecureAuth: true,
    disabledCommands: options.username === undefined ? ["STARTTLS", "AUTH"] : ["STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    size: 1_000_000,
    onConnect: (_session, callback) => void pause().then(() => callback()),
    onAuth(auth, _session, callback) {
      const right = auth.username === options.username && auth.password === options.password;
      callback(right ? null : refusal(535, "wrong name or password"), { user: auth.username });
    },
    async onRcptTo({ address }, _session, callback) {
      await pause();
      const code = refused.get(address.toLowerCase());
      callback(code ? refusal(code, "no such mailbox here") : null);
    },
    async onData(stream, session, callback) {
      const mail = await read(stream).catch(() => null);
      // Broken off in the middle: there is nobody left to answer.
      if (!mail) return callback(refusal(451, "broken off"));
      await pause();
      if (dataCode) return callback(refusal(dataCode, "not now"));
      const { mailFrom, rcptTo } = session.envelope;
      received.push({
        ...mail,
        from: mailFrom ? mailFrom.address.toLowerCase() : "",
        to: rcptTo.map(({ address }) => address.toLowerCase()),
      });
      if (dropping) return proxy.reset();
      if (muting) proxy.swallowAnswers();
      callback(null);
    },
  });
  // A client that breaks off is what these tests are about.
  server.on("error", () => {});
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    const listener = server.listen(
      0,
      "127.0.0.1",
      () => resolve((listener.address() as { port: number }).port),
    );
  });
  const proxy = await faultProxy({ upstream: { host: "127.0.0.1", port } });

  const ok = () => {
    refused.clear();
    [slowMs, dataCode, dropping, muting] = [0, 0, false, false];
    proxy.pass();
  };
  const messages = (to?: string) =>
    received.filter((mail) => to === undefined || mail.to.includes(to.toLowerCase()));
  return {
    host: proxy.host,
    port: proxy.port,
    proxy,
    env: () => ({
      SMTP_SERVER: proxy.host,
      SMTP_PORT: String(proxy.port),
      SMTP_FROM: "Flow Shield <no-reply@flow-shield.test>",
      ...(options.username ? { SMTP_USERNAME: options.username, SMTP_PASSWORD: options.password ?? "" } : {}),
    }),
    messages,
    async waitFor(to, count = 1, timeout_ms = 10_000) {
      for (const end = Date.now() + timeout_ms; messages(to).length < count;) {
        if (Date.now() > end) {
          throw new Error(`${messages(to).length} of ${count} mails for ${to} within ${timeout_ms} ms`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return messages(to);
    },
    clear: () => void received.splice(0),
    ok,
    down: () => proxy.cut(),
    slow: (ms) => void (slowMs = ms),
    refuse: (recipient, code) => void refused.set(recipient.toLowerCase(), code),
    refuseData: (code) => void (dataCode = code),
    dropAfterData: () => void (dropping = true),
    muteAfterData: () => void (muting = true),
    blackhole: () => proxy.blackhole(),
    connections: () => proxy.stats().accepted,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function read(stream: Readable): Promise<Omit<ReceivedMail, "from" | "to">> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const source = new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
  const mail = await simpleParser(new TextDecoder().decode(source));
  const headers = Object.fromEntries(
    mail.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(":") + 1).trim()]),
  );
  return {
    subject: mail.subject ?? "",
    message_id: mail.messageId ?? "",
    headers,
    text: mail.text ?? "",
    html: mail.html || "",
    raw: new TextDecoder().decode(source),
    received_at: new Date(),
  };
}
