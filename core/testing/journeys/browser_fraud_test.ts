/** A sign-up as an operator sees it: scored, with its reasons, to be judged; and the model that scored it. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import { looks, signIn } from "./browser_factors.ts";
import { arrive, type BrowserWorld, type Person, send, withPeople } from "./browser_world.ts";

const t = stringsFor("en");
const f = t.fraud;

async function anOperator({ world, person }: BrowserWorld): Promise<Person> {
  const { email } = await world.client.newMember(newAddress("operator"));
  await world.service.ctx.sql`update account set roles = '{operator}' where email = ${email}`;
  // Everything an operator does here works without script.
  const ada = await person({ scripts: false });
  await signIn(ada, email);
  await arrive(ada.page, t.account.profile_title);
  return ada;
}

const menu = (page: Page, name: string) =>
  page.getByRole("navigation", { name: t.nav.operator }).getByRole("link", { name, exact: true }).click();

async function signsUp({ person }: BrowserWorld): Promise<string> {
  const email = newAddress("grace");
  await using grace = await person();
  await grace.open("/sign-up");
  await send(grace.page, { email, password: goodPassword }, t.sign_up.submit);
  await arrive(grace.page, t.check_mail.title);
  return email;
}

/** From the decision in the list to a verdict that is noted; answers the code by which it is found. */
async function judged(page: Page, email: string): Promise<string> {
  const row = page.locator(".decisions > li").filter({ hasText: email });
  const reference = await row.locator(".mono").innerText();
  await row.getByRole("link", { name: f.acts.register }).click();
  await arrive(page, f.one.title(reference));
  expect(await page.locator(".reasons > li").count()).toBeGreaterThan(0);
  expect(await looks(page, "a decision", false)).toEqual([]);
  await send(page, { note: "I know her." }, f.one.verdict_buttons.good);
  await page.getByText(f.one.saved).waitFor();
  await page.getByText("I know her.").waitFor();
  return reference;
}

async function operated(made: BrowserWorld): Promise<void> {
  const email = await signsUp(made);
  await using ada = await anOperator(made);
  const { page, open } = ada;
  await open("/operate/fraud");
  await arrive(page, f.overview.title);
  expect(await looks(page, "overview", false)).toEqual([]);
  await menu(page, t.nav.risk_decisions);
  await arrive(page, f.decided.title);
  expect(await looks(page, "decisions", false)).toEqual([]);
  const reference = await judged(page, email);

  await menu(page, t.nav.risk);
  await page.locator("#reference").fill(reference.toLowerCase());
  await page.getByRole("button", { name: f.find.submit }).click();
  await arrive(page, f.one.title(reference));

  await menu(page, t.nav.risk_models);
  await arrive(page, f.models.title);
  await page.getByText(f.models.this_is_prior).waitFor();
  await page.getByRole("img", { name: f.models.roc }).waitFor();
  expect(await looks(page, "models", false)).toEqual([]);
  await menu(page, t.nav.risk_queue);
  await arrive(page, f.queue.title);
  expect(await looks(page, "queue", false)).toEqual([]);
}

Deno.test(
  "an operator sees a sign-up with its reasons, judges it, finds it by its code, and reads about the model",
  { ignore: withoutBrowser() },
  () => withPeople(operated),
);
