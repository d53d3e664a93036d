/** The programs of `/docs/oauth` do what it says, as they are shown there. */
import { build } from "esbuild";
import { expect } from "expect";
import { newVisitor, withBrowser, withoutBrowser } from "../../../core/testing/browser.ts";
import { goodPassword } from "../../../core/testing/client.ts";
import { freePort } from "../../../core/testing/ports.ts";
import { type Live, startLive } from "../clients/live.ts";
import { hasPython, pythonWith } from "../clients/python.ts";
import { docsPage } from "./mod.tsx";
import { specifications } from "./specifications.ts";

const sample = (name: string) => new URL(`../samples/${name}`, import.meta.url);
const limit = () => AbortSignal.timeout(30_000);

/** Runs a sample as `node` would, and hands on what it prints, line by line. */
function run(name: string, env: Record<string, string>) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", sample(name).href],
    env,
    stdout: "piped",
    stderr: "inherit",
    signal: limit(),
  }).spawn();
  return { child, output: child.stdout.pipeThrough(new TextDecoderStream()).getReader() };
}

async function until(output: ReadableStreamDefaultReader<string>, pattern: RegExp): Promise<RegExpExecArray> {
  for (let seen = "";;) {
    const { value, done } = await output.read();
    seen += value ?? "";
    const match = pattern.exec(seen);
    if (match) return match;
    if (done) throw new Error(`it ended without saying so: ${seen}`);
  }
}

async function native(live: Live): Promise<void> {
  const port = await freePort();
  const { client_id } = await live.register({
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["http://127.0.0.1/callback"],
  });
  const { child, output } = run("native.mjs", {
    ISSUER: live.issuer.origin,
    CLIENT_ID: client_id,
    PORT: String(port),
  });
  const [, address] = await until(output, /browser: (\S+)\n/);
  const place = await live.visit(address);
  expect(await (await fetch(place.url, { signal: limit() })).text()).toMatch(/^Hello /);
  await until(output, /Signed in: \{/);
  await output.cancel();
  expect((await child.status).success).toBe(true);
}

async function web(live: Live): Promise<void> {
  const port = await freePort();
  const home = `http://localhost:${port}`;
  const { client_id, client_secret } = await live.register({
    redirect_uris: [`${home}/callback`],
    post_logout_redirect_uris: [`${home}/`],
  });
  const { child, output } = run("web.mjs", {
    ISSUER: live.issuer.origin,
    CLIENT_ID: client_id,
    CLIENT_SECRET: client_secret!,
    PORT: String(port),
  });
  const ask = (url: string | URL, cookie = "") =>
    fetch(url, { redirect: "manual", headers: { cookie }, signal: limit() });
  for (let tries = 0; tries < 100; tries++) {
    const there = await ask(home).then(
      async (response) => (await response.text()).includes("Sign in"),
      () => false,
    );
    if (there) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const begun = await ask(`${home}/login`);
  const cookie = begun.headers.get("set-cookie")!.split(";")[0];
  await begun.body?.cancel();
  const browser = live.browser();
  const place = await live.visit(begun.headers.get("location")!, browser);
  const back = await ask(place.url, cookie);
  expect([back.status, back.headers.get("location")]).toEqual([303, "/"]);
  await back.body?.cancel();
  expect(await (await ask(home, cookie)).text()).toMatch(/^Signed in:\n\{[^]*"sub"/);
  const left = await ask(`${home}/logout`, cookie);
  await left.body?.cancel();
  expect((await browser.open(left.headers.get("location")!)).url.href).toBe(`${home}/`);
  child.kill();
  await output.cancel();
  await child.status;
}

async function machine(live: Live): Promise<void> {
  const { client_id, client_secret } = await live.register({
    redirect_uris: [],
    response_types: [],
    grant_types: ["client_credentials"],
  });
  const python = await pythonWith(new URL("../clients/authlib_requirements.txt", import.meta.url));
  const { stdout, success } = await new Deno.Command(python, {
    args: [sample("machine.py").pathname],
    env: { ISSUER: live.issuer.origin, CLIENT_ID: client_id, CLIENT_SECRET: client_secret! },
    stderr: "inherit",
    signal: limit(),
  }).output();
  expect(success).toBe(true);
  expect(new TextDecoder().decode(stdout)).toMatch(/Bearer \d+\n\{.*'active': True/);
}

async function singlePage(live: Live, person: { email: string }): Promise<void> {
  const port = await freePort();
  const home = `http://localhost:${port}/`;
  const { client_id } = await live.register({
    token_endpoint_auth_method: "none",
    redirect_uris: [home],
    post_logout_redirect_uris: [home],
  });
  const text = (await Deno.readTextFile(sample("spa.mjs")))
    .replace("ISSUER_HERE", live.issuer.origin).replace("CLIENT_ID", client_id);
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: new URL(".", import.meta.url).pathname },
    bundle: true,
    format: "esm",
    write: false,
  });
  const page_html = `<!doctype html><meta charset="utf-8"><script type="module" src="/app.js"></script>`;
  await using _server = Deno.serve(
    { hostname: "localhost", port, onListen() {} },
    (request) =>
      new URL(request.url).pathname === "/app.js"
        ? new Response(outputFiles[0].text, { headers: { "content-type": "text/javascript" } })
        : new Response(page_html, { headers: { "content-type": "text/html" } }),
  );
  await withBrowser(async (browser) => {
    const { page, context } = await newVisitor(browser);

    await page.goto(home);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#email").fill(person.email);
    await page.locator("#password").fill(goodPassword);
    await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
    await page.locator("#allow").click();
    await page.getByRole("button", { name: /^Sign out / }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(page.url()).toBe(home);
    await context.close();
  });
}

Deno.test("the programs of the documentation work as they are shown", async (t) => {
  await using live = await startLive();
  await t.step("a web app", () => web(live));
  await t.step("a native app", () => native(live));
  await t.step({
    name: "a machine",
    ignore: !await hasPython() && !Deno.env.get("REQUIRE_AUTHLIB"),
    fn: () => machine(live),
  });
  await t.step({
    name: "a single-page app, with tokens bound to its browser",
    ignore: withoutBrowser(),
    fn: () => singlePage(live, live.person),
  });
});

Deno.test("every specification in the table names tests that are there", async () => {
  for (const { name, tests } of specifications) {
    expect({ name, tests: tests.length > 0 }).toEqual({ name, tests: true });
    for (const test of tests) {
      expect((await Deno.stat(new URL(`../${test}`, import.meta.url))).isFile).toBe(true);
    }
  }
  expect(docsPage.path).toBe("/docs/oauth");
});

Deno.test("the program in the README is the one that is tested", async () => {
  const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));
  expect(readme).toContain(await Deno.readTextFile(sample("native.mjs")));
});
