import { expect } from "expect";
import { configure } from "../../core/plugin.ts";
import { silentLog } from "../../core/observe/log.ts";
import { testPlugins } from "../../core/testing/plugins.ts";
import verification from "../email-verification/mod.ts";
import password from "../password/mod.ts";
import mfa from "./mod.ts";
import { requirementOf } from "./policy.ts";
import { checkSettings } from "./settings.ts";

const now = new Date("2027-01-31T12:00:00Z");
const at = (text: string) => new Date(text);
const optional = { policy: "optional" as const, required_from: null, required_roles: [] as string[] };
const required = { ...optional, policy: "required" as const };

const rows: [
  what: string,
  Parameters<typeof requirementOf>,
  required: boolean,
  from: string | null,
  reason: string | null,
][] = [
  ["nobody asks", [optional, [], null, now], false, null, null],
  [
    "a day without the policy says nothing",
    [{ ...optional, required_from: "2020-01-01" }, [], null, now],
    false,
    null,
    null,
  ],
  [
    "a role that is not named",
    [{ ...optional, required_roles: ["operator"] }, ["admin"], null, now],
    false,
    null,
    null,
  ],
  [
    "part of a role's name",
    [{ ...optional, required_roles: ["operator"] }, ["oper"], null, now],
    false,
    null,
    null,
  ],
  [
    "from tomorrow",
    [{ ...required, required_from: "2027-02-01" }, [], null, now],
    false,
    "2027-02-01T00:00:00.000Z",
    "everyone",
  ],
  [
    "the account, later",
    [optional, [], at("2027-03-01T00:00:00Z"), now],
    false,
    "2027-03-01T00:00:00.000Z",
    "account",
  ],
  ["everyone", [required, [], null, now], true, null, "everyone"],
  [
    "from today's midnight",
    [{ ...required, required_from: "2027-01-31" }, [], null, now],
    true,
    "2027-01-31T00:00:00.000Z",
    "everyone",
  ],
  [
    "a role",
    [{ ...optional, required_roles: ["operator"] }, ["x", "operator"], null, now],
    true,
    null,
    "role",
  ],
  [
    "a role, before the day of all",
    [{ ...required, required_from: "2030-01-01", required_roles: ["operator"] }, ["operator"], null, now],
    true,
    null,
    "role",
  ],
  [
    "the account, before the day of all",
    [{ ...required, required_from: "2030-01-01" }, [], at("2027-01-01T00:00:00Z"), now],
    true,
    "2027-01-01T00:00:00.000Z",
    "account",
  ],
  [
    "all, before the day of the account",
    [required, [], at("2030-01-01T00:00:00Z"), now],
    true,
    null,
    "everyone",
  ],
  ["this very moment", [optional, [], now, now], true, now.toISOString(), "account"],
];
for (const [what, given, is, from, reason] of rows) {
  Deno.test(`${what}: ${is ? "required" : "not required"}`, () => {
    const found = requirementOf(...given);
    expect({ ...found, required_from: found.required_from?.toISOString() ?? null })
      .toEqual({ required: is, required_from: from, reason });
  });
}

Deno.test("a day that does not exist keeps the service from starting", () => {
  const check = (required_from: string | null) =>
    checkSettings({
      config: { ...required, rp_id: null, origins: [], required_from } as never,
      core: { frontend_url: "http://localhost:3000" } as never,
      log: silentLog,
    });
  for (const day of ["2027-02-29", "2027-02-30", "2027-04-31"]) {
    expect(() => check(day)).toThrow(`MFA_REQUIRED_FROM: expected a day that exists, got ${day}`);
  }
  for (const day of [null, "2028-02-29", "2027-01-31"]) check(day);
});

Deno.test("settings that make no sense are named", async () => {
  for (
    const [options, words] of [
      [{ policy: "sometimes" }, /MFA_POLICY/],
      [{ required_from: "tomorrow" }, /MFA_REQUIRED_FROM/],
      [{ required_roles: ["Not a role"] }, /MFA_REQUIRED_ROLES/],
      [{ attempts_max: 1 }, /MFA_ATTEMPTS_MAX/],
      [{ rp_id: "https://example.org" }, /MFA_RP_ID/],
    ] as [object, RegExp][]
  ) {
    await expect(testPlugins([password, verification, configure(mfa, options as never)])).rejects.toThrow(
      words,
    );
  }
});
