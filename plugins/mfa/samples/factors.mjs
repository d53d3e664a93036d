// npm install otpauth; EMAIL=… PASSWORD=… node factors.mjs
import * as OTPAuth from "otpauth";

const { ISSUER = "http://localhost:8000", EMAIL, PASSWORD } = process.env;
let access_token;
async function call(method, path, body) {
  const answer = await fetch(ISSUER + path, {
    method,
    headers: {
      "content-type": "application/json",
      ...(access_token ? { authorization: `Bearer ${access_token}` } : {}),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const json = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(`${json.code}: ${json.detail}`);
  return json;
}

// Sign in, and set up an authenticator app: here this program is the app.
({ access_token } = await call("POST", "/auth/login", { email: EMAIL, password: PASSWORD }));
const { authenticator_id, otpauth_uri } = await call("POST", "/mfa/totp", {});
const totp = OTPAuth.URI.parse(otpauth_uri);
const code = totp.generate();
const { recovery_codes } = await call("POST", `/mfa/totp/${authenticator_id}/confirm`, { code });
console.log("Keep these:", recovery_codes.join(" "));

// The next sign-in asks for it. A code works once, so this one waits for the next.
access_token = undefined;
const asked = await call("POST", "/auth/login", { email: EMAIL, password: PASSWORD });
console.log("Asked for one of:", asked.methods.join(", "));
const answer = { method: "recovery_code", code: recovery_codes[0] };
const session = await call("POST", `/auth/challenge/${asked.challenge_id}`, answer);
({ access_token } = session);
console.log("Signed in:", session.acr, session.amr.join(" "));

// What could take the account over asks again once the proof is ten minutes old.
const stepped = await call("POST", "/auth/step-up", { acr_values: "urn:flowshield:acr:2", max_age: 600 });
console.log("Step-up:", stepped.kind);
