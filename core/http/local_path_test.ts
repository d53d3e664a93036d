import { expect } from "expect";
import { localPath } from "./local_path.ts";

const local = [
  "/",
  "/account",
  "/account?tab=1#top",
  "/a?next=//b",
  "/a//b",
  "/ä",
  "/a%2f%2fb",
  "/.well-known/x",
  "/@b",
];

const foreign = [
  "",
  "account",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\t//evil.example",
  " //evil.example",
  "/ /evil.example",
  "/..//evil.example",
  "/.//evil.example",
  "/a/../..//evil.example",
  "/%2e%2e//evil.example",
  "http://evil.example",
  "https:evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "/a\0b",
  "/a\r\nset-cookie: x=y",
  "/" + "a".repeat(2048),
  null,
  undefined,
];

Deno.test("localPath() keeps places on this site", () => {
  for (const path of local) expect(new URL(localPath(path, "no"), "http://x").pathname).not.toBe("/no");
});

Deno.test("localPath() never leads to another host, as a browser reads it", () => {
  for (const next of foreign) {
    const path = localPath(next, "/fallback");
    expect([next, path]).toEqual([next, "/fallback"]);
  }
  for (const next of [...local, ...foreign]) {
    expect(new URL(localPath(next), "https://here.example").origin).toBe("https://here.example");
  }
});
