import { expect } from "expect";
import { createHash, createPublicKey, createVerify } from "node:crypto";
import { Buffer } from "node:buffer";
import { createMailTransport } from "../../../core/mail/transport.ts";
import type { Message } from "../../../core/mail/message.ts";
import type { Outgoing } from "../../../core/net/outgoing.ts";
import { type DnsRecords, testDnsServer } from "../../../core/testing/dns_server.ts";
import { testSmtp } from "../../../core/testing/smtp.ts";
import { doctorMail } from "../commands/doctor_mail.ts";
import { runtimeOf } from "../runtime.ts";
import { noteBounce } from "../suppression.ts";
import { mailToPrepare, testEmail } from "../../../core/testing/email.ts";
import { checkInTurn, checkNow, keyToPublish } from "./check_now.ts";
import { dkimKeys, makeDkimKey, useDkimKey } from "./dkim_keys.ts";
import { parseDkim } from "./dkim_record.ts";
import { createDns } from "./dns.ts";
import type { DomainReport } from "./domain_report.ts";
import { notices } from "./mod.ts";

const policy: Outgoing = {
  get: () =>
    Promise.resolve({
      status: 200,
      headers: {},
      text: "version: STSv1\nmode: enforce\nmx: mx.shop.test\nmax_age: 86400\n",
    }),
  post: () => Promise.reject(new Error("nothing is posted")),
};
const codesOf = ({ checks }: DomainReport) =>
  Object.fromEntries(checks.map(({ name, code }) => [name, code]));

Deno.test("a domain is mended step by step: what is published is seen, the key put in use, and mail signed with it", async () => {
  const zone: Record<string, DnsRecords | "fails" | "silent"> = { test: { NS: ["ns.test"] } };
  await using server = await testDnsServer(zone);
  const asked = {
    dns: createDns({ timeout_milliseconds: 1_000, name_server: server.name_server }),
    outgoing: policy,
  };
  await using app = await testEmail({ sending_addresses: ["192.0.2.10"] }, {
    core: { smtp_from: "Shop <mail@shop.test>" },
  });
  const ctx = app.email;
  await keyToPublish(ctx);
  // What cannot be reached is not said to be missing.
  await using nobody = await testDnsServer({});
  const away = await checkNow(ctx, { ...asked, dns: createDns({ name_server: nobody.name_server }) });
  expect(new Set(Object.values(codesOf(away)))).toEqual(new Set(["dns_failed"]));

  const bare = await checkNow(ctx, asked);
  expect(codesOf(bare)).toEqual({
    ...{ mx: "mx_missing", spf: "spf_missing", dkim: "dkim_to_publish", dmarc: "dmarc_missing" },
    ...{ mta_sts: "sts_no_mx", ptr: "ptr_missing" },
  });
  expect(await runtimeOf(ctx).signer.get()).toBeNull();

  // Every TXT record that it asks for is published as told; the rest is what a host's own panel does.
  for (const { publish } of bare.checks) {
    for (const { name, type, value } of publish) if (type === "TXT") zone[name] = { TXT: [value] };
  }
  zone["shop.test"] = { ...(zone["shop.test"] as DnsRecords), MX: [[10, "mx.shop.test"]] };
  zone["mx.shop.test"] = { A: ["192.0.2.10"] };
  zone["10.2.0.192.in-addr.arpa"] = { PTR: ["mx.shop.test"] };
  zone["_mta-sts.shop.test"] = { TXT: ["v=STSv1; id=1"] };
  const mended = await checkNow(ctx, asked);
  expect(codesOf(mended)).toEqual({
    ...{ mx: "mx_there", spf: "spf_pass", dkim: "dkim_there", dmarc: "dmarc_none" },
    ...{ mta_sts: "sts_there", ptr: "ptr_there" },
  });

  // The next key waits beside the one in use, and takes over once it is seen.
  const [first] = await dkimKeys(ctx.sql, "shop.test");
  const second = await keyToPublish(ctx);
  expect(second!.selector).not.toBe(first.selector);
  expect(codesOf(await checkNow(ctx, asked)).dkim).toBe("dkim_next");
  zone[`${second!.selector}._domainkey.shop.test`] = { TXT: [`v=DKIM1; p=${second!.public_key}`] };
  expect(codesOf(await checkNow(ctx, asked)).dkim).toBe("dkim_there");
  expect((await dkimKeys(ctx.sql, "shop.test")).map(({ state }) => state)).toEqual(["in_use", "retired"]);

  // And what may go wrong later.
  const broken: [string, DnsRecords | "silent", string, string][] = [
    [
      `${second!.selector}._domainkey.shop.test`,
      { TXT: [`v=DKIM1; p=${first.public_key}`] },
      "dkim",
      "dkim_differs",
    ],
    [`${second!.selector}._domainkey.shop.test`, { TXT: ["v=DKIM1; p="] }, "dkim", "dkim_revoked"],
    [`${second!.selector}._domainkey.shop.test`, { TXT: ["x"] }, "dkim", "dkim_wrong"],
    [`${second!.selector}._domainkey.shop.test`, {}, "dkim", "dkim_lost"],
    ["shop.test", { TXT: ["v=spf1 +all"], MX: [[10, "mx.shop.test"]] }, "spf", "spf_open"],
    ["shop.test", { TXT: ["v=spf1 -all"], MX: [[10, "mx.shop.test"]] }, "spf", "spf_not_ours"],
    ["shop.test", { TXT: ["v=spf1 ipv4:1 -all"] }, "spf", "spf_wrong"],
    ["shop.test", { MX: [[0, "."]] }, "mx", "mx_null"],
    ["_dmarc.shop.test", { TXT: ["v=DMARC1"] }, "dmarc", "dmarc_wrong"],
    ["mx.shop.test", { A: ["192.0.2.99"] }, "ptr", "ptr_not_back"],
    ["_mta-sts.shop.test", "silent", "mta_sts", "dns_failed"],
  ];
  for (const [name, record, check, code] of broken) {
    const good = zone[name];
    zone[name] = record;
    expect([name, codesOf(await checkNow(ctx, asked))[check]]).toEqual([name, code]);
    zone[name] = good;
  }
});

