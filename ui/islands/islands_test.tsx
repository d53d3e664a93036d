/// <reference lib="dom" />
import { expect } from "expect";
import { newVisitor, type Page, withBrowser, withoutBrowser } from "../../core/testing/browser.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { type Asset, assetNames, buildAssets } from "../assets.ts";
import { AccountSecurity, CheckYourMail, SignUp, Status } from "../pages/mod.ts";
import { renderPage } from "../shell.tsx";
import type { RegistrationStatus } from "../types.ts";
import type { VNode } from "preact";

const t = stringsFor("en");
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'";
const time = new Date(Date.now() - 7_200_000).toISOString();

const sessions = ["here", "phone", "work"].map((session_id, index) => ({
  session_id,
  current: index === 0,
  user_agent: index ? "Mozilla/5.0 (iPhone; CPU) Version/18.0 Safari/604.1" : null,
  ip: "203.0.113.7",
  created_at: time,
  last_used_at: time,
}));

const registration = (
  mail: RegistrationStatus["mail"],
  status: RegistrationStatus["status"] = "pending_verification",
) => ({ registration_id: "r1", status, mail }) satisfies RegistrationStatus;

const pages: Record<string, VNode> = {
  "/sign-up": <SignUp t={t} />,
  "/check": (
    <CheckYourMail
      t={t}
      email="ada@example.com"
      registration_id="r1"
      status={registration({ status: "queued", attempts: 0, next_attempt_at: null })}
      dev={false}
    />
  ),
  "/account/security": <AccountSecurity t={t} email="ada@example.com" sessions={sessions} />,
  "/status": (
    <Status t={t} health={{ parts: { database: { up: true } } }} temporal={{ temporal_connected: true }} />
  ),
};

type Answers = Record<string, () => Response>;

/** Serves the pages under the strict policy; what is POSTed as a form is answered with its fields. */
function serve(assets: Map<string, Asset>, answers: Answers) {
  const posted: Record<string, string>[] = [];
  const names = assetNames(assets);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const asset = assets.get(pathname);
    if (asset) return new Response(asset.body.slice(), { headers: { "content-type": asset.content_type } });
    const answer = answers[`${request.method} ${pathname}`];
    if (answer) return answer();
    const view = pages[pathname];
    if (!view) return Response.json({ code: "not_found" }, { status: 404 });
    if (request.method === "POST") {
      posted.push(
        Object.fromEntries([...await request.formData()].map(([name, value]) => [name, String(value)])),
      );
    }
    const html = renderPage({
      view,
      title: "T",
      locale: "en",
      t,
      visitor: null,
      theme: "system",
      url: pathname,
      assets: names,
      dev: false,
    });
    return new Response(html, {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
    });
  });
  return { posted, server, url: (path: string) => `http://127.0.0.1:${server.addr.port}${path}` };
}

async function awake(page: Page, url: string) {
  await page.goto(url);
  await page.locator("fs-island:not([data-awake])").first().waitFor({ state: "detached" });
}

const refresh = () => Response.json({ access_token: "a", token_type: "Bearer", expires_in: 1800 });

async function inBrowser(
  answers: Answers,
  act: (service: ReturnType<typeof serve>, page: Page) => Promise<void>,
  options: Parameters<typeof newVisitor>[1] = {},
) {
  const service = serve(await buildAssets(), answers);
  try {
    await withBrowser(async (browser) => {
      const { page, errors } = await newVisitor(browser, options);
      await act(service, page);
      // Answers of 4xx and 5xx are told on the console too, and are part of these tests.
      expect(errors.filter((error) => !error.includes("Failed to load resource"))).toEqual([]);
    });
  } finally {
    await service.server.shutdown();
  }
}

const ignore = withoutBrowser();

Deno.test(
  "a password is revealed, hidden again before it is sent, and counted in characters",
  { ignore },
  () =>
    inBrowser({}, async ({ url, posted }, page) => {
      await awake(page, url("/sign-up"));
      const input = page.locator("#password");
      // Five characters, though ten UTF-16 units.
      await input.fill("😀😀😀😀😀");
      expect(await page.locator(".meter").innerText()).toContain("3 more to go");
      await page.getByRole("button", { name: "Show password" }).click();
      expect(await input.getAttribute("type")).toBe("text");
      await page.locator("#email").fill("ada@example.com");
      // What the form holds at the moment it is sent; the first sending stops here.
      await input.evaluate((element: HTMLInputElement) =>
        element.form!.addEventListener("submit", (event) => {
          element.form!.dataset.type = element.type;
          event.preventDefault();
        }, { once: true })
      );
      await page.getByRole("button", { name: "Create account" }).click();
      expect(await page.locator("form[data-type]").getAttribute("data-type")).toBe("password");
      await page.getByRole("button", { name: "Create account" }).click();
      await page.waitForLoadState();
      expect(posted[0]).toMatchObject({ email: "ada@example.com", password: "😀😀😀😀😀" });
    }),
);

