import { expect } from "expect";
import { newVisitor, withBrowser, withoutBrowser } from "./browser.ts";

const html = `<!doctype html><title>T</title><button onclick="this.textContent='pressed'">press</button>
<p id=scheme></p><script>scheme.textContent = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
console.error("said")</script>`;

Deno.test(
  "withBrowser() shows a page to a visitor, who presses a button",
  { ignore: withoutBrowser() },
  async () => {
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response(html, { headers: { "content-type": "text/html" } }),
    );
    const url = `http://127.0.0.1:${server.addr.port}/`;
    await withBrowser(async (browser) => {
      const { page, errors } = await newVisitor(browser, { dark: true });
      await page.goto(url);
      await page.getByRole("button").click();
      expect(await page.textContent("button")).toBe("pressed");
      expect(await page.textContent("#scheme")).toBe("dark");
      expect(errors).toContain("said");
      const png = await page.screenshot();
      expect([...png.subarray(1, 4)]).toEqual([..."PNG"].map((letter) => letter.charCodeAt(0)));

      const plain = await newVisitor(browser, { scripts: false, width: 360 });
      await plain.page.goto(url);
      expect(await plain.page.textContent("#scheme")).toBe("");
    });
  },
);
