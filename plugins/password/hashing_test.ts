import * as nodeBcrypt from "@node-rs/bcrypt";
import { expect } from "expect";
import { createKeys } from "../../core/keys/keys.ts";
import { type Bcrypt, createHasher, parseVerifier } from "./hashing.ts";
import { HashQueue } from "./hash_queue.ts";

const secret = (byte: number) => new Uint8Array(32).fill(byte);
const queue = () => new HashQueue({ concurrency: 2, waiting_max: 64 });
const hasher = (secrets = [secret(1)], cost = 4) =>
  createHasher({ keys: createKeys(secrets), queue: queue(), cost });

Deno.test("a verifier is worth nothing without its key", async () => {
  const verifier = await hasher().hash("correct horse battery");
  expect((await hasher().verify("correct horse battery", verifier)).right).toBe(true);
  const stranger = await hasher([secret(2)]).verify("correct horse battery", verifier);
  expect(stranger).toEqual({ right: false, outdated: false, key_missing: true });
});

const pairs: [what: string, stored: string, typed: string, same: boolean][] = [
  ["the same letters from two keyboards", "Caf\u00e9 am See", "Cafe\u0301 am See", true],
  ["full-width letters", "ｐａｓｓｗｏｒｄ１", "password1", true],
  ["another case", "Correct horse", "correct horse", false],
  ["what follows byte 72", "x".repeat(80) + "a", "x".repeat(80) + "b", false],
  ["what follows a NUL", "before\0after", "before\0other", false],
  ["what precedes a NUL only", "before\0after", "before", false],
  ["256 characters of four bytes, the last one", "🦀".repeat(255) + "a", "🦀".repeat(255) + "b", false],
  ["a trailing space", "correct horse", "correct horse ", false],
];
for (const [what, stored, typed, same] of pairs) {
  Deno.test(`a password and what is typed ${same ? "match" : "differ"}: ${what}`, async () => {
    const { hash, verify } = hasher();
    expect((await verify(typed, await hash(stored))).right).toBe(same);
  });
}

Deno.test("after a rotation old verifiers still work and ask to be stored anew", async () => {
  const old = await hasher([secret(1)]).hash("correct horse");
  const rotated = hasher([secret(2), secret(1)]);
  expect(await rotated.verify("correct horse", old)).toEqual({
    right: true,
    outdated: true,
    key_missing: false,
  });
  expect((await rotated.verify("wrong horse", old)).right).toBe(false);
  const fresh = await rotated.hash("correct horse");
  expect(parseVerifier(fresh)!.key_id).not.toBe(parseVerifier(old)!.key_id);
  expect((await rotated.verify("correct horse", fresh)).outdated).toBe(false);
});

Deno.test("another cost asks to be stored anew, in both directions", async () => {
  const four = await hasher().hash("correct horse");
  const five = await hasher([secret(1)], 5).hash("correct horse");
  expect((await hasher([secret(1)], 5).verify("correct horse", four)).outdated).toBe(true);
  expect((await hasher().verify("correct horse", five)).outdated).toBe(true);
  expect((await hasher().verify("correct horse", four)).outdated).toBe(false);
});

for (
  const broken of [
    "",
    "fs1:",
    "$2b$04$" + "a".repeat(53),
    "fs2:00000000:$2b$04$" + "a".repeat(53),
    "fs1:zz:x",
  ]
) {
  Deno.test(`a broken verifier is wrong, not an error: ${JSON.stringify(broken)}`, async () => {
    expect((await hasher().verify("correct horse", broken)).right).toBe(false);
  });
}

Deno.test("equal registrations make equal verifiers; another address, password or key does not", async () => {
  const one = hasher();
  const verifier = await one.hashRegistration("correct horse", "ann@example.com", null);
  expect(await one.hashRegistration("correct horse", "ann@example.com", null)).toBe(verifier);
  expect((await one.verify("correct horse", verifier)).right).toBe(true);
  expect(await one.hashRegistration("correct horse", "bob@example.com", null)).not.toBe(verifier);
  expect(await one.hashRegistration("wrong horse", "ann@example.com", null)).not.toBe(verifier);
  expect(await hasher([secret(2)]).hashRegistration("correct horse", "ann@example.com", null)).not.toBe(
    verifier,
  );
});

Deno.test("a registration is recognised after a rotation and a change of cost", async () => {
  const verifier = await hasher().hashRegistration("correct horse", "ann@example.com", null);
  const later = hasher([secret(2), secret(1)], 5);
  expect(await later.hashRegistration("correct horse", "ann@example.com", verifier)).toBe(verifier);
});

Deno.test("nobody, a wrong password, and a wrong one against an older, cheaper verifier take the same work", async () => {
  let work = 0;
  const counting: Bcrypt = {
    hash: (input, cost, ...rest) => (work += 2 ** cost!, nodeBcrypt.hash(input, cost, ...rest)),
    verify: (input, verifier, ...rest) => {
      work += 2 ** Number(String(verifier).slice(4, 6));
      return nodeBcrypt.verify(input, verifier, ...rest);
    },
  };
  const keys = createKeys([secret(1)]);
  const current = createHasher({ keys, queue: queue(), cost: 7, bcrypt: counting });
  const workFor = async (verifier: string | null) => {
    work = 0;
    expect((await current.verify("wrong horse", verifier)).right).toBe(false);
    return work;
  };
  expect(await workFor(null)).toBe(2 ** 7);
  expect(await workFor(await hasher([secret(1)], 7).hash("correct horse"))).toBe(2 ** 7);
  expect(await workFor(await hasher([secret(1)], 4).hash("correct horse"))).toBe(2 ** 7);
  expect(await workFor(await hasher([secret(2)], 4).hash("correct horse"))).toBe(2 ** 7);
  expect(await workFor("not a verifier")).toBe(2 ** 7);
});
