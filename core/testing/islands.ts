/// <reference lib="dom" />
/** Islands in a real browser, in views drawn on a server that answers as a test says. */
import { expect } from "expect";
import type { VNode } from "preact";
import { type Asset, assetNames, buildAssets } from "../../ui/assets.ts";
import { renderPage } from "../../ui/shell.tsx";
import { stringsFor } from "../i18n/mod.ts";
import { newVisitor, type Page, withBrowser } from "./browser.ts";

const t = stringsFor("en");
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'";

/** What is served: views by path, answers by method and path, and where the plugins' islands are. */
export interface IslandWorld {
  views: Record<string, VNode>;
  islands?: URL[];
}

export type Answers = Record<string, () => Response>;

/** Serves the pages under the strict policy; what is POSTed as a form is answered with its fields. */
function serve(assets: Map<string, Asset>, views: IslandWorld["views"], answers: Answers) {
  const posted: Record<string, string>[] = [];
  const names = assetNames(assets);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const asset = assets.get(pathname);
    if (asset) return new Response(asset.body.slice(), { headers: { "content-type": asset.content_type } });
    const answer = answers[`${request.method} ${pathname}`];
    if (answer) return answer();
    const view = views[pathname];
    if (!view) return Response.json({ code: "not_found" }, { status: 404 });
    if (request.method === "POST") {
      posted.push(
        Object.fromEntries([...await request.formData()].map(([name, value]) => [name, String(value)])),
      );
    }
    const html = renderPage({
      view,
      title: "T",
      locale: "en",
      t,
      visitor: null,
      account_nav: [],
      operator_nav: [],
      notices: [],
      theme: "system",
      url: pathname,
      assets: names,
      dev: false,
    });
    return new Response(html, {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
    });
  });
  return { posted, server, url: (path: string) => `http://127.0.0.1:${server.addr.port}${path}` };
}

/** Opens a page and waits until every island on it is awake. */
export async function awake(page: Page, url: string) {
  await page.goto(url);
  await page.locator("fs-island:not([data-awake])").first().waitFor({ state: "detached" });
}

/** Runs `act` with a visitor's page; fails on any error of a script. */
export async function inBrowser(
  { views, islands }: IslandWorld,
  answers: Answers,
  act: (service: ReturnType<typeof serve>, page: Page) => Promise<void>,
  options: Parameters<typeof newVisitor>[1] = {},
) {
  const service = serve(await buildAssets(islands), views, answers);
  try {
    await withBrowser(async (browser) => {
      const { page, errors } = await newVisitor(browser, options);
      await act(service, page);
      // Answers of 4xx and 5xx are told on the console too, and are part of these tests.
      expect(errors.filter((error) => !error.includes("Failed to load resource"))).toEqual([]);
    });
  } finally {
    await service.server.shutdown();
  }
}
