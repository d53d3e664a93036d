import { expect } from "expect";
import { newUserCode, readUserCode, shownUserCode } from "./user_code.ts";

Deno.test("a user code is eight letters of the base 20, and differs each time", () => {
  const codes = Array.from({ length: 200 }, newUserCode);
  for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  expect(new Set(codes).size).toBe(200);
  expect(shownUserCode("BCDFGHJK")).toBe("BCDF-GHJK");
});

Deno.test("readUserCode() takes what people type, and nothing else", () => {
  const read = ["BCDFGHJK", "bcdf-ghjk", " bcdf ghjk ", "B C D F – G H J K", "bcdf.ghjk\n"];
  for (const typed of read) expect(readUserCode(typed)).toBe("BCDFGHJK");
  const refused = [
    ...["", "BCDFGHJ", "BCDFGHJKL", "ACDFGHJK", "BCDFGH1K", "BCDFGHJK1", "ＢCDFGHJK", "BCDFGHJſ"],
    ...["%", "' or 1=1 --", "B".repeat(65), "-".repeat(60) + "BCDFGHJK"],
  ];
  for (const typed of refused) expect([typed, readUserCode(typed)]).toEqual([typed, null]);
});
