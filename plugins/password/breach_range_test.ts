import { expect } from "expect";
import { createHash } from "node:crypto";
import { createRangeLookup, type RangeResult } from "./breach_range.ts";

const password = "a password of one's own";
const sha1 = createHash("sha1").update(password).digest("hex").toUpperCase();
const [prefix, suffix] = [sha1.slice(0, 5), sha1.slice(5)];
const others = ["0018A45C4D1DEF81644B54AB7F969B88D65:1", "00D4F6E8FA6EECAD2A3AA415EEC418D38EC:2"];

/** A service that answers ranges, and keeps what it was asked. */
function service(answer: (request: Request) => Response | Promise<Response>) {
  const asked: { path: string; padding: string | null; headers: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    asked.push({ path: pathname + search, padding: request.headers.get("add-padding"), headers });
    return answer(request);
  });
  return {
    asked,
    origin: `127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const settings = (origin: string, more = {}) => ({
  breach_range_url: `http://${origin}/range`,
  breach_range_private: [origin],
  breach_range_seconds: 1,
  ...more,
});

const text = (body: string, status = 200, headers = {}) => () => new Response(body, { status, headers });
const answers: [says: string, answer: () => Response, result: RangeResult, why: string | null][] = [
  ["it among others", text([...others, `${suffix}:17`].join("\r\n")), "found", null],
  ["it in small letters", text(`${suffix.toLowerCase()}:3\n`), "found", null],
  ["only others", text(others.join("\r\n")), "clear", null],
  ["it as padding, which counts nothing", text([...others, `${suffix}:0`].join("\r\n")), "clear", null],
  ["nothing", text(""), "clear", null],
  ["a page", text("<html>", 200), "failed", "unreadable"],
  ["a hash that is cut off", text(`${suffix.slice(1)}:3`), "failed", "unreadable"],
  ["that it is busy", text("", 503), "failed", "unreadable"],
  ["to ask elsewhere", text("", 302, { location: "http://127.0.0.1:1/" }), "failed", "redirect"],
  ["more than it should", text("0".repeat(600_000)), "failed", "too_large"],
];
for (const [says, answer, result, why] of answers) {
  Deno.test(`a service of ranges that says ${says}: ${result}`, async () => {
    await using live = service(answer);
    const told: string[] = [];
    const lookup = createRangeLookup(settings(live.origin), (one) => told.push(one))!;
    expect(await lookup.ask(password)).toBe(result);
    expect(told).toEqual(why === null ? [] : [why]);
    expect(live.asked.map(({ path, padding }) => [path, padding])).toEqual([[`/range/${prefix}`, "true"]]);
    // Five digits, and nothing else of it.
    expect(live.asked[0].headers.toUpperCase()).not.toContain(suffix.slice(0, 8));
  });
}

Deno.test("a service of ranges that never answers is not waited for", async () => {
  const release = Promise.withResolvers<Response>();
  await using live = service(() => release.promise);
  const told: string[] = [];
  expect(await createRangeLookup(settings(live.origin), (one) => told.push(one))!.ask(password)).toBe(
    "failed",
  );
  expect(told).toEqual(["timeout"]);
  release.resolve(new Response(""));
});

Deno.test("a service of ranges that is in our own network is asked only where that is allowed", async () => {
  await using live = service(text(`${suffix}:17`));
  const told: string[] = [];
  const config = settings(live.origin, { breach_range_private: [] });
  expect(await createRangeLookup(config, (one) => told.push(one))!.ask(password)).toBe("failed");
  expect(told).toEqual(["address"]);
  expect(live.asked).toEqual([]);
});

Deno.test("nobody is asked where no service is configured", () => {
  expect(createRangeLookup(settings("x", { breach_range_url: null }), () => {})).toBe(null);
});
