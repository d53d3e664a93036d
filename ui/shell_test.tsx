import { expect } from "expect";
import { checkViews, evil, evilForm, evilVisitor, pageOf } from "../core/testing/views.tsx";
import { Challenge, ErrorPage, Home, Mailbox, MailView, RecoveryAsked, Status } from "./pages/mod.ts";
import { Setup, SetupClosed, SetupDone } from "./pages/setup.tsx";
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

const totp = { secret: "JBSWY3DPEHPK3PXPJBSWY3DP", otpauth_uri: `otpauth://totp/x?secret=${evil}` };
const challengeMethods = [
  "passkey",
  "totp",
  "password",
  "email_code",
  "device_verification",
  "recovery_code",
  "enroll_passkey",
  "enroll_totp",
  evil,
];

checkViews("ui", (t) => ({
  Setup: <Setup t={t} token={evil} next={evil} email={evil} problem={evil} />,
  SetupSignedOut: <Setup t={t} token={evil} next={evil} email={null} />,
  SetupClosed: <SetupClosed t={t} />,
  SetupDone: <SetupDone t={t} />,
  Home: <Home t={t} visitor={evilVisitor} dev stop_temporal_command={evil} />,
  ...Object.fromEntries(challengeMethods.map((chosen) => [
    `Challenge of ${chosen}`,
    <Challenge
      key={chosen}
      t={t}
      {...evilForm}
      chosen={chosen}
      challenge={{
        challenge_id: evil,
        methods: [...challengeMethods],
        satisfied: [],
        step_up: false,
        expires_at: time,
      }}
      begun={chosen === "enroll_totp" ? { totp } : { sent_to: evil }}
      email={evil}
      next={evil}
      remember_days={30}
      can_recover
    />,
  ])),
  ChallengeBegins: (
    <Challenge
      t={t}
      chosen="email_code"
      challenge={{
        challenge_id: evil,
        methods: ["email_code", evil],
        satisfied: [evil],
        step_up: true,
        expires_at: time,
      }}
      remember_days={30}
      can_recover={false}
    />
  ),
  RecoveryAsked: <RecoveryAsked t={t} dev next={evil} />,
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
