import { expect } from "expect";
import { readCookies, sessionCookieName, setCookieHeader } from "./cookies.ts";

Deno.test("the session's cookie is bound to the host where browsers can do that", () => {
  expect(sessionCookieName({ backend_url: "https://id.example" })).toBe("__Host-fs_session");
  expect(sessionCookieName({ backend_url: "http://localhost:8000" })).toBe("fs_session");
});

Deno.test("every cookie is out of reach of scripts and of other sites' forms", () => {
  expect(setCookieHeader({ name: "a", value: "b" }, true)).toBe(
    "a=b; Path=/; HttpOnly; SameSite=Lax; Secure",
  );
  expect(setCookieHeader({ name: "a", value: "", max_age_seconds: 0 }, false))
    .toBe("a=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
});

Deno.test("a cookie that would break out of its header is never written", () => {
  const rows: [string, string][] = [
    ["a", "b;c"],
    ["a", "b c"],
    ["a", 'b"'],
    ["a", "b,c"],
    ["a", "b\r\nset-cookie: c=d"],
    ["a", "ä"],
    ["a", "b\\"],
    ["a", "b".repeat(4001)],
    ["a b", "c"],
    ["a=b", "c"],
    ["a;", "c"],
    ["", "c"],
  ];
  for (const [name, value] of rows) {
    expect(() => setCookieHeader({ name, value }, true)).toThrow("cannot be written as a header");
  }
});

Deno.test("cookies are read as plain data; the first of two with one name counts", () => {
  const cookies = readCookies('a=1; b="2"; a=3; =x; novalue; c=d=e; __proto__=p;');
  expect({ ...cookies }).toEqual({ a: "1", b: "2", c: "d=e", ["__proto__"]: "p" });
  expect(Object.getPrototypeOf(cookies)).toBe(null);
  expect({ ...readCookies(null) }).toEqual({});
  expect({ ...readCookies("a=" + "b".repeat(20_000)) }).toEqual({});
  expect(Object.keys(readCookies(Array.from({ length: 1000 }, (_, i) => `a${i}=1`).join(";"))).length).toBe(
    60,
  );
});