Deno.test("mail leaves with a signature that a receiver can check, over both headers for leaving", async () => {
  await using app = await testEmail({}, {
    core: {
      smtp_from: "Shop <mail@shop.test>",
      backend_url: "https://shop.test",
      frontend_url: "https://shop.test",
    },
  });
  await using smtp = await testSmtp();
  const ctx = app.email;
  const key = await makeDkimKey(ctx.sql, ctx.keys, "shop.test");
  const [stored] = await ctx.sql`select private_sealed from email_dkim_key`;
  expect(Buffer.from(stored.private_sealed).includes("PRIVATE")).toBe(false);
  await useDkimKey(ctx.sql, "shop.test", key.selector);
  const plan = await app.advice.prepare(mailToPrepare({ kind: "welcome" }));
  if (plan.act !== "send") throw new Error("it is sent");
  const message: Message = plan.finish({
    ...{
      message_id: "<1@shop.test>",
      from: { name: "Shöp", address: "mail@shop.test" },
      to: "ann@example.org",
    },
    ...{
      subject: "Willkommen, Änn",
      headers: { "Auto-Submitted": "auto-generated" },
      text: "Hällo\n\n\n",
      html: "<p>Hällo</p>",
    },
  });
  const transport = createMailTransport(
    {
      ...ctx.core,
      smtp_server: smtp.host,
      smtp_port: smtp.port,
      smtp_username: null,
      smtp_timeout_seconds: 5,
    },
    ctx.sql,
  );
  try {
    await transport.send(message, AbortSignal.timeout(5_000));
  } finally {
    transport.close();
  }
  const [{ raw }] = await smtp.waitFor("ann@example.org");
  const signature = verify(raw, key.public_key);
  expect(signature).toMatchObject({ valid: true, d: "shop.test", s: key.selector });
  for (
    const name of ["from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"]
  ) {
    expect([name, signature.h.includes(name)]).toEqual([name, true]);
  }
  expect(verify(raw.replace("Willkommen", "Willkommin"), key.public_key).valid).toBe(false);
  expect(verify(raw.replace("One-Click", "Two-Click"), key.public_key).valid).toBe(false);
  expect(verify(raw.replace("=C3=A4llo", "=C3=A4lla"), key.public_key).valid).toBe(false);
});

