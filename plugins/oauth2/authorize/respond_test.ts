import { expect } from "expect";
import fc from "fast-check";
import type { PageView } from "../../../core/http/route.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import type { ReturnTo } from "./parameters.ts";
import { answerCode, answerError } from "./respond.ts";

const answering = { issuer: "https://id.example", client_name: "App", t: stringsFor("en") };
const to: ReturnTo = {
  redirect_uri: "https://app.example/callback",
  redirect_uri_given: true,
  response_mode: "query",
  state: "s",
};

const location = (answer: ReturnType<typeof answerCode>) => (answer as { location: string }).location;

const leads: [string, Partial<ReturnTo>, string][] = [
  ["in the query", {}, "https://app.example/callback?code=c&state=s&iss=https%3A%2F%2Fid.example"],
  [
    "without a state that was not sent",
    { state: null },
    "https://app.example/callback?code=c&iss=https%3A%2F%2Fid.example",
  ],
  [
    "behind the query it has",
    { redirect_uri: "https://app.example/callback?tenant=7" },
    "https://app.example/callback?tenant=7&code=c&state=s&iss=https%3A%2F%2Fid.example",
  ],
  [
    "behind an empty query",
    { redirect_uri: "https://app.example/callback?" },
    "https://app.example/callback?code=c&state=s&iss=https%3A%2F%2Fid.example",
  ],
  [
    "in the fragment",
    { response_mode: "fragment", redirect_uri: "https://app.example/callback?tenant=7" },
    "https://app.example/callback?tenant=7#code=c&state=s&iss=https%3A%2F%2Fid.example",
  ],
  [
    "to an app's own scheme",
    { redirect_uri: "com.example.app:/callback" },
    "com.example.app:/callback?code=c&state=s&iss=https%3A%2F%2Fid.example",
  ],
  [
    "with a state that would be another parameter",
    { state: "a&code=evil#x\r\nLocation: https://evil.example" },
    "https://app.example/callback?code=c&state=a%26code%3Devil%23x%0D%0ALocation%3A+https%3A%2F%2Fevil.example" +
    "&iss=https%3A%2F%2Fid.example",
  ],
];

for (const [where, more, expected] of leads) {
  Deno.test(`answerCode() leads back ${where}`, () => {
    expect(location(answerCode({ ...to, ...more }, "c", answering))).toBe(expected);
  });
}

Deno.test("answerError() says what is wrong, with state and iss, in printable ASCII", () => {
  const { searchParams } = new URL(
    location(answerError(to, { error: "invalid_scope", error_description: 'a "b" \\ ü\n' }, answering)),
  );
  expect(Object.fromEntries(searchParams)).toEqual({
    error: "invalid_scope",
    error_description: "a 'b' ' ??",
    state: "s",
    iss: "https://id.example",
  });
});

Deno.test("whatever the state, answerCode() keeps host and path, and gives the state back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 50 }), (state) => {
      if (!state.isWellFormed()) return;
      const url = new URL(location(answerCode({ ...to, state }, "c", answering)));
      expect([url.origin, url.pathname, url.hash]).toEqual(["https://app.example", "/callback", ""]);
      expect(url.searchParams.getAll("code")).toEqual(["c"]);
      expect(url.searchParams.get("state")).toBe(state);
    }),
    { numRuns: 500 },
  );
});

Deno.test("form_post answers a page whose policy lets it post to the app and run that one script", () => {
  const answer = answerCode({ ...to, response_mode: "form_post" }, "c", answering) as PageView;
  expect(answer.policy).toEqual({
    "form-action": ["https:"],
    "script-src": [expect.stringMatching(/^'sha256-[A-Za-z0-9+/]{43}='$/)],
  });
});
