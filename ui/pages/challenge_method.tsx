import type { ComponentChildren } from "preact";
import { Button } from "../components/basics.tsx";
import { CodeField, Field, Form, PasswordField } from "../components/form.tsx";
import { Island } from "../components/island.tsx";
import { type TotpSecret, TotpSetup } from "../components/totp_setup.tsx";
import PasskeyButton from "../islands/PasskeyButton.tsx";
import { passkeyProblems } from "../form_state.ts";
import type { Strings } from "../types.ts";

export interface MethodProps {
  t: Strings;
  method: string;
  /** challenge_id, method and next, sent along. */
  hidden: Record<string, string | undefined>;
  /** What `begin` has answered. */
  begun?: { sent_to?: string; totp?: TotpSecret };
  /** Whose password is asked for: password managers want to know. */
  email?: string | null;
  errors: Record<string, string>;
  autofocus: boolean;
  remember_days: number | null;
  remembered: boolean;
}

/** The forms of one method: to begin it, where that is needed, and to show it. */
export function ChallengeMethod(props: MethodProps) {
  switch (props.method) {
    case "passkey":
      return <Passkey {...props} ceremony="get" />;
    case "enroll_passkey":
      return <Passkey {...props} ceremony="create" />;
    case "totp":
      return <Code {...props} hint={props.t.challenge.totp_hint} />;
    case "email_code":
    case "device_verification":
      return <MailedCode {...props} />;
    case "enroll_totp":
      return <EnrolTotp {...props} />;
    case "password":
      return <Password {...props} />;
    default:
      return <OtherCode {...props} />;
  }
}

/** Whether there is a field for a code now. */
export function takesCode(method: string, begun: MethodProps["begun"]): boolean {
  if (["passkey", "enroll_passkey", "password"].includes(method)) return false;
  if (method === "enroll_totp") return begun?.totp !== undefined;
  return !["email_code", "device_verification"].includes(method) || begun?.sent_to !== undefined;
}

function Passkey({ t, method, hidden, ceremony, ...rest }: MethodProps & { ceremony: "get" | "create" }) {
  const c = t.challenge;
  const enrols = ceremony === "create";
  return (
    <Form hidden={{ ...hidden, credential: "" }}>
      <p>{enrols ? c.enrol_passkey_lead : c.passkey_lead}</p>
      <Remember t={t} {...rest} />
      <Island
        of={PasskeyButton}
        props={{
          ceremony,
          ask: {
            path: `/auth/challenge/${encodeURIComponent(hidden.challenge_id ?? "")}/begin`,
            body: { method },
          },
          label: enrols ? c.methods.enroll_passkey : c.passkey_use,
          problems: passkeyProblems(t),
          t: t.islands.passkey,
        }}
      />
      <noscript>
        <p>{c.no_script}</p>
      </noscript>
    </Form>
  );
}

function Code({ t, hidden, errors, autofocus, hint, ...rest }: MethodProps & { hint: string }) {
  return (
    <Form hidden={hidden}>
      <CodeField
        t={t}
        name="code"
        label={t.fields.code}
        hint={hint}
        error={errors.code}
        autofocus={autofocus}
        required
      />
      <Remember t={t} {...rest} />
      <Submit t={t} />
    </Form>
  );
}

function MailedCode(props: MethodProps) {
  const { t, method, hidden, begun } = props;
  const c = t.challenge;
  if (begun?.sent_to === undefined) {
    return (
      <Form intent="begin" hidden={hidden}>
        <p>{method === "device_verification" ? c.device_lead : c.send_code_lead}</p>
        <div>
          <Button>{c.send_code}</Button>
        </div>
      </Form>
    );
  }
  const { sent_to } = begun;
  return (
    <>
      <p role="status">{c.sent_to(sent_to)}</p>
      <Code {...props} hidden={{ ...hidden, sent_to }} hint={c.mailed_hint} />
      <Form intent="begin" hidden={hidden}>
        <div>
          <Button look="quiet" small>{c.send_again}</Button>
        </div>
      </Form>
    </>
  );
}

function EnrolTotp({ t, hidden, begun, errors, autofocus }: MethodProps) {
  const c = t.challenge;
  if (begun?.totp) {
    return <TotpSetup t={t} totp={begun.totp} hidden={hidden} error={errors.code} autofocus={autofocus} />;
  }
  return (
    <Form intent="begin" hidden={hidden}>
      <p>{c.enrol_totp_lead}</p>
      <div>
        <Button>{c.enrol_totp_start}</Button>
      </div>
    </Form>
  );
}

function Password({ t, hidden, email, errors, ...rest }: MethodProps) {
  return (
    <Form hidden={hidden}>
      {email ? <input type="hidden" autocomplete="username" value={email} /> : null}
      <PasswordField
        t={t}
        name="password"
        label={t.fields.password}
        error={errors.password}
        autocomplete="current-password"
        required
      />
      <Remember t={t} {...rest} />
      <Submit t={t} />
    </Form>
  );
}

/** Recovery codes, and methods that this page has no words for: each takes a text. */
function OtherCode({ t, method, hidden, errors, autofocus, ...rest }: MethodProps) {
  return (
    <Form hidden={hidden}>
      <Field
        name="code"
        label={t.challenge.code}
        hint={method === "recovery_code" ? t.challenge.recovery_hint : undefined}
        error={errors.code}
        autocomplete={method === "recovery_code" ? "off" : "one-time-code"}
        max_length={100}
        autofocus={autofocus}
        required
      />
      <Remember t={t} {...rest} />
      <Submit t={t} />
    </Form>
  );
}

const Submit = ({ t }: { t: Strings }): ComponentChildren => (
  <div>
    <Button>{t.challenge.submit}</Button>
  </div>
);

function Remember(
  { t, remember_days, remembered }: Pick<MethodProps, "t" | "remember_days" | "remembered">,
) {
  if (remember_days === null) return null;
  return (
    <label class="check" for="remember_device">
      <input id="remember_device" type="checkbox" name="remember_device" value="1" checked={remembered} />
      <span>
        {t.challenge.remember(remember_days)} <span class="small muted">{t.challenge.remember_hint}</span>
      </span>
    </label>
  );
}
