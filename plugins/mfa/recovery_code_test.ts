import { expect } from "expect";
import { testPlugins } from "../../core/testing/plugins.ts";
import { newMember } from "../../core/testing/people.ts";
import verification from "../email-verification/mod.ts";
import password from "../password/mod.ts";
import mfa from "./mod.ts";
import { configure } from "../../core/plugin.ts";
import { claimRecoveryCode, countLeft, makeRecoveryCodes, readRecoveryCode } from "./recovery_code.ts";

const plugins = [configure(password, { bcrypt_cost: 4 }), verification, mfa];

const typed: [string, string | null][] = [
  ["7K2M-9QXT-04RB-VYWD", "7K2M9QXT04RBVYWD"],
  ["7k2m 9qxt 04rb vywd", "7K2M9QXT04RBVYWD"],
  [" 7k2m–9qxt—04rb_vywd ", "7K2M9QXT04RBVYWD"],
  ["7k2m9qxtO4rbvywd", "7K2M9QXT04RBVYWD"],
  ["iIlL-1111-1111-1111", "1111111111111111"],
  ["７Ｋ２Ｍ-9QXT-04RB-VYWD", "7K2M9QXT04RBVYWD"],
  ["", null],
  ["7K2M-9QXT-04RB", null],
  ["7K2M-9QXT-04RB-VYWD-7", null],
  ["UUUU-9QXT-04RB-VYWD", null],
  ["7K2M.9QXT.04RB.VYWD", null],
  ["'; delete from x--", null],
  ["123456", null],
];
for (const [text, read] of typed) {
  Deno.test(`${JSON.stringify(text)} reads as ${read}`, () => expect(readRecoveryCode(text)).toBe(read));
}

async function accounts(service: Awaited<ReturnType<typeof testPlugins>>): Promise<string[]> {
  for (let i = 0; i < 2; i++) await newMember(service);
  return (await service.sql<{ account_id: string }[]>`select account_id from account order by created_at`)
    .map(({ account_id }) => account_id);
}

Deno.test("recovery codes: each works once, for its account alone, until they are made anew", async (t) => {
  await using service = await testPlugins(plugins);
  const { sql } = service;
  const [ada, bob] = await accounts(service);
  const codes = await makeRecoveryCodes(sql, ada);
  const letters = codes.map((code) => readRecoveryCode(code)!);

  await t.step("ten, all different, none stored as it is", async () => {
    expect(new Set(letters).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    const stored = await sql<{ code_hash: Uint8Array }[]>`select code_hash from recovery_code`;
    expect(stored.map(({ code_hash }) => code_hash.length)).toEqual(Array(10).fill(32));
  });
  await t.step("fifty at once: one", async () => {
    const claims = await Promise.all(
      Array.from({ length: 50 }, () => claimRecoveryCode(sql, ada, letters[0])),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await countLeft(sql, ada)).toMatchObject({ remaining: 9, total: 10 });
  });
  await t.step("in any order, never twice, never for somebody else", async () => {
    expect(await claimRecoveryCode(sql, bob, letters[7])).toBe(false);
    for (const at of [9, 3, 7]) {
      expect(await claimRecoveryCode(sql, ada, letters[at])).toBe(true);
      expect(await claimRecoveryCode(sql, ada, letters[at])).toBe(false);
    }
    expect(await countLeft(sql, bob)).toEqual({ remaining: 0, total: 0, created_at: null });
  });
  await t.step("made anew, the old ones are nothing", async () => {
    const renewed = await makeRecoveryCodes(sql, ada);
    for (const one of letters) expect(await claimRecoveryCode(sql, ada, one)).toBe(false);
    expect(await countLeft(sql, ada)).toMatchObject({ remaining: 10, total: 10 });
    expect(await claimRecoveryCode(sql, ada, readRecoveryCode(renewed[4])!)).toBe(true);
  });
});
