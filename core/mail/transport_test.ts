import { generateKeyPairSync } from "node:crypto";
import { expect } from "expect";
import { simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { coreConfig } from "../config.ts";
import type { MailKind } from "../services/mod.ts";
import { testSmtp } from "../testing/smtp.ts";
import { composeMessage } from "./message.ts";
import { createMailTransport, smtpOptions } from "./transport.ts";

const core = coreConfig({ smtp_from: "Flow Shield <no-reply@mail.example.org>", smtp_timeout_seconds: 5 });

const composed = (
  given: { to?: string; data?: Record<string, string>; request_id?: string; kind?: MailKind },
) =>
  composeMessage(
    core,
    {
      mail_id: crypto.randomUUID(),
      kind: given.kind ?? "verify_email",
      flow_id: null,
      account_id: null,
      recipient: given.to ?? "ada@example.com",
      locale: "en",
      request_id: given.request_id ?? null,
      attempts: 1,
      created_at: new Date(),
      expires_at: new Date(),
    },
    given.data ?? {},
  );

/** A server of smtp-server's own defaults: STARTTLS with a certificate of its own making, SMTPUTF8. */
async function plainServer(options: SMTPServerOptions = {}) {
  const received: { raw: string; to: string; secure: boolean; utf8: boolean }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    ...options,
    onData(stream, session, callback) {
      const chunks: Uint8Array[] = [];
      stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      stream.on("end", async () => {
        received.push({
          raw: await new Blob(chunks as BlobPart[]).text(),
          to: session.envelope.rcptTo[0].address,
          secure: session.secure,
          utf8: Boolean((session.envelope.mailFrom as { args?: Record<string, unknown> }).args?.SMTPUTF8),
        });
        callback();
      });
    },
  });
  server.on("error", () => {});
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(
      0,
      "127.0.0.1",
      () => resolve((listener.address() as { port: number }).port),
    );
  });
  const transport = createMailTransport(
    { ...core, smtp_server: "127.0.0.1", smtp_port: port },
    null as never,
  );
  return {
    received,
    transport,
    send: (given: Parameters<typeof composed>[0]) => transport.send(composed(given), AbortSignal.any([])),
    async [Symbol.asyncDispose]() {
      transport.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

Deno.test("no name, code, address or request id makes a header or a recipient, whatever is in it", async () => {
  await using server = await plainServer();
  const evil = [
    "Ada\r\nBcc: evil@example.org\r\nX-Evil: 1\r\n\r\nbody",
    "Ada\nBcc: evil@example.org",
    "Ada\u2028Bcc: evil@example.org",
    "=?utf-8?Q?=0D=0ABcc:=20evil@example.org?=",
    "Ada\0\x1b[31m",
    "🦊🏳️‍🌈 ﷽ Ṱ̺̺h̸̸e",
    "x".repeat(1_000),
    ".\r\n.\r\nQUIT",
  ];
  for (const first_name of evil) {
    await server.send({
      data: { first_name, code: first_name, email: first_name, url: "http://localhost/?a=" + first_name },
      request_id: first_name,
      kind: "email_change_notice",
    });
    const { raw, to } = server.received.at(-1)!;
    expect(to).toBe("ada@example.com");
    const mail = await simpleParser(raw);
    const names = mail.headerLines.map(({ key }) => key);
    expect(names.sort()).toEqual([
      "auto-submitted",
      "content-type",
      "date",
      "from",
      "message-id",
      "mime-version",
      "subject",
      "to",
      "x-auto-response-suppress",
    ]);
    for (const line of raw.slice(0, raw.indexOf("\r\n\r\n")).split("\r\n")) {
      expect(line.length).toBeLessThanOrEqual(200);
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u{10ffff}]/u);
    }
  }
  expect(server.received).toHaveLength(evil.length);
});

