import { Button } from "../../../../ui/components/basics.tsx";
import { ForApp } from "../../../../ui/components/for_app.tsx";
import { ErrorSummary, Field, Form, PasswordField } from "../../../../ui/components/form.tsx";
import { FormEvidence } from "../../../../ui/components/form_evidence.tsx";
import { AuthLayout } from "../../../../ui/components/layouts.tsx";
import { paths, withNext } from "../../../../ui/paths.ts";
import type { Interaction } from "../../../../core/services/mod.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";

/** Fields: email, password, first_name, last_name, username. */
export type SignUpProps = FormState & {
  t: Strings;
  /** The app somebody signs up for, and where it waits. */
  interaction?: Interaction | null;
  next?: string;
  /** `visit.form_stamp()`. */
  stamp?: string;
};

export function SignUp({ t, values = {}, errors = {}, problem, interaction, next, stamp }: SignUpProps) {
  const f = t.fields;
  const course = t.sign_up.next;
  const named = ["first_name", "last_name", "username"].some((name) => values[name] || errors[name]);
  return (
    <AuthLayout
      title={t.sign_up.title}
      lead={t.sign_up.lead}
      aside={{
        title: t.common.what_next,
        course: [
          [course.written, course.written_text],
          [course.mail, course.mail_text],
          [course.confirm, course.confirm_text],
        ],
      }}
      foot={
        <>
          {t.sign_up.have_account} <a href={withNext(paths.sign_in, next)}>{t.sign_up.sign_in}</a>
        </>
      }
    >
      {interaction ? <ForApp t={t} client={interaction.client} /> : null}
      <ErrorSummary
        t={t}
        errors={errors}
        problem={problem}
        labels={{
          email: { label: f.email },
          password: { label: f.password },
          first_name: { label: f.first_name },
          last_name: { label: f.last_name },
          username: { label: f.username },
        }}
      />
      <Form hidden={{ next }}>
        <FormEvidence stamp={stamp} />
        <Field
          name="email"
          type="email"
          label={f.email}
          value={values.email}
          error={errors.email}
          autocomplete="email"
          max_length={254}
          required
        />
        <PasswordField
          t={t}
          name="password"
          label={f.password}
          hint={f.password_hint}
          error={errors.password}
          autocomplete="new-password"
          meter
          required
        />
        <details class="more" open={named}>
          <summary>
            <span>
              {t.sign_up.add_name} <span class="field__optional">({t.common.optional})</span>
            </span>
          </summary>
          <div class="form">
            <p class="field__hint">{t.sign_up.name_why}</p>
            <NameFields t={t} values={values} errors={errors} />
          </div>
        </details>
        <Button full>{t.sign_up.submit}</Button>
      </Form>
    </AuthLayout>
  );
}

export function NameFields({ t, values = {}, errors = {} }: FormState & { t: Strings }) {
  const f = t.fields;
  return (
    <>
      <div class="form__pair">
        <Field
          name="first_name"
          label={f.first_name}
          value={values.first_name}
          error={errors.first_name}
          autocomplete="given-name"
          max_length={64}
        />
        <Field
          name="last_name"
          label={f.last_name}
          value={values.last_name}
          error={errors.last_name}
          autocomplete="family-name"
          max_length={64}
        />
      </div>
      <Field
        name="username"
        label={f.username}
        value={values.username}
        error={errors.username}
        autocomplete="nickname"
        max_length={32}
      />
    </>
  );
}
