import { expect } from "expect";
import { pickClaims, wantsClaims } from "./claims.ts";
import type { ClaimRequests } from "./grant.ts";

const values = {
  name: "Ada Lovelace",
  email: "ada@example.com",
  email_verified: false,
  phone_number: "",
  address: {},
  locale: null,
  updated_at: 0,
  secret: "not a claim",
};

Deno.test("claims are those that were asked for and have a value", async (t) => {
  const all = { email: values.email, email_verified: false };
  const cases: [string, string[], ClaimRequests | undefined, Record<string, unknown>][] = [
    ["no scope", [], undefined, {}],
    ["openid alone", ["openid"], undefined, {}],
    ["a scope", ["openid", "email"], undefined, all],
    ["empty values are left out", ["phone", "address"], undefined, {}],
    ["nought is a value", ["profile"], undefined, { name: values.name, updated_at: 0 }],
    ["a custom scope", ["orders"], undefined, {}],
    ["a name of Object's as scope", ["constructor", "__proto__"], undefined, {}],
    ["a claim", [], { name: null }, { name: values.name }],
    ["an essential claim that is missing is no error", [], { picture: { essential: true } }, {}],
    ["the value it has", [], { name: { value: "Ada Lovelace" } }, { name: values.name }],
    ["another value than it has", [], { name: { value: "Ada" } }, {}],
    ["a value of another type", [], { email_verified: { value: "false" } }, {}],
    ["false is a value", [], { email_verified: { value: false } }, { email_verified: false }],
    ["one of several values", [], { email: { values: ["x", "ada@example.com"] } }, { email: values.email }],
    ["none of several values", [], { email: { values: [] } }, {}],
    ["another value than it has, under a scope too", ["email"], { email: { value: "x" } }, {
      email_verified: false,
    }],
    ["sub is not from here", [], { sub: null }, {}],
    ["what is no claim", [], { secret: null } as ClaimRequests, {}],
    ["a name of Object's", [], { constructor: null } as unknown as ClaimRequests, {}],
  ];
  for (const [what, scope, asked, expected] of cases) {
    await t.step(what, () => expect(pickClaims({ ...values, sub: "x" }, scope, asked)).toEqual(expected));
  }
  expect([wantsClaims(["openid"], undefined), wantsClaims(["openid"], { sub: null })]).toEqual([
    false,
    false,
  ]);
  expect([wantsClaims(["email"], undefined), wantsClaims([], { name: null })]).toEqual([true, true]);
});
