/** Pages: server-rendered, reaching the service through the JSON API only, with the visitor's own cookie. */
import type { CoreConfig } from "../config.ts";
import type { Strings } from "../i18n/mod.ts";
import { isOperator } from "../account.ts";
import type { Notice } from "../plugin.ts";
import { type Door, operatorOnly } from "./authenticate.ts";
import { bodyBytesMax, mediaType, readBody } from "./body.ts";
import { isHttps, languageCookie, setCookieHeader, themeCookie } from "./cookies.ts";
import { takeFormSignals } from "../client_evidence.ts";
import type { FormStamps } from "./form_stamp.ts";
import type { HeldForms } from "./held_form.ts";
import type { Exchange, Handler, Rendered } from "./exchange.ts";
import { decodeUtf8, readUrlEncoded } from "./json.ts";
import { localPath } from "./local_path.ts";
import { keepMailLink, takeMailLink } from "./mail_link.ts";
import type { Origins } from "./origins.ts";
import { Problem } from "./problem.ts";
import type { Interaction } from "../services/mod.ts";
import type { ApiAnswer, Cookie, Page, PageAnswer, PageView, Visit } from "./route.ts";
import { pagePolicy } from "./security_headers.ts";
import { withTimeLimit } from "./time_limit.ts";

export type VisitorAccount = NonNullable<Visit["account"]>;

/** One entry of a side menu; its words are in the catalogue under `key`. */
export interface NavEntry {
  key: string;
  path: string;
}

/** What surrounds a view. */
export interface Shell {
  locale: string;
  t: Strings;
  account: VisitorAccount | null;
  theme: "light" | "dark" | null;
  /** The page the visitor is on, as the page calls it. */
  nav: string | null;
  account_nav: NavEntry[];
  /** Empty for whoever is no operator. */
  operator_nav: NavEntry[];
  request_id: string;
  /** What the holder of the account should know. */
  notices: Notice[];
  /** Mail is caught on this machine and may be read. */
  dev: boolean;
  /** Path and query of the page, for links that come back to it. */
  path: string;
}

/** Answers a whole HTML document. */
export type PageRenderer = (page: Shell & { title: string; view: unknown }) => string;
/** Answers a whole HTML document about a problem, for a person. */
export type ErrorRenderer = (
  problem: {
    status: number;
    code: string;
    detail: string;
    fields: Record<string, string>;
    retry_after_seconds: number | null;
  },
  shell: Shell,
) => string;

export interface InnerCall {
  method: string;
  path: string;
  body: unknown;
  cookies: Record<string, string>;
  exchange: Exchange;
}

export interface PageParts {
  core: Pick<
    CoreConfig,
    | "backend_url"
    | "frontend_url"
    | "request_timeout_seconds"
    | "body_timeout_seconds"
    | "production"
    | "smtp_server"
  >;
  door: Door;
  origins: Origins;
  render: PageRenderer;
  renderError: ErrorRenderer;
  /** Whose page this is, for the menu; null when the account cannot be read. */
  describeAccount(account_id: string): Promise<VisitorAccount | null>;
  pickLocale(accept_language: string | null, cookie: string | undefined, query: string | undefined): string;
  /** The app that waits behind a local address; see the service `interactions`. */
  interactionOf(next: string): Promise<Interaction | null>;
  stringsFor(locale: string): Strings;
  account_nav: NavEntry[];
  operator_nav: NavEntry[];
  /** Forms that wait for a step-up. */
  heldForms: HeldForms;
  formStamps: FormStamps;
  /** Somebody who came by a mail's link has sent a form. */
  pressed(link_tag: string): void;
  /** What the holder of an account should know; shown on the pages of the account. */
  noticesFor(account_id: string): Promise<Notice[]>;
  /** Whether there is such an endpoint of the API. */
  can(method: string, path: string): boolean;
  /** Calls the API from inside, as the visitor. */
  call(inner: InnerCall): Promise<ApiAnswer>;
}

const choiceSeconds = 31_536_000;

