/** Mail as an operator works on it: wordings are read and written, tried out and decided on, and one mail is followed. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { withoutBrowser } from "../browser.ts";
import { newAddress } from "../client.ts";
import { looks, signIn } from "./browser_factors.ts";
import { arrive, type BrowserWorld, type Person, withPeople } from "./browser_world.ts";

const ignore = withoutBrowser();
const t = stringsFor("en");

/** Everything an operator does here works without script, too. */
async function anOperator({ world, person }: BrowserWorld, scripts: boolean): Promise<Person> {
  const { email } = await world.client.newMember(newAddress("operator"));
  await world.service.ctx.sql`update account set roles = '{operator}' where email = ${email}`;
  const ada = await person({ scripts });
  await signIn(ada, email);
  await arrive(ada.page, t.account.profile_title);
  return ada;
}

/** The frame has the mail's own styles, in both appearances, and is as little a part of our page as can be. */
async function previewed(made: BrowserWorld): Promise<void> {
  await using ada = await anOperator(made, true);
  const { page, open } = ada;
  await open("/operate/mail/variants/verify_email/code_first");
  const mail = page.frameLocator("iframe.mail__frame");
  const look = () =>
    mail.locator(".m-card").evaluate((card) => {
      const { borderRadius, backgroundColor } = getComputedStyle(card);
      return { borderRadius, backgroundColor };
    });
  const light = await look();
  expect(light.borderRadius).toBe("16px");
  await page.emulateMedia({ colorScheme: "dark" });
  expect((await look()).backgroundColor).not.toBe(light.backgroundColor);
  expect(await page.locator("iframe.mail__frame").getAttribute("sandbox")).toBe("");
  expect(await mail.locator("body").evaluate(() => self.origin)).toBe("null");
  expect(await looks(page, "a wording")).toEqual([]);
}

Deno.test(
  "an operator sees a wording with the mail's own styles, in a frame that is no part of the page",
  { ignore },
  () => withPeople(previewed),
);
