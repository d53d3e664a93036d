/** `/docs/factors`: second factors for whoever builds on them, or runs the service. */
import type { Page } from "../../../core/http/route.ts";
import { Code, Table } from "../../../ui/components/prose.tsx";

/** The program shown is a file, which a test runs. */
const sample = (origin: string) =>
  Deno.readTextFileSync(new URL("../samples/factors.mjs", import.meta.url))
    .replaceAll("http://localhost:8000", origin);

const levels: [acr: string, shown: string, amr: string, aal: string][] = [
  ["urn:flowshield:acr:1", "A password; or a password on a device that is remembered", "pwd", "AAL1"],
  [
    "urn:flowshield:acr:2",
    "A password and a second factor, or a passkey that is kept in an account of its owner's",
    "pwd otp mfa · swk user mfa",
    "AAL2",
  ],
  [
    "urn:flowshield:acr:3",
    "The same with a passkey that cannot leave its device",
    "hwk user mfa",
    "AAL3, but that nobody attests the device",
  ],
];

const methods: [method: string, sends: string, about: string][] = [
  ["passkey", "credential", "begin answers { options } for navigator.credentials.get"],
  ["totp", "code", "RFC 6238; one step of clock either way, and no code twice"],
  ["recovery_code", "code", "one of ten; each works once, in any order"],
  ["email_code", "code", "begin mails it; only for who has nothing stronger, and raises no level"],
  ["device_verification", "code", "begin mails it; asked for where the risk has risen"],
  ["password", "password", "in a step-up"],
  ["enroll_totp, enroll_passkey", "code, credential", "where policy wants a factor and there is none"],
];

function Docs({ issuer }: { issuer: string }) {
  return (
    <article class="prose" lang="en">
      <h1>Second factors, passkeys and step-up</h1>
      <p>
        <a href="/docs">← API docs</a>
      </p>
      <p>
        A factor is asked for when a session is made, whatever way somebody comes by: there is no address that
        goes around it. People set theirs up under <a href="/account/factors">Account → Sign-in methods</a>.
      </p>
      <section id="levels">
        <h2>Levels</h2>
        <Table
          about="Levels"
          head={["acr", "What was shown", "amr (RFC 8176)", "NIST SP 800-63B"]}
          rows={levels}
        />
        <p>
          An OAuth client asks for a level with{" "}
          <code>acr_values</code>: whoever can, is asked for what is missing and comes back with it in the ID
          token; whoever cannot, comes back with what is true. As a condition it is{" "}
          <code>{'claims={"id_token":{"acr":{"essential":true,"value":"urn:flowshield:acr:2"}}}'}</code>: then
          nobody comes back with less, and who has no factor yet sets one up on the way. <code>max_age</code>
          {" "}
          and <code>prompt=login</code> ask for a young proof. Access tokens carry <code>acr</code> and{" "}
          <code>auth_time</code>, so your API can ask for more by RFC 9470.
        </p>
      </section>
      <section id="json">
        <h2>From an app of your own</h2>
        <p>
          A sign-in answers a session, or{" "}
          <code>{'{ kind: "challenge", challenge_id, methods }'}</code>: show one of the methods at{" "}
          <code>POST /auth/challenge/{"{challenge_id}"}</code>, until it answers a session. Some need{" "}
          <code>POST /auth/challenge/{"{challenge_id}"}/begin</code>{" "}
          first. What is asked for may grow while a challenge is open, so a waiting app reads{" "}
          <code>GET /auth/challenge/{"{challenge_id}"}</code>. With <code>remember_device: true</code> and the
          {" "}
          <code>device_token</code> of the answer sent as{" "}
          <code>Flow-Shield-Device</code>, later sign-ins on this device ask for no second factor.
        </p>
        <Table about="Methods" head={["method", "sends", "about"]} rows={methods} />
        <p>
          What answers 401 <code>step_up_required</code>{" "}
          (changes of password, address and factors, scopes of power) wants a proof of the last minutes: ask
          {" "}
          <code>POST /auth/step-up</code>, answer its challenge, and do it again.
        </p>
        <Code>{sample(issuer)}</Code>
        <p>
          Native apps use passkeys of this domain once they are named in <code>MFA_ORIGINS</code>{" "}
          and in the domain's <code>assetlinks.json</code> or <code>apple-app-site-association</code>.
        </p>
      </section>
      <section id="operators">
        <h2>For operators</h2>
        <ul>
          <li>
            <code>MFA_POLICY=required</code>, <code>MFA_REQUIRED_FROM=2027-01-31</code>,{" "}
            <code>MFA_REQUIRED_ROLES=operator</code>: whoever has no factor sets one up at the next sign-in,
            after a code from their mailbox. Roles:{" "}
            <code>main.ts user roles EMAIL add operator</code>. Sessions from before lead to no new token and
            no code for an app.
          </li>
          <li>
            <code>main.ts user mfa list EMAIL</code>,{" "}
            <code>main.ts user mfa reset EMAIL --reason "passport seen"</code>,{" "}
            <code>main.ts user mfa require EMAIL --reason …</code>: the reason is logged, and the person gets
            a mail.
          </li>
          <li>
            Lost everything? From the sign-in page, after the password: a mail, a wait{" "}
            (<code>MFA_RECOVERY_HOURS</code>) with notices that anybody who still has a session or the mailbox
            can answer with one click, and then the factors are removed.{" "}
            <code>main.ts user recovery list</code> and <code>cancel</code> show and stop them.
          </li>
          <li>
            Passkeys belong to the domain of <code>FRONTEND_URL</code>{" "}
            (<code>MFA_RP_ID</code>): choose it before people make any. They do not work on an IP address; on
            your own machine use <code>http://localhost</code>.
          </li>
        </ul>
      </section>
    </article>
  );
}

export const docsPage: Page = {
  path: "/docs/factors",
  docs: "Second factors and step-up",
  access: "public",
  get: ({ url }) =>
    Promise.resolve({
      title: "Second factors, passkeys and step-up",
      nav: "docs",
      view: <Docs issuer={url.origin} />,
    }),
};
