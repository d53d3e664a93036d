import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect } from "expect";
import fc from "fast-check";
import { createKeys, SealError } from "./keys.ts";
import { loadSecrets, newSecret } from "./secrets.ts";

const secret = () => new Uint8Array(randomBytes(32));
const plain = new TextEncoder().encode("a private thing");
const [first, second, third] = [secret(), secret(), secret()];

function reason(work: () => unknown): string {
  try {
    work();
    return "opened";
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return error.reason;
  }
}

Deno.test("open() gives back what seal() was given", () => {
  const keys = createKeys([first]);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (data, context) => {
    expect(keys.open(keys.seal(data, context), context)).toEqual(new Uint8Array(data));
  }));
});

Deno.test("the same thing is never sealed to the same bytes", () => {
  const keys = createKeys([first]);
  expect(keys.seal(plain, "a")).not.toEqual(keys.seal(plain, "a"));
});

Deno.test("what an older secret sealed opens as long as that secret is in the list", () => {
  const sealed = createKeys([first]).seal(plain, "a");
  expect(createKeys([second, first]).open(sealed, "a")).toEqual(plain);
  expect(createKeys([third, second, first]).open(sealed, "a")).toEqual(plain);
  expect(reason(() => createKeys([second, third]).open(sealed, "a"))).toBe("unknown_secret");
});

Deno.test("seal() uses the newest secret", () => {
  const sealed = createKeys([second, first]).seal(plain, "a");
  expect(reason(() => createKeys([first]).open(sealed, "a"))).toBe("unknown_secret");
  expect(createKeys([second]).open(sealed, "a")).toEqual(plain);
});

Deno.test("a sealed value opens in its own context only", () => {
  const keys = createKeys([first]);
  const sealed = keys.seal(plain, "mail.data/1");
  for (const other of ["mail.data/2", "mail.data/", "", "mail.data/1 "]) {
    expect(reason(() => keys.open(sealed, other))).toBe("altered");
  }
});

Deno.test("a sealed value does not open with any one bit changed, or cut anywhere", () => {
  const keys = createKeys([first]);
  const sealed = keys.seal(plain, "a");
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = sealed.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    expect(reason(() => keys.open(changed, "a"))).not.toBe("opened");
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(reason(() => keys.open(sealed.subarray(0, length), "a"))).not.toBe("opened");
  }
});

Deno.test("open() takes the Buffer that Postgres gives, even one that is part of a larger one", () => {
  const keys = createKeys([first]);
  const sealed = keys.seal(plain, "a");
  const larger = Buffer.concat([Buffer.alloc(5), sealed, Buffer.alloc(5)]);
  expect(keys.open(larger.subarray(5, 5 + sealed.length), "a")).toEqual(plain);
});

Deno.test("hmac() differs by purpose, by secret and by data, and hmacAll() has one for each secret", () => {
  const keys = createKeys([second, first]);
  const [newest, oldest] = keys.hmacAll("purpose", "data");
  expect(newest).toEqual(keys.hmac("purpose", "data"));
  expect(newest).toEqual(keys.hmac("purpose", new TextEncoder().encode("data")));
  expect(oldest).toEqual(createKeys([first]).hmac("purpose", "data"));
  const all = [
    newest,
    oldest,
    keys.hmac("other", "data"),
    keys.hmac("purpose", "other"),
    keys.hmac("seal", "data"),
  ];
  expect(new Set(all.map((one) => Buffer.from(one).toString("hex"))).size).toBe(5);
  expect(all.every((one) => one.length === 32)).toBe(true);
});

Deno.test("no secret, or a short one, is refused", () => {
  expect(() => createKeys([])).toThrow(/SECRET_KEYS/);
  expect(() => createKeys([first, new Uint8Array(31)])).toThrow(/SECRET_KEYS/);
});

const core = { production: false, data_dir: "", secret_keys: null as string[] | null };

Deno.test("in development a secret is made once, in a file that only its owner reads", async () => {
  const data_dir = await Deno.makeTempDir();
  const [made] = loadSecrets({ ...core, data_dir });
  expect(made.length).toBe(32);
  expect(loadSecrets({ ...core, data_dir })).toEqual([made]);
  const { mode } = await Deno.stat(join(data_dir, "secret_keys"));
  expect((mode ?? 0) & 0o777).toBe(0o600);
  await Deno.remove(data_dir, { recursive: true });
});

Deno.test("in production no secret is made", () => {
  expect(() => loadSecrets({ ...core, production: true, data_dir: "/nowhere" })).toThrow(
    /SECRET_KEYS is required/,
  );
});

Deno.test("configured secrets are read newest first, and a bad one is named by its place, not its value", () => {
  const [a, b] = [newSecret(), newSecret()];
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
  expect(loadSecrets({ ...core, secret_keys: [a, b] })).toEqual([bytes(a), bytes(b)]);
  for (const bad of ["short", "!".repeat(43), "A".repeat(42)]) {
    expect(() => loadSecrets({ ...core, secret_keys: [a, bad] })).toThrow(
      /^SECRET_KEYS: number 2 is not base64url of at least 32 bytes$/,
    );
  }
});
