/** What people, mail scanners and attackers do at the pages beside the straight way. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import { arrive, awake, type BrowserWorld, type Person, send, withPeople } from "./browser_world.ts";
import { eventually } from "./whole.ts";

const t = stringsFor("en");
const ignore = withoutBrowser();

/** Signs up on the page and waits at the code. Answers the address. */
async function signUp({ page, open }: Person, name: string): Promise<string> {
  const email = newAddress(name);
  await open("/sign-up");
  await send(page, { email, password: goodPassword }, t.sign_up.submit);
  await arrive(page, t.check_mail.title);
  return email;
}

const codeOf = async ({ world }: BrowserWorld, email: string) => (await world.client.lastMail(email)).code!;

async function typedCode(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const code = await codeOf(made, await signUp(ada, "typed"));
  await awake(ada.page);
  // It has the focus already, and sends itself with the last digit.
  await ada.page.keyboard.type(code === "111111" ? "222222" : "111111");
  await ada.page.getByText(t.problems.code_wrong).first().waitFor();
  await awake(ada.page);
  await ada.page.locator("#code").focus();
  await ada.page.keyboard.type(`${code.slice(0, 3)} ${code.slice(3)}`);
  await arrive(ada.page, t.verified.title);
}

async function pastedCode(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const code = await codeOf(made, await signUp(ada, "pasted"));
  await awake(ada.page);
  await ada.page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    document.activeElement!.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
    );
  }, `Or type this code where you signed up: ${code.slice(0, 3)} ${code.slice(3)}`);
  await arrive(ada.page, t.verified.title);
}

/** From an old link on another device: the page knows neither address nor sign-up. */
async function bareCode(made: BrowserWorld): Promise<void> {
  await using ada = await made.person({ scripts: false });
  const email = newAddress("bare");
  await made.world.client.register(email);
  await ada.open("/verify?token=of-another-mail");
  await send(ada.page, {}, t.verify.submit);
  await ada.page.getByText(t.problems.token_invalid).waitFor();
  await ada.page.getByRole("link", { name: t.verify.use_code }).click();
  await send(ada.page, { resend_email: "nobody at all" }, t.islands.resend.send);
  await ada.page.getByText(t.problems.invalid_email).first().waitFor();
  await send(ada.page, { resend_email: email }, t.islands.resend.send);
  await ada.page.getByText(t.islands.resend.sent).waitFor();
  await made.world.client.lastMail(email, 1);
  await send(ada.page, { code: await codeOf(made, email) }, t.check_mail.submit);
  await arrive(ada.page, t.verified.title);
}

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let stop = 0; stop < 40; stop++) {
    await page.keyboard.press("Tab");
    if (await page.locator(selector).first().evaluate((element) => element === document.activeElement)) {
      return;
    }
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** A page gives the focus away after its heading is shown, and its islands may still be waking. */
async function focusOn(page: Page, selector: string): Promise<void> {
  await page.locator(`${selector}:focus`).waitFor();
  await awake(page);
}

async function keyboardOnly(made: BrowserWorld): Promise<void> {
  await using ada = await made.person();
  const { page } = ada;
  const email = newAddress("keys");
  await ada.open("/");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
  await page.keyboard.press("Enter");
  await tabTo(page, ".hero a[href='/sign-up']");
  await page.keyboard.press("Enter");
  await arrive(page, t.sign_up.title);
  await awake(page);
  await tabTo(page, "#email");
  await page.keyboard.type(email);
  await tabTo(page, "#password");
  await page.keyboard.type("short");
  await page.keyboard.press("Enter");
  await page.getByText(t.problems.password_too_short).first().waitFor();
  await focusOn(page, "[role=alert]");
  // The focus is on the summary; its first link leads into the field.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await focusOn(page, "#password");
  await page.keyboard.type(goodPassword);
  await page.keyboard.press("Enter");
  await arrive(page, t.check_mail.title);
  await focusOn(page, "#code");
  await page.keyboard.type(await codeOf(made, email));
  await arrive(page, t.verified.title);
  await tabTo(page, "main a[href='/sign-in']");
  await page.keyboard.press("Enter");
  await arrive(page, t.sign_in.title);
  await focusOn(page, "#email");
  await page.keyboard.type(email);
  await tabTo(page, "#password");
  await page.keyboard.type(goodPassword);
  await page.keyboard.press("Enter");
  await arrive(page, t.account.profile_title);
  await tabTo(page, "main .input");
}

async function scanners({ world, person }: BrowserWorld): Promise<void> {
  const email = newAddress("scanned");
  await world.client.register(email);
  const { link } = await world.client.lastMail(email);
  for (const method of ["HEAD", "GET", "OPTIONS", "GET"]) {
    const answer = await fetch(link!, { method, redirect: "manual" });
    await answer.body?.cancel();
    // But for the tag that tells by which mail somebody came, which counts only once a form is sent.
    const others = answer.headers.getSetCookie().filter((cookie) => !cookie.startsWith("fs_mail="));
    expect([method, answer.status < 500, others]).toEqual([method, true, []]);
  }
  await using ada = await person();
  await ada.page.goto(link!);
  await send(ada.page, {}, t.verify.submit);
  await arrive(ada.page, t.verified.title);
  await ada.page.goto(link!);
  await send(ada.page, {}, t.verify.submit);
  await ada.page.getByText(t.problems.token_used).waitFor();
}

async function openRedirects({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("next"));
  const elsewhere = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/%09//evil.example",
    "javascript:alert(1)",
    "/..//evil.example",
    "http:evil.example",
    `${world.url}.evil.example/`,
    "@evil.example",
  ];
  await using ada = await person({ scripts: false });
  for (const next of elsewhere) {
    await ada.page.context().clearCookies();
    await ada.open(`/sign-in?next=${encodeURIComponent(next)}`);
    await send(ada.page, { email, password: goodPassword }, t.sign_in.submit);
    expect([next, new URL(ada.page.url()).origin]).toEqual([next, world.url]);
    // Signed in already: the same page only passes on.
    await ada.open(`/sign-in?next=${encodeURIComponent(next)}`);
    expect([next, new URL(ada.page.url()).origin]).toEqual([next, world.url]);
  }
  await ada.open("/sign-in?next=/account/requests");
  await arrive(ada.page, t.account.requests_title);
}

