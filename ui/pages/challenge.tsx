import { Button } from "../components/basics.tsx";
import { CodeField, ErrorSummary, Field, Form } from "../components/form.tsx";
import { LonePage, Time } from "../components/layouts.tsx";
import { paths, withNext } from "../paths.ts";
import { lookUp } from "../status.ts";
import type { FormState, Strings } from "../types.ts";

/** Fields: challenge_id (hidden), method, code. */
export type ChallengeProps = FormState & {
  t: Strings;
  challenge_id: string;
  /** As the sign-in's answer named them; at least one. */
  methods: string[];
  expires_at: string;
  /** Where to go on afterwards: a path of this service. */
  next?: string;
};

export function Challenge(
  { t, challenge_id, methods, expires_at, next, values = {}, errors = {}, problem }: ChallengeProps,
) {
  const chosen = methods.find((method) => method === values.method) ?? methods[0];
  const words = (method: string) => lookUp(t.challenge.methods, method);
  // Recovery codes are longer than six digits; whoever has several methods may type any of them.
  const digits = methods.every((method) => method === "totp" || method === "email_code");
  const code = { name: "code", error: errors.code, required: true };
  return (
    <LonePage title={t.challenge.title} lead={t.challenge.lead}>
      <ErrorSummary t={t} errors={errors} problem={problem} labels={{ code: { label: t.fields.code } }} />
      <Form
        hidden={{
          challenge_id,
          ...(next ? { next } : {}),
          ...(methods.length === 1 ? { method: chosen } : {}),
        }}
      >
        {methods.length > 1
          ? (
            <fieldset class="stack stack--tight">
              <legend class="field__label">{t.challenge.choose}</legend>
              {methods.map((method) => (
                <label key={method} class="check">
                  <input type="radio" name="method" value={method} checked={method === chosen} />
                  <span>{words(method)}</span>
                </label>
              ))}
            </fieldset>
          )
          : null}
        {digits
          ? <CodeField {...code} t={t} label={methods.length === 1 ? words(chosen) : t.fields.code} />
          : (
            <Field
              {...code}
              label={methods.length === 1 ? words(chosen) : t.challenge.code}
              autocomplete="one-time-code"
            />
          )}
        <div class="row">
          <Button>{t.challenge.submit}</Button>
          <a href={withNext(paths.sign_in, next)}>{t.challenge.start_over}</a>
        </div>
      </Form>
      <p class="small muted">
        {t.challenge.expires} <Time t={t} when={expires_at} />
      </p>
    </LonePage>
  );
}
