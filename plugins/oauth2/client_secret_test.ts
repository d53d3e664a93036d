import { createHmac } from "node:crypto";
import { expect } from "expect";
import { createKeys, SealError } from "../../core/keys/keys.ts";
import { type Client, sealSecret } from "./client.ts";
import { secretHolds, secretSigned } from "./client_secret.ts";

const keys = createKeys([crypto.getRandomValues(new Uint8Array(32))]);
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
const client = (secret: string | null, client_secret_expires_at: Date | null = null) =>
  ({
    client_id: "app",
    client_secret_sealed: secret === null ? null : sealSecret(keys, "app", secret),
    client_secret_expires_at,
  }) as Client;

Deno.test("a secret holds until it ends or is another, however often it was shown before", () => {
  const one = client("first", inSeconds(60));
  expect([secretHolds(keys, one, "first"), secretHolds(keys, one, "first")]).toEqual([true, true]);
  const over = { ...one, client_secret_expires_at: inSeconds(-1) };
  expect(secretHolds(keys, over, "first")).toBe(false);
  const changed = { ...one, client_secret_sealed: sealSecret(keys, "app", "second") };
  expect([secretHolds(keys, changed, "first"), secretHolds(keys, changed, "second")]).toEqual([false, true]);
  const none = { ...one, client_secret_sealed: null };
  expect(secretHolds(keys, none, "first")).toBe(false);
});

Deno.test("what is no secret of the client does not hold", async (t) => {
  const one = client("secret");
  const cases: [string, Client | null, string][] = [
    ["an unknown client", null, "secret"],
    ["an unknown client with the text that stands in for it", null, "nobody"],
    ["a client without a secret with that text", client(null), "nobody"],
    ["nothing", one, ""],
    ["a letter less", one, "secre"],
    ["a letter more", one, "secrets"],
    ["capitals", one, "SECRET"],
    ["an expired one", client("secret", inSeconds(0)), "secret"],
  ];
  for (const [what, who, given] of cases) {
    await t.step(what, () => expect(secretHolds(keys, who, given)).toBe(false));
  }
  await t.step("another client's sealed secret opens in no other row", () => {
    const moved = { ...one, client_id: "other" };
    expect(() => secretHolds(keys, moved, "secret")).toThrow(SealError);
  });
});

Deno.test("an HMAC by the secret holds, and by nothing else (RFC 7518 §3.2)", () => {
  const by = (secret: string, input = "a.b") => createHmac("sha256", secret).update(input).digest();
  const one = client("secret");
  expect(secretSigned(keys, one, "a.b", by("secret"))).toBe(true);
  for (
    const [who, signature] of [
      [one, by("other")],
      [one, by("secret", "a.c")],
      [one, by("secret").subarray(0, 31)],
      [one, new Uint8Array()],
      [client(null), by("")],
      [client("secret", inSeconds(-1)), by("secret")],
    ] as const
  ) expect(secretSigned(keys, who, "a.b", signature)).toBe(false);
});
