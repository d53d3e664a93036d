import { expect } from "expect";
import type { VNode } from "preact";
import { locales, stringsFor } from "../core/i18n/mod.ts";
import * as views from "./pages/mod.ts";
import { type PageView, renderPage } from "./shell.tsx";
import type { FormState, Locale, MailSummary, RequestView, SessionView } from "./types.ts";

const evil = `"><script>alert(1)</script>{{7*7}}\u202e`;
const time = "2026-01-01T10:00:00Z";
const visitor = { email: `${evil}@example.com`, display_name: evil };
const broken: FormState = {
  values: { email: evil, first_name: evil, code: evil, username: evil },
  errors: {
    email: evil,
    password: evil,
    code: evil,
    new_password: evil,
    current_password: evil,
    username: evil,
  },
  problem: evil,
};
const session: SessionView = {
  session_id: evil,
  current: false,
  user_agent: evil,
  ip: evil,
  created_at: time,
  last_used_at: time,
};
const request: RequestView = {
  flow_id: evil,
  kind: evil,
  method: evil,
  status: "waiting",
  created_at: time,
  finished_at: null,
  steps: [
    { step: evil, state: "failed", attempts: 3, first_started_at: time, finished_at: null },
    { step: "send_email", state: "done", attempts: 1, first_started_at: time, finished_at: time },
  ],
};
const mail: MailSummary = {
  mail_id: "m",
  to: evil,
  subject: evil,
  kind: evil,
  status: "delayed",
  created_at: time,
};
const profile = {
  account_id: evil,
  email: evil,
  email_verified: false,
  first_name: evil,
  last_name: null,
  username: null,
  created_at: time,
};

/** Every view, at its worst: each text it is given is an attack, each form came back with errors. */
function all(locale: Locale): Record<string, VNode> {
  const t = stringsFor(locale);
  return {
    Home: <views.Home t={t} visitor={visitor} dev stop_temporal_command={evil} />,
    SignUp: <views.SignUp t={t} {...broken} />,
    SignIn: <views.SignIn t={t} {...broken} next={evil} />,
    CheckYourMail: (
      <views.CheckYourMail
        t={t}
        {...broken}
        email={evil}
        registration_id={evil}
        status={{ registration_id: evil, status: "expired", mail: null }}
        dev
      />
    ),
    CheckYourMailBare: (
      <views.CheckYourMail t={t} {...broken} email={null} registration_id={null} status={null} dev={false} />
    ),
    Verify: <views.Verify t={t} token={evil} email={evil} />,
    VerifyBroken: <views.Verify t={t} token={null} />,
    Verified: <views.Verified t={t} visitor={null} />,
    Forgot: <views.Forgot t={t} {...broken} />,
    ForgotSent: <views.ForgotSent t={t} email={evil} dev />,
    Reset: <views.Reset t={t} {...broken} token={evil} />,
    ResetDead: <views.Reset t={t} token={null} />,
    ResetDone: <views.ResetDone t={t} />,
    Challenge: (
      <views.Challenge t={t} {...broken} challenge_id={evil} methods={["totp", evil]} expires_at={time} />
    ),
    AccountProfile: <views.AccountProfile t={t} {...broken} profile={profile} saved />,
    AccountSecurity: (
      <views.AccountSecurity
        t={t}
        email={evil}
        pending_email={evil}
        sessions={[session]}
        password={broken}
        email_change={broken}
        done="password_changed"
      />
    ),
    AccountRequests: <views.AccountRequests t={t} requests={[request]} />,
    AccountRequestsEmpty: <views.AccountRequests t={t} requests={[]} />,
    Status: (
      <views.Status
        t={t}
        health={{ parts: { [evil]: { up: false, detail: evil } } }}
        temporal={{ temporal_connected: false, address: evil, source: evil, last_error: evil }}
      />
    ),
    Mailbox: <views.Mailbox t={t} mails={[mail]} to={evil} />,
    MailView: (
      <views.MailView
        t={t}
        mail={{ ...mail, from: evil, text: evil, links: [evil], code: evil }}
        view="text"
      />
    ),
    MailViewHtml: <views.MailView t={t} mail={{ ...mail, from: evil, text: "", links: [] }} view="html" />,
    ErrorPage: <views.ErrorPage t={t} status={503} text={evil} request_id={evil} again_href="/x" />,
  };
}

function page(locale: Locale, view: VNode, more: Partial<PageView> = {}): string {
  return renderPage({
    view,
    title: evil,
    locale,
    t: stringsFor(locale),
    visitor,
    theme: "system",
    url: "/verify?token=a%2Bb",
    assets: { stylesheet: "/assets/style-x.css", script: "/assets/islands-x.js" },
    dev: true,
    ...more,
  });
}

