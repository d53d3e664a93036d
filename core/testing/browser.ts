/** A real browser for tests: the Chromium of this machine, without a window, driven by playwright-core. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export type { Browser, BrowserContext, Page };

const candidates = [
  // Without all that a window needs: two thirds of the work for the same pages.
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const args = [
  // Chromium has no sandbox for root, and the pages it sees here are ours.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  // It asks nobody but the addresses of the test.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** Where a Chromium is: `CHROMIUM_PATH`, else the usual places; null when there is none. */
export function findChromium(): string | null {
  const given = Deno.env.get("CHROMIUM_PATH");
  for (const path of given ? [given] : candidates) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

/**
 * Whether a test that needs a browser has to be passed over: for a test's `ignore`. Never where REQUIRE_BROWSER is
 * set. Says why.
 */
export function withoutBrowser(): boolean {
  if (findChromium() || Deno.env.get("REQUIRE_BROWSER")) return false;
  console.log(
    "skipped: what needs a browser, for there is no Chromium here (CHROMIUM_PATH says where one is)",
  );
  return true;
}

/**
 * Runs `act` with a browser, and ends it afterwards, whatever happened. Actions wait 20 s at most.
 *
 * @throws Error when there is no Chromium; what `act` throws.
 */
export async function withBrowser<T>(act: (browser: Browser) => Promise<T>): Promise<T> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("no Chromium here: install it, or say where it is with CHROMIUM_PATH");
  const browser = await chromium.launch({ executablePath, args, headless: true, timeout: 30_000 });
  try {
    return await act(browser);
  } finally {
    await browser.close();
  }
}

export interface VisitOptions {
  width?: number;
  height?: number;
  dark?: boolean;
  /** `false`: scripts off. */
  scripts?: boolean;
  locale?: string;
}

/** A fresh visitor's page, and what went wrong in it: errors of scripts, and lines of the console's kind "error". */
export async function newVisitor(
  browser: Browser,
  options: VisitOptions = {},
): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.dark ? "dark" : "light",
    javaScriptEnabled: options.scripts ?? true,
    locale: options.locale ?? "en",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(20_000);
  context.setDefaultNavigationTimeout(40_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return { page, context, errors };
}
