// npm install openid-client; node native.mjs
import { createServer } from "node:http";
import * as client from "openid-client";

const { ISSUER = "http://localhost:8000", CLIENT_ID, PORT = 9000 } = process.env;
const redirect_uri = `http://127.0.0.1:${PORT}/callback`;
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, client.None(), {
  execute: ISSUER.startsWith("http:") ? [client.allowInsecureRequests] : [],
});
const [code_verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()];
const code_challenge = await client.calculatePKCECodeChallenge(code_verifier);
const scope = "openid profile email";
const asked = { redirect_uri, scope, state, code_challenge, code_challenge_method: "S256" };
console.log("Open this in a browser:", client.buildAuthorizationUrl(config, asked).href);

createServer(async ({ url }, response) => {
  const checks = { pkceCodeVerifier: code_verifier, expectedState: state };
  const tokens = await client.authorizationCodeGrant(config, new URL(url, redirect_uri), checks);
  const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  response.end(`Hello ${person.name ?? person.email}. This window may be closed.`);
  console.log("Signed in:", person);
  setTimeout(() => process.exit(), 100);
}).listen(PORT, "127.0.0.1");
