/** `/docs/oauth`: how to use the provider, and what it conforms to. */
import type { Page } from "../../../core/http/route.ts";
import { Code } from "../../../ui/components/prose.tsx";
import { specifications } from "./specifications.ts";

/** The programs shown are files, which tests run. */
const sample = (name: string, origin: string) =>
  Deno.readTextFileSync(new URL(`../samples/${name}`, import.meta.url)).replaceAll("ISSUER_HERE", origin);

interface QuickStart {
  id: string;
  title: string;
  about: string;
  create: string;
  file: string;
  after?: string;
}

const quickStarts: QuickStart[] = [
  {
    id: "web",
    title: "A web app",
    about:
      "A server that can keep a secret. It sends the browser here, gets a code back, and exchanges it for " +
      "tokens that no browser ever sees.",
    create: 'deno run -A main.ts client create --name "My app" --type web \\\n' +
      "  --redirect-uri http://localhost:3000/callback --post-logout-redirect-uri http://localhost:3000/",
    file: "web.mjs",
    after: "CLIENT_ID=… CLIENT_SECRET=… node web.mjs",
  },
  {
    id: "spa",
    title: "A single-page app",
    about:
      "A public client: no secret, PKCE always. With DPoP its tokens are bound to a key that never leaves the " +
      "browser, so that a stolen one is of no use elsewhere.",
    create: 'deno run -A main.ts client create --name "My app" --type spa \\\n' +
      "  --redirect-uri http://localhost:3000/ --post-logout-redirect-uri http://localhost:3000/",
    file: "spa.mjs",
  },
  {
    id: "native",
    title: "A native app, or a program in a terminal",
    about:
      "A public client that listens on the loopback address for a moment; any port will do (RFC 8252 §7.3).",
    create: 'deno run -A main.ts client create --name "My app" --type native \\\n' +
      "  --redirect-uri http://127.0.0.1/callback",
    file: "native.mjs",
    after: "CLIENT_ID=… node native.mjs",
  },
  {
    id: "machine",
    title: "A machine",
    about:
      "No person is there: the client acts for itself. The service it calls asks here whether the token is good.",
    create: 'deno run -A main.ts client create --name "My job" --type machine',
    file: "machine.py",
    after: "CLIENT_ID=… CLIENT_SECRET=… python machine.py",
  },
];

function Docs({ issuer }: { issuer: string }) {
  return (
    <article class="prose" lang="en">
      <h1>Sign in with this service</h1>
      <p>
        <a href="/docs">← API docs</a>
      </p>
      <p>
        Apps use it as their OAuth 2.1 and OpenID Connect provider. The issuer is{" "}
        <code>{issuer}</code>; every library finds the rest at{" "}
        <a href="/.well-known/openid-configuration">/.well-known/openid-configuration</a>. What clients there
        are: <code>main.ts client list</code>; to see a whole sign-in with everything decoded:{" "}
        <code>main.ts perform authorization-code</code>.
      </p>
      <nav aria-label="On this page">
        <ul>
          {quickStarts.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
          <li>
            <a href="#good-to-know">Good to know</a>
          </li>
          <li>
            <a href="#specifications">Specifications</a>
          </li>
        </ul>
      </nav>
      {quickStarts.map((start) => <Start key={start.id} {...start} issuer={issuer} />)}
      <section id="good-to-know">
        <h2>Good to know</h2>
        <ul>
          <li>
            <strong>Redirect URIs match exactly</strong>, but for the port of a loopback address. What is
            wrong with <code>client_id</code> or <code>redirect_uri</code>{" "}
            is told on a page; any other error goes back to your app.
          </li>
          <li>
            <strong>A refresh token is good once.</strong>{" "}
            Shown again within half a minute it answers the same successor, so that two tabs do not fight;
            shown later, everything that came from it is revoked. Without <code>offline_access</code>{" "}
            it ends with the browser's session.
          </li>
          <li>
            <strong>Access tokens are JWTs</strong>{" "}
            (<code>typ: at+jwt</code>) unless the client wants opaque ones: check them with the{" "}
            <a href="/.well-known/jwks.json">key set</a>, or ask{" "}
            <code>/oauth/introspect</code>, which also knows what was revoked.
          </li>
          <li>
            <strong>For a bank</strong>, create the client with{" "}
            <code>--type fapi2</code>: pushed requests, signed assertions and bound tokens are then required
            as a whole (FAPI 2.0 Security Profile).
          </li>
          <li>
            <strong>Logout reaches everybody.</strong> However a session ends, apps with a{" "}
            <code>backchannel_logout_uri</code>{" "}
            are told, and told again until they answer; people see it under <em>Your requests</em>.
          </li>
        </ul>
      </section>
      <section id="specifications">
        <h2>Specifications</h2>
        <p>What is implemented, and which tests show it.</p>
        <div role="region" aria-label="Specifications" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Specification</th>
                <th scope="col">Status</th>
                <th scope="col">Shown by</th>
              </tr>
            </thead>
            <tbody>
              {specifications.map(({ name, href, status, note, tests }) => (
                <tr key={name}>
                  <th scope="row">
                    <a href={href}>{name}</a>
                  </th>
                  <td>
                    {status === "full" ? "Implemented" : "In part"}
                    {note ? `: ${note}` : null}
                  </td>
                  <td>
                    {tests.map((test) => (
                      <div key={test}>
                        <code>{test}</code>
                      </div>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </article>
  );
}

function Start({ id, title, about, create, file, after, issuer }: QuickStart & { issuer: string }) {
  return (
    <section id={id}>
      <h2>{title}</h2>
      <p>{about}</p>
      <Code>{create}</Code>
      <p>
        Then, in <code>{file}</code>:
      </p>
      <Code>{sample(file, issuer)}</Code>
      {after ? <Code>{after}</Code> : null}
    </section>
  );
}

export const docsPage: Page = {
  path: "/docs/oauth",
  docs: "Sign in with this service",
  access: "public",
  get: ({ url }) =>
    Promise.resolve({ title: "OAuth and OpenID Connect", nav: "docs", view: <Docs issuer={url.origin} /> }),
};
