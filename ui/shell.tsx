import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Notice } from "../core/plugin.ts";
import type { AssetNames } from "./assets.ts";
import { Island } from "./components/island.tsx";
import { AccountNav, type NavItem, Notices, OperatorNav } from "./components/layouts.tsx";
import { Mark } from "./components/icons.tsx";
import AutoRefresh from "./islands/AutoRefresh.tsx";
import { paths, withQuery } from "./paths.ts";
import type { Locale, PageResult, Strings, Theme, Visitor } from "./types.ts";

interface Frame {
  locale: Locale;
  t: Strings;
  visitor: Visitor | null;
  account_nav: NavItem[];
  /** Empty for whoever is no operator. */
  operator_nav: NavItem[];
  theme: Theme;
  /** What the holder of the account should know. */
  notices: Notice[];
  /** Path and query of the page, for the switches of language and theme. */
  url: string;
  assets: AssetNames;
  /** Mail is caught on this machine and may be read. */
  dev: boolean;
}

/** What a page handler returned, with what the shell needs to know about the request. */
export type PageView = PageResult & Frame;

/** The whole page as text. */
export function renderPage({ view, title, nav, ...frame }: PageView): string {
  return "<!doctype html>" + renderToString(<Document {...frame} title={title} nav={nav}>{view}</Document>);
}

const languages: Record<Locale, { short: string; name: string }> = {
  en: { short: "EN", name: "English" },
  de: { short: "DE", name: "Deutsch" },
};

export function Document(
  { title, nav, children, ...frame }: Frame & { title: string; nav?: string; children: ComponentChildren },
): VNode {
  const { locale, t, visitor, account_nav, operator_nav, notices, theme, assets, url } = frame;
  return (
    <html lang={locale} data-theme={theme === "system" ? undefined : theme}>
      <head>
        <meta charset="utf-8" />
        <title>{title === t.app.name ? title : `${title} · ${t.app.name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={t.app.description} />
        <meta name="color-scheme" content={theme === "system" ? "light dark" : theme} />
        <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={assets.stylesheet} />
        <script type="module" src={assets.script}></script>
      </head>
      <body>
        <Header {...frame} nav={nav} />
        <main class="main" id="content" tabIndex={-1}>
          {visitor
            ? <Island of={AutoRefresh} props={{ sign_in_href: signInAgain(url), t: t.islands.refresh }} />
            : null}
          <AccountNav.Provider value={account_nav}>
            <OperatorNav.Provider value={operator_nav}>
              <Notices.Provider value={notices}>{children}</Notices.Provider>
            </OperatorNav.Provider>
          </AccountNav.Provider>
        </main>
        <Footer {...frame} />
      </body>
    </html>
  );
}

/** The sign-in that says why it is there, and comes back. */
function signInAgain(url: string): string {
  return `${paths.sign_in}?session_ended=1&next=${encodeURIComponent(url)}`;
}

function Header({ locale, t, visitor, account_nav, operator_nav, url, dev, nav }: Frame & { nav?: string }) {
  // Also in the menu of the account, since a narrow screen has no room for the one of the page.
  const operate = operator_nav.slice(0, 1).map(({ href }) => ({ href, label: t.shell.operate }));
  const entries: [string, string, string][] = [
    ["home", paths.home, t.shell.tour],
    ["status", paths.status, t.shell.status],
    ...(dev ? [["mailbox", paths.mailbox, t.shell.inbox] as [string, string, string]] : []),
    ["docs", paths.docs, t.shell.docs],
    ...operate.map(({ href, label }): [string, string, string] => ["operate", href, label]),
  ];
  return (
    <>
      <a class="skip" href="#content">{t.shell.skip}</a>
      <header class="header">
        <a class="brand" href={paths.home} aria-label={t.shell.home_link}>
          <Mark />
          <span>{t.app.name}</span>
        </a>
        <nav class="mainnav" aria-label={t.shell.main_nav}>
          <ul>
            {entries.map(([key, href, label]) => (
              <li key={key}>
                <a href={href} aria-current={nav === key ? "page" : undefined}>{label}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="header__side">
          <div class="switch" role="group" aria-label={t.shell.language}>
            {Object.entries(languages).map(([key, { short, name }]) => (
              <a
                key={key}
                href={withQuery(url, "lang", key)}
                lang={key}
                hreflang={key}
                aria-label={name}
                aria-current={key === locale ? "true" : undefined}
              >
                {short}
              </a>
            ))}
          </div>
          {visitor
            ? <AccountMenu t={t} visitor={visitor} items={[...account_nav, ...operate]} />
            : <a class="header__link" href={paths.sign_in}>{t.shell.sign_in}</a>}
        </div>
      </header>
    </>
  );
}

/** A popover opens, closes and gives the focus back without script. */
function AccountMenu({ t, visitor, items }: { t: Strings; visitor: Visitor; items: NavItem[] }) {
  const name = visitor.display_name ?? visitor.email;
  return (
    <>
      <button
        type="button"
        class="avatar"
        popovertarget="account-menu"
        aria-label={t.shell.account_menu(name)}
        title={name}
      >
        {[...name][0]?.toUpperCase()}
      </button>
      <div class="menu" id="account-menu" popover="auto">
        <p class="menu__who">
          {visitor.display_name ? <strong>{visitor.display_name}</strong> : null}
          {visitor.email}
        </p>
        <ul>
          {items.map(({ href, label }) => (
            <li key={href}>
              <a href={href}>{label}</a>
            </li>
          ))}
        </ul>
        <form method="post" action={paths.sign_out}>
          <button type="submit">{t.shell.sign_out}</button>
        </form>
      </div>
    </>
  );
}

function Footer({ t, theme, url, dev }: Frame) {
  const themes: Theme[] = ["system", "light", "dark"];
  return (
    <footer class="footer">
      <p>{t.shell.footer}</p>
      <div class="footer__links">
        <ul>
          <li>
            <a href={paths.status}>{t.shell.status}</a>
          </li>
          <li>
            <a href={paths.docs}>{t.shell.docs}</a>
          </li>
          {dev
            ? (
              <li>
                <a href={paths.mailbox}>{t.shell.inbox}</a>
              </li>
            )
            : null}
        </ul>
        <div class="switch" role="group" aria-label={t.shell.theme}>
          {themes.map((key) => (
            <a
              key={key}
              href={withQuery(url, "theme", key)}
              aria-current={key === theme ? "true" : undefined}
            >
              {t.shell.themes[key]}
            </a>
          ))}
        </div>
      </div>
    </footer>
  );
}
