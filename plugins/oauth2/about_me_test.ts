import { expect } from "expect";
import { aboutMe, isBirthdate, phoneNumber, timeZone, withoutEmpty } from "./about_me.ts";

Deno.test("isBirthdate() takes days that were, with or without their year", () => {
  const now = new Date("2026-05-01");
  for (const day of ["1815-12-10", "2026-04-30", "0000-02-29", "2000-02-29", "1900-01-01"]) {
    expect([day, isBirthdate(day, now)]).toEqual([day, true]);
  }
  const refused = [
    ...["", "1815", "1815-12", "10.12.1815", "1815-13-01", "1815-00-10", "1815-12-32", "1999-02-29"],
    ...["2026-05-02", "3000-01-01", "0001-01-01", "1815-12-10T00:00", "-815-12-10", "0000-02-30"],
  ];
  for (const day of refused) expect([day, isBirthdate(day, now)]).toEqual([day, false]);
});

Deno.test("timeZone() knows the places of the tz database", () => {
  expect(timeZone("Europe/Berlin")).toBe("Europe/Berlin");
  expect(timeZone("america/los_angeles")).toBe("America/Los_Angeles");
  for (
    const text of [
      "",
      "Europe",
      "Mars/Base",
      "+01:00",
      "-05",
      "../etc/passwd",
      "E".repeat(65),
      "Europe/Berlin\n",
    ]
  ) {
    expect([text, timeZone(text)]).toEqual([text, null]);
  }
});

Deno.test("phoneNumber() takes international numbers as people write them", () => {
  expect(phoneNumber("+49 (30) 901-820")).toBe("+4930901820");
  expect(phoneNumber("+1.202.555.0143")).toBe("+12025550143");
  const refused = [
    "",
    "030 901820",
    "0049 30 901820",
    "+0 30 901820",
    "+49",
    "+49abc",
    "+1234567890123456",
    "+٤٩٣٠٩٠١٨٢٠",
  ];
  for (const text of refused) expect([text, phoneNumber(text)]).toEqual([text, null]);
});

Deno.test("what apps may know is plain text, https addresses and known formats", () => {
  const good = {
    ...{ nickname: " Ada ", gender: "female", birthdate: "0000-12-10", zoneinfo: "europe/london" },
    ...{ phone_number: "+44 20 7946 0958", website: "https://example.org/", picture: "", profile: null },
    address: { street_address: "12 St James's Square\r\nTop floor", locality: "London", region: "" },
  };
  expect(withoutEmpty(aboutMe.parse(good))).toEqual({
    ...{ nickname: "Ada", gender: "female", birthdate: "0000-12-10", zoneinfo: "Europe/London" },
    ...{ phone_number: "+442079460958", website: "https://example.org/" },
    address: { street_address: "12 St James's Square\nTop floor", locality: "London" },
  });
  expect(withoutEmpty(aboutMe.parse({ address: { country: "" }, nickname: "" }))).toEqual({});
  const refused: [field: string, value: unknown][] = [
    ["nickname", "x".repeat(65)],
    ["nickname", "a\nb"],
    ["nickname", "<b>"],
    ["nickname", "\u202eada"],
    ["nickname", 7],
    ["gender", "x".repeat(41)],
    ["website", "http://example.org/"],
    ["website", "javascript:alert(1)"],
    ["website", "https://user:secret@example.org/"],
    ["website", "https://exam\tple.org/"],
    ["picture", "data:image/png;base64,AAAA"],
    ["profile", `https://example.org/${"x".repeat(500)}`],
    ["birthdate", "yesterday"],
    ["zoneinfo", "Nowhere"],
    ["phone_number", "12345"],
    ["address", "London"],
    ["address", { country: "x".repeat(101) }],
    ["address", { planet: "Earth" }],
    ["address", { street_address: "a\u0000b" }],
    ["address", { formatted: "somewhere" }],
  ];
  for (const [field, value] of refused) {
    expect([field, value, aboutMe.safeParse({ [field]: value }).success]).toEqual([field, value, false]);
  }
});
