/// <reference lib="dom" />
import { expect } from "expect";
import { withoutBrowser } from "../../core/testing/browser.ts";
import { awake, inBrowser, type IslandWorld } from "../../core/testing/islands.ts";
import { evidenceFields, takeFormSignals } from "../../core/client_evidence.ts";
import { stringsFor } from "../../core/i18n/mod.ts";
import { Button } from "../components/basics.tsx";
import { FormEvidence } from "../components/form_evidence.tsx";
import { Field, Form, PasswordField } from "../components/form.tsx";

const t = stringsFor("en");
const ignore = withoutBrowser();
const world: IslandWorld = {
  views: {
    "/sign-up": (
      <Form>
        <FormEvidence stamp="of the page" />
        <Field name="email" type="email" label={t.fields.email} />
        <PasswordField t={t} name="password" label={t.fields.password} autocomplete="new-password" meter />
        <Button>Create account</Button>
      </Form>
    ),
  },
};
const verdict = (text: string) => ({
  strength_level: text === "Weak" ? "weak" : "very_strong",
  strength_text: text,
  security_score: 30,
  ai_explanation: `${text}, because.`,
  surprise_bits: Array.from({ length: 8 }, (_, i) => i),
  suggestions: text === "Weak" ? [{ kind: "add_word", text: "Add a word." }] : [],
  answered_by: "model",
  rules_because: null,
  better_wording: false,
});

Deno.test("a form sends how it was typed, and never what", { ignore }, () =>
  inBrowser(
    world,
    { "POST /auth/password/analyze": () => Response.json(verdict("Weak")) },
    async ({ url, posted }, page) => {
      await awake(page, url("/sign-up"));
      await page.locator("#email").fill("ada@example.com");
      await page.locator("#password").pressSequentially("Zwiebelkuchen", { delay: 5 });
      await page.mouse.move(20, 20);
      await page.mouse.move(60, 60);
      await page.getByRole("button", { name: "Create account" }).click();
      await page.waitForLoadState();
      const [sent] = posted;
      expect(Object.keys(sent)).toEqual(expect.arrayContaining(Object.values(evidenceFields)));
      expect(sent[evidenceFields.signals]).not.toMatch(/[Zz]wiebel|Key[A-Z]|ada@/);
      const taken = takeFormSignals(sent, () => new Date());
      expect(taken).toMatchObject({
        trap_filled: false,
        script: {
          automation: true,
          fields: { email: { keys: 0, filled: true }, password: { keys: 13, pasted: false, filled: false } },
        },
      });
      expect(taken!.script!.pointer_moves).toBeGreaterThan(0);
      expect(taken!.script!.fields.password!.gap_ms).toBeGreaterThan(0);
    },
  ));

Deno.test("a password is judged as it is typed, and nothing moves meanwhile", { ignore }, async () => {
  const answers = { "POST /auth/password/analyze": () => Response.json(verdict("Weak")) };
  await inBrowser(world, answers, async ({ url }, page) => {
    await awake(page, url("/sign-up"));
    const box = page.locator(".strength");
    const height = (await box.boundingBox())!.height;
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/analyze")) asked.push(request.postData() ?? "");
    });
    await page.locator("#email").fill("ada@example.com");
    await page.locator("#password").pressSequentially("sommer26", { delay: 5 });
    await box.getByText("Weak, because.").waitFor();
    // Typed in one go, so asked once.
    expect(asked.map((body) => JSON.parse(body))).toEqual([{
      password: "sommer26",
      email: "ada@example.com",
    }]);
    expect(await box.locator(".strength__heat i").count()).toBe(8);
    expect(await box.locator(".strength__heat").innerText()).toBe("");
    expect(await box.locator("li").innerText()).toBe("Add a word.");
    expect((await box.boundingBox())!.height).toBe(height);
    await page.getByRole("button", { name: "Show password" }).click();
    expect((await box.locator(".strength__heat").innerText()).replaceAll(/\s/g, "")).toBe("sommer26");
    await box.locator("[role=status]").getByText("Weak. Weak, because. Add a word.").waitFor();
    await page.locator("#password").fill("");
    expect(await box.innerText()).toContain(t.islands.strength.idle);
  });
  await inBrowser(world, {}, async ({ url }, page) => {
    await awake(page, url("/sign-up"));
    await page.locator("#password").fill("sommer26");
    await page.getByText(t.islands.strength.away).waitFor();
  });
});
