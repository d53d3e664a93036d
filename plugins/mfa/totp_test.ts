import { expect } from "expect";
import { matchingStep, newSecret, otpauthUri, readDigits, STEP_SECONDS, stepAt, toBase32 } from "./totp.ts";

const seconds = (n: number) => new Date(n * 1000);
const secret = new TextEncoder().encode("12345678901234567890");

// RFC 6238 Appendix B, its last six digits.
const vectors: [time: number, code: string][] = [
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
];
for (const [time, code] of vectors) {
  Deno.test(`at ${time} the code of RFC 6238 Appendix B is ${code}`, () => {
    expect(matchingStep(secret, code, seconds(time), 0)).toBe(Math.floor(time / STEP_SECONDS));
    expect(matchingStep(newSecret(), code, seconds(time), 0)).toBe(null);
  });
}

const clocks: [what: string, off_seconds: number, accepted: boolean][] = [
  ["right", 0, true],
  ["one step slow", -30, true],
  ["one step fast", 30, true],
  ["two steps slow", -60, false],
  ["two steps fast", 60, false],
  ["a minute and a half slow", -90, false],
  ["an hour slow", -3600, false],
  ["an hour fast", 3600, false],
  ["a day fast", 86_400, false],
];
for (const [what, off, accepted] of clocks) {
  Deno.test(`a clock that is ${what} is ${accepted ? "accepted" : "refused"}`, () => {
    // The app showed its code at 1111111111, in the first second of a step; we look at it with our own clock.
    const ours = seconds(1111111111 - off);
    expect(matchingStep(secret, "050471", ours, 0)).toBe(accepted ? stepAt(seconds(1111111111)) : null);
  });
}

Deno.test("a code is refused once its step, or one after it, was accepted", () => {
  const now = seconds(1111111111);
  const step = stepAt(now);
  for (const last of [step, step + 1, step + 100]) {
    expect(matchingStep(secret, "050471", now, last)).toBe(null);
  }
  for (const last of [0, step - 2, step - 1]) expect(matchingStep(secret, "050471", now, last)).toBe(step);
});

const typed: [string, string | null][] = [
  ["050471", "050471"],
  [" 050 471 ", "050471"],
  ["050-471", "050471"],
  ["０５０４７１", "050471"],
  ["", null],
  ["05047", null],
  ["0504711", null],
  ["05047a", null],
  ["5.0471", null],
  ["-50471", null],
  ["٠٥٠٤٧١", null],
  ["050471; drop", null],
];
for (const [text, read] of typed) {
  Deno.test(`${JSON.stringify(text)} reads as ${read}`, () => expect(readDigits(text)).toBe(read));
}

Deno.test("the URI carries issuer and label whatever stands in them", () => {
  const uri = otpauthUri({ secret, issuer: "Ada: & Söhne?", label: "a+b@example.com" });
  const url = new URL(uri);
  expect(url.protocol).toBe("otpauth:");
  expect(url.searchParams.get("issuer")).toBe("Ada  & Söhne?");
  expect(url.searchParams.get("secret")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
  expect(decodeURIComponent(uri.split("?")[0])).toContain("a+b@example.com");
});

Deno.test("secrets have 160 bits and none comes twice", () => {
  const made = Array.from({ length: 200 }, newSecret);
  expect(new Set(made.map(toBase32)).size).toBe(200);
  for (const one of made) expect(one).toHaveLength(20);
});

async function hasOathtool(): Promise<boolean> {
  try {
    return (await new Deno.Command("oathtool", { args: ["--version"], stdout: "null" }).output()).success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "codes are those of an independent implementation",
  ignore: !await hasOathtool() && Deno.env.get("REQUIRE_OATHTOOL") !== "1",
  async fn() {
    for (let i = 0; i < 12; i++) {
      const secret = newSecret();
      const at = seconds(1_600_000_000 + i * 40_000_007);
      const { stdout, success } = await new Deno.Command("oathtool", {
        args: ["--totp", "--base32", `--now=@${at.getTime() / 1000}`, toBase32(secret)],
      }).output();
      expect(success).toBe(true);
      const code = new TextDecoder().decode(stdout).trim();
      expect(matchingStep(secret, code, at, 0)).toBe(stepAt(at));
    }
  },
});