Deno.test("a code is taken from what is pasted, and sends itself once", { ignore }, () =>
  inBrowser({
    "GET /auth/registrations/r1": () => Response.json(registration(null)),
  }, async ({ url, posted }, page) => {
    await awake(page, url("/check"));
    await page.locator("#code").focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData("text", "Order 12345678. Your code: 481 516, good for 24 hours");
      document.activeElement!.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    await page.waitForEvent("load");
    expect(posted).toEqual([{ intent: "verify", email: "ada@example.com", code: "481516" }]);
  }));

Deno.test("the mail's way is told as it goes, and the end offers to go on", { ignore }, () => {
  const states = [
    registration({
      status: "delayed",
      attempts: 2,
      next_attempt_at: new Date(Date.now() + 300_000).toISOString(),
    }),
    registration({ status: "sent", attempts: 3, next_attempt_at: null }),
    registration(null, "active"),
  ];
  let asked = 0;
  return inBrowser({
    "GET /auth/registrations/r1": () => Response.json(states[Math.min(asked++, 2)]),
  }, async ({ url }, page) => {
    await awake(page, url("/check"));
    await page.getByText("Mail delayed").first().waitFor();
    expect(await page.locator(".steps").innerText()).toContain("in 4 minutes");
    await page.getByText("Waiting for your confirmation").waitFor();
    await page.getByRole("link", { name: "Continue to sign-in" }).waitFor();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(asked).toBe(3);
  });
});

Deno.test(
  "the mail is asked for again without leaving the page, and the wait is counted down",
  { ignore },
  () => {
    let asked = 0;
    return inBrowser({
      "GET /auth/registrations/r1": () => Response.json(registration(null)),
      "POST /auth/verify-email/resend": () =>
        asked++ ? new Response(null, { status: 202 }) : Response.json({ code: "too_many_requests" }, {
          status: 429,
          headers: { "retry-after": "2" },
        }),
    }, async ({ url, posted }, page) => {
      await awake(page, url("/check"));
      const button = page.getByRole("button", { name: /Send the mail again|Again in/ });
      await button.click();
      await page.getByRole("button", { name: /Again in [12] second/ }).waitFor();
      expect(await button.isDisabled()).toBe(true);
      await page.getByRole("button", { name: "Send the mail again" }).click();
      await page.getByText("A new mail is on its way").waitFor();
      expect([asked, posted]).toEqual([2, []]);
    });
  },
);

Deno.test("a device is signed out in place; when that fails, the form is sent", { ignore }, () =>
  inBrowser({
    "POST /auth/refresh": refresh,
    "DELETE /users/me/sessions/phone": () => new Response(null, { status: 204 }),
    "DELETE /users/me/sessions/work": () => Response.json({ code: "internal_error" }, { status: 500 }),
  }, async ({ url, posted }, page) => {
    await awake(page, url("/account/security"));
    expect(await page.locator(".sessions__item").nth(1).innerText()).toContain("2 hours ago");
    await page.getByRole("button", { name: "Sign out Safari" }).first().click();
    await page.getByText("Safari · iPhone is signed out.").waitFor();
    expect(await page.locator(".sessions__item").count()).toBe(2);
    const sent = page.waitForEvent("load");
    await page.getByRole("button", { name: "Sign out Safari" }).click();
    await sent;
    expect(posted).toEqual([{ intent: "revoke_session", session_id: "work" }]);
  }));

Deno.test("the status page notices that nobody answers", { ignore }, () =>
  inBrowser({
    "GET /health": () =>
      Response.json({ parts: { database: { up: false, detail: "failed" } } }, { status: 503 }),
  }, async ({ url }, page) => {
    await awake(page, url("/status"));
    expect(await page.locator("h1").innerText()).toBe(t.status.all_up);
    await page.getByRole("heading", { name: t.status.trouble }).waitFor();
    expect(await page.locator(".parts").innerText()).toContain("Not reachable");
  }));

Deno.test(
  "without script, everything that can be pressed is a form",
  { ignore },
  () =>
    inBrowser({}, async ({ url, posted }, page) => {
      await page.goto(url("/sign-up"));
      expect(await page.locator(".reveal").isVisible()).toBe(false);
      await page.goto(url("/account/security"));
      await page.getByRole("button", { name: "Sign out Safari" }).first().click();
      await page.getByRole("button", { name: t.islands.sessions.revoke_others }).click();
      await page.goto(url("/check"));
      await page.getByRole("button", { name: t.islands.resend.send }).click();
      await page.locator("#code").fill("123 456");
      await page.getByRole("button", { name: t.check_mail.submit }).click();
      expect(posted).toEqual([
        { intent: "revoke_session", session_id: "phone" },
        { intent: "revoke_others" },
        { intent: "resend", email: "ada@example.com" },
        { intent: "verify", email: "ada@example.com", code: "123 456" },
      ]);
    }, { scripts: false }),
);
