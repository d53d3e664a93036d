import { expect } from "expect";
import { generateKeyPairSync } from "node:crypto";
import { type Outgoing, OutgoingError } from "../../../core/net/outgoing.ts";
import { parseDkim } from "./dkim_record.ts";
import { aligned, findDmarc, parseDmarc } from "./dmarc.ts";
import type { Dns } from "./dns.ts";
import { zoneLine } from "./domain_check.ts";
import { findSts, namesHost, parsePolicy } from "./mta_sts.ts";
import { senderOf, sendingOf, spfTerms } from "./sending.ts";
import { tagList } from "./tag_list.ts";

const p = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey
  .export({ type: "spki", format: "der" }).toString("base64");

const dnsOf = (txt: Record<string, string[]>, mx: string[] = []): Dns => ({
  txt: (name) => Promise.resolve(txt[name] ?? []),
  mx: () => Promise.resolve(mx.map((host) => ({ host, preference: 10 }))),
  addresses: (name) => Promise.resolve(name === "relay.test" ? ["8.8.8.8", "10.0.0.1", "2001:4860::8"] : []),
  ptr: () => Promise.resolve([]),
  reached: () => Promise.resolve(true),
});

Deno.test("parseDkim() takes the key that RFC 6376 lets stand there, and no other", () => {
  expect(parseDkim(`v=DKIM1; k=rsa; p=${p}`)).toEqual({ p, bits: 2048, testing: false });
  expect(parseDkim(`k=rsa;p=${p.slice(0, 40)} ${p.slice(40)} ; t=s`)).toMatchObject({ p, testing: false });
  expect(parseDkim(`v=DKIM1; p=${p}; t=y:s; h=sha1:sha256; s=email`)).toMatchObject({ testing: true });
  expect(parseDkim("v=DKIM1; p=")).toMatchObject({ p: "" });
  const refused = [
    "",
    "p",
    "hello",
    "v=DKIM1",
    `v=DKIM2; p=${p}`,
    `p=${p}; v=DKIM1`,
    `v=DKIM1; p=${p}; p=${p}`,
    `v=DKIM1; k=dsa; p=${p}`,
    `v=DKIM1; h=sha1; p=${p}`,
    `v=DKIM1; s=tlsrpt; p=${p}`,
    "v=DKIM1; p=AAAA",
    `v=DKIM1; p=${"A".repeat(20_000)}`,
  ];
  for (const text of refused) {
    expect([text.slice(0, 40), typeof parseDkim(text)]).toEqual([text.slice(0, 40), "string"]);
  }
});

Deno.test("parseDmarc() heeds what receivers heed", async () => {
  expect(parseDmarc("v=DMARC1; p=reject; sp=none; adkim=s; rua=mailto:a@x.test,mailto:b@x.test", false))
    .toEqual({
      ...{ policy: "reject", adkim: "s", aspf: "r", percent: 100 },
      rua: ["mailto:a@x.test", "mailto:b@x.test"],
    });
  expect(parseDmarc("v=DMARC1; p=reject; sp=none", true)).toMatchObject({ policy: "none" });
  expect(parseDmarc("v=DMARC1; p=Quarantine; pct=x", true)).toMatchObject({
    policy: "quarantine",
    percent: 100,
  });
  for (
    const text of [
      "p=none; v=DMARC1",
      "v=DMARC1",
      "v=DMARC1; p=maybe",
      "v=dmarc1; p=none",
      "v=DMARC1; p=none; p=reject",
    ]
  ) {
    expect([text, typeof parseDmarc(text, false)]).toEqual([text, "string"]);
  }
  const zone = {
    "_dmarc.example.test": ["other", "v=DMARC1; p=reject; sp=quarantine"],
    "_dmarc.test": ["v=DMARC1; p=none"],
  };
  expect(await findDmarc(dnsOf(zone), "a.b.example.test")).toMatchObject({
    at: "_dmarc.example.test",
    record: { policy: "quarantine" },
  });
  // A top level's word is not asked for.
  expect(await findDmarc(dnsOf(zone), "other.test")).toBeNull();
  const twice = dnsOf({ "_dmarc.example.test": ["v=DMARC1; p=none", "v=DMARC1; p=reject"] });
  expect(typeof (await findDmarc(twice, "example.test"))!.record).toBe("string");
  expect(aligned("mail.example.test", "example.test", "r")).toBe(true);
  expect(aligned("mail.example.test", "example.test", "s")).toBe(false);
  expect(aligned("notexample.test", "example.test", "r")).toBe(false);
});

const policy =
  "version: STSv1\r\nmode: enforce\r\nmx: mail.example.test\r\nmx: *.example.net\r\nmax_age: 86400\r\n";

