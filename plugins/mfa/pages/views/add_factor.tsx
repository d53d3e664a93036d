import { Button, Card } from "../../../../ui/components/basics.tsx";
import { ErrorSummary, Field, Form } from "../../../../ui/components/form.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import { AccountLayout } from "../../../../ui/components/layouts.tsx";
import { type TotpSecret, TotpSetup } from "../../../../ui/components/totp_setup.tsx";
import { passkeyProblems } from "../../../../ui/form_state.ts";
import PasskeyButton from "../../../../ui/islands/PasskeyButton.tsx";
import { paths } from "../../../../ui/paths.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";

/** Fields: `intent` `save_passkey`, credential, name (may stay empty). */
export function AddPasskey(
  { t, options, values = {}, errors = {}, problem }: FormState & { t: Strings; options: unknown },
) {
  const a = t.mfa.add_passkey;
  return (
    <AccountLayout t={t} current={paths.factors} title={a.title} lead={a.lead}>
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{ name: { label: t.mfa.name } }} />
      <Card>
        <Form intent="save_passkey" hidden={{ credential: "" }}>
          <Field
            name="name"
            label={t.mfa.name}
            optional={t.common.optional}
            hint={t.mfa.name_hint}
            value={values.name}
            error={errors.name}
            max_length={60}
            autocomplete="off"
          />
          <Island
            of={PasskeyButton}
            props={{
              ceremony: "create" as const,
              options,
              label: a.create,
              problems: passkeyProblems(t),
              t: t.islands.passkey,
            }}
          />
          <noscript>
            <p>{t.challenge.no_script}</p>
          </noscript>
        </Form>
      </Card>
      <p>
        <a href={paths.factors}>{t.common.cancel}</a>
      </p>
    </AccountLayout>
  );
}

/** Fields: `intent` `confirm_totp`, authenticator_id, code; secret and otpauth_uri come back to be shown again. */
export function AddTotp(
  { t, totp, authenticator_id, errors = {}, problem }: FormState & {
    t: Strings;
    totp: TotpSecret;
    authenticator_id: string;
  },
) {
  const a = t.mfa.add_totp;
  const fine = !problem && Object.keys(errors).length === 0;
  return (
    <AccountLayout t={t} current={paths.factors} title={a.title} lead={a.lead}>
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{ code: { label: t.challenge.code } }} />
      <Card>
        <TotpSetup
          t={t}
          totp={totp}
          intent="confirm_totp"
          hidden={{ authenticator_id }}
          error={errors.code}
          autofocus={fine}
        />
      </Card>
      <p>
        <a href={paths.factors}>{t.common.cancel}</a>
      </p>
    </AccountLayout>
  );
}

/** Before the codes of whoever set up a factor inside a sign-in. Fields: `intent` `make_codes`, next. */
export function CodesOffer({ t, next }: { t: Strings; next: string }) {
  const c = t.mfa.codes;
  return (
    <Form intent="make_codes" hidden={{ next }}>
      <div class="row">
        <Button>{c.make}</Button>
        <a href={next}>{c.later}</a>
      </div>
    </Form>
  );
}
