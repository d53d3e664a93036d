import fc from "fast-check";
import { expect } from "expect";
import { findPersonal, lettersLeft, type Person } from "./personal.ts";

const person: Person = {
  email: "ann.miller85@northwind.example",
  username: "annieM",
  first_name: "Änne-Marijke",
  last_name: "Müller",
  birth_date: "1985-03-07",
  site_names: ["Flow Shield"],
};

const cases: [password: string, found: [part: string, from: string, how: string][]][] = [
  ["Mueller1985!", [["Mueller", "last_name", ""], ["1985", "birth_date", ""]]],
  ["muller", [["muller", "last_name", ""]]],
  ["xMULLERx", [["MULLER", "last_name", "case"]]],
  ["99mu11er", [["mu11er", "last_name", "leet"]]],
  ["rellum07", [["rellum", "last_name", "reversed"]]],
  [",i;;rt", [[",i;;rt", "last_name", "keyboard_shift"]]],
  ["mulelr##x", [["mulelr", "last_name", "edit"]]],
  ["🦀marijke🦀", [["marijke", "first_name", ""]]],
  ["ann.miller85", [["ann.miller85", "email", ""]]],
  ["NorthWind#9", [["NorthWind", "email", "case"]]],
  ["fl0wsh1eld", [["fl0wsh1eld", "site_names", "leet"]]],
  ["a07.03.85b", [["07.03.85", "birth_date", ""]]],
  ["19850307", [["19850307", "birth_date", ""]]],
  ["planning ahead", []],
  ["correct horse battery", []],
  ["219856", []],
  ["", []],
];
for (const [password, found] of cases) {
  const what = found.map(([part]) => part).join(" and ") || "nothing";
  Deno.test(`findPersonal() finds ${what} in ${JSON.stringify(password)}`, () => {
    const points = [...password];
    const told = findPersonal(password, person).map(({ start, end, from, how }) => [
      points.slice(start, end).join(""),
      from,
      how.join("+"),
    ]);
    expect(told).toEqual(found);
  });
}

Deno.test("findPersonal() finds nothing of whom nothing is known", () => {
  expect(findPersonal("Mueller1985!", {})).toEqual([]);
  expect(findPersonal("Mueller1985!", { email: "", first_name: null, birth_date: "yesterday" })).toEqual([]);
});

Deno.test("matches lie in the password, in their order, and never over each other", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.string({ unit: "binary" }),
      (password, name) => {
        let at = 0;
        for (
          const { start, end } of findPersonal(password + name, {
            first_name: name,
            email: `${name}@x.example`,
          })
        ) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBeLessThanOrEqual([...password, ...name].length);
      },
    ),
    { numRuns: 100 },
  );
});

const left: [password: string, spans: [number, number][], weight: number][] = [
  ["miller", [[0, 6]], 0],
  ["miller12345", [[0, 6]], 1],
  ["miller!!!!!!", [[0, 6]], 1],
  ["miller2024", [[0, 6]], 2],
  ["miller sings", [[0, 6]], 6],
  ["", [], 0],
];
for (const [password, spans, weight] of left) {
  Deno.test(`lettersLeft() counts ${weight} in ${JSON.stringify(password)} beside what is known`, () => {
    expect(lettersLeft(password, spans.map(([start, end]) => ({ start, end })))).toBe(weight);
  });
}
