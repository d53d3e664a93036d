import { expect } from "expect";
import { keepMailLink, takeMailLink } from "./mail_link.ts";

const tag = "0123456789abcdefABCDEF";

Deno.test("a mail's link is kept once, for an hour", () => {
  expect(keepMailLink({ m: tag }, {})).toEqual([{ name: "fs_mail", value: tag, max_age_seconds: 3600 }]);
  expect(keepMailLink({ m: tag }, { fs_mail: tag })).toEqual([]);
});

for (const m of [undefined, "", "short", `${tag};`, "x".repeat(65), "ä".repeat(20)]) {
  Deno.test(`no tag: ${String(m).slice(0, 24)}`, () => {
    expect(keepMailLink(m === undefined ? {} : { m }, {})).toEqual([]);
    expect(takeMailLink(m === undefined ? {} : { fs_mail: m })).toBeNull();
  });
}

Deno.test("what was kept is taken, and forgotten", () => {
  expect(takeMailLink({ fs_mail: tag })).toEqual({
    link_tag: tag,
    forget: { name: "fs_mail", value: "", max_age_seconds: 0 },
  });
});