/** The handlers of a page: GET, which changes nothing, and POST if it has a form. */
export function createPage(page: Page, parts: PageParts): { get: Handler; post: Handler | null } {
  const make = (method: "GET" | "POST"): Handler => (exchange, params) =>
    withTimeLimit(
      parts.core.request_timeout_seconds,
      exchange,
      () => show(page, method, parts, exchange, params),
    );
  return { get: make("GET"), post: page.post ? make("POST") : null };
}

async function show(
  page: Page,
  method: "GET" | "POST",
  parts: PageParts,
  exchange: Exchange,
  params: Record<string, string>,
): Promise<Rendered> {
  if (method === "POST") parts.origins.checkOwn(exchange.request.headers, "form");
  const query = withLocalNext(readUrlEncoded(exchange.search));
  const presented = parts.door.presented(exchange);
  const visitor = await parts.door.visitor(presented);
  if (page.access !== "public" && visitor === null) {
    const next = encodeURIComponent(method === "GET" ? ownPath(exchange) : exchange.path);
    // Who was signed in is told why they no longer are.
    return redirect(`/sign-in?${presented.cookie === null ? "" : "session_ended=1&"}next=${next}`, []);
  }
  const account = visitor && await parts.describeAccount(visitor.account_id);
  if (page.access === "operator" && !isOperator(account)) throw operatorOnly();
  const sent = method === "POST" ? await readForm(exchange, parts.core.body_timeout_seconds) : {};
  const target = ownPath(exchange);
  const { heldForms } = parts;
  const held = method === "POST" && visitor
    ? heldForms.take(exchange.cookies, { target, session_id: visitor.session_id })
    : null;
  exchange.form_signals = takeFormSignals(sent, parts.formStamps.madeAt);
  const form = held ?? sent;
  const next = form.next ?? query.next;
  const interaction = next === undefined ? null : await parts.interactionOf(next);
  if (interaction || page.for_apps) keepOpener(exchange);
  const shell = shellOf(parts, exchange, query, { account, ui_locales: interaction?.ui_locales });
  if (visitor && page.nav?.section === "account") shell.notices = await parts.noticesFor(visitor.account_id);
  const api = apiOf(method, parts, exchange);
  const visit: Visit = {
    url: new URL(target, parts.core.frontend_url),
    method,
    query,
    form,
    params,
    cookies: exchange.cookies,
    locale: shell.locale,
    t: shell.t,
    request_id: exchange.request_id,
    account: shell.account,
    interaction,
    dev: shell.dev,
    form_stamp: parts.formStamps.make,
    api,
    can: parts.can,
    load: async (path) => loaded(await api("GET", path)),
  };
  let answer: PageAnswer;
  try {
    answer = method === "POST" ? await page.post!(visit) : await page.get(visit);
  } catch (error) {
    if (!(error instanceof StepUpNeeded) || !visitor) throw error;
    answer = await askFirst(error, { parts, api, target, form, session_id: visitor.session_id });
  }
  const came = method === "POST" && succeeded(answer) ? takeMailLink(exchange.cookies) : null;
  if (came) parts.pressed(came.link_tag);
  const cookies = [
    ...choices(exchange, query, shell),
    ...came ? [came.forget] : method === "GET" ? keepMailLink(query, exchange.cookies) : [],
    ...held ? [heldForms.cleared] : [],
    ...answer.cookies ?? [],
  ];
  if ("redirect" in answer) {
    const waiting = answer.met_challenge_id === undefined
      ? null
      : heldForms.release(exchange.cookies, { challenge_id: answer.met_challenge_id });
    // 307: the browser sends its form there (RFC 9110 §15.4.8), where the one that waited takes its place.
    if (waiting) return { ...redirect(waiting.target, [...cookies, waiting.cookie]), status: 307 };
    return redirect(ownAddress(answer.redirect, parts.core), cookies);
  }
  return renderView(interaction ? onTheWayTo(interaction, answer) : answer, parts, shell, cookies);
}

const succeeded = (answer: PageAnswer) => "redirect" in answer || (answer.status ?? 200) < 400;

