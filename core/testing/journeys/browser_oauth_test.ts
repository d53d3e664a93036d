/** The whole way of somebody who signs in to an app, at a browser: with script and without. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import { arrive, heading, send, withPeople } from "./browser_world.ts";
import { eventually } from "./whole.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();
const app = "Demo app";

const demoPage = async (page: Page) => JSON.parse(await page.locator("#id-token").innerText());

for (const scripts of [true, false]) {
  const how = scripts ? "with script" : "without script";
  Deno.test({
    name: `from an app's button to a new account, consent, tokens and back out again, ${how}`,
    ignore,
    fn: () =>
      withPeople(async ({ world, person, elsewhere }) => {
        await using ada = await person({ scripts });
        const { page } = ada;
        await ada.open("/");
        const demo = new URL(
          (await page.getByRole("link", { name: t.home.links.demo.link }).getAttribute("href"))!,
        );
        elsewhere.push(demo.origin);
        await page.goto(demo.href);
        await page.locator("#sign-in").click();

        // Somebody new: the way leads through sign-up and the mailbox, and back to the app.
        await arrive(page, t.sign_in.title);
        await page.getByText(`${t.for_app.lead} ${app}`).waitFor();
        await page.getByRole("link", { name: t.sign_in.sign_up, exact: true }).click();
        await arrive(page, t.sign_up.title);
        await page.getByText(`${t.for_app.lead} ${app}`).waitFor();
        const email = newAddress("oauth");
        await send(page, { email, password: goodPassword }, t.sign_up.submit);
        await arrive(page, t.check_mail.title);
        const { code } = await world.client.lastMail(email);
        // With script the page waits for the last digit; without, for its button.
        if (scripts) {
          await page.locator("#code").focus();
          await page.keyboard.type(code!);
        } else await send(page, { code: code! }, t.check_mail.submit);
        await arrive(page, t.verified.title);
        await page.locator("main").getByRole("link", { name: t.verified.sign_in }).first().click();
        await page.getByText(`${t.for_app.lead} ${app}`).waitFor();
        await send(page, { email, password: goodPassword }, t.sign_in.submit);

        await arrive(page, t.oauth.consent.title(app));
        expect(await page.locator("main").innerText()).toContain(email);
        await page.locator("#allow").click();
        await page.locator("#id-token").waitFor();
        expect(new URL(page.url()).origin).toBe(demo.origin);
        const { payload } = await demoPage(page);
        expect(payload).toMatchObject({ iss: world.url, aud: "demo", amr: ["pwd"] });

        const first = await page.locator("#access-token").innerText();
        await page.locator("#refresh").click();
        await page.locator("#id-token").waitFor();
        expect(await page.locator("#access-token").innerText()).not.toBe(first);
        await page.locator("#userinfo").click();
        expect(JSON.parse(await page.locator("#userinfo-answer").innerText())).toMatchObject({
          sub: payload.sub,
          email,
          email_verified: true,
        });

        // What was allowed can be taken back, and is asked for again.
        await ada.open("/account/apps");
        await page.getByRole("button", { name: t.oauth_account.apps.revoke_app(app) }).click();
        await page.getByText(t.oauth_account.apps.revoked).waitFor();
        await page.goto(demo.href);
        await page.locator("#refresh").click();
        await page.getByRole("alert").or(page.getByRole("status")).first().waitFor();
        await page.goto(demo.href);
        if (await page.locator("#logout-here").count() > 0) await page.locator("#logout-here").click();
        await page.locator("#sign-in").click();
        await arrive(page, t.oauth.consent.title(app));
        await page.locator("#allow").click();
        await page.locator("#id-token").waitFor();

        // Signing out here reaches the app, although nobody is there to click.
        await ada.open("/account");
        const out = await ada.tab();
        await out.goto(`${world.url}/logout`);
        await out.locator("#logout").click();
        await arrive(out, t.oauth_account.logout.done);
        await eventually("the app knows", async () => {
          await page.goto(demo.href);
          return await heading(page) === "Nobody is signed in";
        });
      }),
  });
}

Deno.test({
  name:
    "who refuses goes back to the app with access_denied, and an app's mistake ends on a page that names it",
  ignore,
  fn: () =>
    withPeople(async ({ world, person, elsewhere }) => {
      await using ada = await person({ scripts: false });
      const { page } = ada;
      await ada.open("/");
      const demo = new URL(
        (await page.getByRole("link", { name: t.home.links.demo.link }).getAttribute("href"))!,
      );
      elsewhere.push(demo.origin);
      const { email } = await world.client.newMember();
      await page.goto(demo.href);
      await page.locator("#sign-in").click();
      await send(page, { email, password: goodPassword }, t.sign_in.submit);
      await arrive(page, t.oauth.consent.title(app));
      await page.locator("#deny").click();
      await arrive(page, "That did not work");
      expect(await page.locator("main").innerText()).toMatch(/refused|access_denied/);

      const wrong = new URLSearchParams({
        client_id: "demo",
        response_type: "code",
        redirect_uri: "https://evil.example/",
      });
      await ada.open(`/oauth/authorize?${wrong}`);
      await arrive(page, "invalid_request");
      await ada.open("/oauth/authorize?client_id=nobody");
      await arrive(page, "invalid_client");
    }),
});
