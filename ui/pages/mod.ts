/** Every view, for those who wire routes. */
export { AccountProfile, type AccountProfileProps } from "./account_profile.tsx";
export { AccountRequests, type AccountRequestsProps } from "./account_requests.tsx";
export { AccountSecurity, type AccountSecurityProps } from "./account_security.tsx";
export { Challenge, type ChallengeProps } from "./challenge.tsx";
export { CheckYourMail, type CheckYourMailProps } from "./check_your_mail.tsx";
export { ErrorPage, type ErrorPageProps, errorTitle } from "./error.tsx";
export { Home, type HomeProps } from "./home.tsx";
export { Mailbox, type MailboxProps, MailView, type MailViewProps } from "./mailbox.tsx";
export {
  Forgot,
  type ForgotProps,
  ForgotSent,
  type ForgotSentProps,
  Reset,
  ResetDone,
  type ResetDoneProps,
  type ResetProps,
} from "./reset.tsx";
export { SignIn, type SignInProps } from "./sign_in.tsx";
export { SignUp, type SignUpProps } from "./sign_up.tsx";
export { Status, type StatusProps } from "./status.tsx";
export { Verified, type VerifiedProps, Verify, type VerifyProps } from "./verify.tsx";
