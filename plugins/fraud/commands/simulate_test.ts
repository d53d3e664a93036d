import { expect } from "expect";
import { openGeo } from "../../../core/geo/geo.ts";
import { silentLog } from "../../../core/observe/log.ts";
import type { CommandTools } from "../../../core/plugin.ts";
import { fraudPlaces } from "./places.ts";
import { fraudSimulate, report } from "./simulate.ts";
import { hiddenValue } from "../../../core/net/visiting.ts";
import type { Seen } from "./visitor.ts";

const core = { backend_url: "http://localhost:8000", trusted_proxies: [], geoip_database: null };

async function run(command: typeof fraudSimulate, ...args: string[]): Promise<string[]> {
  const said: string[] = [];
  await command.run(args, { core, say: (line: string) => void said.push(line) } as unknown as CommandTools);
  return said;
}

/** A service that answers everything with one status. */
function service(status: number) {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    asked.push(new URL(request.url).pathname);
    return new Response("{}", { status });
  });
  return {
    asked,
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("fraud simulate says what it wants, and touches nothing before", async () => {
  await using live = service(200);
  const against = ["--against", live.url];
  const rows: [args: string[], problem: string][] = [
    [against, "--scenario: expected one of normal"],
    [["--scenario", "normal"], "--against: expected an address"],
    [[...against, "--scenario", "toString"], "--scenario: expected one of"],
    [["--against", "file:///etc/passwd", "--scenario", "normal"], "--against: expected an address"],
    [[...against, "--scenario", "normal", "--count", "0"], "--count: expected a whole number 1..1000"],
    [[...against, "--scenario", "normal", "--count", "1.5"], "--count"],
    [[...against, "--scenario", "normal", "--count", "9999"], "--count"],
    [[...against, "--scenario", "normal", "--speed", "9"], "Unknown option '--speed'"],
    [[...against, "--scenario", "normal", "stray"], "Unexpected argument"],
  ];
  for (const [args, problem] of rows) await expect(run(fraudSimulate, ...args)).rejects.toThrow(problem);
  expect(live.asked).toEqual([]);
  expect((await run(fraudSimulate)).join()).toContain("TRUSTED_PROXIES");
});

Deno.test("fraud simulate attacks nothing that people may use", async () => {
  await using live = service(404);
  const args = ["--against", live.url, "--scenario", "bots"];
  await expect(run(fraudSimulate, ...args)).rejects.toThrow("does not catch its mail");
  expect(live.asked).toEqual(["/dev/mailbox.json"]);
  await using closed = service(200);
  await closed[Symbol.asyncDispose]();
  await expect(run(fraudSimulate, "--against", closed.url, "--scenario", "bots")).rejects.toThrow(
    "No answer",
  );
});

Deno.test("fraud simulate says what makes its people look alike, and counts what it was answered", async () => {
  await using live = service(200);
  const said = await run(
    fraudSimulate,
    "--against",
    live.url,
    "--scenario",
    "bots",
    "--count",
    "3",
    "--seed",
    "a",
  );
  expect(said.join("\n")).toContain("GEOIP_DATABASE");
  expect(said.join("\n")).toMatch(/sign-up by a program +3: 3 session/);
  expect(live.asked.filter((path) => path === "/auth/register").length).toBe(3);
});

Deno.test("report() counts answers, decisions and the score in the middle", () => {
  const seen = (what: Seen["what"], decision: string | null, fraud_score: number | null) => ({
    what,
    decision,
    fraud_score,
  });
  expect(report(
    new Map([
      ["sign-up", [seen("accepted", "allow", 0.1), seen("denied", "deny", 0.9), seen("denied", "deny", 0.8)]],
      ["by page", [seen("session", null, null)]],
    ]),
  )).toEqual([
    "  sign-up    3: 2 denied, 1 accepted; decided 2 deny, 1 allow; median score 0.80",
    "  by page    1: 1 session",
  ]);
});

Deno.test("hiddenValue() finds a form's own field, in any order of attributes", () => {
  const rows: [html: string, value: string | null][] = [
    ['<input type="hidden" name="form_stamp" value="a.b-c">', "a.b-c"],
    ['<input value="a&amp;b" name="form_stamp" type="hidden"/>', "a&b"],
    ['<input name="form_stamp">', null],
    ['<input name="other_form_stamp" value="x">', null],
    ["", null],
  ];
  for (const [html, value] of rows) expect([html, hiddenValue(html, "form_stamp")]).toEqual([html, value]);
});

Deno.test("fraud places writes what a service can read, and over nothing that is there", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/places.mmdb`;
    expect((await run(fraudPlaces, file)).join()).toContain(`GEOIP_DATABASE=${file}`);
    const geo = await openGeo({ geoip_database: file } as never, silentLog);
    expect(geo.place("42.64.3.9", "en")).toMatchObject({ city: "Sydney", country_code: "AU" });
    expect(geo.place("8.8.8.8", "en")).toBeNull();
    await expect(run(fraudPlaces, file)).rejects.toThrow("it is there already");
    await expect(run(fraudPlaces, "--force")).rejects.toThrow("One FILE");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
