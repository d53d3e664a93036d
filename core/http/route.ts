/** What a handler receives and answers: plain values, rendered at the edge. */
import type { ClientEvidence } from "../client_evidence.ts";
import type { HeaderFields } from "./header_fields.ts";
import type { Strings } from "../i18n/mod.ts";
import type { Interaction } from "../services/mod.ts";
import type { Session } from "../session/session.ts";

export interface Visitor {
  account_id: string;
  session_id: string;
  /** How the caller proved it: a bearer access token, or the browser's session cookie. */
  via: "bearer" | "cookie";
  session: Session;
}

/** One request, read and checked. */
export interface Call<B = unknown, Q = unknown, P = unknown> {
  body: B;
  query: Q;
  params: P;
  /** The body unread, where the route says `raw`; else empty. */
  raw: Uint8Array;
  headers: HeaderFields;
  request_id: string;
  /** The caller's address behind trusted proxies; null when unknown. */
  ip: string | null;
  user_agent: string | null;
  locale: string;
  /** Set when `access` is `session` or `operator`; else null, or set when a public route was called with a live session. */
  visitor: Visitor | null;
  cookies: Record<string, string>;
  /** What the request shows of its sender; made when it is asked for. */
  client: ClientEvidence;
  signal: AbortSignal;
}

export interface Cookie {
  name: string;
  value: string;
  /** Omitted: a session cookie. 0: deleted. */
  max_age_seconds?: number;
}

export interface Answer {
  status: number;
  /** Serialised as JSON; undefined: no body. */
  body?: unknown;
  /** A body that is no JSON; its `content-type` stands in `headers`. */
  text?: string;
  headers?: Record<string, string>;
  cookies?: Cookie[];
}

/** A page's request: it reaches the service through the JSON API only, with the visitor's own cookie. */
export interface Visit {
  url: URL;
  method: "GET" | "POST";
  query: Record<string, string>;
  /** Fields of a POSTed form; single values, at most 64 KiB in all. */
  form: Record<string, string>;
  params: Record<string, string>;
  cookies: Record<string, string>;
  locale: string;
  t: Strings;
  request_id: string;
  account: { email: string; first_name: string | null; last_name: string | null; roles: string[] } | null;
  /** The app somebody signs in for, when `next` leads back to its request. */
  interaction: Interaction | null;
  /** Mail is caught on this machine and may be read. */
  dev: boolean;
  /** For `FormEvidence` in a form whose sender is judged. */
  form_stamp(): string;
  /**
   * In `post()`, an answer `step_up_required` does not come back: the visitor is asked to show who they are, and then
   * the form is carried out as it was sent.
   */
  api(method: string, path: string, body?: unknown): Promise<ApiAnswer>;
  /** Whether the API has such an endpoint, so whether a plugin that serves it is on; `path` as the route writes it. */
  can(method: string, path: string): boolean;
  /** GET of what the page cannot do without. When it is refused, its problem is the visitor's page. */
  load(path: string): Promise<ApiBody>;
}

// deno-lint-ignore no-explicit-any -- JSON of another endpoint; pages read the fields they show
export type ApiBody = any;

export interface ApiAnswer {
  status: number;
  ok: boolean;
  body: ApiBody;
  cookies: Cookie[];
  retry_after_seconds: number | null;
}

export interface PageView {
  view: unknown;
  title: string;
  status?: number;
  cookies?: Cookie[];
  nav?: string;
  headers?: Record<string, string>;
  /** What this page may do besides: sources added to the directives of the page policy (CSP 3 §6). */
  policy?: Partial<Record<"form-action" | "img-src" | "frame-src" | "script-src", string[]>>;
}

export interface PageRedirect {
  redirect: string;
  cookies?: Cookie[];
  /** The challenge that was met: a form that waited for it is carried out now, in place of the redirect. */
  met_challenge_id?: string;
}

export type PageAnswer = PageView | PageRedirect;

/** A browser that another site has sent here: cookies count, fields are anybody's word. */
export interface BrowserCall {
  method: "GET" | "POST";
  path: string;
  /** Of the query, and of the form for POST; a name given twice has two values. */
  fields: Map<string, string[]>;
  params: Record<string, string>;
  visitor: Visitor | null;
  /** Whose browser it is; asked for only where it is shown. */
  account(): Promise<Visit["account"]>;
  cookies: Record<string, string>;
  headers: HeaderFields;
  locale: string;
  t: Strings;
  ip: string | null;
  user_agent: string | null;
  request_id: string;
}

/** `location` may be on another site: whoever answers it has checked it against what was registered. */
export type CrossingAnswer = PageView | { location: string; cookies?: Cookie[] };

export interface Page {
  path: string;
  /** `operator`: whoever is signed in and has the role; others see that they have not. */
  access: "public" | "session" | "operator";
  /** Shown on the way to an app, which may have opened a window for it and waits for what comes of that. */
  for_apps?: boolean;
  /** Shown in the side menu of the account, or of operators, under this key of `t.nav`, in this order. */
  nav?: { section: "account" | "operator"; key: string; order: number };
  /** Listed beside the API docs under this name. */
  docs?: string;
  get(visit: Visit): Promise<PageAnswer>;
  post?(visit: Visit): Promise<PageAnswer>;
}
