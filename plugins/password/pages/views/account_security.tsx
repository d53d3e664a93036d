import { Alert, Button, Card } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form, PasswordField } from "../../../../ui/components/form.tsx";
import { AccountLayout } from "../../../../ui/components/layouts.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";

/** Two forms, told apart by `intent`: `change_password` (current_password, new_password), `change_email` (email, current_password). */
export interface AccountSecurityProps {
  t: Strings;
  email: string;
  /** The state of each form that was sent. */
  password?: FormState;
  email_change?: FormState;
  done?: "password_changed" | "email_change_sent" | null;
  /** The address that a mail was just asked for, to be confirmed from there. */
  pending_email?: string | null;
}

export function AccountSecurity(props: AccountSecurityProps) {
  const { t, email, done, pending_email } = props;
  const a = t.account;
  return (
    <AccountLayout
      t={t}
      current={paths.security}
      title={a.security_title}
      lead={a.security_lead}
    >
      {done === "password_changed" ? <Alert tone="good">{a.password_saved}</Alert> : null}
      <PasswordChange t={t} email={email} {...props.password} />
      <EmailChange t={t} email={email} pending_email={pending_email} {...props.email_change} />
      <p>
        <a href={paths.sessions}>{a.sessions_link}</a>
      </p>
    </AccountLayout>
  );
}

function PasswordChange({ t, email, errors = {}, problem }: FormState & { t: Strings; email: string }) {
  const { fields: f, account: a } = t;
  return (
    <Card id="password-change" title={a.password_title} lead={a.password_lead}>
      <div class="stack">
        <ErrorSummary
          t={t}
          errors={errors}
          problem={problem}
          labels={{
            current_password: { label: f.current_password },
            new_password: { label: f.new_password },
          }}
        />
        <Form intent="change_password">
          {/* Password managers look for the name that a new password belongs to. */}
          <input type="hidden" autocomplete="username" value={email} />
          <PasswordField
            t={t}
            name="current_password"
            label={f.current_password}
            error={errors.current_password}
            autocomplete="current-password"
            required
          />
          <PasswordField
            t={t}
            name="new_password"
            label={f.new_password}
            hint={f.password_hint}
            error={errors.new_password}
            autocomplete="new-password"
            meter
            required
          />
          <div>
            <Button>{a.password_submit}</Button>
          </div>
        </Form>
      </div>
    </Card>
  );
}

function EmailChange(
  { t, email, pending_email, values = {}, errors = {}, problem }: FormState & {
    t: Strings;
    email: string;
    pending_email?: string | null;
  },
) {
  const { fields: f, account: a } = t;
  return (
    <Card id="email-change" title={a.email_title} lead={a.email_lead(email)}>
      <div class="stack">
        {pending_email
          ? (
            <Alert tone="info">
              {a.email_pending(pending_email)} <a href={paths.check_mail}>{a.email_pending_code}</a>
            </Alert>
          )
          : null}
        <ErrorSummary
          t={t}
          errors={errors}
          problem={problem}
          labels={{
            email: { id: "new_email", label: f.new_email },
            current_password: { id: "email_current_password", label: f.current_password },
          }}
        />
        <Form intent="change_email">
          <Field
            name="email"
            id="new_email"
            type="email"
            label={f.new_email}
            value={values.email}
            error={errors.email}
            autocomplete="email"
            max_length={254}
            required
          />
          <PasswordField
            t={t}
            name="current_password"
            id="email_current_password"
            label={f.current_password}
            error={errors.current_password}
            autocomplete="current-password"
            required
          />
          <div>
            <Button>{a.email_submit}</Button>
          </div>
        </Form>
      </div>
    </Card>
  );
}
