/** The demo's pages: server-rendered, without a script. */
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { decodeJwt, decodeProtectedHeader } from "jose";
import type { SignedIn } from "./visits.ts";

const Page = (
  { title, issuer, children }: { title: string; issuer: string; children: ComponentChildren },
) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <link rel="stylesheet" href="/style.css" />
    </head>
    <body>
      <header>
        <a class="brand" href="/">Demo app</a>
        <span class="tag">somebody else's app, as far as the service knows</span>
      </header>
      <main>{children}</main>
      <footer>
        It signs people in at <a href={issuer}>{issuer}</a> and keeps everything in memory.
      </footer>
    </body>
  </html>
);

const Button = ({ to, id, main, children }: { to: string; id: string; main?: boolean; children: string }) => (
  <form method="post" action={to}>
    <button type="submit" id={id} class={main ? "main" : undefined}>{children}</button>
  </form>
);

const Notice = ({ text }: { text: string | null }) =>
  text ? <p class="notice" role="status">{text}</p> : null;

interface Common {
  issuer: string;
  notice: string | null;
}

export const welcomePage = ({ issuer, notice }: Common): string =>
  render(
    <Page title="Demo app" issuer={issuer}>
      <h1>Nobody is signed in</h1>
      <Notice text={notice} />
      <p>
        This app has no passwords. It sends you to Flow Shield, which asks who you are and whether this app
        may know, and then shows what it was told.
      </p>
      <div class="row">
        <Button to="/sign-in" id="sign-in" main>Sign in with Flow Shield</Button>
      </div>
    </Page>,
  );

export const signedInPage = (
  { issuer, notice, known }: Common & { known: SignedIn },
): string => {
  const claims = decodeJwt(known.id_token) as Record<string, unknown>;
  const name = String(
    known.userinfo?.name ?? known.userinfo?.email ?? claims.name ?? claims.email ?? known.sub,
  );
  return render(
    <Page title="Demo app" issuer={issuer}>
      <h1>Signed in as {name}</h1>
      <Notice text={notice} />
      <div class="row">
        {known.refresh_token ? <Button to="/refresh" id="refresh" main>Refresh</Button> : null}
        <Button to="/userinfo" id="userinfo">Call userinfo</Button>
        <Button to="/logout" id="logout-everywhere">Log out</Button>
        <Button to="/forget" id="logout-here">Log out here only</Button>
      </div>
      <section>
        <h2>What it may do</h2>
        <dl>
          <dt>scope</dt>
          <dd>{known.scope ?? "as asked"}</dd>
          <dt>access token</dt>
          <dd>
            {known.access_token_ends
              ? `good until ${new Date(known.access_token_ends).toISOString()}`
              : "unknown"}
          </dd>
          <dt>refresh token</dt>
          <dd>{known.refresh_token ? "there, and kept on the server" : "none"}</dd>
        </dl>
      </section>
      <Token id="id-token" title="ID token" token={known.id_token} />
      <Token id="access-token" title="Access token" token={known.access_token} />
      {known.userinfo ? <Json id="userinfo-answer" title="Userinfo" value={known.userinfo} /> : null}
    </Page>,
  );
};

export const failedPage = ({ issuer, text }: { issuer: string; text: string }): string =>
  render(
    <Page title="Demo app: not signed in" issuer={issuer}>
      <h1>That did not work</h1>
      <p class="notice" role="alert">{text}</p>
      <div class="row">
        <Button to="/sign-in" id="sign-in" main>Try again</Button>
      </div>
    </Page>,
  );

const Json = ({ id, title, value }: { id: string; title: string; value: unknown }) => (
  <section aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`}>{title}</h2>
    <pre id={id} tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
  </section>
);

/** Taken apart; an opaque one says nothing to an app. */
const Token = ({ id, title, token }: { id: string; title: string; token: string }) => {
  try {
    return (
      <Json
        id={id}
        title={title}
        value={{ header: decodeProtectedHeader(token), payload: decodeJwt(token) }}
      />
    );
  } catch {
    return <Json id={id} title={title} value="opaque" />;
  }
};

const render = (page: VNode) => `<!doctype html>${renderToString(page)}`;
