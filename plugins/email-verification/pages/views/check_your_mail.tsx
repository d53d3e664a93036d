import { Button, Card } from "../../../../ui/components/basics.tsx";
import { CodeField, ErrorSummary, Field, Form } from "../../../../ui/components/form.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import LiveStatus from "../../islands/LiveStatus.tsx";
import ResendButton from "../../islands/ResendButton.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { FormState, RegistrationStatus, Strings } from "../../../../ui/types.ts";

/**
 * Two forms, told apart by `intent`: `verify` (email, code) and `resend` (email).
 * Without an address, when somebody comes here by themselves, the form asks for it.
 */
export type CheckYourMailProps = FormState & {
  t: Strings;
  email: string | null;
  registration_id: string | null;
  status: RegistrationStatus | null;
  dev: boolean;
  /** Until the next mail may be asked for. Default 0. */
  resend_wait_seconds?: number;
  /** Between two mails, as the limits say. Default 60. */
  resend_pause_seconds?: number;
};

export function CheckYourMail(props: CheckYourMailProps) {
  const { t, email, registration_id, status, dev, errors = {}, values = {}, problem } = props;
  const fine = !problem && Object.keys(errors).length === 0;
  return (
    <div class="page page--wide">
      <div class="page__head">
        <h1>{t.check_mail.title}</h1>
        {email ? <p class="lead">{t.check_mail.lead(email)}</p> : null}
      </div>
      <div class="split">
        <Card>
          <div class="stack">
            <ErrorSummary
              t={t}
              errors={errors}
              problem={problem}
              labels={{
                code: { label: t.fields.code },
                ...(email ? {} : { email: { label: t.fields.email } }),
              }}
            />
            <Form intent="verify" hidden={email ? { email } : {}}>
              {email ? null : (
                <Field
                  name="email"
                  type="email"
                  label={t.fields.email}
                  value={values.email}
                  error={errors.email}
                  autocomplete="email"
                  required
                />
              )}
              <CodeField
                t={t}
                name="code"
                label={t.fields.code}
                hint={t.fields.code_hint}
                value={values.code}
                error={errors.code}
                autofocus={fine && email !== null}
                required
              />
              <div class="row">
                <Button>{t.check_mail.submit}</Button>
                {dev ? <a href={paths.mailbox}>{t.check_mail.open_inbox}</a> : null}
              </div>
            </Form>
          </div>
        </Card>
        <div class="stack">
          {registration_id
            ? (
              <Card title={t.check_mail.progress} id="progress">
                <Island
                  of={LiveStatus}
                  props={{
                    registration_id,
                    initial: status,
                    locale: t.locale,
                    label: t.check_mail.progress,
                    continue_href: paths.sign_in,
                    start_href: paths.sign_up,
                    t: t.islands.live,
                  }}
                />
              </Card>
            )
            : null}
          <Card title={t.check_mail.no_mail} id="no-mail" lead={t.check_mail.no_mail_text}>
            <div class="stack stack--tight">
              {email
                ? (
                  <Island
                    of={ResendButton}
                    props={{
                      email,
                      wait_seconds: props.resend_wait_seconds ?? 0,
                      pause_seconds: props.resend_pause_seconds ?? 60,
                      locale: t.locale,
                      t: t.islands.resend,
                    }}
                  />
                )
                : null}
              <p class="small">
                <a href={paths.sign_up}>{t.check_mail.other_address}</a>
              </p>
            </div>
          </Card>
        </div>
      </div>
    </div>
  );
}
