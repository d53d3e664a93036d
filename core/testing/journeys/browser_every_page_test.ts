/** Every page there is, in every state that a visitor can bring it to, looked at by a program as people would. */
import { expect } from "expect";
import { stringsFor } from "../../i18n/mod.ts";
import { contrastFaults, focusFaults, structureFaults } from "../accessible.ts";
import { type Page, withoutBrowser } from "../browser.ts";
import { goodPassword, newAddress } from "../client.ts";
import { awake, type BrowserWorld, withPeople } from "./browser_world.ts";

const ignore = withoutBrowser();

interface State {
  /** What is looked at, unique. */
  name: string;
  path: string;
  /** Leads from the path to the state. */
  act?: (page: Page) => Promise<void>;
}

const sent = (button: string) => async (page: Page) => {
  const answered = page.waitForResponse((answer) =>
    answer.request().method() === "POST" && answer.request().isNavigationRequest()
  );
  await page.locator(button).first().click();
  await (await answered).finished();
  await page.waitForLoadState();
};
const press = (page: Page, within = "main") => sent(`${within} button.button--primary`)(page);
const filled = (fields: Record<string, string>, within?: string) => async (page: Page) => {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await press(page, within);
};

/** The longer it gets the better it is, and each character has its square; then a weak one, with what would help. */
async function judged(page: Page): Promise<void> {
  const box = page.locator(".strength");
  await page.locator("#email").fill("ada.lovelace@example.com");
  for (
    const [typed, level] of [["lovelace", "weak"], ["tannery vX7#mQ2 gully", "strong"], ["lov3lace9", "weak"]]
  ) {
    await page.locator("#password").fill(typed);
    await page.locator(`.strength[data-level$="${level}"]`).waitFor();
  }
  await box.locator(".strength__heat i[data-heat]").nth(8).waitFor();
  await box.locator("li").first().waitFor();
}

const publicStates = (member: string, link: string): State[] => [
  { name: "home", path: "/" },
  { name: "sign-up", path: "/sign-up" },
  { name: "sign-up, refused", path: "/sign-up", act: filled({ email: "ada@", password: "short" }) },
  { name: "sign-up, empty", path: "/sign-up", act: filled({}) },
  { name: "sign-up, password judged", path: "/sign-up", act: judged },
  { name: "sign-in", path: "/sign-in?session_ended=1" },
  {
    name: "sign-in, refused",
    path: "/sign-in",
    act: filled({ email: "a@example.com", password: "wrong one" }),
  },
  { name: "code, for anybody", path: "/check-your-mail" },
  { name: "code, empty", path: "/check-your-mail", act: filled({}) },
  {
    name: "code, at sign-up",
    path: "/sign-up",
    act: filled({ email: newAddress(), password: goodPassword }),
  },
  { name: "verify", path: "/verify?token=x" },
  { name: "verify, dead", path: "/verify?token=x", act: filled({}) },
  { name: "verify, without a token", path: "/verify" },
  { name: "verified", path: link, act: filled({}) },
  { name: "forgot", path: "/forgot" },
  { name: "forgot, sent", path: "/forgot", act: filled({ email: member }) },
  { name: "reset", path: "/reset?token=x" },
  { name: "reset, dead", path: "/reset?token=x", act: filled({ new_password: goodPassword }) },
  { name: "set-up link, dead", path: "/setup?token=x" },
  { name: "status", path: "/status" },
  { name: "no such page", path: "/nowhere" },
  { name: "inbox", path: "/dev/mailbox" },
  { name: "inbox, empty", path: "/dev/mailbox?to=nobody@example.com" },
  {
    name: "mail",
    path: "/dev/mailbox",
    act: async (page) => {
      await page.locator("table a").first().click();
      await page.waitForURL(/mailbox\/./);
    },
  },
  { name: "problems", path: "/docs/problems" },
  { name: "less mail", path: "/unsubscribe?token=x" },
  { name: "less mail, dead", path: "/unsubscribe?token=x", act: filled({}) },
  { name: "risk, told", path: "/docs/fraud" },
  { name: "passwords, told", path: "/docs/passwords" },
  { name: "mail, told", path: "/docs/mail" },
];

