/** Second factors at the pages: setting them up, showing them, losing them, and being asked for them in the middle. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import {
  addApp,
  codesMailed,
  confirmApp,
  looks,
  nextCode,
  recoveryCodes,
  sessionOf,
  signIn,
  signOut,
  typeCode,
} from "./browser_factors.ts";
import { arrive, awake, type BrowserWorld, send, withPeople } from "./browser_world.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();
const c = t.challenge;
const m = t.mfa;

const challengeOf = (url: string) => new URL(url).searchParams.get("challenge_id")!;

/** Everything but passkeys works without script. */
async function withoutScript({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("bare"));
  await using ada = await person({ scripts: false });
  const { page } = ada;
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);
  const app = await addApp(ada, false);
  const codes = await recoveryCodes(page);
  expect([codes.length, new Set(codes).size]).toEqual([10, 10]);
  await page.getByRole("link", { name: m.codes.saved }).click();
  await page.getByText(m.dones.totp_added).waitFor();
  await signOut(ada);

  await signIn(ada, email);
  await arrive(page, c.title);
  await send(page, { code: "12" }, c.submit);
  await page.getByText(c.wrong.totp).first().waitFor();
  await send(page, { code: await app.code() }, c.submit);
  await arrive(page, t.account.profile_title);
  await signOut(ada);

  await signIn(ada, email);
  await page.getByRole("link", { name: c.methods.recovery_code }).click();
  await send(page, { code: codes[3].toLowerCase().replaceAll("-", " ") }, c.submit);
  await arrive(page, t.account.profile_title);
  await ada.open("/account/factors");
  await page.getByText(m.codes.left(9, 10)).waitFor();

  await page.getByText(m.change, { exact: true }).click();
  await page.getByLabel(m.name, { exact: true }).fill("");
  await page.getByRole("button", { name: m.save }).click();
  await page.getByText(t.field_problems.name).first().waitFor();
  expect(await looks(page, "a name refused", false)).toEqual([]);
  await page.getByLabel(m.name, { exact: true }).fill("Old phone");
  await page.getByRole("button", { name: m.save }).click();
  await page.getByText(m.dones.renamed).waitFor();
  await page.getByRole("heading", { name: "Old phone" }).waitFor();
}

/** A remembered browser is not asked, another is; forgotten, it is asked again. */
async function remembered({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("remembered"));
  await using ada = await person();
  const { page } = ada;
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);
  const app = await addApp(ada);
  const codes = await recoveryCodes(page);
  await signOut(ada);
  await signIn(ada, email);
  await arrive(page, c.title);
  await page.getByLabel(c.remember(30)).check();
  await typeCode(page, await app.code());
  await arrive(page, t.account.profile_title);
  expect((await sessionOf(page)).amr.sort()).toEqual(["mfa", "otp", "pwd"]);
  await signOut(ada);
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);

  await using other = await person({ locale: "de" });
  await signIn({ ...other, open: (path) => other.open(`${path}?lang=en`) }, email);
  await arrive(other.page, c.title);
  await other.page.getByRole("link", { name: c.methods.recovery_code }).click();
  await send(other.page, { code: codes[0] }, c.submit);
  await arrive(other.page, t.account.profile_title);
  await other.open("/account/factors");
  await other.page.getByRole("button", { name: /^Ask for a second factor on/ }).click();
  await other.page.getByText(m.devices.empty).waitFor();

  await signOut(ada);
  await signIn(ada, email);
  await arrive(page, c.title);
}

/** What asks for a fresh proof goes on where it was, with what was typed. */
async function inTheMiddle({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("middle"));
  await using ada = await person();
  const { page } = ada;
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);
  const app = await addApp(ada);
  await recoveryCodes(page);
  await world.service.ctx.sql`update session set auth_time = now() - interval '1 day'`;
  const cookieBefore = (await page.context().cookies()).find(({ name }) => /session/.test(name))?.value;
  await ada.open("/account/factors");
  await page.getByText(m.change, { exact: true }).click();
  await page.getByRole("button", { name: m.remove_one(m.totp.type) }).click();
  await arrive(page, c.step_up_title);
  expect(await page.getByLabel(c.remember(30)).count()).toBe(0);
  expect(await looks(page, "step-up")).toEqual([]);
  await typeCode(page, await app.code());
  await page.getByText(c.went_on).waitFor();
  await send(page, { password: "not the password" }, c.submit);
  await page.getByText(c.wrong.password).first().waitFor();
  await page.locator("#password").fill("correct horse battery staple");
  await page.keyboard.press("Enter");
  await page.getByText(m.dones.removed).waitFor();
  await page.getByText(m.totp.empty).waitFor();
  const cookieAfter = (await page.context().cookies()).find(({ name }) => /session/.test(name))?.value;
  expect([typeof cookieBefore, cookieBefore === cookieAfter]).toEqual(["string", false]);
}

