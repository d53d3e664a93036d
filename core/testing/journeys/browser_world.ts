/** The service with people at browsers before it. What goes wrong unseen in their pages fails the test that made them. */
import { expect } from "expect";
import { type Browser, newVisitor, type Page, type VisitOptions, withBrowser } from "../browser.ts";
import { type TestService, testService, type TestServiceOptions } from "../service.ts";

export interface Person extends AsyncDisposable {
  page: Page;
  /** Opens a path of the service. */
  open(path: string): Promise<void>;
  /** Another tab of the same browser. */
  tab(): Promise<Page>;
}

export interface BrowserWorld {
  world: TestService;
  person(options?: VisitOptions): Promise<Person>;
  /** Other origins that pages may ask or lead to, such as that of an app. */
  elsewhere: string[];
}

/**
 * Runs `act` with the service and a browser. Fails when any page had an error of a script, a line of kind "error" on
 * its console (a violation of its policy is one), or asked another origin for anything.
 */
export async function withPeople(
  act: (made: BrowserWorld) => Promise<void>,
  options: TestServiceOptions = {},
): Promise<void> {
  await using world = await testService(options);
  await withBrowser(async (browser) => {
    const faults: string[] = [];
    const elsewhere: string[] = [];
    const person = (options?: VisitOptions) => newPerson(browser, [world.url, elsewhere], faults, options);
    await act({ world, person, elsewhere });
    expect(faults).toEqual([]);
  });
}

async function newPerson(
  browser: Browser,
  [url, elsewhere]: [own: string, elsewhere: string[]],
  faults: string[],
  options: VisitOptions = {},
): Promise<Person> {
  const { page, context } = await newVisitor(browser, options);
  const watch = (watched: Page) => {
    watched.on("pageerror", (error) => faults.push(`script: ${error.message}`));
    watched.on("console", (message) => {
      // That a page or a call was refused is said on the console too, and is what some of these tests want.
      if (message.type() === "error" && !/^Failed to load resource: .* 4\d\d /.test(message.text())) {
        faults.push(`console: ${message.text()}`);
      }
    });
    watched.on("request", (request) => {
      const known = [url, ...elsewhere].some((one) => request.url().startsWith(`${one}/`));
      if (!known && !/^(data|blob|about):/.test(request.url())) {
        faults.push(`asked elsewhere: ${request.url()}`);
      }
    });
  };
  watch(page);
  return {
    page,
    open: async (path) => void await page.goto(url + path),
    async tab() {
      const tab = await context.newPage();
      watch(tab);
      return tab;
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Every island of the page is awake. */
export async function awake(page: Page): Promise<void> {
  await page.locator("fs-island:not([data-awake])").first().waitFor({ state: "detached" });
}

/** Fills the fields of these ids, and presses the button of this name. */
export async function send(page: Page, fields: Record<string, string>, button: string): Promise<void> {
  for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
  await page.locator("main").getByRole("button", { name: button, exact: true }).click();
}

/** What the page says first: its heading. */
export const heading = async (page: Page) => (await page.locator("h1").innerText()).trim();

/** Waits for a page with this heading. */
export async function arrive(page: Page, title: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
}
