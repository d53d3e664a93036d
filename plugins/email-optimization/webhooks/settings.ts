/** What an operator sets so that a mail service may tell of bounces and complaints. Each is off until it is given. */
import { type ConfigOf, type Field, FieldProblem, secret, text } from "../../../core/config.ts";
import { sendgridKey } from "./sendgrid.ts";

/** Text alone does not show whether it is a key. */
function onP256(field: Field<string | null>): Field<string | null> {
  const checked = (value: string | null) => {
    try {
      if (value !== null) sendgridKey(value);
    } catch {
      throw new FieldProblem("a public key on P-256, as SendGrid shows it");
    }
    return value;
  };
  return {
    ...field,
    parse: (text) => checked(field.parse(text)),
    check: (value) => checked(field.check(value)),
  };
}

export const webhookSettings = {
  webhook_generic_secret: secret({
    default: null,
    pattern: /^whsec_[A-Za-z0-9+/]{32,128}={0,2}$/,
    shape: "whsec_ and base64 of 24 to 96 bytes",
    about: "Signs what comes to /email/webhooks/generic, as Standard Webhooks has it.",
  }),
  webhook_ses_topic_arn: text({
    default: null,
    pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    shape: "the ARN of an SNS topic",
    about: "The topic Amazon SES tells of bounces and complaints; what other topics send is refused.",
  }),
  webhook_sendgrid_public_key: onP256(text({
    default: null,
    pattern: /^[A-Za-z0-9+/]{80,400}={0,2}$/,
    shape: "a public key as SendGrid shows it (base64)",
    about: "The verification key of SendGrid's signed event webhook.",
  })),
  webhook_postmark_password: secret({
    default: null,
    length_min: 16,
    length_max: 200,
    about:
      "Password in the address Postmark is given: https://postmark:PASSWORD@HOST/email/webhooks/postmark.",
  }),
  webhook_mailgun_signing_key: secret({
    default: null,
    length_min: 16,
    length_max: 200,
    about: "Mailgun's HTTP webhook signing key.",
  }),
};

export type WebhookConfig = ConfigOf<typeof webhookSettings>;