/** An act asks for more than the session has shown (RFC 9470). */
class StepUpNeeded extends Error {
  constructor(readonly wanted: { acr_values?: string; max_age?: number }) {
    super("step_up_required");
  }
}

/** Leads to the challenge, and keeps the form until it is met. */
async function askFirst(
  { wanted: { acr_values, max_age } }: StepUpNeeded,
  { parts: { heldForms }, api, target, form, session_id }: {
    parts: PageParts;
    api: Visit["api"];
    target: string;
    form: Record<string, string>;
    session_id: string;
  },
): Promise<PageAnswer> {
  const { kind, challenge_id } = loaded(await api("POST", "/auth/step-up", { acr_values, max_age }));
  // Shown meanwhile, in another tab: the page can be sent again as it is.
  if (kind === "met") return { redirect: target };
  const cookie = heldForms.hold({ target, form, session_id, challenge_id });
  return {
    redirect: `/challenge?challenge_id=${challenge_id}&next=${encodeURIComponent(target)}`,
    cookies: cookie ? [cookie] : [heldForms.cleared],
  };
}

export function renderView(answer: PageView, parts: PageParts, shell: Shell, cookies: Cookie[]): Rendered {
  const html = parts.render({
    ...shell,
    operator_nav: isOperator(shell.account) ? parts.operator_nav : [],
    nav: answer.nav ?? null,
    title: answer.title,
    view: answer.view,
  });
  const policy: Record<string, string> = answer.policy
    ? { "content-security-policy": pagePolicy(answer.policy) }
    : {};
  return {
    status: answer.status ?? 200,
    headers: { "content-type": "text/html; charset=utf-8", ...policy, ...answer.headers },
    cookies,
    body: html,
  };
}

/**
 * Apps sign people in by a window of their own, too, and wait for it: a page on that way must not be cut off from the
 * one that opened it, nor a redirect (HTML §7.1.3). Whoever opened it can read nothing here.
 */
export function keepOpener(exchange: Exchange): void {
  exchange.headers["cross-origin-opener-policy"] = "unsafe-none";
}

/**
 * Browsers hold a form's later redirects to `form-action`, too (CSP 3 §6.4.1): a page on the way to an app has to
 * name it, or the last step is blocked. No page can forget this, since it is done for all of them.
 */
function onTheWayTo({ client, leads_to }: Interaction, answer: PageView): PageView {
  const { policy = {} } = answer;
  const logo = client.logo_uri === null ? null : URL.parse(client.logo_uri);
  const shown = logo?.protocol === "https:" || logo?.protocol === "http:" && isLoopback(logo.hostname);
  return {
    ...answer,
    policy: {
      ...policy,
      "form-action": [...policy["form-action"] ?? [], leads_to],
      "img-src": [...policy["img-src"] ?? [], ...shown ? [logo!.origin] : []],
    },
  };
}

const isLoopback = (host: string) => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);

/** What a person sees instead of problem+json. */
export function renderErrorPage(problem: Problem, parts: PageParts, exchange: Exchange): Rendered {
  const { status, code, detail, extra } = problem;
  const html = parts.renderError({
    status,
    code,
    detail,
    fields: extra.fields ?? {},
    retry_after_seconds: extra.retry_after_seconds ?? null,
  }, shellOf(parts, exchange, {}));
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, cookies: [], body: html };
}

export function shellOf(
  parts: PageParts,
  exchange: Exchange,
  query: Record<string, string>,
  { account = null, ui_locales = [] }: { account?: VisitorAccount | null; ui_locales?: string[] } = {},
): Shell {
  const { request, cookies, request_id } = exchange;
  // What the app asks for comes before what the browser says; what the visitor has chosen, before both.
  const asked =
    [...ui_locales.filter((one) => /^[A-Za-z0-9-]{1,35}$/.test(one)), request.headers.get("accept-language")]
      .filter((one) => one !== null).join(", ") || null;
  const locale = parts.pickLocale(asked, cookies[languageCookie], query.lang);
  const chosen = [query.theme, cookies[themeCookie]].find((one) => themes.has(one));
  return {
    locale,
    t: parts.stringsFor(locale),
    account,
    theme: chosen === "light" || chosen === "dark" ? chosen : null,
    nav: null,
    account_nav: parts.account_nav,
    operator_nav: [],
    notices: [],
    request_id,
    dev: !parts.core.production && !parts.core.smtp_server,
    path: ownPath(exchange),
  };
}

