/**
 * `deno run -A core/tools/journey_picture.ts`: takes the picture of the journey in the README from the real service,
 * with the real Temporal, and writes `docs/journey.png`, 1280 pixels wide.
 */
import { type Browser, newVisitor, type Page, withBrowser } from "../testing/browser.ts";
import { goodPassword } from "../testing/client.ts";
import { testService } from "../testing/service.ts";
import { testTemporal } from "../testing/temporal.ts";

const [width, height] = [390, 712];
const email = "ada@example.com";

async function shot(page: Page): Promise<string> {
  await page.waitForTimeout(400);
  return (await page.screenshot()).toBase64();
}

async function walk(browser: Browser, url: string): Promise<[caption: string, png: string][]> {
  const { page } = await newVisitor(browser, { width, height });
  const pictures: [string, string][] = [];
  await page.goto(`${url}/sign-up`);
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(goodPassword);
  await page.getByRole("button", { name: "Show password" }).click();
  pictures.push(["Sign up", await shot(page)]);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Mail sent", { exact: true }).first().waitFor();
  await page.goto(`${url}/dev/mailbox`);
  await page.locator("table a").first().click();
  await page.waitForURL(/mailbox\/./);
  const mail = page.url();
  await page.goto(`${mail}/html`);
  pictures.push(["Read the mail", await shot(page)]);
  await page.goto(mail);
  await page.frameLocator("iframe").locator("a[href*='token=']").first().click();
  await page.locator("main").getByRole("button", { name: "Confirm address" }).click();
  await page.locator("main").getByRole("link", { name: "Sign in" }).click();
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(goodPassword);
  await page.locator("main").getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/account/);
  await page.goto(`${url}/account/requests`);
  await page.emulateMedia({ colorScheme: "dark" });
  const signUp = page.locator(".request").filter({ has: page.getByRole("heading", { name: "Sign-up" }) });
  await signUp.locator("summary").click();
  await signUp.evaluate((element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 22));
  pictures.push(["See what became of it", await shot(page)]);
  return pictures;
}

function sheet(pictures: [string, string][]): string {
  const cards = pictures.map(([caption, png], index) =>
    `<figure><figcaption><b>${
      index + 1
    }</b> ${caption}</figcaption><img src="data:image/png;base64,${png}"></figure>`
  );
  return `<!doctype html><style>
    html { height: 100%; background: linear-gradient(155deg, oklch(0.265 0.046 222), oklch(0.205 0.04 232)); }
    body { margin: 0; width: 1280px; box-sizing: border-box; padding: 26px 30px 32px; display: flex; gap: 25px; }
    figure { margin: 0; color: oklch(0.965 0.012 185); font: 500 20px "DejaVu Serif Condensed", Georgia, serif; }
    b { color: oklch(0.87 0.095 182); font-weight: 500; margin-right: 6px; }
    img { display: block; width: ${width}px; height: ${height}px; margin-top: 14px; border-radius: 16px; }
  </style>${cards.join("")}`;
}

/** Until Temporal carries what comes. */
async function durable(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`${url}/temporal-ping`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text: "there?" }),
    });
    if ((await answer.json()).temporal_working) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error("Temporal does not carry requests");
}

using temporal = await testTemporal();
await using service = await testService({ temporal });
await durable(service.url);
await withBrowser(async (browser) => {
  const pictures = await walk(browser, service.url);
  const page = await browser.newPage({ viewport: { width: 1280, height: height + 96 } });
  await page.setContent(sheet(pictures));
  await page.waitForTimeout(300);
  const out = new URL("../../docs/journey.png", import.meta.url);
  await Deno.mkdir(new URL(".", out), { recursive: true });
  await Deno.writeFile(out, await page.screenshot());
});