Deno.test("a signature covers how a mail is left (RFC 8058 §3.1), and every header a reader sees", async () => {
  await using server = await plainServer();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const message = composed({ kind: "welcome" });
  const headers = { ...message.headers, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
  const dkim = {
    domainName: "mail.example.org",
    keySelector: "s1",
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
  await server.transport.send({ ...message, headers, dkim }, AbortSignal.any([]));
  const { headerLines } = await simpleParser(server.received[0].raw);
  const signature = headerLines.find(({ key }) => key === "dkim-signature")!.line.replace(/\s+/g, "");
  expect(signature).toContain("a=rsa-sha256;");
  const signed = /;h=([^;]+)/.exec(signature)![1].toLowerCase().split(":");
  const unseen = ["dkim-signature", "auto-submitted", "x-auto-response-suppress"];
  const seen = headerLines.map(({ key }) => key).filter((key) => !unseen.includes(key));
  expect(signed.sort()).toEqual(seen.sort());
  expect(signed).toEqual(expect.arrayContaining(["list-unsubscribe", "list-unsubscribe-post"]));
});

Deno.test("a header of ours arrives as it was written, JSON too, in lines that pass", async () => {
  await using server = await plainServer();
  const message = composed({});
  const api = '{"unique_args":{"mail_id":"0b6f9d7e-3c55-4d4f-9f0a-5f3f6f0c2a11"}}';
  const list = `<https://api.example.org/${"x".repeat(60)}>, <mailto:no-reply@mail.example.org>`;
  const headers = { ...message.headers, "X-SMTPAPI": api, "List-Unsubscribe": list };
  await server.transport.send({ ...message, headers }, AbortSignal.any([]));
  // RFC 5322 §2.2.3: a line may be folded before a space, which stays.
  const unfolded = server.received[0].raw.replace(/\r\n(?=[ \t])/g, "");
  expect(unfolded).toContain(`\r\nX-SMTPAPI: ${api}\r\n`);
  expect(unfolded).toContain(`\r\nList-Unsubscribe: ${list}\r\n`);
  expect(server.received[0].raw).toContain(">,\r\n <mailto:");
});

Deno.test("addresses beyond ASCII arrive: by SMTPUTF8 for the name, in ASCII for the domain", async () => {
  await using server = await plainServer();
  const rows: [string, string, boolean][] = [
    ["jürgen@example.com", "jürgen@example.com", true],
    ["用户@example.com", "用户@example.com", true],
    ["ada@bücher.example", "ada@xn--bcher-kva.example", false],
    ["o'neill+tag@example.com", "o'neill+tag@example.com", false],
  ];
  for (const [to, envelope, utf8] of rows) {
    await server.send({ to });
    const last = server.received.at(-1)!;
    // smtp-server shows domains as people write them.
    expect([envelope, to]).toContain(last.to);
    expect([to, last.utf8]).toEqual([to, utf8]);
    expect((await simpleParser(last.raw)).text).toContain("Confirm your e-mail address");
  }
});

Deno.test("TLS is used where the server offers it, and a server on this machine may sign for itself", async () => {
  await using server = await plainServer();
  await server.send({});
  expect(server.received[0].secure).toBe(true);
  await using open = await plainServer({ disabledCommands: ["STARTTLS", "AUTH"] });
  await open.send({});
  expect(open.received[0].secure).toBe(false);
});

Deno.test("smtpOptions() insists on TLS with a name and password in production, and checks who it is elsewhere", () => {
  const rows: [string, Partial<typeof core>, Record<string, unknown>][] = [
    ["smtp.example.org", { smtp_port: 465 }, { secure: true, requireTLS: false, tls: undefined }],
    ["smtp.example.org", { smtp_port: 587 }, { secure: false, requireTLS: false, tls: undefined }],
    ["smtp.example.org", { production: true }, { requireTLS: false, tls: undefined }],
    ["smtp.example.org", { production: true, smtp_username: "us" }, { requireTLS: true, tls: undefined }],
    ["127.0.0.1", { production: true, smtp_username: "us" }, {
      requireTLS: false,
      tls: { rejectUnauthorized: false },
    }],
  ];
  for (const [host, given, expected] of rows) {
    expect(smtpOptions({ ...core, ...given }, host)).toMatchObject({
      ...expected,
      disableFileAccess: true,
      disableUrlAccess: true,
      connectionTimeout: 5_000,
      socketTimeout: 5_000,
      maxConnections: 3,
    });
  }
});

Deno.test("verify() asks the server, and an idle connection that ended unseen costs no mail", async () => {
  await using smtp = await testSmtp();
  const transport = createMailTransport(
    { ...core, smtp_server: smtp.host, smtp_port: smtp.port },
    null as never,
  );
  try {
    await transport.verify();
    await transport.send(composed({}), new AbortController().signal);
    smtp.proxy.reset();
    await transport.send(composed({}), new AbortController().signal);
    expect(smtp.messages()).toHaveLength(2);
    smtp.down();
    await expect(transport.verify()).rejects.toThrow();
  } finally {
    transport.close();
  }
});
