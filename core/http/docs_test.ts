import { expect } from "expect";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { z } from "zod";
import { testApp, testRoute } from "../testing/app.ts";
import { newVisitor, withBrowser, withoutBrowser } from "../testing/browser.ts";
import type { App } from "./app.ts";
import { createDocs } from "./docs.ts";
import { listen } from "./server.ts";

const routes = [testRoute({
  method: "POST",
  path: "/auth/login",
  summary: "Signs in with a password",
  body: z.object({ email: z.email() }),
  answers: {
    200: { description: "Done" },
    401: { description: "No match", problem_codes: ["invalid_credentials"] },
  },
})];

const favicon = { body: new TextEncoder().encode("<svg/>"), content_type: "image/svg+xml", immutable: false };

async function docsApp(): Promise<App> {
  const core = { backend_url: "http://localhost:8000", site_name: "Flow <Shield>" };
  const docs = await createDocs({ routes, core, version: "0.1.0", pages: [] });
  return testApp({
    core_routes: routes,
    pages: docs.pages,
    plain: docs.plain,
    assets: new Map([...docs.assets, ["/assets/favicon.svg", favicon]]),
    presentation: {
      render: ({ title, view }) => `<title>${title}</title>${renderToString(view as ReturnType<typeof h>)}`,
      renderError: ({ code }) => code,
    },
  });
}

const get = async (app: App, path: string) => {
  const answer = await app.fetch(new Request("http://localhost:8000" + path));
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

Deno.test("/docs loads nothing from elsewhere, and only its own page may write styles", async () => {
  const app = await docsApp();
  const { text, headers } = await get(app, "/docs");
  expect(text).toContain("API · Flow &#60;Shield&#62;");
  expect(text).not.toMatch(/https?:\/\//);
  expect(headers.get("content-security-policy")).toContain("style-src 'self' 'unsafe-inline'");
  expect(headers.get("content-security-policy")).toContain("script-src 'self';");
  const scripts = [...text.matchAll(/src="([^"]+)"/g)].map((match) => match[1]);
  expect(scripts.length).toBe(2);
  for (const path of scripts) {
    const script = await get(app, path);
    expect([path, script.status, script.headers.get("cache-control")]).toEqual([
      path,
      200,
      "public, max-age=31536000, immutable",
    ]);
  }
});

Deno.test("/docs leads back to the pages, and keeps the appearance chosen there", async () => {
  const app = await docsApp();
  expect((await get(app, "/docs")).text).toContain(`<a href="/">← Flow &#60;Shield&#62;</a>`);
  const themes: [string, string][] = [["dark", ` data-theme="dark"`], ["light", ` data-theme="light"`], [
    `x" onload="`,
    "",
  ], ["system", ""]];
  for (const [chosen, attribute] of themes) {
    const request = new Request("http://localhost:8000/docs", { headers: { cookie: `fs_theme=${chosen}` } });
    expect(await (await app.fetch(request)).text()).toContain(`<html lang="en"${attribute}>`);
  }
});

Deno.test("/openapi.json may be read by tools of any origin", async () => {
  const { headers, text } = await get(await docsApp(), "/openapi.json");
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(JSON.parse(text).openapi).toBe("3.1.0");
});

Deno.test("the type of every problem leads to its place on /docs/problems", async () => {
  const { text, headers } = await get(await docsApp(), "/docs/problems");
  for (const code of ["invalid_credentials", "session_required", "too_many_requests", "internal_error"]) {
    expect(text).toContain(`id="${code}"`);
  }
  expect(text).toContain("POST /auth/login");
  expect(headers.get("content-security-policy")).not.toContain("unsafe-inline");
});

Deno.test({
  name: "the documents show themselves in a browser that reaches nobody but us, without one error",
  ignore: withoutBrowser(),
  async fn() {
    const server = await listen(await docsApp(), {
      host: "127.0.0.1",
      port: 0,
      header_timeout_seconds: 5,
      body_timeout_seconds: 5,
    });
    await withBrowser(async (browser) => {
      const { page, errors } = await newVisitor(browser);
      const elsewhere: string[] = [];
      let asked = 0;
      page.on("request", (request) => {
        asked++;
        if (!/^(?:http:\/\/localhost:|data:|blob:)/.test(request.url())) elsewhere.push(request.url());
      });
      await page.goto(`${server.url}/docs`);
      await page.getByText("Signs in with a password").first().waitFor();
      // Whatever it asks for later it asks for soon.
      for (let last = -1; last !== asked;) {
        last = asked;
        await page.waitForTimeout(1000);
      }
      expect(elsewhere).toEqual([]);
      expect(errors).toEqual([]);
      if (Deno.env.get("SCREENSHOT")) await page.screenshot({ path: Deno.env.get("SCREENSHOT") });
    });
    await server.close(1000);
  },
});
