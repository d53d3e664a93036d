/** The looks of the service as one value, handed to the core by `main.ts`: the core itself knows no pages. */
import { h, type VNode } from "preact";
import type { NavEntry } from "../core/http/pages.ts";
import type { Presentation } from "../core/http/presentation.ts";
import { type AssetNames, assetNames, buildAssets } from "./assets.ts";
import { ErrorPage, errorTitle } from "./pages/error.tsx";
import { ownPages } from "./routes/mod.tsx";
import { renderPage } from "./shell.tsx";
import { lookUp } from "./status.ts";
import type { Locale, Visitor } from "./types.ts";

let names: AssetNames | null = null;

export const presentation: Presentation = {
  pages: ownPages,
  async assets(islands) {
    const assets = await buildAssets(islands);
    names = assetNames(assets);
    return assets;
  },
  render({ view, title, nav, locale, t, account, account_nav, operator_nav, notices, theme, path, dev }) {
    const itemOf = ({ key, path }: NavEntry) => ({ href: path, label: lookUp(t.nav, key) });
    return renderPage({
      view: view as VNode,
      title,
      nav: nav ?? undefined,
      locale: locale as Locale,
      t,
      visitor: account && visitorOf(account),
      account_nav: account_nav.map(itemOf),
      operator_nav: operator_nav.map(itemOf),
      notices,
      theme: theme ?? "system",
      url: path,
      assets: names!,
      dev,
    });
  },
  renderError(problem, shell) {
    const { status, code, retry_after_seconds } = problem;
    const sentence = shell.t.problems[code as keyof typeof shell.t.problems];
    const text = typeof sentence === "function"
      ? sentence(retry_after_seconds ?? undefined)
      : sentence ?? problem.detail;
    return this.render({
      ...shell,
      title: errorTitle(shell.t, status),
      view: h(ErrorPage, { t: shell.t, status, text, request_id: shell.request_id, again_href: shell.path }),
    });
  },
};

function visitorOf(account: { email: string; first_name: string | null; last_name: string | null }): Visitor {
  const display_name = [account.first_name, account.last_name].filter(Boolean).join(" ");
  return { email: account.email, display_name: display_name || null };
}
