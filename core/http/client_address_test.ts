import { expect } from "expect";
import { addressForLimits, clientAddresses } from "./client_address.ts";

/** trusted, peer, X-Forwarded-For, expected */
const rows: [string[], string | null, string | null, string | null][] = [
  // Nobody is trusted: what a client writes is its own business.
  [[], "203.0.113.5", "198.51.100.1", "203.0.113.5"],
  [[], "::ffff:203.0.113.5", null, "203.0.113.5"],
  [["10.0.0.0/8"], "203.0.113.5", "198.51.100.1", "203.0.113.5"],
  [["10.0.0.0/8"], "10.1.2.3", null, "10.1.2.3"],
  [["10.0.0.0/8"], "10.1.2.3", "198.51.100.1", "198.51.100.1"],
  [["10.0.0.0/8"], "::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"],
  // A client that writes the header itself is found behind what it wrote.
  [["10.0.0.0/8"], "10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
  [["10.0.0.0/8"], "10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
  [["10.0.0.0/8"], "10.1.2.3", "10.7.7.7, 10.9.9.9", "10.7.7.7"],
  [["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, nonsense", "10.1.2.3"],
  [["10.0.0.0/8"], "10.1.2.3", "198.51.100.1, nonsense, 10.2.2.2", "10.2.2.2"],
  [["10.0.0.0/8"], "10.1.2.3", "", "10.1.2.3"],
  [["10.0.0.0/8"], "10.1.2.3", "198.51.100.1:4711", "198.51.100.1"],
  [["10.0.0.0/8"], "10.1.2.3", "[2001:db8::1]:443", "2001:db8::1"],
  [["10.0.0.0/8"], "10.1.2.3", "256.1.1.1", "10.1.2.3"],
  [["10.0.0.0/8"], "10.1.2.3", "010.1.1.1", "10.1.2.3"],
  [["10.0.0.0/8"], "11.0.0.1", "198.51.100.1", "11.0.0.1"],
  [["10.0.0.0/8"], "9.255.255.255", "198.51.100.1", "9.255.255.255"],
  [["192.0.2.128/25"], "192.0.2.129", "198.51.100.1", "198.51.100.1"],
  [["192.0.2.128/25"], "192.0.2.127", "198.51.100.1", "192.0.2.127"],
  [["192.0.2.7"], "192.0.2.7", "198.51.100.1", "198.51.100.1"],
  [["192.0.2.7"], "192.0.2.8", "198.51.100.1", "192.0.2.8"],
  [["fd00::/8"], "fd12::1", "2001:DB8:0::5", "2001:db8::5"],
  [["fd00::/8"], "fe80::1", "198.51.100.1", "fe80::1"],
  [["0.0.0.0/0"], "203.0.113.5", "198.51.100.1", "198.51.100.1"],
  [["0.0.0.0/0"], "2001:db8::1", "198.51.100.1", "2001:db8::1"],
  [["10.0.0.0/8"], null, "198.51.100.1", null],
  [["10.0.0.0/8"], "not an address", "198.51.100.1", null],
];

Deno.test("the client's address is believed only as far as trusted proxies vouch for it", () => {
  for (const [trusted, peer, forwarded, address] of rows) {
    expect([trusted, peer, forwarded, clientAddresses(trusted)(peer, forwarded)])
      .toEqual([trusted, peer, forwarded, address]);
  }
});

Deno.test("a network that cannot be read is refused at start", () => {
  for (const network of ["10.0.0.0/33", "10.0.0/8", "fd00::/129", "proxy", "10.0.0.0/x", "1::2::3", ""]) {
    expect(() => clientAddresses([network])).toThrow("not an address or network");
  }
});

Deno.test("limits count a whole /64 of IPv6 as one, for one customer has it all", () => {
  const same = ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"].map(addressForLimits);
  expect(new Set(same).size).toBe(1);
  expect(addressForLimits("2001:db8:1:3::1")).not.toBe(same[0]);
  expect(addressForLimits("192.0.2.1")).not.toBe(addressForLimits("192.0.2.2"));
});

Deno.test("a very long X-Forwarded-For is read in no time", () => {
  const find = clientAddresses(["10.0.0.0/8"]);
  const started = performance.now();
  find("10.0.0.1", "10.0.0.2, ".repeat(100_000));
  expect(performance.now() - started).toBeLessThan(200);
});