const each = locales.flatMap((locale) =>
  Object.entries(all(locale)).map(([name, view]) => ({ name, locale, view }))
);

/** What a browser would see as tags; attribute values may hold anything but quotes. */
const tags = (html: string) => [...html.matchAll(/<([a-z][\w-]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>/g)];
const attribute = (text: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(text)?.[1];

Deno.test("no view lets a text become markup, and none needs more than the strict policy allows", () => {
  for (const { name, locale, view } of each) {
    const html = page(locale, view);
    const scripts = tags(html).filter(([, tag]) => tag === "script");
    expect([name, scripts.map(([, , rest]) => rest)]).toEqual([name, [
      ` type="module" src="/assets/islands-x.js"`,
    ]]);
    expect(html).not.toContain("<script>");
    for (const [, tag, rest] of tags(html)) {
      expect([name, tag, /\s(style|on\w+)=/.test(rest.replaceAll(/="[^"]*"/g, "="))]).toEqual([
        name,
        tag,
        false,
      ]);
    }
    expect(html).not.toMatch(/(?:href|src|action)="javascript:/i);
  }
});

Deno.test("every control has a label, every id is there once, every reference leads somewhere", () => {
  for (const { name, locale, view } of each) {
    const html = page(locale, view);
    const ids = tags(html).flatMap(([, , rest]) => attribute(rest, "id") ?? []);
    expect([name, ids.length]).toEqual([name, new Set(ids).size]);
    const fors = new Set(
      tags(html).flatMap(([, tag, rest]) => tag === "label" ? attribute(rest, "for") ?? [] : []),
    );
    for (const [, tag, rest] of tags(html)) {
      const type = attribute(rest, "type");
      if (tag === "input" && type !== "hidden" && type !== "radio") {
        expect([name, rest, fors.has(attribute(rest, "id") ?? "")]).toEqual([name, rest, true]);
      }
      for (
        const reference of ["aria-describedby", "aria-labelledby", "aria-controls", "popovertarget", "for"]
      ) {
        for (const id of attribute(rest, reference)?.split(" ") ?? []) {
          expect([name, reference, id, ids.includes(id)]).toEqual([name, reference, id, true]);
        }
      }
      const href = attribute(rest, "href");
      if (href?.startsWith("#")) {
        expect([name, href, ids.includes(href.slice(1))]).toEqual([name, href, true]);
      }
    }
  }
});

Deno.test("every page has one h1 and a title, and says its language", () => {
  for (const { name, locale, view } of each) {
    const html = page(locale, view);
    expect([name, html.match(/<h1[\s>]/g)?.length]).toEqual([name, 1]);
    expect(html.startsWith(`<!doctype html><html lang="${locale}"`)).toBe(true);
    expect(html).toContain("<title>&quot;>&lt;script");
  }
});

Deno.test("no password comes back into a form", () => {
  for (const { locale, view } of each) {
    const html = page(locale, view);
    for (const [, tag, rest] of tags(html)) {
      if (tag === "input" && attribute(rest, "type") === "password") {
        expect(attribute(rest, "value")).toBe(undefined);
      }
    }
  }
});

Deno.test("the switches of language and theme keep the token of a link", () => {
  const html = page("en", <p />);
  expect(html).toContain(`href="/verify?token=a%2Bb&amp;lang=de"`);
  expect(html).toContain(`href="/verify?token=a%2Bb&amp;theme=dark"`);
});

Deno.test("a chosen theme is said to the browser, and strangers see neither account nor inbox", () => {
  expect(page("en", <p />, { theme: "dark" })).toContain(`data-theme="dark"`);
  expect(page("en", <p />)).not.toContain("data-theme");
  const stranger = page("en", <p />, { visitor: null, dev: false });
  for (const absent of ["/dev/mailbox", "/sign-out", "AutoRefresh"]) expect(stranger).not.toContain(absent);
});

Deno.test("the sign-in form keeps the ids and names that password managers and scripts know", () => {
  const html = page("en", <views.SignIn t={stringsFor("en")} />, { visitor: null });
  for (const [id, autocomplete] of [["email", "username"], ["password", "current-password"]]) {
    const input = tags(html).find(([, tag, rest]) => tag === "input" && attribute(rest, "id") === id);
    expect([attribute(input![2], "name"), attribute(input![2], "autocomplete")]).toEqual([id, autocomplete]);
  }
});
