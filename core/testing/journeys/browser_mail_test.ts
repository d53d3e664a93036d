/** Mail as an operator works on it: wordings are read and written, tried out and decided on, and one mail is followed. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import { looks, signIn } from "./browser_factors.ts";
import { arrive, type BrowserWorld, type Person, send, withPeople } from "./browser_world.ts";
import { eventually } from "./whole.ts";

const ignore = withoutBrowser();
const t = stringsFor("en");
const e = t.email_pages;
const verifyEmail = e.kinds.verify_email;

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

const menu = (page: Page, name: string) =>
  page.getByRole("navigation", { name: t.nav.operator }).getByRole("link", { name, exact: true }).click();

const subject = "One press, and you are in";

/** Writes a wording that cannot be sent, mends it where the page says so, reads it and approves it. */
async function writes(page: Page, scripts: boolean): Promise<void> {
  const w = e.wordings;
  await menu(page, t.nav.mail_variants);
  await arrive(page, w.title);
  await page.getByText(w.further("English")).click();
  await send(page, {
    ...{ variant: "one_press", subject_en: subject, sender_name: "Grace of Flow Shield" },
    ...{ preheader_en: "Nothing else to do.", button_en: "Go to www.example.com" },
  }, w.submit);
  await page.getByRole("alert").getByRole("link", { name: w.button("English") }).click();
  const button = page.locator("#button_en");
  expect(await button.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.locator("#button_en-error", { hasText: w.wants.button }).waitFor();
  expect(await looks(page, "a draft refused", scripts)).toEqual([]);
  // The rest stands as it was typed, the folded fields too.
  await send(page, { button_en: "Let me in" }, w.submit);
  await page.getByText(w.written).waitFor();
  for (const text of [subject, "Nothing else to do.", "Grace of Flow Shield"]) {
    await page.locator("#preview .facts").getByText(text, { exact: true }).waitFor();
  }
  await page.frameLocator("iframe.mail__frame").getByRole("link", { name: "Let me in" }).waitFor();
  await page.getByRole("button", { name: w.approve }).click();
  await page.getByText(w.decided, { exact: true }).waitFor();
}

/** Tries the new wording against the one that comes with the service, and opens the experiment. */
async function begins(page: Page, scripts: boolean): Promise<void> {
  const x = e.experiments;
  await menu(page, t.nav.mail_experiments);
  await arrive(page, x.title);
  const form = page.getByRole("form", { name: verifyEmail });
  for (const variant of ["code_first", "one_step_left"]) {
    await form.locator(`#verify_email_${variant}`).uncheck();
  }
  await form.locator("#hold_out_verify_email").fill("0");
  await form.getByRole("button", { name: x.submit }).click();
  await page.getByText(x.begun).waitFor();
  await page.locator("#list").getByRole("link", { name: verifyEmail }).click();
  await arrive(page, e.experiment.title(verifyEmail));
  expect(await page.locator("#known tbody tr").count()).toBe(2);
  expect(await looks(page, "an experiment", scripts)).toEqual([]);
}

/** Somebody signs up and presses the button in the mail. */
async function signsUp({ world, person }: BrowserWorld) {
  const email = newAddress("grace");
  await using grace = await person();
  await grace.open("/sign-up");
  await send(grace.page, { email, password: goodPassword }, t.sign_up.submit);
  await arrive(grace.page, t.check_mail.title);
  const mail = await world.client.lastMail(email);
  await grace.page.goto(mail.link!);
  await send(grace.page, {}, t.verify.submit);
  await arrive(grace.page, t.verified.title);
  return { email, mail };
}

/** Finds the mail by whose it was, and reads its way. */
async function follows(page: Page, account_id: string, scripts: boolean): Promise<void> {
  const { overview: o, message: m } = e;
  await menu(page, t.nav.mail);
  await arrive(page, o.title);
  await page.locator("#q").fill(account_id);
  await page.getByRole("button", { name: o.find_submit }).click();
  await page.locator("#find").getByRole("link", { name: verifyEmail, exact: true }).click();
  await arrive(page, m.title);
  const { decided, sent, pressed, goal } = m.types;
  const events = await eventually(
    "the mail's whole way",
    async () => {
      await page.reload();
      return await page.locator(".events > li strong").allInnerTexts();
    },
    // A press is written down beside the answer to it, and so may come after the goal.
    (told) => [pressed, goal].every((one) => told.includes(one)),
  );
  expect(events.slice(0, 2)).toEqual([decided, sent]);
  expect(events.slice(2).toSorted()).toEqual([pressed, goal].toSorted());
  expect(await looks(page, "a mail's way", scripts)).toEqual([]);
  // Back to the experiment it was a part of.
  await page.locator("#decision dd a").click();
  await arrive(page, e.experiment.title(verifyEmail));
}

async function promotes(page: Page): Promise<void> {
  const x = e.experiment;
  const goals = page.locator("#funnel li", { hasText: x.steps.goals });
  expect(await goals.locator("strong").innerText()).toBe("1 (100%)");
  await page.getByRole("button", { name: x.promote("one press"), exact: true }).click();
  await page.getByText(x.promoted).waitFor();
  await page.locator("#known .status", { hasText: e.experiments.winner("one press") }).waitFor();
  expect(await page.locator("#decide").count()).toBe(0);
}

async function triedOut(made: BrowserWorld, scripts: boolean): Promise<void> {
  const { world } = made;
  await using ada = await anOperator(made, scripts);
  const { page } = ada;
  await page.goto(`${world.url}/operate/mail`);
  await writes(page, scripts);
  await begins(page, scripts);
  const { email } = await signsUp(made);
  const [{ account_id }] = await world.service.ctx.sql`select account_id from account where email = ${email}`;
  await follows(page, account_id, scripts);
  await promotes(page);
  const next = await signsUp(made);
  expect([next.mail.subject, next.mail.headers.From]).toEqual([
    subject,
    expect.stringContaining("Grace of Flow Shield"),
  ]);
}

Deno.test(
  "an operator sees a wording with the mail's own styles, in a frame that is no part of the page",
  { ignore },
  () => withPeople(previewed),
);

for (const scripts of [true, false]) {
  Deno.test(
    `an operator writes a wording, tries it out, follows one mail and promotes it, ${
      scripts ? "with" : "without"
    } script`,
    { ignore },
    () => withPeople((made) => triedOut(made, scripts)),
  );
}
