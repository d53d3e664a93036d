import { expect } from "expect";
import { type CoreConfig, coreConfig } from "../config.ts";
import type { Pool } from "../db/postgres.ts";
import { newVisitor, withBrowser, withoutBrowser } from "../testing/browser.ts";
import { testService } from "../testing/service.ts";
import { insertCaptured, listCaptured } from "./captured_mail.ts";
import { capturesMail, mailboxRoutes, mailFrames } from "./routes.ts";

const hostile = `<!doctype html><html><head><title>x</title><style>p{color:red}</style></head><body>
<p id="shown">shown</p><a href="/sign-in?from=mail">a link</a>
<script>document.getElementById("shown").textContent = "a script ran"</script>
<img src="/favicon.ico?tracked" onerror="document.getElementById('shown').textContent = 'a handler ran'">
<form action="/sign-out" method="post"><button>press</button></form></body></html>`;

async function capture(sql: Pool, html = "<p>x</p>", text = "x"): Promise<string> {
  await insertCaptured(sql, {
    message_id: `<${crypto.randomUUID()}@test.example>`,
    from: { name: "", address: "no-reply@test.example" },
    to: "ada@example.com",
    subject: "A mail",
    headers: {},
    text,
    html,
  });
  return (await listCaptured(sql, null, 1))[0].captured_mail_id;
}

Deno.test("there is no inbox where mail is sent, nor in production", () => {
  const development = coreConfig();
  const rows: [Partial<CoreConfig>, boolean][] = [
    [{}, true],
    [{ smtp_server: "mail.example.org" }, false],
    [{ production: true }, false],
    [{ production: true, smtp_server: "mail.example.org" }, false],
  ];
  for (const [changed, captures] of rows) {
    const core = { ...development, ...changed };
    expect(capturesMail(core)).toBe(captures);
    expect(mailboxRoutes({ sql: {} as Pool, core }).length > 0).toBe(captures);
    expect(mailFrames({ sql: {} as Pool, core }).length > 0).toBe(captures);
  }
});

Deno.test("the inbox as JSON: whom, what, its code, and its links with a path", async () => {
  await using world = await testService();
  const { client } = world;
  await client.register("Ada@example.com", undefined, { first_name: "Ada" });
  await client.register("bob@example.com");
  await client.lastMail("bob@example.com");
  const mail = await client.lastMail("ada@EXAMPLE.com");
  expect(mail.code).toMatch(/^\d{6}$/);
  const { body } = await client.expect(200, "GET", "/dev/mailbox.json?to=ada%40example.com");
  expect(body.mails).toHaveLength(1);
  const [shown] = body.mails;
  expect(shown).toMatchObject({
    to: "Ada@example.com",
    from: "Flow Shield <no-reply@localhost>",
    subject: "Confirm your e-mail address",
    status: "sent",
    links: [mail.link],
  });
  expect(shown.text).toContain("Hello Ada,");
  // The site's bare address is in the mail, and no link to show.
  expect(shown.text).toContain(`· ${world.url}\n`);
  expect((await client.expect(200, "GET", `/dev/mailbox/${shown.mail_id}/mail.json`)).body).toEqual(shown);

  const refused: [string, number][] = [
    ["/dev/mailbox.json?limit=0", 422],
    ["/dev/mailbox.json?limit=201", 422],
    ["/dev/mailbox.json?limit=x", 422],
    [`/dev/mailbox.json?to=${"x".repeat(255)}`, 422],
    [`/dev/mailbox/${crypto.randomUUID()}/mail.json`, 404],
    [`/dev/mailbox/${crypto.randomUUID()}/html`, 404],
    ["/dev/mailbox/..%2f..%2fx/html", 404],
    ["/dev/mailbox/x/html", 404],
  ];
  for (const [path, status] of refused) {
    const answer = await client.call("GET", path);
    expect([path, answer.status]).toEqual([path, status]);
  }
  expect((await client.expect(200, "GET", "/dev/mailbox.json?limit=1")).body.mails).toHaveLength(1);
});

Deno.test("the frame of a mail may be framed by our page alone, loads nothing and runs nothing", async () => {
  await using world = await testService();
  const id = await capture(world.service.ctx.sql, hostile);
  const { headers, body } = await world.client.expect(200, "GET", `/dev/mailbox/${id}/html`);
  expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
  const policy = headers.get("content-security-policy")!;
  expect(policy.split("; ")).toEqual(expect.arrayContaining([
    "default-src 'none'",
    "frame-ancestors 'self'",
    "form-action 'none'",
    "sandbox allow-top-navigation-by-user-activation",
  ]));
  expect(policy).not.toMatch(/script|allow-same-origin|https?:/);
  expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  expect(body).toContain('<head><base target="_top">');
});

Deno.test("in a browser a captured mail shows, does not run, and its links work", {
  ignore: withoutBrowser(),
}, async () => {
  await using world = await testService();
  const { sql } = world.service.ctx;
  const id = await capture(sql, hostile, `see ${world.url}/sign-in?x=1`);
  await withBrowser(async (browser) => {
    const { page } = await newVisitor(browser);
    await page.goto(`${world.url}/dev/mailbox`);
    await page.getByRole("link", { name: "A mail" }).click();
    const frame = page.frameLocator("iframe.mail__frame");
    expect(await frame.locator("#shown").textContent()).toBe("shown");
    await frame.getByRole("button", { name: "press" }).click();
    expect(new URL(page.url()).pathname).toBe(`/dev/mailbox/${id}`);
    await frame.getByRole("link", { name: "a link" }).click();
    await page.waitForURL("**/sign-in?from=mail");

    await page.goto(`${world.url}/dev/mailbox/${id}?view=text`);
    await page.getByRole("link", { name: "/sign-in?x=1" }).click();
    await page.waitForURL("**/sign-in?x=1");
  });
});
