import { expect } from "expect";
import { checkViews, evil, evilForm, evilVisitor, pageOf } from "../core/testing/views.tsx";
import { Challenge, ErrorPage, Home, Mailbox, MailView, Status } from "./pages/mod.ts";
import type { MailSummary } from "./types.ts";

const time = "2026-01-01T10:00:00Z";
const mail: MailSummary = {
  mail_id: "m",
  to: evil,
  subject: evil,
  kind: evil,
  status: "delayed",
  created_at: time,
};

checkViews("ui", (t) => ({
  Home: <Home t={t} visitor={evilVisitor} dev stop_temporal_command={evil} />,
  Challenge: <Challenge t={t} {...evilForm} challenge_id={evil} methods={["totp", evil]} expires_at={time} />,
  Status: (
    <Status
      t={t}
      health={{ parts: { [evil]: { up: false, detail: evil } } }}
      temporal={{ temporal_connected: false, address: evil, source: evil, last_error: evil }}
    />
  ),
  Mailbox: <Mailbox t={t} mails={[mail]} to={evil} />,
  MailView: (
    <MailView
      t={t}
      mail={{ ...mail, from: evil, text: evil, links: [evil], code: evil }}
      view="text"
    />
  ),
  MailViewHtml: <MailView t={t} mail={{ ...mail, from: evil, text: "", links: [] }} view="html" />,
  ErrorPage: <ErrorPage t={t} status={503} text={evil} request_id={evil} again_href="/x" />,
}));

Deno.test("the switches of language and theme keep the token of a link", () => {
  const html = pageOf("en", <p />);
  expect(html).toContain(`href="/verify?token=a%2Bb&amp;lang=de"`);
  expect(html).toContain(`href="/verify?token=a%2Bb&amp;theme=dark"`);
});

Deno.test("a chosen theme is said to the browser, and strangers see neither account nor inbox", () => {
  expect(pageOf("en", <p />, { theme: "dark" })).toContain(`data-theme="dark"`);
  expect(pageOf("en", <p />)).not.toContain("data-theme");
  const stranger = pageOf("en", <p />, { visitor: null, dev: false });
  for (const absent of ["/dev/mailbox", "/sign-out", "AutoRefresh"]) expect(stranger).not.toContain(absent);
});
