/// <reference lib="dom" />
import { expect } from "expect";
import { withoutBrowser } from "../../core/testing/browser.ts";
import { awake, inBrowser, type IslandWorld } from "../../core/testing/islands.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { Button } from "../components/basics.tsx";
import { Field, Form, PasswordField } from "../components/form.tsx";
import { Status } from "../pages/mod.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();
const world: IslandWorld = {
  views: {
    "/sign-up": (
      <Form>
        <Field name="email" type="email" label={t.fields.email} />
        <PasswordField t={t} name="password" label={t.fields.password} autocomplete="new-password" meter />
        <Button>Create account</Button>
      </Form>
    ),
    "/status": (
      <Status t={t} health={{ parts: { database: { up: true } } }} temporal={{ temporal_connected: true }} />
    ),
  },
};

Deno.test(
  "a password is revealed, hidden again before it is sent, and counted in characters",
  { ignore },
  () =>
    inBrowser(world, {}, async ({ url, posted }, page) => {
      await awake(page, url("/sign-up"));
      const input = page.locator("#password");
      // Five characters, though ten UTF-16 units.
      await input.fill("😀😀😀😀😀");
      expect(await page.locator(".strength__count").innerText()).toContain("3 more to go");
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

Deno.test("the status page notices that nobody answers", { ignore }, () =>
  inBrowser(world, {
    "GET /health": () =>
      Response.json({ parts: { database: { up: false, detail: "failed" } } }, { status: 503 }),
  }, async ({ url }, page) => {
    await awake(page, url("/status"));
    expect(await page.locator("h1").innerText()).toBe(t.status.all_up);
    await page.getByRole("heading", { name: t.status.trouble }).waitFor();
    expect(await page.locator(".parts").innerText()).toContain("Not reachable");
  }));

Deno.test(
  "without script there is no button that would reveal a password",
  { ignore },
  () =>
    inBrowser(world, {}, async ({ url }, page) => {
      await page.goto(url("/sign-up"));
      expect(await page.locator(".reveal").isVisible()).toBe(false);
    }, { scripts: false }),
);
