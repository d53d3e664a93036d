/** Pages that no plugin owns, each asking the JSON API as a stranger's client would. */
import type { CoreConfig } from "../../core/config.ts";
import type { Page } from "../../core/http/route.ts";
import type { HomeLink } from "../../core/plugin.ts";
import { Home, Mailbox, MailView, Status } from "../pages/mod.ts";
import { accountSessionsPage } from "./account_sessions.tsx";
import { setupPage } from "./setup.tsx";
import { paths } from "../paths.ts";
import { challengePage } from "./challenge.tsx";

const homePage = (links: () => HomeLink[]): Page => ({
  path: paths.home,
  access: "public",
  async get({ t, account, dev, api }) {
    const { body: temporal } = await api("GET", "/temporal-status");
    const command = temporal?.pid ? `kill -STOP ${temporal.pid}; sleep 60; kill -CONT ${temporal.pid}` : null;
    const visitor = account && { email: account.email, display_name: account.first_name };
    return {
      title: t.app.name,
      nav: "home",
      view: (
        <Home
          t={t}
          visitor={visitor}
          dev={dev}
          links={links()}
          stop_temporal_command={command}
        />
      ),
    };
  },
});

const statusPage: Page = {
  path: paths.status,
  access: "public",
  async get({ t, api }) {
    const [health, temporal] = await Promise.all([api("GET", "/health"), api("GET", "/temporal-status")]);
    return {
      title: t.status.title,
      nav: "status",
      // A part that is down answers 503, and says which.
      view: (
        <Status
          t={t}
          health={health.body?.parts ? health.body : null}
          temporal={temporal.ok ? temporal.body : null}
        />
      ),
    };
  },
};

const mailboxPage: Page = {
  path: paths.mailbox,
  access: "public",
  async get({ t, query, load }) {
    const to = query.to ?? "";
    const body = await load(`/dev/mailbox.json?to=${encodeURIComponent(to)}`);
    return {
      title: t.mailbox.title,
      nav: "mailbox",
      view: <Mailbox t={t} mails={body.mails} to={to || null} />,
    };
  },
};

const mailPage: Page = {
  path: `${paths.mailbox}/{captured_mail_id}`,
  access: "public",
  async get({ t, params, query, load }) {
    const mail = await load(`/dev/mailbox/${encodeURIComponent(params.captured_mail_id)}/mail.json`);
    return {
      title: `${mail.subject} · ${t.mailbox.title}`,
      nav: "mailbox",
      view: <MailView t={t} mail={mail} view={query.view === "text" ? "text" : "html"} />,
    };
  },
};

export function ownPages(core: CoreConfig, { links }: { links(): HomeLink[] }): Page[] {
  const captured = !core.smtp_server && !core.production;
  return [
    homePage(links),
    statusPage,
    challengePage(core),
    accountSessionsPage,
    setupPage,
    ...captured ? [mailboxPage, mailPage] : [],
  ];
}