/** RFC 6376 §6.1 with relaxed/relaxed, for messages of our own making. */
function verify(raw: string, public_key: string): { valid: boolean; d: string; s: string; h: string[] } {
  const [head, ...rest] = raw.replace(/\r?\n/g, "\r\n").split("\r\n\r\n");
  const body = rest.join("\r\n\r\n").replace(/[ \t]+/g, " ").replace(/ \r\n/g, "\r\n").replace(
    /(\r\n)*$/,
    "\r\n",
  );
  const fields = head.split(/\r\n(?![ \t])/).map((line) => {
    const at = line.indexOf(":");
    const value = line.slice(at + 1).replace(/\r\n/g, "").replace(/[ \t]+/g, " ").trim();
    return { name: line.slice(0, at).toLowerCase(), value };
  });
  const own = fields.find(({ name }) => name === "dkim-signature")!.value;
  const tags = Object.fromEntries(
    own.split(";").map((one) => {
      const at = one.indexOf("=");
      return [one.slice(0, at).trim(), one.slice(at + 1).replace(/\s/g, "")];
    }),
  );
  const h = tags.h.toLowerCase().split(":");
  const covered = h.map((name) => `${name}:${fields.findLast((field) => field.name === name)!.value}\r\n`)
    .join("");
  const data = `${covered}dkim-signature:${own.replace(/(\bb=)[^;]*$/, "$1")}`;
  const body_hash = createHash("sha256").update(body, "latin1").digest("base64");
  const key = createPublicKey({ key: Buffer.from(public_key, "base64"), format: "der", type: "spki" });
  const signed = createVerify("RSA-SHA256").update(data, "utf8").verify(key, tags.b, "base64");
  return { valid: signed && body_hash === tags.bh, d: tags.d, s: tags.s, h };
}

Deno.test("one key is made by many who ask at once, only a known one is used, and another secret does not open it", async () => {
  await using app = await testEmail({}, { core: { smtp_from: "mail@shop.test" } });
  const { sql, keys } = app.email;
  const made = await Promise.all(Array.from({ length: 4 }, () => makeDkimKey(sql, keys, "shop.test")));
  expect(new Set(made.map(({ selector }) => selector)).size).toBe(1);
  expect(parseDkim(`p=${made[0].public_key}`)).toMatchObject({ bits: 2048 });
  expect(await useDkimKey(sql, "shop.test", "nope")).toBe(false);
  expect(await useDkimKey(sql, "other.test", made[0].selector)).toBe(false);
  expect(await useDkimKey(sql, "shop.test", made[0].selector)).toBe(true);
  const next = await makeDkimKey(sql, keys, "shop.test");
  // Whatever two operators press at once, one key is in use.
  await Promise.all([
    useDkimKey(sql, "shop.test", next.selector),
    useDkimKey(sql, "shop.test", made[0].selector),
  ]);
  const states = (await dkimKeys(sql, "shop.test")).map(({ state }) => state);
  expect(states.filter((state) => state === "in_use")).toHaveLength(1);
  await sql`update email_dkim_key set private_sealed = ${keys.seal(new Uint8Array(8), "another place")}`;
  expect(await runtimeOf(app.email).signer.get()).toBeNull();
  // Not production: nobody is asked by itself.
  await checkInTurn(app.email);
  expect(await sql`select 1 from email_domain_report`).toHaveLength(0);
});

Deno.test("doctor mail prints records to copy and fails while something is to mend; a bounce is told to whom it concerns", async () => {
  await using server = await testDnsServer({ "shop.test": { NS: ["ns.test"] } });
  await using app = await testEmail({}, { core: { smtp_from: "Shop <mail@shop.test>" } });
  const lines: string[] = [];
  const tools = {
    withCtx: <R>(work: (ctx: typeof app.email) => Promise<R>) => work(app.email),
    ...{ core: app.email.core, config: {}, say: (line: string) => void lines.push(line) },
  };
  const at = `127.0.0.1:${server.name_server.port}`;
  await expect(doctorMail.run(["--name-server", at], tools)).rejects.toThrow(/to mend/);
  const told = lines.join("\n");
  expect(told).toMatch(/fs\d{8}\w{4}\._domainkey\.shop\.test\. 3600 IN TXT "v=DKIM1; k=rsa; p=[^"]+" "/);
  expect(told).toContain('_dmarc.shop.test. 3600 IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@shop.test"');
  expect(told).toContain('shop.test. 3600 IN TXT "v=spf1 mx ~all"');
  for (const args of [["now"], ["--name-server"], ["--name-server", "x"], ["--name-server", at, "y"]]) {
    await expect(doctorMail.run(args, tools)).rejects.toThrow(/IPv4/);
  }

  const [{ account_id }] = await app.email.sql`
    insert into account (email, email_key, email_skeleton, locale)
    values ('Ann@example.org', 'ann@example.org', 'ann@example.org', 'en') returning account_id`;
  const tag = app.email.keys.hmac("email_address", "ann@example.org");
  expect(await notices(account_id, app.email)).toEqual([]);
  await noteBounce(app.email.sql, { tag, hard: false, detail: "", mail_id: null });
  expect(await notices(account_id, app.email)).toEqual([]);
  await noteBounce(app.email.sql, { tag, hard: true, detail: "", mail_id: null });
  expect(await notices(account_id, app.email)).toMatchObject([
    { tone: "warning", code: "mail_bounces", params: { email: "Ann@example.org" }, href: "/account" },
  ]);
  expect(await notices(crypto.randomUUID(), app.email)).toEqual([]);
});
