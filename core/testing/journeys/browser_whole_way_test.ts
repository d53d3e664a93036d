/** From nothing to a lost password and back, in a browser: once with script, once without. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { newAddress } from "../client.ts";
import { arrive, type BrowserWorld, heading, type Person, send, withPeople } from "./browser_world.ts";
import { eventually } from "./whole.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();
const [first, second, third] = ["tidal lagoon at noon", "quiet estuary of tin", "seven herons walk by"];

interface Walk extends BrowserWorld {
  ada: Person;
  page: Page;
  email: string;
  scripts: boolean;
}

/** Opens the newest mail to an address in the inbox, and presses its button. */
async function pressInMail(page: Page, to: string, subject: string): Promise<void> {
  await page.getByRole("link", { name: t.shell.inbox }).first().click();
  await send(page, { to }, t.mailbox.filter_submit);
  await page.getByRole("link", { name: subject }).first().click();
  await arrive(page, subject);
  await page.frameLocator("iframe").locator("a[href*='token=']").first().click();
  await page.waitForURL(/token=/);
}

async function signUp({ ada, page, email, scripts }: Walk): Promise<void> {
  await ada.open("/");
  await page.getByRole("link", { name: t.home.create }).first().click();
  await arrive(page, t.sign_up.title);
  await send(page, { email, password: "short" }, t.sign_up.submit);
  await page.getByText(t.problems.password_too_short).first().waitFor();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("alert");
  expect(await page.locator("#password").getAttribute("aria-invalid")).toBe("true");
  expect([await page.locator("#email").inputValue(), await page.locator("#password").inputValue()])
    .toEqual([email, ""]);
  await send(page, { password: first }, t.sign_up.submit);
  await arrive(page, t.check_mail.title);
  expect(page.url()).not.toContain("@");
  expect(await page.locator(".lead").innerText()).toContain(email);
  const sent = page.getByText(t.islands.live.mail_sent, { exact: true }).first();
  if (scripts) await sent.waitFor();
  else await eventually("the mail is sent", async () => (await page.reload(), await sent.isVisible()));
}

async function verify({ ada, page, email, scripts }: Walk): Promise<void> {
  // In another tab, so that this one has to notice by itself.
  const tab = scripts ? await ada.tab() : page;
  if (scripts) await tab.goto(page.url());
  await pressInMail(tab, email, "Confirm your e-mail address");
  await send(tab, {}, t.verify.submit);
  await arrive(tab, t.verified.title);
  if (scripts) {
    await page.getByRole("link", { name: t.islands.live.continue }).click();
    await tab.close();
  } else await page.locator("main").getByRole("link", { name: t.verified.sign_in }).click();
  await arrive(page, t.sign_in.title);
}

async function signInWith({ page, email }: Walk, password: string): Promise<void> {
  await send(page, { email, password: "somebody else's" }, t.sign_in.submit);
  await page.getByText(t.problems.invalid_credentials).waitFor();
  await send(page, { password }, t.sign_in.submit);
  await arrive(page, t.account.profile_title);
}

async function profile({ page }: Walk): Promise<void> {
  await send(page, { first_name: "Ada", last_name: "Lovelace", username: "a b" }, t.common.save);
  await page.getByText(t.field_problems.username).first().waitFor();
  await send(page, { username: "ada" }, t.common.save);
  await page.getByText(t.account.profile_saved, { exact: true }).waitFor();
  expect(await page.locator("#last_name").inputValue()).toBe("Lovelace");
  await send(page, { username: "" }, t.common.save);
  await page.getByText(t.account.profile_saved, { exact: true }).waitFor();
  expect(await page.locator("#username").inputValue()).toBe("");
}

async function changePassword({ page, email, person }: Walk): Promise<void> {
  await using elsewhere = await person();
  await elsewhere.open("/account/security");
  await arrive(elsewhere.page, t.sign_in.title);
  expect(await elsewhere.page.getByText(t.sign_in.session_ended).count()).toBe(0);
  await send(elsewhere.page, { email, password: first }, t.sign_in.submit);
  await arrive(elsewhere.page, t.account.security_title);

  await page.getByRole("link", { name: t.nav.security }).first().click();
  await send(page, { current_password: "not it", new_password: second }, t.account.password_submit);
  await page.getByText(t.problems.current_password_wrong).first().waitFor();
  await send(page, { current_password: first, new_password: second }, t.account.password_submit);
  await page.getByText(t.account.password_saved).waitFor();

  await elsewhere.page.reload();
  await elsewhere.page.getByText(t.sign_in.session_ended).waitFor();
  await send(elsewhere.page, { email, password: second }, t.sign_in.submit);
  await arrive(elsewhere.page, t.account.security_title);
}

