import { Button, ButtonLink } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Form } from "../../../../ui/components/form.tsx";
import { LonePage } from "../../../../ui/components/layouts.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { Strings, Visitor } from "../../../../ui/types.ts";

/** Opening it changes nothing; its one form posts the hidden `token`. */
export interface VerifyProps {
  t: Strings;
  /** From the link; null when it is missing. */
  token: string | null;
  email?: string | null;
  /** In words: used, expired or wrong. There is no second try with the same link. */
  problem?: string | null;
}

export function Verify({ t, token, email, problem }: VerifyProps) {
  const stuck = problem ?? (token ? null : t.verify.no_token);
  return (
    <LonePage title={t.verify.title} lead={stuck ? null : email ? t.verify.lead_email(email) : t.verify.lead}>
      {stuck
        ? (
          <>
            <ErrorSummary t={t} problem={stuck} />
            <div class="row">
              <ButtonLink href={paths.check_mail}>{t.verify.use_code}</ButtonLink>
              <a href={paths.sign_in}>{t.verified.sign_in}</a>
            </div>
          </>
        )
        : (
          <>
            <Form hidden={{ token: token ?? "" }}>
              <div>
                <Button>{t.verify.submit}</Button>
              </div>
            </Form>
            <p class="small muted">{t.verify.why}</p>
          </>
        )}
    </LonePage>
  );
}

export interface VerifiedProps {
  t: Strings;
  visitor: Visitor | null;
  /** What was confirmed: a new account, or an account's new address. */
  purpose?: "registration" | "email_change";
}

export function Verified({ t, visitor, purpose = "registration" }: VerifiedProps) {
  const lead = purpose === "email_change"
    ? t.verified.changed
    : visitor
    ? t.verified.lead_signed_in
    : t.verified.lead;
  return (
    <LonePage title={t.verified.title} lead={lead}>
      <div>
        {visitor
          ? <ButtonLink href={paths.account}>{t.verified.to_account}</ButtonLink>
          : <ButtonLink href={paths.sign_in}>{t.verified.sign_in}</ButtonLink>}
      </div>
    </LonePage>
  );
}
