/** The demo's endpoints, on a port of this machine. */
import type { Log } from "../../../core/observe/log.ts";
import { failedPage, signedInPage, welcomePage } from "./pages.tsx";
import type { RelyingParty } from "./relying_party.ts";
import { style } from "./style.ts";
import { type Visit, Visits } from "./visits.ts";

export interface DemoParts {
  party: RelyingParty;
  issuer: string;
  /** Its one address, as `http://127.0.0.1:24000`. */
  base: string;
  log: Log;
}

const cookieName = "demo_session";
const bodyBytesMax = 16_384;

export function createDemo({ party, issuer, base, log }: DemoParts): (request: Request) => Promise<Response> {
  const visits = new Visits();
  const policy = [
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    // Forms lead to the service by way of a redirect.
    `form-action 'self' ${new URL(issuer).origin}`,
  ].join("; ");

  const html = (text: string, status = 200) =>
    new Response(text, {
      status,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "cache-control": "no-store",
        // `no-referrer` would make browsers send `Origin: null` with our own forms.
        "referrer-policy": "strict-origin",
        "x-content-type-options": "nosniff",
      },
    });
  const to = (location: string, visit?: Visit) =>
    new Response(null, {
      status: 303,
      headers: {
        location,
        "cache-control": "no-store",
        ...visit ? { "set-cookie": `${cookieName}=${visit.id}; Path=/; HttpOnly; SameSite=Lax` } : {},
      },
    });

  function home(visit: Visit | null): Response {
    const notice = visit?.notice ?? null;
    if (visit) visit.notice = null;
    return html(
      visit?.signed_in
        ? signedInPage({ issuer, notice, known: visit.signed_in })
        : welcomePage({ issuer, notice }),
    );
  }

  async function signIn(visit: Visit | null, login_hint: string | null): Promise<Response> {
    const { url, pending } = await party.begin(login_hint);
    const own = visit ?? visits.begin();
    own.pending = pending;
    return to(url.href, own);
  }

  async function callback(url: URL, visit: Visit | null): Promise<Response> {
    const pending = visit?.pending;
    if (!visit || !pending) {
      return html(failedPage({ issuer, text: "No sign-in was begun in this browser." }), 400);
    }
    visit.pending = null;
    visit.signed_in = await party.finish(url, pending);
    visits.renew(visit);
    return to("/", visit);
  }

  const actions: Record<string, (visit: Visit) => Promise<Response>> = {
    async "/refresh"(visit) {
      visit.signed_in = await party.refresh(visit.signed_in!);
      visit.notice = "Refreshed: the tokens below are new.";
      return to("/");
    },
    async "/userinfo"(visit) {
      visit.signed_in = { ...visit.signed_in!, userinfo: await party.userinfo(visit.signed_in!) };
      return to("/");
    },
    async "/logout"(visit) {
      const url = await party.endSessionUrl(visit.signed_in!);
      Object.assign(visit, { signed_in: null, notice: "Logged out here, and at Flow Shield." });
      return to(url.href);
    },
    "/forget"(visit) {
      Object.assign(visit, { signed_in: null, notice: "Logged out here. Flow Shield still knows you." });
      return Promise.resolve(to("/"));
    },
  };

  async function act(path: string, visit: Visit | null): Promise<Response> {
    if (path === "/sign-in") return await signIn(visit, null);
    if (!Object.hasOwn(actions, path)) return new Response("not found", { status: 404 });
    return visit?.signed_in ? await actions[path](visit) : to("/");
  }

  /** Back-Channel Logout §2.8: 200 when it is done, 400 when the token is none. */
  async function backChannel(request: Request): Promise<Response> {
    const headers = { "cache-control": "no-store" };
    try {
      const text = await readText(request);
      const who = await party.readLogoutToken(new URLSearchParams(text).get("logout_token") ?? "");
      const ended = visits.end(
        who,
        "Flow Shield said that your session has ended, so you are logged out here, too.",
      );
      log.debug("demo.back_channel_logout", { ended });
      return new Response(null, { status: 200, headers });
    } catch (error) {
      log.warn("demo.logout_token_refused", { reason: (error as Error).name });
      return Response.json({ error: "invalid_request" }, { status: 400, headers });
    }
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (request.method === "POST" && url.pathname === "/backchannel-logout") {
      return await backChannel(request);
    }
    // One address: its cookie belongs to it, and no other name leads into it.
    if (url.origin !== base) return to(`${base}/`);
    const visit = visits.find(cookieOf(request));
    if (request.method === "POST") {
      await request.body?.cancel();
      // A form of ours comes from here; anybody else's does not.
      if (request.headers.get("origin") !== base) {
        return new Response("This form was not sent by this app's own page.", { status: 403 });
      }
      return await act(url.pathname, visit);
    }
    if (request.method !== "GET") return new Response("method not allowed", { status: 405 });
    if (url.pathname === "/") return home(visit);
    if (url.pathname === "/callback") return await callback(url, visit);
    if (url.pathname === "/start") return await start(url, visit);
    if (url.pathname === "/style.css") {
      return new Response(style, { headers: { "content-type": "text/css" } });
    }
    return new Response("not found", { status: 404 });
  }

  /** Core §4: somebody came from the provider's list of apps. */
  async function start(url: URL, visit: Visit | null): Promise<Response> {
    if (url.searchParams.get("iss") !== issuer) {
      return html(failedPage({ issuer, text: "This app signs in with another provider only." }), 400);
    }
    return await signIn(visit, url.searchParams.get("login_hint")?.slice(0, 300) ?? null);
  }

  return async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      log.warn("demo.failed", { reason: (error as Error).name });
      // What the provider refused is no failure of ours; that it cannot be reached is.
      const refused = typeof (error as { error?: unknown }).error === "string";
      return html(failedPage({ issuer, text: reasonOf(error) }), refused ? 403 : 502);
    }
  };
}

/** What the provider said, where it said something (RFC 6749 §4.1.2.1, §5.2). */
function reasonOf(error: unknown): string {
  const { error: code, error_description, message } = error as Error & Record<string, unknown>;
  return typeof code === "string" ? `${code}${error_description ? `: ${error_description}` : ""}` : message;
}

function cookieOf(request: Request): string | undefined {
  const found = (request.headers.get("cookie") ?? "").split(/; */).find((one) =>
    one.startsWith(`${cookieName}=`)
  );
  return found?.slice(cookieName.length + 1);
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > bodyBytesMax) throw new Error("the body is too large");
    chunks.push(chunk as Uint8Array<ArrayBuffer>);
  }
  return await new Blob(chunks).text();
}
