import type { Strings } from "../types.ts";
import CopyText from "../islands/CopyText.tsx";
import { CodeField, Form } from "./form.tsx";
import { Button } from "./basics.tsx";
import { Island } from "./island.tsx";
import { QrCode } from "./qr.tsx";

export interface TotpSecret {
  /** Base32 (RFC 4648 §6). */
  secret: string;
  otpauth_uri: string;
}

/** Null for what no service of ours has answered: the fields come back with a form, so they are anybody's word. */
export function totpSecretOf({ secret, otpauth_uri }: Record<string, unknown>): TotpSecret | null {
  if (typeof secret !== "string" || !/^[A-Z2-7]{16,128}$/.test(secret)) return null;
  if (typeof otpauth_uri !== "string" || !/^otpauth:\/\/totp\/[\x21-\x7e]{1,380}$/.test(otpauth_uri)) {
    return null;
  }
  return { secret, otpauth_uri };
}

/** The secret as a picture, a link and letters, and the field that confirms it was taken over. */
export function TotpSetup(
  { t, totp, intent, hidden, error, autofocus }: {
    t: Strings;
    totp: TotpSecret;
    intent?: string;
    hidden: Record<string, string | undefined>;
    error?: string;
    autofocus?: boolean;
  },
) {
  const a = t.mfa.add_totp;
  return (
    <div class="stack">
      <div class="stack stack--tight">
        <h2 class="setup__step">{a.scan}</h2>
        <QrCode text={totp.otpauth_uri} label={a.qr} />
        <p class="small">
          <a href={totp.otpauth_uri}>{a.same_phone}</a>
        </p>
        <p class="small" id="totp-secret-label">{a.secret}</p>
        <p class="row">
          <code class="setup__secret" id="totp-secret" aria-labelledby="totp-secret-label">
            {totp.secret.match(/.{1,4}/g)!.join(" ")}
          </code>
          <Island of={CopyText} props={{ text: totp.secret, t: t.islands.copy }} />
        </p>
        <p class="small muted">{a.secret_hint}</p>
      </div>
      <Form intent={intent} hidden={{ ...hidden, secret: totp.secret, otpauth_uri: totp.otpauth_uri }}>
        <CodeField t={t} name="code" label={a.code} error={error} autofocus={autofocus} required />
        <div>
          <Button>{a.submit}</Button>
        </div>
      </Form>
    </div>
  );
}
