/** The commands as an operator types them: child processes, against a service that runs. */
import { expect } from "expect";
import { type CommandTools, definePlugin } from "../../../core/plugin.ts";
import { testPlugins } from "../../../core/testing/plugins.ts";
import { freePort } from "../../../core/testing/ports.ts";
import { type SpawnedService, spawnService } from "../../../core/testing/service.ts";
import { goodPassword } from "../../../core/testing/client.ts";
import { Browserless, type Person, walk } from "../clients/browserless.ts";
import { type OAuth2Config, oauth2Config } from "../config.ts";
import { client } from "./client.ts";
import { perform } from "./perform.ts";

const program = new URL("../../../main.ts", import.meta.url).href;

function begin(service: SpawnedService, args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", program, ...args],
    cwd: service.data_dir,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH")!, HOME: Deno.env.get("HOME")!, ...service.env, NO_COLOR: "1" },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
  let text = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream() as never)) text += piece;
  };
  const done = Promise.all([read(child.stdout), read(child.stderr)]);
  return {
    output: () => text,
    async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
      for (const end = Date.now() + 60_000; Date.now() < end;) {
        const found = pattern.exec(text);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`it did not say ${pattern}:\n${text}`);
    },
    async end() {
      const { code } = await child.status;
      await done;
      return { code, text };
    },
  };
}

const run = (service: SpawnedService, ...args: string[]) => begin(service, args).end();

async function json(service: SpawnedService, ...args: string[]) {
  const { code, text } = await run(service, ...args, "--json");
  if (code !== 0) throw new Error(text);
  return JSON.parse(text);
}

const wrong: [string[], RegExp][] = [
  [["client", "bogus"], /There is no "client bogus"/],
  [["client", "create", "--nam", "x"], /Unknown option '--nam'.*Flags: --name/],
  [["client", "create", "--type", "web"], /--name is needed/],
  [["client", "create", "--name", "A", "--type", "toaster"], /--type: expected one of web, spa/],
  [["client", "create", "--name", "A", "--type", "web"], /--redirect-uri is needed/],
  [
    ["client", "create", "--name", "A", "--redirect-uri", "http://x.example/"],
    /must use https.*--redirect-uri/,
  ],
  [
    ["client", "create", "--name", "A", "--type", "machine", "--scope", "nonsense"],
    /scope can only contain openid/,
  ],
  [["client", "create", "--name", "A", "--type", "machine", "--secret-days", "-1"], /secret-days/],
  [["client", "create", "A"], /"A" is too much/],
  [["client", "show"], /Name one client/],
  [["client", "show", "nobody"], /There is no client nobody/],
  [["client", "delete", "nobody", "--yes"], /There is no client nobody/],
  [["perform", "bogus"], /There is no "perform bogus"/],
  [["perform", "client-credentials", "--client-id", "demo"], /--client-secret is needed/],
  [["perform", "device", "--client-secret", "x"], /--client-secret needs --client-id/],
  [["perform", "device", "--issuer", "ftp://x"], /--issuer: expected an address/],
  [["perform", "device", "--timeout", "soon"], /--timeout: expected a whole number/],
  [
    ["perform", "authorization-code", "--redirect-uri", "https://x.example/"],
    /--redirect-uri: expected an address of/,
  ],
];

const plugin = definePlugin<OAuth2Config>({ name: "oauth2", about: "", config: oauth2Config });

Deno.test("what is typed wrong is answered with what to type, and makes nothing", async () => {
  await using at = await testPlugins([plugin]);
  const ctx = at.ctxOf("oauth2");
  const said: string[] = [];
  const tools: CommandTools = {
    ...{ core: at.core, config: ctx.config, say: (line) => said.push(line) },
    withCtx: (work) => work(ctx),
  };
  for (const [[name, ...args], expected] of wrong) {
    const failure = await { client, perform }[name]!.run(args, tools).catch((error) => error);
    const found = [args.join(" "), failure?.name, failure?.message];
    expect(found).toEqual([args.join(" "), "OperatorError", expect.stringMatching(expected)]);
  }
  expect(said).toEqual([]);
  expect(await at.sql`select 1 from oauth_client`).toHaveLength(0);
});

Deno.test("a command that fails ends with 1 and a sentence, without a stack", async () => {
  await using service = await spawnService();
  const attempts: [string[], RegExp][] = [
    [["client", "create"], /--name is needed/],
    [["client", "rotate-secret", "demo"], /demo app keeps its own secret/],
    [["perform", "client-credentials", "--client-id", "demo", "--client-secret", "x"], /invalid_client/],
    [["perform", "device", "--issuer", `http://localhost:${freePort()}`], /Is the service running/],
  ];
  for (const [args, expected] of attempts) {
    const { code, text } = await run(service, ...args);
    expect([args.join(" "), code, text]).toEqual([args.join(" "), 1, expect.stringMatching(expected)]);
    expect(text).not.toMatch(/\n {4}at /);
  }
});

