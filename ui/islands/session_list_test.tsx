/// <reference lib="dom" />
import { expect } from "expect";
import { withoutBrowser } from "../../core/testing/browser.ts";
import { awake, inBrowser, type IslandWorld } from "../../core/testing/islands.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { AccountSessions } from "../pages/account_sessions.tsx";

const t = stringsFor("en");
const ignore = withoutBrowser();
const path = "/account/sessions";
const time = new Date(Date.now() - 7_200_000).toISOString();
const iphone = "Mozilla/5.0 (iPhone; CPU) Version/18.0 Safari/604.1";

const session = (session_id: string, device_id: string, user_agent: string | null) => ({
  session_id,
  device_id,
  user_agent,
  current: session_id === "here",
  ip: "203.0.113.7",
  place: { city: "Lyon", country: "France" },
  created_at: time,
  last_used_at: time,
});
const sessions = [
  session("here", "desk", null),
  session("phone", "pocket", iphone),
  session("work", "office", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"),
];
const devices = [
  { device_id: "pocket", user_agent: iphone, remembered_until: "2099-01-31T00:00:00Z" },
  { device_id: "lent", user_agent: "curl/8", remembered_until: "2099-01-31T00:00:00Z" },
];

const world: IslandWorld = {
  views: { [path]: <AccountSessions t={t} sessions={sessions} devices={devices} /> },
};

const refresh = () => Response.json({ access_token: "a", token_type: "Bearer", expires_in: 1800 });

Deno.test(
  "a device is signed out in place, and not remembered then; when that fails, the form is sent",
  { ignore },
  () =>
    inBrowser(world, {
      "POST /auth/refresh": refresh,
      "DELETE /users/me/sessions/phone": () => new Response(null, { status: 204 }),
      "DELETE /users/me/sessions/work": () => Response.json({ code: "internal_error" }, { status: 500 }),
      "DELETE /users/me/devices/lent": () => new Response(null, { status: 204 }),
    }, async ({ url, posted }, page) => {
      await awake(page, url(path));
      const listed = page.locator(".sessions__device");
      expect(await listed.count()).toBe(4);
      expect(await listed.nth(1).innerText()).toContain("2 hours ago · Lyon, France · 203.0.113.7");
      expect(await listed.nth(1).innerText()).toContain("31 January 2099");
      await page.getByRole("button", { name: "Sign out Safari" }).click();
      await page.getByText("Safari · iPhone is signed out.").waitFor();
      expect(await listed.count()).toBe(3);
      await page.getByRole("button", { name: "Ask for a second factor on curl again" }).click();
      await page.getByText("On curl, a second factor is asked for again.").waitFor();
      expect(await listed.count()).toBe(2);
      const sent = page.waitForEvent("load");
      await page.getByRole("button", { name: "Sign out Firefox" }).click();
      await sent;
      expect(posted).toEqual([{ intent: "revoke_session", session_id: "work" }]);
    }),
);

Deno.test(
  "all others are signed out in place; where one is remembered only, it is not any more",
  { ignore },
  () =>
    inBrowser(world, {
      "POST /auth/refresh": refresh,
      "DELETE /users/me/sessions": () => Response.json({ ended: 2 }),
    }, async ({ url, posted }, page) => {
      await awake(page, url(path));
      await page.getByRole("button", { name: t.islands.sessions.revoke_others }).click();
      await page.getByText(t.islands.sessions.only_this).waitFor();
      expect(await page.locator(".sessions__device").count()).toBe(1);
      expect(posted).toEqual([]);
    }),
);

Deno.test(
  "without script, devices are signed out by forms",
  { ignore },
  () =>
    inBrowser(world, {}, async ({ url, posted }, page) => {
      await page.goto(url(path));
      await page.getByRole("button", { name: "Sign out Safari" }).click();
      await page.getByRole("button", { name: "Ask for a second factor on Safari" }).click();
      await page.getByRole("button", { name: t.islands.sessions.revoke_others }).click();
      expect(posted).toEqual([
        { intent: "revoke_session", session_id: "phone" },
        { intent: "forget_device", device_id: "pocket" },
        { intent: "revoke_others" },
      ]);
    }, { scripts: false }),
);
