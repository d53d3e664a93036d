/** The views that no plugin owns, for those who wire routes. */
export { Challenge, type ChallengeProps, RecoveryAsked } from "./challenge.tsx";
export { ErrorPage, type ErrorPageProps, errorTitle } from "./error.tsx";
export { Home, type HomeProps } from "./home.tsx";
export { Mailbox, type MailboxProps, MailView, type MailViewProps } from "./mailbox.tsx";
export { Status, type StatusProps } from "./status.tsx";
