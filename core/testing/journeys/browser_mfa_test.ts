/** Passkeys in a browser, with its own pretended authenticators: of the device, and keys that are plugged in. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { focusFaults } from "../accessible.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import { virtualAuthenticator } from "../virtual_authenticator.ts";
import {
  addApp,
  codesMailed,
  looks,
  nextCode,
  recoveryCodes,
  sessionOf,
  signIn,
  signOut,
  typeCode,
} from "./browser_factors.ts";
import { arrive, awake, type BrowserWorld, type Person, send, withPeople } from "./browser_world.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();
const c = t.challenge;
const m = t.mfa;

/** Signs up at the pages, and in with the password. Answers the address. */
async function signUp({ world }: BrowserWorld, ada: Person, name: string): Promise<string> {
  const { page, open } = ada;
  const email = newAddress(name);
  await open("/sign-up");
  await send(page, { email, password: goodPassword }, t.sign_up.submit);
  await arrive(page, t.check_mail.title);
  await typeCode(page, (await world.client.lastMail(email)).code!);
  await arrive(page, t.verified.title);
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);
  return email;
}

/** From the page of factors to the moment at which the device is asked. */
async function beginPasskey({ page, open }: Person, name = ""): Promise<void> {
  await open("/account/factors");
  await send(page, {}, m.passkeys.add);
  await arrive(page, m.add_passkey.title);
  await awake(page);
  await page.locator("#name").fill(name);
}

const create = (page: Page) => page.getByRole("button", { name: m.add_passkey.create }).click();

/** Signed in by a passkey, which the pretended authenticator picks as soon as the page offers it. */
async function arrivesByPasskey({ page, open }: Person): Promise<void> {
  await open("/sign-in");
  await arrive(page, t.account.profile_title);
}

/** Sign up, add a passkey, and sign in without a password; then the button, and other things to do with it. */
async function inPlaceOfPassword(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const { page } = ada;
  await signUp(made, ada, "passkey");
  const key = await virtualAuthenticator(page);
  await beginPasskey(ada, "Laptop");
  expect(await looks(page, "add a passkey")).toEqual([]);
  await awake(page);
  await create(page);
  expect((await recoveryCodes(page)).length).toBe(10);
  expect(await looks(page, "recovery codes")).toEqual([]);
  await page.getByRole("link", { name: m.codes.saved }).click();
  await page.getByText(m.dones.passkey_added).waitFor();
  await page.getByRole("heading", { name: "Laptop" }).waitFor();
  await page.getByText(m.passkeys.synced).waitFor();
  expect(await looks(page, "factors")).toEqual([]);
  expect(await focusFaults(page)).toEqual([]);
  expect((await key.credentials()).length).toBe(1);

  // A pretended authenticator takes up any offer at once: on the page after signing out nobody is there.
  await key.present(false);
  await signOut(ada);
  await page.goto("about:blank");
  await key.present(true);
  await arrivesByPasskey(ada);
  const { amr, acr } = await sessionOf(page);
  expect([amr.includes("mfa"), amr.includes("swk"), amr.includes("pwd"), acr])
    .toEqual([true, true, false, "urn:flowshield:acr:2"]);

  // A second one on the same device is none; on another key it is.
  await beginPasskey(ada);
  await create(page);
  await page.getByText(t.islands.passkey.there_already).waitFor();
}

/** Nobody is there at first: the prompt is left alone, then the button is pressed. */
async function byButton(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const { page } = ada;
  await signUp(made, ada, "button");
  const key = await virtualAuthenticator(page, { transport: "usb", synced: false });
  await beginPasskey(ada, "Key");
  await key.verified(false);
  await create(page);
  await page.getByText(t.islands.passkey.cancelled).waitFor();
  await key.verified(true);
  await create(page);
  await recoveryCodes(page);
  await ada.open("/account/factors");
  await page.getByText(m.passkeys.bound).waitFor();
  await page.context().clearCookies();
  await key.present(false);
  await ada.open("/sign-in");
  await awake(page);
  await key.present(true);
  await page.getByRole("button", { name: t.islands.passkey.use }).click();
  await arrive(page, t.account.profile_title);
  const { amr, acr } = await sessionOf(page);
  expect([amr.includes("hwk"), acr]).toEqual([true, "urn:flowshield:acr:3"]);
}