Deno.test("parsePolicy() and namesHost() keep to RFC 8461", () => {
  expect(parsePolicy(policy)).toEqual({
    mode: "enforce",
    mx: ["mail.example.test", "*.example.net"],
    max_age: 86400,
  });
  expect(parsePolicy("version: STSv1\nmode: none\nmax_age: 0")).toMatchObject({ mode: "none", mx: [] });
  const refused = [
    "",
    policy.replace("STSv1", "STSv2"),
    policy.replace("enforce", "ENFORCE"),
    policy.replace("86400", "x"),
  ];
  refused.push(policy.replace("86400", "99999999"), policy.replace(/mx:.*\r\n/g, ""), "<html>404</html>");
  for (const text of refused) expect([text, typeof parsePolicy(text)]).toEqual([text, "string"]);
  const mx = ["mail.example.test", "*.example.net"];
  const hosts = {
    "mail.example.test": true,
    "a.example.net": true,
    "a.b.example.net": false,
    "example.net": false,
  };
  for (const [host, named] of Object.entries(hosts)) {
    expect([host, namesHost(mx, host)]).toEqual([host, named]);
  }
});

Deno.test("findSts() says what a sender would trip over", async () => {
  const answering = (status: number, text: string): Outgoing => ({
    get: () => Promise.resolve({ status, headers: {}, text }),
    post: () => Promise.reject(new Error("never")),
  });
  const there = { "_mta-sts.example.test": ["v=STSv1; id=20260101"] };
  const of = (txt: Record<string, string[]>, outgoing = answering(200, policy), mx = ["mail.example.test"]) =>
    findSts(dnsOf(txt, mx), outgoing, "example.test");
  expect(await of({})).toBeNull();
  expect(await of(there)).toMatchObject({ policy: { mode: "enforce" }, left_out: [] });
  expect(await of(there, undefined, ["mail.example.test", "b.example.test"])).toMatchObject({
    left_out: ["b.example.test"],
  });
  const wrong = [
    await of({ "_mta-sts.example.test": ["v=STSv1; id=1", "v=STSv1; id=2"] }),
    await of({ "_mta-sts.example.test": ["v=STSv1;"] }),
    await of({ "_mta-sts.example.test": ["v=STSv1; id=a-b"] }),
    await of(there, answering(404, policy)),
    await of(there, {
      ...answering(200, ""),
      get: () => Promise.reject(new OutgoingError("timeout", "no answer")),
    }),
  ];
  for (const found of wrong) expect(typeof found!.policy).toBe("string");
});

Deno.test("sendingOf() guesses only what can be guessed", async () => {
  const of = (smtp_server: string | null, configured: string[] = []) =>
    sendingOf(dnsOf({}), { smtp_server, configured });
  expect(await of("relay.test")).toEqual({
    addresses: ["8.8.8.8", "2001:4860::8"],
    from: "relay",
    include: null,
  });
  expect(await of("8.8.4.4")).toMatchObject({ addresses: ["8.8.4.4"], from: "relay" });
  expect(await of("email-smtp.eu-west-1.amazonaws.com")).toMatchObject({
    from: "unknown",
    include: "amazonses.com",
  });
  expect(await of("relay.test", ["192.0.2.1", "nonsense"])).toMatchObject({
    addresses: ["192.0.2.1"],
    from: "configured",
  });
  for (const unknown of [null, "localhost", "127.0.0.1", "gone.test", "10.0.0.9"]) {
    expect(await of(unknown)).toMatchObject({ addresses: [], from: "unknown" });
  }
  expect(spfTerms(await of("relay.test"))).toEqual(["ip4:8.8.8.8", "ip6:2001:4860::8"]);
  const sender = (smtp_from: string) => senderOf({ core: { smtp_from } });
  expect(sender("A <ann@Example.org>")).toEqual({ sender: "ann@Example.org", domain: "example.org" });
});

Deno.test("zoneLine() splits what is longer than a string, and what stands in it cannot end it", () => {
  const value = `v=DKIM1; p=${"A".repeat(300)}`;
  const line = zoneLine({ name: "s._domainkey.example.test", type: "TXT", value });
  expect(line).toMatch(/^s\._domainkey\.example\.test\. 3600 IN TXT "[^"]{255}" "[^"]+"$/);
  expect([...line.matchAll(/"([^"]*)"/g)].map(([, one]) => one).join("")).toBe(value);
  expect(zoneLine({ name: "x.test", type: "TXT", value: 'a"b\\c' })).toBe('x.test. 3600 IN TXT "a\\"b\\\\c"');
  expect(tagList("a=1; a=2")).toBeNull();
});
