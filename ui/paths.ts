/** Where the pages are. Links in views come from here, so that a page moves by one line. */
export const paths = {
  home: "/",
  sign_up: "/sign-up",
  sign_in: "/sign-in",
  /** POST only. */
  sign_out: "/sign-out",
  check_mail: "/check-your-mail",
  verify: "/verify",
  forgot: "/forgot",
  reset: "/reset",
  challenge: "/challenge",
  account: "/account",
  security: "/account/security",
  sessions: "/account/sessions",
  factors: "/account/factors",
  recovery_codes: "/account/recovery-codes",
  requests: "/account/requests",
  /** Where the one-time link leads that makes somebody the operator. */
  setup: "/setup",
  status: "/status",
  docs: "/docs",
  mailbox: "/dev/mailbox",
} as const;

/** A page that sends somebody on to `next` afterwards. */
export const withNext = (path: string, next: string | undefined): string =>
  next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`;

/** The same page with one query parameter set; every other stays, such as the token of a link. */
export function withQuery(url: string, name: string, value: string): string {
  const parsed = new URL(url, "http://page.invalid");
  parsed.searchParams.set(name, value);
  return `${parsed.pathname}${parsed.search}`;
}
