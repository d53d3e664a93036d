/// <reference lib="dom" />
import { expect } from "expect";
import { withoutBrowser } from "../../../core/testing/browser.ts";
import { awake, inBrowser, type IslandWorld } from "../../../core/testing/islands.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import type { RegistrationStatus } from "../../../ui/types.ts";
import plugin from "../mod.ts";
import { CheckYourMail } from "../pages/views/check_your_mail.tsx";

const t = stringsFor("en");
const ignore = withoutBrowser();

const registration = (
  mail: RegistrationStatus["mail"],
  status: RegistrationStatus["status"] = "pending_verification",
) => ({ registration_id: "r1", status, mail }) satisfies RegistrationStatus;

const world: IslandWorld = {
  islands: plugin.islands,
  views: {
    "/check": (
      <CheckYourMail
        t={t}
        email="ada@example.com"
        registration_id="r1"
        status={registration({ status: "queued", attempts: 0, next_attempt_at: null })}
        dev={false}
      />
    ),
  },
};

Deno.test("a code is taken from what is pasted, and sends itself once", { ignore }, () =>
  inBrowser(world, {
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
  return inBrowser(world, {
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
    return inBrowser(world, {
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

Deno.test(
  "without script, the code and the wish for another mail are sent as forms",
  { ignore },
  () =>
    inBrowser(world, {}, async ({ url, posted }, page) => {
      await page.goto(url("/check"));
      await page.getByRole("button", { name: t.islands.resend.send }).click();
      await page.locator("#code").fill("123 456");
      await page.getByRole("button", { name: t.check_mail.submit }).click();
      expect(posted).toEqual([
        { intent: "resend", email: "ada@example.com" },
        { intent: "verify", email: "ada@example.com", code: "123 456" },
      ]);
    }, { scripts: false }),
);
