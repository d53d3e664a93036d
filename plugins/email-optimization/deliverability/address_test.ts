import { expect } from "expect";
import { testDnsServer } from "../../../core/testing/dns_server.ts";
import { checkAddress, domainClass } from "./address.ts";
import { createDns, DnsFailure } from "./dns.ts";
import { createMailDomains, resolveMail } from "./mail_domains.ts";

Deno.test("what a domain says of its mail is read from a real name server", async () => {
  await using server = await testDnsServer({
    "example.org": { MX: [[20, "b.example.org"], [10, "A.example.org."]] },
    "none.example.org": { MX: [[0, "."]], A: ["192.0.2.1"] },
    "two.example.org": { MX: [[0, "."], [10, "a.example.org"]] },
    "bare.example.org": { A: ["192.0.2.1"] },
    "six.example.org": { AAAA: ["2001:db8:0:0:0:0:0:1"] },
    "empty.example.org": { TXT: ["x"] },
    "broken.example.org": "fails",
    "slow.example.org": "silent",
  });
  const dns = createDns({ timeout_milliseconds: 300, name_server: server.name_server });
  expect(await dns.mx("example.org")).toEqual([
    { host: "a.example.org", preference: 10 },
    { host: "b.example.org", preference: 20 },
  ]);
  const answers = [
    ["example.org", "yes"],
    ["two.example.org", "yes"],
    ["bare.example.org", "yes"],
    ["six.example.org", "yes"],
    ["none.example.org", "no_mail"],
    ["empty.example.org", "not_there"],
    ["gone.example.org", "not_there"],
    ["broken.example.org", "not_there"],
  ];
  for (const [domain, answer] of answers) {
    expect([domain, await resolveMail(dns, domain)]).toEqual([domain, answer]);
  }
  await expect(resolveMail(dns, "slow.example.org")).rejects.toThrow(DnsFailure);
});

Deno.test("takesMail() asks once for many, waits no longer than it may, and remembers a late answer", async () => {
  let now = 1_000;
  let asked = 0;
  const answer = Promise.withResolvers<{ host: string; preference: number }[]>();
  const dns = { ...createDns(), mx: () => (asked++, answer.promise) };
  const domains = createMailDomains(dns, { wait_milliseconds: 5, now: () => now });
  expect(await Promise.all(Array.from({ length: 20 }, () => domains.takesMail("example.org")))).toEqual(
    Array(20).fill("unknown"),
  );
  expect(asked).toBe(1);
  answer.resolve([{ host: "", preference: 0 }]);
  await answer.promise;
  expect(await domains.takesMail("example.org")).toBe("no_mail");
  now += 3_599_999;
  expect(await domains.takesMail("example.org")).toBe("no_mail");
  expect(asked).toBe(1);
  now += 2;
  expect(await domains.takesMail("example.org")).toBe("no_mail");
  expect(asked).toBe(2);
});

Deno.test("takesMail() asks about sixteen domains at once and no more, and silence is asked anew in a minute", async () => {
  let now = 0;
  let asked = 0;
  const dns = { ...createDns(), mx: () => (asked++, Promise.reject(new DnsFailure("x", null))) };
  const domains = createMailDomains(dns, { now: () => now });
  const names = Array.from({ length: 40 }, (_, n) => `a${n}.example.org`);
  expect(new Set(await Promise.all(names.map((name) => domains.takesMail(name))))).toEqual(
    new Set(["unknown"]),
  );
  expect(asked).toBe(16);
  await domains.takesMail("a0.example.org");
  expect(asked).toBe(16);
  now = 60_001;
  await domains.takesMail("a0.example.org");
  expect(asked).toBe(17);
});

Deno.test("checkAddress() says what an address is, and never throws", async () => {
  const domains = {
    takesMail: (domain: string) =>
      Promise.resolve(domain === "none.test" ? "no_mail" as const : "yes" as const),
  };
  const cases: [string, object][] = [
    ["ann@example.org", {
      problem: null,
      disposable: false,
      role: false,
      takes_mail: "yes",
      domain_class: "other",
    }],
    ["Ann@GMAIL.com", { domain_class: "google" }],
    ["ann@mailinator.com", { disposable: true, domain_class: "disposable" }],
    ["ann@sub.mailinator.com", { disposable: true }],
    ["Info+list@example.org", { role: true }],
    ["information@example.org", { role: false }],
    ["ann@none.test", { takes_mail: "no_mail" }],
    ["ann", { problem: "invalid_email", takes_mail: "unknown" }],
    ["ann@@example.org", { problem: "invalid_email" }],
    ["ann@localhost", { problem: "invalid_email" }],
    ["@example.org", { problem: "invalid_email" }],
    ["ann@[127.0.0.1]", { problem: "invalid_email" }],
    ["аnn@example.org", { problem: "email_confusable" }],
    ["x".repeat(100_000), { problem: "invalid_email" }],
  ];
  for (const [address, expected] of cases) {
    expect(await checkAddress(address, domains)).toMatchObject(expected);
  }
  expect((await checkAddress("ann@example.org", null)).takes_mail).toBe("unknown");
});

Deno.test("domainClass() is coarse, and no look-alike is one of the big", () => {
  const classes = [
    ["outlook.de", "microsoft"],
    ["live.co.uk", "microsoft"],
    ["yahoo.com.br", "yahoo"],
    ["me.com", "apple"],
    ["gmx.de", "free"],
    ["live.example", "other"],
    ["gmail.com.evil.test", "other"],
    ["notgmail.com", "other"],
  ];
  for (const [domain, is] of classes) expect([domain, domainClass(domain)]).toEqual([domain, is]);
});
