/** What people do with their second factors at the pages. */
import { Secret, TOTP } from "otpauth";
import { stringsFor } from "../../i18n/mod.ts";
import { contrastFaults, structureFaults } from "../accessible.ts";
import type { Page } from "../browser.ts";
import { type Client, goodPassword } from "../client.ts";
import { arrive, awake, type Person, send } from "./browser_world.ts";
import { eventually } from "./whole.ts";

const t = stringsFor("en");

/** An app that shows codes (RFC 6238). Of each step it gives one, since each works once. */
export class CodeApp {
  readonly #totp: TOTP;
  #last = 0;

  constructor(secret: string) {
    this.#totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(/\s/g, "")) });
  }

  /** The service takes a step to either side of now (RFC 6238 §5.2): three codes in half a minute. */
  async code(): Promise<string> {
    const now = () => Math.floor(Date.now() / 30_000);
    const step = Math.max(now() - 1, this.#last + 1);
    while (now() + 1 < step) await new Promise((resolve) => setTimeout(resolve, 200));
    this.#last = step;
    return this.#totp.generate({ timestamp: step * 30_000 });
  }
}

export async function signIn({ page, open }: Person, email: string): Promise<void> {
  await open("/sign-in");
  await send(page, { email, password: goodPassword }, t.sign_in.submit);
}

export async function signOut({ page, open }: Person): Promise<void> {
  await open("/status");
  await page.locator("[popovertarget=account-menu]").click();
  await page.getByRole("button", { name: t.shell.sign_out }).click();
  await arrive(page, t.sign_in.title);
}

/** Sets an app up from the page of factors; its codes are left on the page where they are shown. */
export async function addApp({ page, open }: Person, scripts = true): Promise<CodeApp> {
  await open("/account/factors");
  await send(page, {}, t.mfa.totp.add);
  return await confirmApp(page, scripts);
}

/** Types a first code where the secret is shown. */
export async function confirmApp(page: Page, scripts = true): Promise<CodeApp> {
  const app = new CodeApp(await page.locator("#totp-secret").innerText());
  await typeCode(page, await app.code(), scripts);
  return app;
}

/** With script a full code sends itself. */
export async function typeCode(page: Page, code: string, scripts = true): Promise<void> {
  if (scripts) await awake(page);
  await page.locator("#code").fill(code);
  if (!scripts) await page.locator("main form:has(#code) button.button--primary").click();
}

export async function recoveryCodes(page: Page): Promise<string[]> {
  await page.locator(".codes__list").waitFor();
  return await page.locator(".codes__list code").allInnerTexts();
}

export const sessionOf = (page: Page) =>
  page.evaluate(async () => {
    const { sessions } = await (await fetch("/users/me/sessions")).json();
    return sessions.find(({ current }: { current: boolean }) => current) as { amr: string[]; acr: string };
  });

/** What a page has to be for everybody, in both appearances and on a narrow screen. */
export async function looks(page: Page, name: string, scripts = true): Promise<string[]> {
  const faults: string[] = [];
  const add = (found: string[], where: string) =>
    faults.push(...found.map((one) => `${name}, ${where}: ${one}`));
  if (scripts) await awake(page);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    add(await contrastFaults(page), colorScheme);
  }
  await page.emulateMedia({ colorScheme: "light" });
  add(await structureFaults(page), "wide");
  await page.setViewportSize({ width: 320, height: 640 });
  add(await structureFaults(page), "narrow");
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}

/** How many codes were mailed to an address, and waiting for the next one: other mails come in between. */
export const codesMailed = async (client: Client, email: string) =>
  (await client.mails(email)).flatMap(({ code }) => code ?? []);

export async function nextCode(client: Client, email: string, before: string[]): Promise<string> {
  const codes = await eventually(
    "a code",
    () => codesMailed(client, email),
    (all) => all.length > before.length,
  );
  return codes.at(-1)!;
}
