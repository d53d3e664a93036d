import { expect } from "expect";
import { evidenceFields, evidenceOf, takeFormSignals } from "./client_evidence.ts";
import { createFormStamps } from "./http/form_stamp.ts";
import { RawHeaders } from "./http/header_fields.ts";
import { createKeys } from "./keys/keys.ts";

const keys = createKeys([new Uint8Array(32).fill(7)]);
const stamps = createFormStamps(keys);
const asked = { ip: "192.0.2.1", user_agent: "x".repeat(600), locale: "en" };

Deno.test("evidenceOf() keeps names of headers in their order, and the values of a few", () => {
  const headers = new RawHeaders([
    "Host",
    "a",
    "Accept-Language",
    "de",
    "Cookie",
    "secret=1",
    "Accept",
    "*/*",
  ]);
  const seen = evidenceOf({ ...asked, headers }, null, "api");
  expect(seen.header_names).toEqual([
    "host",
    "accept-language",
    "cookie",
    "accept",
  ]);
  expect(seen.headers).toEqual({ "accept-language": "de", accept: "*/*" });
  expect(seen.user_agent).toHaveLength(400);
  expect(JSON.stringify(seen)).not.toContain("secret");
});

Deno.test("evidenceOf() is bounded, whatever is sent", () => {
  const raw = Array.from(
    { length: 400 },
    (_, i) => [`x-${i}-${"n".repeat(300)}`, "v"],
  ).flat();
  const seen = evidenceOf(
    { ...asked, headers: new RawHeaders([...raw, "accept", "a".repeat(5000)]) },
    null,
    "api",
  );
  expect(JSON.stringify(seen).length).toBeLessThan(6000);
});

const script = {
  time_zone: "Europe/Berlin",
  utc_offset_minutes: 60,
  languages: ["de"],
  screen: [1280, 800],
  touch: false,
  cores: 8,
  automation: false,
  pointer_moves: 12,
  visible_ms: 9000,
  fields: {
    email: {
      keys: 20,
      pasted: false,
      filled: false,
      hold_ms: 90,
      gap_ms: 150,
      gap_sd_ms: 40,
    },
  },
};
const form = (
  signals: unknown,
  more: Record<string, string> = {},
): Record<string, string> => ({
  email: "a@example.com",
  [evidenceFields.stamp]: stamps.make(),
  [evidenceFields.signals]: typeof signals === "string" ? signals : JSON.stringify(signals),
  ...more,
});

Deno.test("takeFormSignals() takes the evidence out of a form and leaves the rest", () => {
  const sent = form(script);
  const taken = takeFormSignals(sent, stamps.madeAt);
  expect(taken).toMatchObject({ trap_filled: false, script });
  expect(taken!.shown_ms).toBeGreaterThanOrEqual(0);
  expect(sent).toEqual({ email: "a@example.com" });
});

Deno.test("a form without evidence keeps a field that has the trap's name", () => {
  const sent = { website: "https://example.com" };
  expect(takeFormSignals(sent, stamps.madeAt)).toBeNull();
  expect(sent).toEqual({ website: "https://example.com" });
});

for (
  const [what, signals] of [
    ["no JSON", "{"],
    ["a list", []],
    [
      "too long a text",
      JSON.stringify({ ...script, languages: ["x".repeat(3000)] }),
    ],
    ["a number that is none", { ...script, pointer_moves: "many" }],
    ["a negative number", { ...script, visible_ms: -1 }],
    ["markup for a time zone", { ...script, time_zone: "<script>" }],
    ["nothing", ""],
  ] as const
) {
  Deno.test(`signals that are ${what} count as not there`, () => {
    expect(takeFormSignals(form(signals), stamps.madeAt)).toMatchObject({
      script: null,
    });
  });
}

Deno.test("fields that nobody asked for are left out of the signals", () => {
  const taken = takeFormSignals(
    form({ ...script, password: "hunter2" }),
    stamps.madeAt,
  );
  expect(JSON.stringify(taken)).not.toContain("hunter2");
});

Deno.test("only a stamp of ours says when a page was made", () => {
  const others = createFormStamps(createKeys([new Uint8Array(32).fill(8)]));
  for (
    const stamp of [
      "",
      "x",
      "x".repeat(500),
      others.make(),
      stamps.make().slice(0, -2),
    ]
  ) {
    expect(
      takeFormSignals(
        form(script, { [evidenceFields.stamp]: stamp }),
        stamps.madeAt,
      ),
    )
      .toMatchObject({ shown_ms: null });
  }
});

Deno.test("a filled trap is seen", () => {
  const taken = takeFormSignals(
    form(script, { [evidenceFields.trap]: "http://spam" }),
    stamps.madeAt,
  );
  expect(taken).toMatchObject({ trap_filled: true });
});
