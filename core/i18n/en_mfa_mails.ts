/** Mails about second factors: codes, and what has changed. */
import { formatsFor } from "./format.ts";
import { groupCode, type MailParams, type MailText } from "./mail_text.ts";

const format = formatsFor("en-GB");
const hello = (p: MailParams) => p.name ? `Hello ${p.name},` : "Hello,";
const good_for = (p: MailParams) => format.duration(p.expires_in_seconds ?? 600);
const at = (p: MailParams) => p.when ? ` on ${format.dateTime(p.when)}` : "";
const named = (p: MailParams) => p.factor_name ? ` (“${p.factor_name}”)` : "";
const factors: Record<string, string> = {
  totp: "An authenticator app",
  passkey: "A passkey",
  email_code: "The code by e-mail",
};
const factor = (p: MailParams) => factors[p.factor ?? ""] ?? "A second factor";
const because = (p: MailParams) => p.reason ? [`The reason given: ${p.reason}`] : [];
const notice =
  "You get this notice because it concerns the security of your account. It cannot be turned off.";

export const mfaMails = {
  sign_in_code: (p: MailParams): MailText => ({
    subject: "Your code to sign in",
    preheader: p.code ? `Your code is ${groupCode(p.code)}` : "Type it where you sign in.",
    heading: "Your code to sign in",
    paragraphs: [
      hello(p),
      `Somebody with your password, hopefully you, is signing in. The code is good for ${good_for(p)}.`,
      "Never tell it to anybody: we do not ask for it by phone or chat.",
    ],
    button: null,
    code_line: p.code ? `Type this code where you sign in: ${groupCode(p.code)}` : null,
    footer: "If you are not signing in, somebody else knows your password: change it now.",
  }),
  device_verification_code: (p: MailParams): MailText => ({
    subject: "Is it you who is signing in?",
    preheader: p.code ? `Your code is ${groupCode(p.code)}` : "Something about this sign-in is unusual.",
    heading: "Is it you?",
    paragraphs: [
      hello(p),
      `Something about a sign-in to your account is unusual. If it is yours, type the code within ${
        good_for(p)
      }.`,
      "Never tell it to anybody: we do not ask for it by phone or chat.",
    ],
    button: null,
    code_line: p.code ? `Type this code where you sign in: ${groupCode(p.code)}` : null,
    footer: "If you are not signing in, somebody else knows your password: change it now.",
  }),
  factor_added: (p: MailParams): MailText => ({
    subject: "A new way to prove it is you",
    preheader: "If that was you, there is nothing to do.",
    heading: "A sign-in method was added",
    paragraphs: [
      hello(p),
      `${factor(p)}${named(p)} was added to your account${at(p)}. Other devices were signed out.`,
      "If that was not you, remove it, and change your password at once.",
    ],
    button: "See your sign-in methods",
    code_line: null,
    footer: notice,
  }),
  factor_removed: (p: MailParams): MailText => ({
    subject: "A sign-in method was removed",
    preheader: "If that was you, there is nothing to do.",
    heading: "A sign-in method was removed",
    paragraphs: [
      hello(p),
      `${factor(p)}${named(p)} was removed from your account${at(p)}. Other devices were signed out.`,
      "If that was not you, change your password at once, and look through your sign-in methods.",
    ],
    button: "See your sign-in methods",
    code_line: null,
    footer: notice,
  }),
  factors_reset: (p: MailParams): MailText => ({
    subject: "Your second factors were removed",
    preheader: "By whoever runs this service.",
    heading: "Your second factors were removed",
    paragraphs: [
      hello(p),
      `Whoever runs this service has removed every second factor and recovery code of your account${
        at(p)
      }. All devices were signed out; sign in again with your password.`,
      ...because(p),
      "If you did not ask for this, change your password, and ask them about it.",
    ],
    button: "Set up a new one",
    code_line: null,
    footer: notice,
  }),
  factor_required: (p: MailParams): MailText => ({
    subject: "Your account needs a second factor",
    preheader: "It takes less than a minute.",
    heading: "Your account needs a second factor",
    paragraphs: [
      hello(p),
      `Whoever runs this service wants your account to have a second factor, ${
        p.when ? `from ${format.dateTime(p.when)} on` : "from now on"
      }. Without one you are asked to set it up at your next sign-in.`,
      ...because(p),
    ],
    button: "Set it up now",
    code_line: null,
    footer: notice,
  }),
  recovery_code_used: (p: MailParams): MailText => ({
    subject: "A recovery code was used",
    preheader: "If that was you, there is nothing to do.",
    heading: "A recovery code was used",
    paragraphs: [
      hello(p),
      `Somebody with your password showed one of your recovery codes${at(p)}.${
        p.left === undefined ? "" : ` Codes that are left: ${p.left}.`
      }`,
      "If that was not you, change your password at once, and make new recovery codes.",
    ],
    button: "See your sign-in methods",
    code_line: null,
    footer: notice,
  }),
  recovery_codes_made: (p: MailParams): MailText => ({
    subject: "New recovery codes were made",
    preheader: "If that was you, there is nothing to do.",
    heading: "New recovery codes were made",
    paragraphs: [
      hello(p),
      `New recovery codes were made for your account${at(p)}. Older ones do not work any more.`,
      "If that was not you, change your password at once, and make new ones.",
    ],
    button: "See your sign-in methods",
    code_line: null,
    footer: notice,
  }),
  recovery_confirm: (p: MailParams): MailText => ({
    subject: "Have your second factors removed?",
    preheader: "Only if you have lost them. Nothing happens unless you press the button.",
    heading: "Have you lost your second factors?",
    paragraphs: [
      hello(p),
      "Somebody who knows your password says that your second factors are lost. If that is you, press the button: " +
      "a waiting time begins, and after it they are removed, so that your password alone lets you in.",
      `The link is good for ${good_for(p)}. You can call it off at any time.`,
    ],
    button: "Begin the waiting time",
    code_line: null,
    footer: "If that was not you, do not press it, and change your password: somebody else knows it.",
  }),
  recovery_waiting: (p: MailParams): MailText => ({
    subject: "Your second factors will be removed",
    preheader: "If you did not ask for this, call it off now.",
    heading: "Your second factors will be removed",
    paragraphs: [
      hello(p),
      `Somebody who knows your password and reads this mailbox asked for it. It happens${at(p)}.`,
      "If it is you, there is nothing to do but wait. If you find your phone, key or a recovery code before, sign in " +
      "and call it off.",
      "If it is not you, press the button now, and change your password.",
    ],
    button: "Call it off",
    code_line: null,
    footer: notice,
  }),
  recovery_notice: (p: MailParams): MailText => ({
    subject: "Still waiting: your second factors will be removed",
    preheader: "If you did not ask for this, call it off now.",
    heading: "Your second factors will be removed soon",
    paragraphs: [
      hello(p),
      `A recovery of your account is under way. Unless it is called off, all your second factors are removed${
        at(p)
      }.`,
      "If that is not what you want, press the button, and change your password.",
    ],
    button: "Call it off",
    code_line: null,
    footer: notice,
  }),
  recovery_cancelled: (p: MailParams): MailText => ({
    subject: "The recovery was called off",
    preheader: "Your second factors stay as they are.",
    heading: "The recovery was called off",
    paragraphs: [
      hello(p),
      "Nothing was removed: your second factors stay as they are.",
      "Whoever asked for the recovery knows your password. If that was not you, change it at once.",
    ],
    button: "See your sign-in methods",
    code_line: null,
    footer: notice,
  }),
  recovery_done: (p: MailParams): MailText => ({
    subject: "Your second factors were removed",
    preheader: "Sign in with your password, and set up a new one.",
    heading: "Your second factors were removed",
    paragraphs: [
      hello(p),
      "The waiting time is over. All second factors and recovery codes of your account were removed, and all devices " +
      "signed out. Sign in with your password.",
      "Then set up a new factor: without one, a stolen password is enough to get in.",
    ],
    button: "Set up a new one",
    code_line: null,
    footer: notice,
  }),
  new_device: (p: MailParams): MailText => ({
    subject: "A sign-in from a new device",
    preheader: "If that was you, there is nothing to do.",
    heading: "A sign-in from a new device",
    paragraphs: [
      hello(p),
      "Somebody signed in to your account with a device that we have not seen before:",
      [p.when ? format.dateTime(p.when) : "", p.device ?? "an unknown device", p.place ?? "", p.ip ?? ""]
        .filter((part) => part !== "").join(" · "),
      "If that was you, there is nothing to do. If not, press the button: that device is signed out, and we send you a " +
      "link to choose a new password.",
    ],
    button: "This was not me",
    code_line: null,
    footer: notice,
  }),
};