const memberStates: State[] = [
  { name: "profile", path: "/account" },
  { name: "profile, refused", path: "/account", act: filled({ username: "a b" }) },
  { name: "security", path: "/account/security" },
  {
    name: "security, refused",
    path: "/account/security",
    act: filled({ current_password: "wrong one", new_password: "short" }, "#password-change"),
  },
  {
    name: "security, address sent",
    path: "/account/security",
    act: filled({ new_email: newAddress(), email_current_password: goodPassword }, "#email-change"),
  },
  { name: "factors", path: "/account/factors" },
  { name: "factors, app", path: "/account/factors", act: sent("#totp button") },
  {
    name: "factors, app refused",
    path: "/account/factors",
    act: async (page) => {
      await sent("#totp button")(page);
      await filled({ code: "12" })(page);
    },
  },
  { name: "factors, passkey", path: "/account/factors", act: sent("#passkeys button") },
  { name: "recovery codes, offered", path: "/account/recovery-codes" },
  { name: "devices", path: "/account/sessions" },
  { name: "requests", path: "/account/requests" },
  { name: "check-up", path: "/account/tips" },
];

const operatorStates: State[] = [
  { name: "mail led to", path: "/operate/mail?q=nothing" },
  { name: "experiments", path: "/operate/mail/experiments" },
  {
    name: "experiments, refused",
    path: "/operate/mail/experiments",
    act: async (page) => {
      await page.locator("#hold_out_verify_email").fill("99");
      await sent("form:has(#hold_out_verify_email) button")(page);
    },
  },
  { name: "wordings", path: "/operate/mail/variants" },
  { name: "wording", path: "/operate/mail/variants/verify_email/code_first" },
  { name: "sender's domain", path: "/operate/mail/domain" },
  { name: "stopped addresses", path: "/operate/mail/suppressions" },
  { name: "risk", path: "/operate/fraud" },
  { name: "risk, no such code", path: "/operate/fraud?reference=0000-0000" },
  { name: "review", path: "/operate/fraud/queue" },
  { name: "decisions", path: "/operate/fraud/decisions" },
  { name: "decisions, no such account", path: "/operate/fraud/decisions?account_id=x" },
  {
    name: "decision",
    path: "/operate/fraud/decisions",
    act: async (page) => {
      await page.locator(".decisions a").first().click();
      await page.waitForURL(/decisions\/./);
    },
  },
  { name: "rings", path: "/operate/fraud/rings" },
  { name: "models", path: "/operate/fraud/models" },
];

const makeOperator = ({ service }: BrowserWorld["world"], email: string) =>
  service.ctx.sql`update account set roles = '{operator}' where email = ${email}`;

/** With errors the focus is where they are told. */
async function errorFaults(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    if (!document.querySelector("[aria-invalid=true]")) return [];
    return document.activeElement?.getAttribute("role") === "alert" ? [] : ["the focus is not at the errors"];
  });
}

const englishOnly = /\b(the|your|and|with|please|address|password|sign|sent|here|again)\b/i;

/** Words of the page that are English; names of things and people's own words may be. */
async function englishIn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    for (const one of document.querySelectorAll("[lang=en], iframe, td, .facts dd, code, .mail__text")) {
      one.remove();
    }
    const attributes = [...document.querySelectorAll("[aria-label], [title]")]
      .map((one) => one.getAttribute("aria-label") ?? one.getAttribute("title")!);
    return [document.title, ...document.body.innerText.split("\n"), ...attributes];
  });
  return texts.filter((text) => englishOnly.test(text.replaceAll(/\S+@\S+/g, "")));
}

async function look(page: Page, url: string, { name, path, act }: State, titles: Map<string, string>) {
  const faults: string[] = [];
  const add = (found: string[], where: string) =>
    faults.push(...found.map((one) => `${name}, ${where}: ${one}`));
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path.startsWith("http") ? path : url + path);
  await act?.(page);
  await awake(page);
  add(await errorFaults(page), "wide");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    add(await contrastFaults(page), colorScheme);
  }
  add(await structureFaults(page), "wide");
  await page.setViewportSize({ width: 320, height: 640 });
  add(await structureFaults(page), "narrow");
  const title = await page.title();
  // The same page in another state may say it in its title, or not; two pages may not say the same.
  const place = name.split(",")[0];
  if (titles.has(title) && titles.get(title) !== place) {
    faults.push(`${name}: is called as ${titles.get(title)} is`);
  }
  titles.set(title, place);
  return faults;
}