/** The access token of the page lives a minute here; its clock is moved on, the service's is not. */
async function freshTokens({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("fresh"));
  await using ada = await person();
  const { page } = ada;
  const refreshed: number[] = [];
  page.on("response", (answer) => {
    if (answer.url().endsWith("/auth/refresh")) refreshed.push(answer.status());
  });
  await page.clock.install();
  await ada.open("/sign-in");
  await send(page, { email, password: goodPassword }, t.sign_in.submit);
  await awake(page);
  await eventually("a first token", () => refreshed.length === 1);
  await page.clock.fastForward(20_000);
  await eventually("a second token", () => refreshed.length === 2);
  expect(refreshed).toEqual([200, 200]);

  // Ended from another device: said on the open page, and again where it leads.
  const { access_token } = await world.client.login(email);
  await world.client.expect(200, "DELETE", "/users/me/sessions", undefined, access_token);
  await page.clock.fastForward(20_000);
  await page.getByRole("link", { name: t.islands.refresh.sign_in }).click();
  await page.getByText(t.sign_in.session_ended).waitFor();
  await send(page, { email, password: goodPassword }, t.sign_in.submit);
  await arrive(page, t.account.profile_title);
}

async function choices({ person }: BrowserWorld): Promise<void> {
  const de = stringsFor("de");
  await using ada = await person({ scripts: false });
  const { page } = ada;
  await ada.open("/verify?token=a%2Bb");
  await page.getByRole("link", { name: "Deutsch" }).click();
  await arrive(page, de.verify.title);
  expect([await page.getAttribute("html", "lang"), new URL(page.url()).searchParams.get("token")])
    .toEqual(["de", "a+b"]);
  await page.getByRole("link", { name: de.shell.themes.dark, exact: true }).click();
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await ada.open("/sign-up");
  await arrive(page, de.sign_up.title);
  expect(await paper()).toBe(dark);
  await page.getByRole("link", { name: de.shell.themes.light, exact: true }).click();
  expect(await paper()).not.toBe(dark);
  expect(await page.getAttribute("html", "data-theme")).toBe("light");
  await page.getByRole("link", { name: de.shell.themes.system, exact: true }).click();
  expect(await page.getAttribute("html", "data-theme")).toBe(null);
}

const ways: Record<string, (made: BrowserWorld) => Promise<void>> = {
  "a code is typed in place of the link, after a wrong one": typedCode,
  "a code is pasted with the words around it": pastedCode,
  "who comes with a dead link asks for another mail and types its code, without script": bareCode,
  "keys alone lead through sign-up and sign-in": keyboardOnly,
  "a link that scanners opened first still works, once": scanners,
  "next leads nowhere but here": openRedirects,
  "a page keeps its token fresh, and says when the session was ended elsewhere": freshTokens,
  "language and appearance are kept from page to page": choices,
};

Deno.test("beside the straight way", { ignore }, (test) =>
  withPeople(async (made) => {
    for (const [title, walk] of Object.entries(ways)) await test.step(title, () => walk(made));
  }, { env: { JWT_ACCESS_TOKEN_EXPIRE_MINUTES: "1" } }));
