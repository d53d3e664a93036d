// npm install openid-client; node web.mjs, and open http://localhost:3000
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import * as client from "openid-client";

const { ISSUER = "http://localhost:8000", CLIENT_ID, CLIENT_SECRET, PORT = "3000" } = process.env;
const home = `http://localhost:${PORT}`;
const secret = client.ClientSecretBasic(CLIENT_SECRET);
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, secret, {
  execute: ISSUER.startsWith("http:") ? [client.allowInsecureRequests] : [],
});

/** One for each browser, by the value of its cookie. A real app keeps them in its database. */
const sessions = new Map();

createServer(async (request, response) => {
  const url = new URL(request.url, home);
  const id = /(?:^|; )app=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const session = sessions.get(id);
  const go = (location, headers = {}) => response.writeHead(303, { location, ...headers }).end();

  try {
    if (url.pathname === "/login") {
      const verifier = client.randomPKCECodeVerifier();
      const fresh = { verifier, state: client.randomState(), nonce: client.randomNonce() };
      const key = randomUUID();
      sessions.set(key, fresh);
      const address = client.buildAuthorizationUrl(config, {
        redirect_uri: `${home}/callback`,
        scope: "openid profile email",
        state: fresh.state,
        nonce: fresh.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      });
      go(address.href, { "set-cookie": `app=${key}; HttpOnly; SameSite=Lax; Path=/` });
    } else if (url.pathname === "/callback" && session?.verifier) {
      session.tokens = await client.authorizationCodeGrant(config, url, {
        pkceCodeVerifier: session.verifier,
        expectedState: session.state,
        expectedNonce: session.nonce,
      });
      delete session.verifier;
      go("/");
    } else if (url.pathname === "/logout" && session?.tokens) {
      sessions.delete(id);
      const end = { id_token_hint: session.tokens.id_token, post_logout_redirect_uri: `${home}/` };
      go(client.buildEndSessionUrl(config, end).href);
    } else if (session?.tokens) {
      const { sub } = session.tokens.claims();
      const person = await client.fetchUserInfo(config, session.tokens.access_token, sub);
      response.setHeader("content-type", "text/plain; charset=utf-8");
      response.end(`Signed in:\n${JSON.stringify(person, null, 2)}\n\nGo to /logout to leave.`);
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end('<a href="/login">Sign in</a>');
    }
  } catch (error) {
    console.error(error);
    response.writeHead(502, { "content-type": "text/plain" }).end(`Sign-in failed: ${error.message}`);
  }
}).listen(Number(PORT));