Deno.test("a client is made, shown, renewed and deleted from the command line, and works at once", async () => {
  await using service = await spawnService();
  const made = await json(service, "client", "create", "--name", "Night shift", "--type", "machine");
  const token = async (client_secret: string) => {
    const { code, text } = await run(
      service,
      ...["perform", "client-credentials", "--client-id", made.client_id, "--client-secret", client_secret],
    );
    return { code, text };
  };
  const first = await token(made.client_secret);
  expect(first).toEqual({ code: 0, text: expect.stringContaining("the signature is good") });
  expect(first.text).toContain('"active": true');

  const renewed = await json(service, "client", "rotate-secret", made.client_id, "--secret-days", "30");
  expect(renewed.client_secret).not.toBe(made.client_secret);
  expect(renewed.client_secret_expires_at).toBeGreaterThan(Date.now() / 1000 + 29 * 86_400);
  const shown = (await run(service, "client", "show", made.client_id)).text;
  expect(JSON.parse(shown)).toMatchObject({ client_name: "Night shift", origin: "command" });
  for (const secret of [made.client_secret, renewed.client_secret]) expect(shown).not.toContain(secret);
  expect((await json(service, "client", "list")).map((one: { client_id: string }) => one.client_id)).toEqual(
    expect.arrayContaining([made.client_id, "demo"]),
  );

  expect((await run(service, "client", "delete", made.client_id)).text).toMatch(/say --yes/);
  expect((await run(service, "client", "delete", made.client_id, "--yes")).code).toBe(0);
  expect((await run(service, "client", "show", made.client_id)).text).toMatch(/There is no client/);
  // No secret has come into the service's log.
  for (const secret of [made.client_secret, renewed.client_secret]) {
    expect(service.output()).not.toContain(secret);
  }
});

Deno.test("client create tells an operator everything an app's developer needs", async () => {
  await using service = await spawnService();
  const { code, text } = await run(
    service,
    ...["client", "create", "--name", "Shop", "--type", "web", "--first-party"],
    ...["--redirect-uri", "http://localhost:3000/callback", "--contact", "ops@shop.example.org"],
  );
  expect(code).toBe(0);
  for (
    const part of [
      "client_id",
      "client_secret  fss_",
      "issuer",
      "/oauth/token",
      "/docs/oauth",
      "shown this once",
    ]
  ) {
    expect(text).toContain(part);
  }
  const fapi2 = await json(
    service,
    ...[
      "client",
      "create",
      "--name",
      "Bank",
      "--type",
      "fapi2",
      "--redirect-uri",
      "https://bank.example.org/",
    ],
  );
  expect(fapi2).toMatchObject({ profile: "fapi2", private_key: { kty: "EC", alg: "ES256" } });
  expect(fapi2).not.toHaveProperty("client_secret");
  expect(JSON.stringify(fapi2.jwks)).not.toContain(fapi2.private_key.d);
});

async function personOf(service: SpawnedService): Promise<Person> {
  const { email } = await service.client.newMember();
  return { email, password: goodPassword };
}

Deno.test("perform authorization-code signs somebody in by the pages, and shows what came back", async () => {
  await using service = await spawnService();
  const person = await personOf(service);
  const attempt = begin(service, ["perform", "authorization-code", "--par", "--dpop"]);
  const [url] = await attempt.waitFor(/http:\/\/localhost\S+\/oauth\/authorize\S+/);
  const browser = new Browserless(service.url);
  const place = await walk(browser, await browser.open(url), person);
  expect(place.away).toBe("redirect");
  expect(await (await fetch(place.url)).text()).toContain("Signed in");
  const { code, text } = await attempt.end();
  expect(text).toContain(`"email": "${person.email}"`);
  for (
    const part of ["id_token: signed RS256, and the signature is good", "Userinfo", "Refreshed", '"jkt"']
  ) {
    expect(text).toContain(part);
  }
  expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
  // The client for the moment is gone.
  expect((await json(service, "client", "list")).map((one: { client_id: string }) => one.client_id)).toEqual([
    "demo",
  ]);
});

Deno.test("perform device waits for the person, and shows what came back", async () => {
  await using service = await spawnService();
  const person = await personOf(service);
  const attempt = begin(service, ["perform", "device"]);
  const [url] = await attempt.waitFor(/http:\/\/localhost\S+user_code=\S+/);
  const browser = new Browserless(service.url);
  await walk(browser, await browser.open(url), person);
  const { code, text } = await attempt.end();
  expect(text).toContain(`"email": "${person.email}"`);
  expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
});

Deno.test("perform says so when nobody comes, and removes its client", async () => {
  await using service = await spawnService();
  const { code, text } = await run(service, "perform", "authorization-code", "--timeout", "1");
  expect([code, text]).toEqual([1, expect.stringContaining("Nobody came back within 1 s")]);
  expect(await json(service, "client", "list")).toHaveLength(1);
});
