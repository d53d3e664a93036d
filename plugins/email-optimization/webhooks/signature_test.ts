import { Buffer } from "node:buffer";
import { expect } from "expect";
import { Problem } from "../../../core/http/problem.ts";
import { verifyGeneric } from "./generic.ts";
import { verifyMailgun } from "./mailgun.ts";
import { verifyPostmark } from "./postmark.ts";
import { sendgridKey, verifySendgrid } from "./sendgrid.ts";
import { webhookSettings } from "./settings.ts";
import { createSns, isSnsAddress, type SnsMessage, stringToSign } from "./sns.ts";
import { certificate_url, type Sent, type SignedBy, testSenders } from "./testing.ts";

const senders = testSenders();
const { config } = senders;
const now_ms = Date.parse("2026-11-20T12:00:00Z");
const ago = (seconds: number): SignedBy => ({ at: new Date(now_ms - seconds * 1000) });
const body = { events: [] };

type Change = (sent: Sent) => Sent;
const header = (name: string, value: (was: string) => string | null): Change => ({ body, headers }) => {
  const changed = value(headers[name]);
  const { [name]: _, ...rest } = headers;
  return { body, headers: changed === null ? rest : { ...rest, [name]: changed } };
};
const otherBody: Change = ({ body, headers }) => ({ body: `${body} `, headers });
const same: Change = (sent) => sent;

function answer(check: () => unknown): string {
  try {
    check();
    return "taken";
  } catch (error) {
    return error instanceof Problem ? error.code : `${error}`;
  }
}

const signed = ({ body, headers }: Sent) => ({
  raw: Buffer.from(body),
  headers: { get: (name: string) => headers[name] ?? null },
  now_ms,
});
const generic = (sent: Sent) => answer(() => verifyGeneric(signed(sent), config.webhook_generic_secret));
const sendgrid = (sent: Sent) =>
  answer(() => verifySendgrid(signed(sent), sendgridKey(config.webhook_sendgrid_public_key)));
const postmark = (sent: Sent) => answer(() => verifyPostmark(signed(sent), config.webhook_postmark_password));
const mailgun = (sent: Sent) =>
  answer(() => verifyMailgun(JSON.parse(sent.body), now_ms, config.webhook_mailgun_signing_key));
const checks = { generic, sendgrid, postmark, mailgun };

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const inBody = (change: (signature: Record<string, unknown>) => unknown): Change => ({ body, headers }) => {
  const { signature } = JSON.parse(body);
  return { body: JSON.stringify({ signature: change(signature) }), headers };
};
const sg = "x-twilio-email-event-webhook";

const rows: [keyof typeof checks, what: string, by: SignedBy, Change, refused: boolean][] = [
  ["generic", "as it should be", ago(0), same, false],
  ["generic", "five minutes old", ago(300), same, false],
  ["generic", "older", ago(301), same, true],
  ["generic", "from the future", ago(-400), same, true],
  ["generic", "another body", ago(0), otherBody, true],
  ["generic", "signed over another body", { ...ago(0), over: "{}" }, same, true],
  ["generic", "another id", ago(0), header("webhook-id", () => "x"), true],
  ["generic", "no id", ago(0), header("webhook-id", () => null), true],
  ["generic", "another time", ago(10), header("webhook-timestamp", (was) => `${Number(was) + 1}`), true],
  ["generic", "a time with a sign", ago(0), header("webhook-timestamp", (was) => `+${was}`), true],
  ["generic", "no signature", ago(0), header("webhook-signature", () => null), true],
  [
    "generic",
    "an asymmetric one",
    ago(0),
    header("webhook-signature", (was) => was.replaceAll("v1,", "v1a,")),
    true,
  ],
  ["generic", "an empty one", ago(0), header("webhook-signature", () => "v1,"), true],
  ["generic", "too many", ago(0), header("webhook-signature", (was) => "v1,AAAA ".repeat(10) + was), true],

  ["sendgrid", "as it should be", ago(0), same, false],
  ["sendgrid", "a day old, as retries are", ago(86_400), same, false],
  ["sendgrid", "older", ago(27 * 3600), same, true],
  ["sendgrid", "another body", ago(0), otherBody, true],
  ["sendgrid", "another time", ago(10), header(`${sg}-timestamp`, (was) => `${Number(was) + 1}`), true],
  ["sendgrid", "no time", ago(0), header(`${sg}-timestamp`, () => null), true],
  ["sendgrid", "no signature", ago(0), header(`${sg}-signature`, () => null), true],
  ["sendgrid", "half of it", ago(0), header(`${sg}-signature`, (was) => was.slice(0, 40)), true],
  ["sendgrid", "no base64", ago(0), header(`${sg}-signature`, () => "%%%"), true],

  ["postmark", "as it should be", ago(0), same, false],
  ["postmark", "no password", ago(0), header("authorization", () => null), true],
  ["postmark", "an empty password", ago(0), header("authorization", () => basic("postmark:")), true],
  [
    "postmark",
    "another user",
    ago(0),
    header("authorization", () => basic(`x:${config.webhook_postmark_password}`)),
    true,
  ],
  ["postmark", "a bearer", ago(0), header("authorization", (was) => was.replace("Basic", "Bearer")), true],
  [
    "postmark",
    "a longer one",
    ago(0),
    header("authorization", () => basic(`postmark:${config.webhook_postmark_password}x`)),
    true,
  ],

  ["mailgun", "as it should be", ago(0), same, false],
  ["mailgun", "older than retries", ago(27 * 3600), same, true],
  ["mailgun", "another token", ago(0), inBody((was) => ({ ...was, token: "t".repeat(50) })), true],
  [
    "mailgun",
    "another time",
    ago(10),
    inBody((was) => ({ ...was, timestamp: `${Number(was.timestamp) + 1}` })),
    true,
  ],
  [
    "mailgun",
    "digits moved from the time into the token",
    ago(0),
    inBody((was) => ({
      ...was,
      timestamp: `${was.timestamp}`.slice(0, 9),
      token: `${was.timestamp}`.slice(9) + was.token,
    })),
    true,
  ],
  ["mailgun", "no signature", ago(0), inBody(() => undefined), true],
  ["mailgun", "a list", ago(0), inBody((was) => [was]), true],
  ["mailgun", "an empty one", ago(0), inBody((was) => ({ ...was, signature: "" })), true],
];