async function changeAddress(walk: Walk): Promise<void> {
  const { page, email, world } = walk;
  const next = newAddress("ada.lovelace");
  await send(page, { new_email: next, email_current_password: second }, t.account.email_submit);
  await page.getByText(t.account.email_pending(next)).waitFor();
  // Beside it, the mail about the new device of a moment ago may still be on its way.
  await eventually(
    "the old address is told",
    () => world.client.mails(email),
    (told) => told.some(({ subject }) => subject === "Your e-mail address is about to change"),
    10_000,
  );
  await pressInMail(page, next, "Confirm your new e-mail address");
  await send(page, {}, t.verify.submit);
  await page.getByText(t.verified.changed).waitFor();
  walk.email = next;
  await page.getByRole("link", { name: t.verified.to_account }).click();
  await page.getByText(next, { exact: true }).first().waitFor();
}

async function sessions({ page, email, world }: Walk): Promise<void> {
  for (
    const agent of ["Safari/604.1 (iPhone; CPU)", "Firefox/140.0 Windows NT 10.0", "Firefox/140.0 Linux"]
  ) {
    const body = { email, password: second };
    await world.client.call("POST", "/auth/login", body, {
      headers: { "user-agent": `Mozilla/5.0 ${agent}` },
    });
  }
  await page.getByRole("link", { name: t.nav.sessions }).first().click();
  const listed = page.locator(".sessions__device");
  expect(await listed.count()).toBe(5);
  await listed.filter({ hasText: "iPhone" }).getByRole("button").click();
  await listed.filter({ hasText: "iPhone" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: t.islands.sessions.revoke_others }).click();
  await page.getByText(t.islands.sessions.only_this).waitFor();
  expect(await listed.count()).toBe(1);
}

async function requests({ page }: Walk): Promise<void> {
  await page.getByRole("link", { name: t.nav.requests }).first().click();
  await arrive(page, t.account.requests_title);
  const kinds = new Set(await page.locator(".request h2").allInnerTexts());
  const { registration, login, password_change, email_change } = t.requests.kinds;
  expect([...kinds].sort()).toEqual([registration, login, password_change, email_change].sort());
  const signUps = page.locator(".request").filter({ has: page.getByRole("heading", { name: registration }) });
  expect(await signUps.innerText()).toContain(t.requests.methods.direct);
  await signUps.locator("summary").click();
  await signUps.getByText(t.requests.steps.create_account).waitFor();
}

async function signOut({ ada, page }: Walk): Promise<void> {
  await page.locator(".avatar").click();
  await page.getByRole("button", { name: t.shell.sign_out }).click();
  await page.getByText(t.sign_in.signed_out).waitFor();
  await ada.open("/account");
  await arrive(page, t.sign_in.title);
}

async function forgotten({ page, email }: Walk): Promise<void> {
  await page.getByRole("link", { name: t.sign_in.forgot }).click();
  await send(page, { email }, t.forgot.submit);
  await arrive(page, t.forgot_sent.title);
  await pressInMail(page, email, "Choose a new password");
  const link = page.url();
  await send(page, { new_password: "password" }, t.reset.submit);
  await page.getByText(t.problems.password_too_common).first().waitFor();
  await send(page, { new_password: third }, t.reset.submit);
  await arrive(page, t.reset_done.title);
  await page.goto(link);
  await send(page, { new_password: third }, t.reset.submit);
  await page.getByText(t.problems.token_used).waitFor();
  await page.locator("main").getByRole("link", { name: t.sign_in.submit }).click();
}

for (const scripts of [true, false]) {
  const how = scripts ? "with script" : "without script";
  Deno.test(
    `a person signs up, verifies, changes everything and recovers, ${how}`,
    { ignore },
    () =>
      withPeople(async (made) => {
        await using ada = await made.person({ scripts });
        const walk: Walk = { ...made, ada, page: ada.page, email: newAddress("ada"), scripts };
        await signUp(walk);
        await verify(walk);
        await signInWith(walk, first);
        await profile(walk);
        await changePassword(walk);
        await changeAddress(walk);
        await sessions(walk);
        await requests(walk);
        await signOut(walk);
        await forgotten(walk);
        await signInWith(walk, third);
        expect(await heading(walk.page)).toBe(t.account.profile_title);
      }),
  );
}