/** More is asked for while the page is open. */
async function raised({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("raised"));
  await using ada = await person();
  const { page } = ada;
  await signIn(ada, email);
  await arrive(page, t.account.profile_title);
  const app = await addApp(ada);
  await recoveryCodes(page);
  await signOut(ada);
  await signIn(ada, email);
  await arrive(page, c.title);
  await awake(page);
  await world.service.ctx.sign_in.requireFactors(challengeOf(page.url()), ["device_verification"]);
  await page.getByText(t.islands.challenge.raised).waitFor();
  const before = await codesMailed(world.client, email);
  await typeCode(page, await app.code());
  await page.getByText(c.went_on).waitFor();
  expect(await looks(page, "mailed code, before")).toEqual([]);
  await send(page, {}, c.send_code);
  await page.getByText(/^We are sending a code to r/).waitFor();
  expect(await page.locator("main").innerText()).not.toContain(email);
  expect(await looks(page, "mailed code, sent")).toEqual([]);
  const code = await nextCode(world.client, email, before);
  await typeCode(page, code === "111111" ? "222222" : "111111");
  await page.getByText(c.wrong.device_verification).first().waitFor();
  await typeCode(page, code);
  await arrive(page, t.account.profile_title);
}

/** The answer comes too late: that is said, and the way to where one was going is not lost. */
async function tooLate({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("late"));
  await using ada = await person({ scripts: false });
  const { page } = ada;
  await signIn(ada, email);
  const app = await addApp(ada, false);
  await recoveryCodes(page);
  await page.context().clearCookies();
  await ada.open("/sign-in?next=/account/requests");
  await send(page, { email, password: goodPassword }, t.sign_in.submit);
  await arrive(page, c.title);
  await world.service.ctx.sql`
    update challenge set expires_at = now() where challenge_id = ${challengeOf(page.url())}`;
  await send(page, { code: await app.code() }, c.submit);
  await page.getByText(t.problems.challenge_invalid).waitFor();
  await send(page, { email, password: goodPassword }, t.sign_in.submit);
  await send(page, { code: await app.code() }, c.submit);
  await arrive(page, t.account.requests_title);
}

/** Its words are longer. */
async function inGerman({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("deutsch"));
  await using ada = await person({ locale: "de" });
  const { page } = ada;
  const de = stringsFor("de");
  await ada.open("/sign-in");
  await send(page, { email, password: goodPassword }, de.sign_in.submit);
  await arrive(page, de.account.profile_title);
  await ada.open("/account/factors");
  await send(page, {}, de.mfa.totp.add);
  const app = await confirmApp(page);
  await recoveryCodes(page);
  expect(await looks(page, "codes")).toEqual([]);
  await page.context().clearCookies();
  await ada.open("/sign-in");
  await send(page, { email, password: goodPassword }, de.sign_in.submit);
  await arrive(page, de.challenge.title);
  await typeCode(page, "000000");
  await page.getByText(de.challenge.wrong.totp).first().waitFor();
  expect(await looks(page, "challenge")).toEqual([]);
  await typeCode(page, await app.code());
  await arrive(page, de.account.profile_title);
}

/** Policy wants a factor: it is set up inside the sign-in, after a look into the mailbox. */
async function required({ world, person }: BrowserWorld): Promise<void> {
  const email = newAddress("required");
  await world.client.register(email);
  await world.client.verify(email);
  await using ada = await person({ scripts: false });
  const { page } = ada;
  await signIn(ada, email);
  await arrive(page, c.title);
  const before = await codesMailed(world.client, email);
  await send(page, {}, c.send_code);
  const code = await nextCode(world.client, email, before);
  await send(page, { code: code }, c.submit);
  await arrive(page, c.enrol_title);
  await page.getByRole("link", { name: c.methods.enroll_totp }).click().catch(() => {});
  await send(page, {}, c.enrol_totp_start);
  await page.locator(".qr").waitFor();
  await send(page, { code: "000000" }, m.add_totp.submit);
  // The same secret is still there.
  await page.getByText(c.wrong.enroll_totp).first().waitFor();
  await confirmApp(page, false);
  await arrive(page, m.codes.offer_title);
  await send(page, {}, m.codes.make);
  expect((await recoveryCodes(page)).length).toBe(10);
  await page.getByRole("link", { name: m.codes.saved }).click();
  await arrive(page, t.account.profile_title);
}

const ways: Record<string, (made: BrowserWorld) => Promise<void>> = {
  "an app is set up and used without script, and a recovery code": withoutScript,
  "a remembered browser is not asked, until it is forgotten": remembered,
  "an act that wants a fresh proof is carried out after it": inTheMiddle,
  "what a sign-in asks for grows while its page is open": raised,
  "an answer that comes too late is told so": tooLate,
  "the same in German": inGerman,
};

Deno.test("second factors at the pages", { ignore }, (test) =>
  withPeople(async (made) => {
    for (const [title, walk] of Object.entries(ways)) await test.step(title, () => walk(made));
  }));

Deno.test(
  "a factor that policy wants is set up inside the sign-in",
  { ignore },
  () => withPeople(required, { env: { MFA_POLICY: "required" } }),
);
