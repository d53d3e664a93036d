import { Alert, Button } from "../../../../ui/components/basics.tsx";
import { ForApp } from "../../../../ui/components/for_app.tsx";
import { ErrorSummary, Field, Form, PasswordField } from "../../../../ui/components/form.tsx";
import { FormEvidence } from "../../../../ui/components/form_evidence.tsx";
import { Island } from "../../../../ui/components/island.tsx";
import { AuthLayout } from "../../../../ui/components/layouts.tsx";
import PasskeyButton from "../../../../ui/islands/PasskeyButton.tsx";
import { passkeyProblems } from "../../../../ui/form_state.ts";
import { paths, withNext } from "../../../../ui/paths.ts";
import type { Interaction } from "../../../../core/services/mod.ts";
import type { FormState, Strings } from "../../../../ui/types.ts";

/** Fields: email, password, and `next` when given; or with `intent` `passkey`: credential, and `next`. */
export type SignInProps = FormState & {
  t: Strings;
  /** Why somebody finds themselves here. */
  notice?: "session_ended" | "step_ended" | "signed_out" | "again" | null;
  /** The app somebody signs in for. */
  interaction?: Interaction | null;
  /** Who is signed in already, where an app wants a new proof. */
  account?: { email: string } | null;
  /** Sent along; the edge makes sure that it is a path of this service. */
  next?: string;
  /** Passkeys may be used in place of it all; `refused`: one was, so none is offered before somebody asks for it. */
  passkeys?: boolean | "refused";
  /** `visit.form_stamp()`. */
  stamp?: string;
};

/** Whom an app expects, if it says so by an address; else who is here already. */
function expected(interaction: SignInProps["interaction"], account: SignInProps["account"]) {
  const hint = interaction?.login_hint;
  return hint?.includes("@") ? hint : account?.email;
}

export function SignIn(
  { t, values = {}, errors = {}, problem, notice, interaction, account, next, passkeys, stamp }: SignInProps,
) {
  const { aside } = t.sign_in;
  const fine = !problem && Object.keys(errors).length === 0;
  return (
    <AuthLayout
      title={t.sign_in.title}
      lead={t.sign_in.lead}
      aside={{
        title: t.sign_in.aside_title,
        course: [
          [aside.private, aside.private_text],
          [aside.sessions, aside.sessions_text],
          [aside.lockout, aside.lockout_text],
        ],
      }}
      foot={
        <>
          {t.sign_in.no_account} <a href={withNext(paths.sign_up, next)}>{t.sign_in.sign_up}</a>
        </>
      }
    >
      {interaction ? <ForApp t={t} client={interaction.client} /> : null}
      {notice && fine
        ? (
          <Alert tone={notice === "signed_out" ? "good" : "info"}>
            {noticeText(t, notice, account)}
          </Alert>
        )
        : null}
      <ErrorSummary
        t={t}
        errors={errors}
        problem={problem}
        labels={{ email: { label: t.fields.email }, password: { label: t.fields.password } }}
      />
      <Form hidden={{ next }}>
        <FormEvidence stamp={stamp} />
        <Field
          name="email"
          type="email"
          label={t.fields.email}
          value={values.email ?? expected(interaction, account)}
          error={errors.email}
          // Where passkeys are offered besides what password managers fill in (HTML §4.10.18.7.1).
          autocomplete={passkeys ? "username webauthn" : "username"}
          autofocus={fine}
          required
        />
        <PasswordField
          t={t}
          name="password"
          label={t.fields.password}
          error={errors.password}
          autocomplete="current-password"
          beside={<a class="small" href={withNext(paths.forgot, next)}>{t.sign_in.forgot}</a>}
          required
        />
        <Button full>{t.sign_in.submit}</Button>
      </Form>
      {passkeys ? <WithPasskey t={t} next={next} offered={passkeys !== "refused"} /> : null}
    </AuthLayout>
  );
}

function noticeText(
  t: Strings,
  notice: NonNullable<SignInProps["notice"]>,
  account: SignInProps["account"],
): string {
  if (notice === "again") return t.for_app.again(account?.email ?? "");
  return notice === "step_ended" ? t.problems.challenge_invalid : t.sign_in[notice];
}

function WithPasskey({ t, next, offered }: Pick<SignInProps, "t" | "next"> & { offered: boolean }) {
  const words = t.islands.passkey;
  return (
    <Form intent="passkey" hidden={{ next, credential: "" }} label={words.use}>
      <Island
        of={PasskeyButton}
        props={{
          ceremony: "get" as const,
          ask: { path: "/auth/passkey/options", body: {} },
          beside: true,
          fill_in: offered,
          label: words.use,
          problems: passkeyProblems(t),
          t: words,
        }}
      />
    </Form>
  );
}