Deno.test("only what its sender has signed lately is taken, letter for letter", () => {
  for (const [source, what, by, change, refused] of rows) {
    const sent = change(senders.send(source, body, by));
    const expected = refused ? "webhook_signature_invalid" : "taken";
    expect([source, what, checks[source](sent)]).toEqual([source, what, expected]);
  }
});

Deno.test("an address of SNS is one of its regions, over https, and nothing that looks like it", () => {
  const rows: [string, boolean][] = [
    [certificate_url, true],
    ["https://sns.cn-north-1.amazonaws.com.cn/x.pem", true],
    ["http://sns.eu-central-1.amazonaws.com/x.pem", false],
    ["https://sns.eu-central-1.amazonaws.com.example.org/x.pem", false],
    ["https://example.org/sns.eu-central-1.amazonaws.com/x.pem", false],
    ["https://sns.eu-central-1.amazonaws.com@example.org/x.pem", false],
    ["https://bucket.s3.amazonaws.com/x.pem", false],
    ["https://sns-eu.s3.eu-central-1.amazonaws.com/x.pem", false],
    ["https://xsns.eu-central-1.amazonaws.com/x.pem", false],
    ["https://sns.eu-central-1.amazonaws.com:8443/x.pem", false],
    ["https://sns.eu-central-1.amazonaws.com/x.crt", false],
    ["https://sns.eu-central-1.amazonaws.com/?x.pem", false],
    ["https://sns.amazonaws.com/x.pem", false],
    ["//sns.eu-central-1.amazonaws.com/x.pem", false],
    ["", false],
  ];
  for (const [url, fits] of rows) expect([url, isSnsAddress(url, ".pem")]).toEqual([url, fits]);
  expect(isSnsAddress("https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=x", null))
    .toBe(true);
});

Deno.test("what is signed of an SNS message is what AWS says, in its order", () => {
  const message: SnsMessage = {
    ...{ Type: "Notification", MessageId: "id", TopicArn: "arn", Message: "hello\nyou", Timestamp: "now" },
    ...{
      SignatureVersion: "1",
      Signature: "",
      SigningCertURL: "",
      Subject: "hi",
      Token: "t",
      SubscribeURL: "u",
    },
  };
  expect(stringToSign(message)).toBe(
    "Message\nhello\nyou\nMessageId\nid\nSubject\nhi\nTimestamp\nnow\nTopicArn\narn\nType\nNotification\n",
  );
  expect(stringToSign({ ...message, Subject: null })).not.toContain("Subject");
  expect(stringToSign({ ...message, Type: "SubscriptionConfirmation" })).toBe(
    "Message\nhello\nyou\nMessageId\nid\nSubscribeURL\nu\nTimestamp\nnow\nToken\nt\nTopicArn\narn\n" +
      "Type\nSubscriptionConfirmation\n",
  );
});

