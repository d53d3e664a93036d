/** What an operator sets so that a mail service may tell of bounces and complaints. Each is off until it is given. */
import { type ConfigOf, secret, text } from "../../../core/config.ts";

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
  webhook_sendgrid_public_key: text({
    default: null,
    pattern: /^[A-Za-z0-9+/]{80,400}={0,2}$/,
    shape: "a public key as SendGrid shows it (base64)",
    about: "The verification key of SendGrid's signed event webhook.",
  }),
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