/** As a second factor, where a prompt that fails leaves the other ways open. */
async function afterPassword(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const { page } = ada;
  const email = await signUp(made, ada, "second");
  const key = await virtualAuthenticator(page);
  await beginPasskey(ada);
  await create(page);
  const codes = await recoveryCodes(page);
  const app = await addApp(ada);
  await page.getByText(m.dones.totp_added).waitFor();
  await page.context().clearCookies();

  // On another device there is no such passkey.
  await using phone = await made.person();
  await signIn(phone, email);
  await arrive(phone.page, c.title);
  const none = await virtualAuthenticator(phone.page);
  await none.verified(false);
  expect(await looks(phone.page, "challenge with a passkey")).toEqual([]);
  await phone.page.getByRole("link", { name: c.methods.totp }).click();
  await typeCode(phone.page, await app.code());
  await arrive(phone.page, t.account.profile_title);
  await none.verified(true);
  await beginPasskey(phone, "Phone");
  await create(phone.page);
  await phone.page.getByText(m.dones.passkey_added).waitFor();
  expect(await phone.page.locator("#passkeys .factors__item").count()).toBe(2);

  // The first browser: its prompt fails, then it does not.
  await key.verified(false);
  await signIn(ada, email);
  await arrive(page, c.title);
  await awake(page);
  const use = page.getByRole("button", { name: c.passkey_use });
  await use.click();
  await page.getByText(t.islands.passkey.cancelled).waitFor();
  await key.verified(true);
  await use.click();
  await arrive(page, t.account.profile_title);
  expect((await sessionOf(page)).amr.sort()).toEqual(["mfa", "pwd", "swk", "user"]);
  await page.context().clearCookies();
  await key.forget();
  await signIn(ada, email);
  await page.getByRole("link", { name: c.methods.recovery_code }).click();
  await send(page, { code: codes[9] }, c.submit);
  await arrive(page, t.account.profile_title);
}

/** Removed here, it is still on the device, and worth nothing. */
async function removed(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const { page } = ada;
  const email = await signUp(made, ada, "removed");
  const key = await virtualAuthenticator(page);
  await beginPasskey(ada, "Old key");
  await create(page);
  await recoveryCodes(page);
  await ada.open("/account/factors");
  await page.getByText(m.change, { exact: true }).click();
  await page.getByRole("button", { name: m.remove_one("Old key") }).click();
  await page.getByText(m.dones.removed).waitFor();
  await page.getByText(m.codes.needs_factor).waitFor();
  expect((await key.credentials()).length).toBe(1);
  await page.context().clearCookies();
  await ada.open("/sign-in");
  await page.getByRole("alert").waitFor();
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  expect(await page.getByRole("alert").innerText()).toBe(t.problems.passkey_refused);
  await key.remove();
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);
}

/** Whatever is typed stays where it was meant to go, although a passkey was shown in between. */
async function inTheMiddle(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const { page } = ada;
  await signUp(made, ada, "middle");
  await virtualAuthenticator(page);
  await beginPasskey(ada, "Laptop");
  await create(page);
  await recoveryCodes(page);
  await made.world.service.ctx.sql`update session set auth_time = now() - interval '1 day'`;
  await ada.open("/account/factors");
  await send(page, {}, m.codes.renew);
  await arrive(page, c.step_up_title);
  await awake(page);
  await page.getByRole("button", { name: c.passkey_use }).click();
  await arrive(page, m.codes.shown_title);
  expect((await recoveryCodes(page)).length).toBe(10);
}

/** Policy wants a factor, and a passkey is made inside the sign-in. */
async function required({ world, person }: BrowserWorld): Promise<void> {
  const email = newAddress("required");
  await world.client.register(email);
  await world.client.verify(email);
  await using ada = await person();
  const { page } = ada;
  await virtualAuthenticator(page);
  await signIn(ada, email);
  await arrive(page, c.title);
  const before = await codesMailed(world.client, email);
  await send(page, {}, c.send_code);
  await page.locator("#code").waitFor();
  await typeCode(page, await nextCode(world.client, email, before));
  await arrive(page, c.enrol_title);
  expect(await looks(page, "enrolment")).toEqual([]);
  await page.getByRole("button", { name: c.methods.enroll_passkey }).click();
  await arrive(page, m.codes.offer_title);
  await page.getByRole("link", { name: m.codes.later }).click();
  await arrive(page, t.account.profile_title);
  await page.context().clearCookies();
  await arrivesByPasskey(ada);
}

const ways: Record<string, (made: BrowserWorld) => Promise<void>> = {
  "signed up, a passkey added, signed in without a password": inPlaceOfPassword,
  "a key is plugged in and touched, after a prompt that failed": byButton,
  "after the password, on this device and on another": afterPassword,
  "a passkey that was removed leads nowhere": removed,
  "a passkey is shown in the middle of something": inTheMiddle,
};

Deno.test("passkeys at the pages", { ignore }, (test) =>
  withPeople(async (made) => {
    for (const [title, walk] of Object.entries(ways)) await test.step(title, () => walk(made));
  }));

Deno.test(
  "a passkey that policy wants is made inside the sign-in",
  { ignore },
  () => withPeople(required, { env: { MFA_POLICY: "required" } }),
);