/** SNS's own host, as far as it can be had. */
function fakeAws() {
  const asked: string[] = [];
  const host = { text: senders.certificate, status: 200, away: false };
  const sns = createSns({
    get(url) {
      asked.push(url);
      return host.away
        ? Promise.reject(new Error("away"))
        : Promise.resolve({ status: host.status, headers: {}, text: host.text });
    },
  });
  const verify = (message: SnsMessage, at_ms = now_ms, topic = config.webhook_ses_topic_arn) =>
    sns.verify(message, topic, at_ms).then(() => "taken", (error) => error.code ?? `${error}`);
  return { asked, host, sns, verify };
}

Deno.test("a message of SNS is taken with either digest, and its certificate fetched once", async () => {
  const { asked, verify } = fakeAws();
  const at = new Date();
  for (const digest of ["sha1", "sha256"] as const) {
    const all = [1, 2, 3].map(() => verify(senders.snsMessage({ Subject: "hi" }, at, digest), at.getTime()));
    expect(await Promise.all(all)).toEqual(["taken", "taken", "taken"]);
  }
  expect(asked).toEqual([certificate_url]);
});

Deno.test("a message of SNS that is not from the topic, or not whole, is refused before anything is fetched, or after", async () => {
  const at = new Date();
  const message = (given: Partial<SnsMessage> = {}, when = at) => senders.snsMessage(given, when);
  const rows: [what: string, SnsMessage, fetched: number][] = [
    ["another topic, well signed", message({ TopicArn: "arn:aws:sns:eu-central-1:999999999999:mail" }), 0],
    ["a certificate of anybody's", message({ SigningCertURL: "https://x.s3.amazonaws.com/x.pem" }), 0],
    ["too old", message({}, new Date(at.getTime() - 27 * 3600_000)), 0],
    ["no time", message({ Timestamp: "x" }), 0],
    ["another message", { ...message(), Message: "{ }" }, 1],
    ["a subject more", { ...message(), Subject: "x" }, 1],
    ["another type", { ...message(), Type: "SubscriptionConfirmation" as const }, 1],
    ["the other digest", { ...message(), SignatureVersion: "1" as const }, 1],
    ["no signature", { ...message(), Signature: "" }, 1],
  ];
  for (const [what, one, fetched] of rows) {
    const { asked, verify } = fakeAws();
    expect([what, await verify(one, at.getTime()), asked.length]).toEqual([
      what,
      "webhook_signature_invalid",
      fetched,
    ]);
  }
});

Deno.test("without a certificate SNS is asked to come back, and the next message asks again", async () => {
  const { asked, host, sns, verify } = fakeAws();
  const at = new Date();
  const message = senders.snsMessage({}, at);
  for (const fault of [{ away: true }, { away: false, status: 500 }, { status: 200, text: "<html>" }]) {
    Object.assign(host, fault);
    expect(await verify(message, at.getTime())).toBe("webhook_certificate_unavailable");
  }
  Object.assign(host, { text: senders.certificate });
  expect(await verify(message, at.getTime())).toBe("taken");
  expect(asked).toHaveLength(4);
  // Fetched anew after a day; and a certificate has its own time, which is over in three.
  const later = at.getTime() + 3 * 86_400_000;
  expect(await verify(senders.snsMessage({}, new Date(later)), later)).toBe("webhook_signature_invalid");
  expect(asked).toHaveLength(5);

  const confirm = (SubscribeURL: string | null) =>
    sns.confirm(senders.snsMessage({ Type: "SubscriptionConfirmation", SubscribeURL, Token: "t" }, at))
      .then(() => "confirmed", (error) => error.code);
  const url = "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";
  expect(await confirm(url)).toBe("confirmed");
  expect(asked.at(-1)).toBe(url);
  expect(await confirm("https://example.org/?Action=ConfirmSubscription")).toBe("webhook_signature_invalid");
  expect(await confirm(null)).toBe("webhook_signature_invalid");
  expect(asked).toHaveLength(6);
  host.status = 403;
  expect(await confirm(url)).toBe("webhook_subscription_failed");
});

Deno.test("what an operator sets is checked before the port is open", () => {
  const refused: [keyof typeof webhookSettings, string][] = [
    ["webhook_generic_secret", "not whsec"],
    ["webhook_generic_secret", "whsec_dG9vIHNob3J0"],
    ["webhook_ses_topic_arn", "arn:aws:sqs:eu-central-1:123456789012:mail"],
    ["webhook_sendgrid_public_key", "A".repeat(120)],
    ["webhook_sendgrid_public_key", "-----BEGIN PUBLIC KEY-----"],
    ["webhook_postmark_password", "short"],
    ["webhook_mailgun_signing_key", "short"],
  ];
  for (const [name, value] of refused) expect(() => webhookSettings[name].parse(value)).toThrow("expected");
  for (const [name, value] of Object.entries(config)) {
    expect(webhookSettings[name as keyof typeof webhookSettings].parse(value)).toBe(value);
  }
});