const themes = new Set<string | undefined>(["system", "light", "dark"]);

/** Remembers a language chosen by `?lang=`, and an appearance by `?theme=`, when there is such a one. */
function choices(exchange: Exchange, query: Record<string, string>, shell: Shell): Cookie[] {
  const made: [string, string | undefined][] = [
    [languageCookie, query.lang === shell.locale ? query.lang : undefined],
    [themeCookie, themes.has(query.theme) ? query.theme : undefined],
  ];
  return made.flatMap(([name, value]) =>
    value === undefined || exchange.cookies[name] === value
      ? []
      : [{ name, value, max_age_seconds: choiceSeconds }]
  );
}

function ownPath({ path, search }: Exchange): string {
  return search === "" ? path : `${path}?${search}`;
}

/** Pages cannot forget the check: what they get as `next` is a place here. */
function withLocalNext(fields: Record<string, string>): Record<string, string> {
  if (fields.next !== undefined) fields.next = localPath(fields.next);
  return fields;
}

async function readForm(exchange: Exchange, timeout_seconds: number): Promise<Record<string, string>> {
  const type = mediaType(exchange.request.headers);
  const bytes = await readBody(exchange.request, { bytes_max: bodyBytesMax, timeout_seconds });
  if (type !== "application/x-www-form-urlencoded" && !(type === null && bytes.length === 0)) {
    throw new Problem(415, "unsupported_media_type", "Send the form of this page.");
  }
  return withLocalNext(readUrlEncoded(decodeUtf8(bytes)));
}

/** 303: whatever was sent, what comes next is asked for by GET (RFC 9110 §15.4.4). */
export function redirect(location: string, cookies: Cookie[]): Rendered {
  return { status: 303, headers: { location }, cookies, body: null };
}

/** A page leads to pages of ours. Anything else is a mistake in the page, and must not become an open redirect. */
function ownAddress(target: string, core: Pick<CoreConfig, "backend_url" | "frontend_url">): string {
  if (target.startsWith("/")) {
    const path = localPath(target, "");
    if (path !== "") return path;
  } else {
    const url = URL.parse(target);
    const ours = [core.frontend_url, core.backend_url].map((one) => new URL(one).origin);
    if (url && ours.includes(url.origin)) return url.href;
  }
  throw new Error("a page redirects to another site");
}

/** The visitor's way to the API: cookies set by one call go with the next one. */
function apiOf(method: "GET" | "POST", parts: PageParts, exchange: Exchange): Visit["api"] {
  const cookies = { ...exchange.cookies };
  return async (verb, path, body) => {
    if (method === "GET" && verb !== "GET") {
      throw new Error(
        `showing a page changes nothing: ${verb} ${path.split("?")[0]} belongs into its post()`,
      );
    }
    const answer = await parts.call({ method: verb, path, body, cookies, exchange });
    for (const { name, value, max_age_seconds } of answer.cookies) {
      if (max_age_seconds === 0) delete cookies[name];
      else cookies[name] = value;
    }
    if (method === "POST" && answer.body?.code === "step_up_required") throw new StepUpNeeded(answer.body);
    return answer;
  };
}

function loaded({ ok, status, body, retry_after_seconds }: ApiAnswer): ApiAnswer["body"] {
  if (ok) return body;
  const { code = "internal_error", detail = "" } = body ?? {};
  throw new Problem(status, code, detail, retry_after_seconds === null ? {} : { retry_after_seconds });
}

/** Set-Cookie lines of an answer. */
export function setCookies(cookies: Cookie[], core: Pick<CoreConfig, "backend_url">): string[] {
  const secure = isHttps(core.backend_url);
  return cookies.map((cookie) => setCookieHeader(cookie, secure));
}
