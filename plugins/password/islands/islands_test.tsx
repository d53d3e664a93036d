/// <reference lib="dom" />
import { expect } from "expect";
import { withoutBrowser } from "../../../core/testing/browser.ts";
import { awake, inBrowser, type IslandWorld } from "../../../core/testing/islands.ts";
import { stringsFor } from "../../../core/i18n/mod.ts";
import plugin from "../mod.ts";
import { AccountSecurity } from "../pages/views/account_security.tsx";

const t = stringsFor("en");
const ignore = withoutBrowser();
const time = new Date(Date.now() - 7_200_000).toISOString();

const sessions = ["here", "phone", "work"].map((session_id, index) => ({
  session_id,
  current: index === 0,
  user_agent: index ? "Mozilla/5.0 (iPhone; CPU) Version/18.0 Safari/604.1" : null,
  ip: "203.0.113.7",
  created_at: time,
  last_used_at: time,
}));

const world: IslandWorld = {
  islands: plugin.islands,
  views: { "/account/security": <AccountSecurity t={t} email="ada@example.com" sessions={sessions} /> },
};

const refresh = () => Response.json({ access_token: "a", token_type: "Bearer", expires_in: 1800 });

Deno.test(
  "a device is signed out in place; when that fails, the form is sent",
  { ignore },
  () =>
    inBrowser(world, {
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
    }),
);

Deno.test(
  "without script, devices are signed out by forms",
  { ignore },
  () =>
    inBrowser(world, {}, async ({ url, posted }, page) => {
      await page.goto(url("/account/security"));
      await page.getByRole("button", { name: "Sign out Safari" }).first().click();
      await page.getByRole("button", { name: t.islands.sessions.revoke_others }).click();
      expect(posted).toEqual([{ intent: "revoke_session", session_id: "phone" }, {
        intent: "revoke_others",
      }]);
    }, { scripts: false }),
);
