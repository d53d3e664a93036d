import { Button, ButtonLink } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form, PasswordField } from "../../../../ui/components/form.tsx";
import { FormEvidence } from "../../../../ui/components/form_evidence.tsx";
import { AuthLayout, LonePage } from "../../../../ui/components/layouts.tsx";
import { paths, withNext } from "../../../../ui/paths.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";

function aside(t: Strings) {
  const { next } = t.forgot;
  return {
    title: t.common.what_next,
    course: [
      [next.same, next.same_text],
      [next.link, next.link_text],
      [next.sessions, next.sessions_text],
    ] as [string, string][],
  };
}

/** Field: email. */
export type ForgotProps = FormState & {
  t: Strings;
  /** Where somebody was going: a path of this service. */
  next?: string;
  /** `visit.form_stamp()`. */
  stamp?: string;
};

export function Forgot({ t, values = {}, errors = {}, problem, next, stamp }: ForgotProps) {
  return (
    <AuthLayout
      title={t.forgot.title}
      lead={t.forgot.lead}
      aside={aside(t)}
      foot={<a href={withNext(paths.sign_in, next)}>{t.forgot.back}</a>}
    >
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{ email: { label: t.fields.email } }} />
      <Form hidden={{ next }}>
        <FormEvidence stamp={stamp} />
        <Field
          name="email"
          type="email"
          label={t.fields.email}
          value={values.email}
          error={errors.email}
          autocomplete="username"
          required
        />
        <Button full>{t.forgot.submit}</Button>
      </Form>
    </AuthLayout>
  );
}

export interface ForgotSentProps {
  t: Strings;
  email: string;
  dev: boolean;
  next?: string;
}

export function ForgotSent({ t, email, dev, next }: ForgotSentProps) {
  return (
    <LonePage title={t.forgot_sent.title} lead={t.forgot_sent.lead(email)}>
      <div class="row">
        {dev ? <ButtonLink href={paths.mailbox}>{t.check_mail.open_inbox}</ButtonLink> : null}
        <a href={withNext(paths.sign_in, next)}>{t.forgot.back}</a>
      </div>
      <p class="muted">
        {t.forgot_sent.nothing} <a href={withNext(paths.forgot, next)}>{t.forgot_sent.again}</a>
      </p>
    </LonePage>
  );
}

/** Fields: token (hidden), new_password. */
export type ResetProps = FormState & {
  t: Strings;
  /** From the link; null when it is missing. */
  token: string | null;
  /** The link itself no longer works, so there is nothing to fill in. */
  dead?: boolean;
};

export function Reset({ t, token, dead, errors = {}, problem }: ResetProps) {
  if (!token || dead) {
    return (
      <LonePage title={t.reset.title}>
        <ErrorSummary t={t} problem={problem ?? t.reset.no_token} />
        <div class="row">
          <ButtonLink href={paths.forgot}>{t.reset.new_link}</ButtonLink>
          <a href={paths.sign_in}>{t.sign_in.submit}</a>
        </div>
      </LonePage>
    );
  }
  return (
    <AuthLayout title={t.reset.title} lead={t.reset.lead} aside={aside(t)}>
      <ErrorSummary
        t={t}
        errors={errors}
        problem={problem}
        labels={{ new_password: { label: t.fields.new_password } }}
      />
      <Form hidden={{ token }}>
        <PasswordField
          t={t}
          name="new_password"
          label={t.fields.new_password}
          hint={t.fields.password_hint}
          error={errors.new_password}
          autocomplete="new-password"
          meter
          required
        />
        <Button full>{t.reset.submit}</Button>
      </Form>
    </AuthLayout>
  );
}

export interface ResetDoneProps {
  t: Strings;
}

export function ResetDone({ t }: ResetDoneProps) {
  return (
    <LonePage title={t.reset_done.title} lead={t.reset_done.lead}>
      <div>
        <ButtonLink href={paths.sign_in}>{t.reset_done.submit}</ButtonLink>
      </div>
    </LonePage>
  );
}
