import { Alert, Button, ButtonLink, Card } from "../../../../ui/components/basics.tsx";
import { CodeField, ErrorSummary, Field, Form } from "../../../../ui/components/form.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import { LonePage } from "../../../../ui/components/layouts.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { FormState, RegistrationStatus, Strings } from "../../../../ui/types.ts";
import LiveStatus from "../../islands/LiveStatus.tsx";
import ResendButton from "../../islands/ResendButton.tsx";

/**
 * Two forms, told apart by `intent`: `verify` (email, code) and `resend` (email).
 * Without an address, when somebody comes here by themselves, both ask for it.
 */
export type CheckYourMailProps = FormState & {
  t: Strings;
  email: string | null;
  registration_id: string | null;
  status: RegistrationStatus | null;
  dev: boolean;
  /** They come from a sign-in with the right password. */
  unverified?: boolean;
  /** The state of the wish for another mail, when it was sent without script. */
  resend?: FormState;
  resent?: boolean;
  /** Until the next mail may be asked for. Default 0. */
  resend_wait_seconds?: number;
  /** Between two mails, as the limits say. Default 60. */
  resend_pause_seconds?: number;
};

export function CheckYourMail(props: CheckYourMailProps) {
  const { t, email, registration_id, status } = props;
  if (status && status.status !== "pending_verification") {
    return <Over t={t} expired={status.status === "expired"} />;
  }
  return (
    <div class="page page--wide">
      <div class="page__head">
        <h1>{t.check_mail.title}</h1>
        <p class="lead">{email ? t.check_mail.lead(email) : t.check_mail.lead_bare}</p>
      </div>
      <div class="split">
        <Card>
          <CodeForm {...props} />
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
          <NoMail {...props} />
        </div>
      </div>
    </div>
  );
}

/** There is nothing left to type. */
function Over({ t, expired }: { t: Strings; expired: boolean }) {
  const live = t.islands.live;
  return (
    <LonePage
      title={expired ? live.expired : live.verified}
      lead={expired ? live.expired_text : live.verified_text}
    >
      <div>
        {expired
          ? <ButtonLink href={paths.sign_up}>{live.start_again}</ButtonLink>
          : <ButtonLink href={paths.sign_in}>{live.continue}</ButtonLink>}
      </div>
    </LonePage>
  );
}

function CodeForm(
  { t, email, dev, unverified, resend, errors = {}, values = {}, problem }: CheckYourMailProps,
) {
  const fine = !problem && !resend && Object.keys(errors).length === 0;
  return (
    <div class="stack">
      {unverified && fine ? <Alert tone="info">{t.check_mail.unverified}</Alert> : null}
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
  );
}

function NoMail(props: CheckYourMailProps) {
  const { t, email, registration_id } = props;
  return (
    <Card title={t.check_mail.no_mail} id="no-mail" lead={t.check_mail.no_mail_text}>
      <div class="stack">
        {email
          ? (
            <>
              <ErrorSummary t={t} errors={props.resend?.errors} problem={props.resend?.problem} />
              <Island
                of={ResendButton}
                props={{
                  email,
                  registration_id,
                  wait_seconds: props.resend_wait_seconds ?? 0,
                  pause_seconds: props.resend_pause_seconds ?? 60,
                  sent: props.resent ?? false,
                  locale: t.locale,
                  t: t.islands.resend,
                }}
              />
            </>
          )
          : <AskAgain t={t} {...props.resend} />}
        <p class="small">
          <a href={paths.sign_up}>{t.check_mail.other_address}</a>
        </p>
      </div>
    </Card>
  );
}

/** For somebody whose address the page does not know: from an old link, or on another device. */
function AskAgain({ t, errors = {}, values = {}, problem }: FormState & { t: Strings }) {
  return (
    <>
      <ErrorSummary
        t={t}
        errors={errors}
        problem={problem}
        labels={{ email: { id: "resend_email", label: t.fields.email } }}
      />
      <Form intent="resend" label={t.islands.resend.send}>
        <Field
          name="email"
          id="resend_email"
          type="email"
          label={t.fields.email}
          value={values.email}
          error={errors.email}
          autocomplete="email"
          required
        />
        <div>
          <Button look="quiet" small>{t.islands.resend.send}</Button>
        </div>
      </Form>
    </>
  );
}