async function everyPage({ world, person }: BrowserWorld): Promise<void> {
  const { email } = await world.client.newMember(newAddress("member"));
  const open = newAddress("open");
  await world.client.register(open, goodPassword, { first_name: "Grace" });
  const { link } = await world.client.lastMail(open);
  await using ada = await person();
  const titles = new Map<string, string>();
  const faults: string[] = [];
  for (const state of publicStates(email, link!)) {
    faults.push(...await look(ada.page, world.url, state, titles));
  }
  await ada.open("/sign-in");
  await filled({ email, password: goodPassword })(ada.page);
  for (const state of memberStates) faults.push(...await look(ada.page, world.url, state, titles));
  await makeOperator(world, email);
  for (const state of operatorStates) faults.push(...await look(ada.page, world.url, state, titles));
  expect(faults).toEqual([]);
}

async function everyFocus({ person }: BrowserWorld): Promise<void> {
  await using ada = await person({ height: 600 });
  for (const path of ["/", "/sign-up", "/sign-in", "/check-your-mail", "/dev/mailbox"]) {
    await ada.open(path);
    await awake(ada.page);
    expect([path, await focusFaults(ada.page)]).toEqual([path, []]);
  }
}

async function everyGermanPage({ world, person }: BrowserWorld): Promise<void> {
  const t = stringsFor("de");
  const { email } = await world.client.newMember(newAddress("mitglied"));
  await using ada = await person({ locale: "de-AT", scripts: true });
  const faults: string[] = [];
  const visit = async ({ name, path, act }: State) => {
    await ada.open(path);
    await act?.(ada.page);
    await awake(ada.page);
    await ada.page.setViewportSize({ width: 320, height: 640 });
    const found = [...await structureFaults(ada.page), ...await englishIn(ada.page)];
    faults.push(...found.map((text) => `${name}: ${text}`));
    await ada.page.setViewportSize({ width: 1280, height: 900 });
  };
  const states = publicStates(email, "/verify?token=y").filter(({ name }) =>
    !["problems", "mail", "risk, told"].includes(name)
  );
  for (const state of states) await visit(state);
  await ada.open("/sign-in");
  await filled({ email, password: goodPassword })(ada.page);
  await ada.page.getByRole("heading", { level: 1, name: t.account.profile_title }).waitFor();
  for (const state of memberStates) await visit(state);
  await makeOperator(world, email);
  for (const state of operatorStates) await visit(state);
  expect(faults).toEqual([]);
}

async function docs({ person }: BrowserWorld): Promise<void> {
  for (const dark of [false, true]) {
    await using ada = await person({ dark });
    await ada.open("/docs");
    await ada.page.getByText("Registration", { exact: true }).first().waitFor();
    const ground = await ada.page.locator(".bar").evaluate((bar) => {
      const pen = document.createElement("canvas").getContext("2d")!;
      pen.fillStyle = getComputedStyle(bar).backgroundColor;
      pen.fillRect(0, 0, 1, 1);
      return pen.getImageData(0, 0, 1, 1).data[0];
    });
    expect([dark, ground < 128]).toEqual([dark, dark]);
    await ada.page.getByRole("link", { name: "← Flow Shield" }).click();
    await ada.page.getByRole("heading", { level: 1, name: stringsFor("en").home.lead_title }).waitFor();
  }
}

Deno.test(
  "every page is right by its structure, its contrast and its width, in both appearances",
  { ignore },
  () => withPeople(everyPage),
);

Deno.test(
  "whatever can have the focus shows it, and the docs lead back",
  { ignore },
  () =>
    withPeople(async (made) => {
      await everyFocus(made);
      await docs(made);
    }),
);

Deno.test(
  "a page in German has no English left, whatever its state",
  { ignore },
  () => withPeople(everyGermanPage),
);
