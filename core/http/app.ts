/** The edge: one function from a request to an answer, with everything that holds for all of them. */
import type { CoreConfig } from "../config.ts";
import type { Log } from "../observe/log.ts";
import type { MetricDefinition, Metrics } from "../observe/metrics.ts";
import type { AnyCtx, AnyPlugin, Route } from "../plugin.ts";
import { isOperator } from "../account.ts";
import { type Authenticate, createDoor } from "./authenticate.ts";
import { type Assets, createAssetServer } from "./assets.ts";
import { addressForLimits, clientAddresses } from "./client_address.ts";
import { languageCookie, readCookies } from "./cookies.ts";
import { createCrossing } from "./crossing.ts";
import { createEndpoint, type EndpointParts } from "./endpoint.ts";
import type { Exchange, Incoming, Info, Plain, Rendered } from "./exchange.ts";
import { createFormStamps } from "./form_stamp.ts";
import { createHeldForms } from "./held_form.ts";
import { createInnerCall } from "./inner_call.ts";
import { MemoryWindows } from "./memory_windows.ts";
import { createOrigins } from "./origins.ts";
import { createPage, type NavEntry, type PageParts, renderErrorPage, setCookies } from "./pages.ts";
import { asOAuthError, renderOAuthError } from "./oauth_error.ts";
import type { Presentation } from "./presentation.ts";
import { asProblem, problemHeaders, renderProblem } from "./problem_response.ts";
import type { Limiter } from "./rate_limit.ts";
import { requestId } from "./request_id.ts";
import { tooManyRequests } from "./route_limits.ts";
import type { Page } from "./route.ts";
import { createRouting, type Endpoint } from "./routing.ts";
import { securityHeaders } from "./security_headers.ts";
import { checkHeaders, splitUrl, toResponse, type Wire, withoutBody } from "./wire.ts";

export interface AppOptions {
  core: Pick<
    CoreConfig,
    | "backend_url"
    | "frontend_url"
    | "cors_origins"
    | "trusted_proxies"
    | "rate_limits"
    | "production"
    | "smtp_server"
    | "request_timeout_seconds"
    | "body_timeout_seconds"
  >;
  /** The plugins that are on: their routes are served, each with its own ctx. */
  plugins: { plugin: AnyPlugin; ctx: AnyCtx }[];
  core_routes: Route[];
  core_ctx: AnyCtx;
  /** Every page there is, those of the plugins included; empty without a presentation. */
  pages: Page[];
  /** Endpoints that answer by themselves: health, metrics, documents. */
  plain?: Plain[];
  assets: Assets;
  authenticate: Authenticate;
  /** The nonce for callers that prove a key (RFC 9449 §8.2). */
  dpopNonce?: () => string;
  /** Null counts nothing. */
  limiter: Limiter | null;
  log: Log;
  metrics: Metrics;
  /** Null: no pages, and errors are problem+json for everybody. */
  presentation: Pick<Presentation, "render" | "renderError"> | null;
  describeAccount: PageParts["describeAccount"];
  interactionOf: PageParts["interactionOf"];
  pickLocale: PageParts["pickLocale"];
  stringsFor: PageParts["stringsFor"];
  /** Requests of one address in a minute, whatever they ask for. Default 600. */
  requests_per_minute?: number;
}

export interface App {
  fetch(request: Request, info?: Info): Promise<Response>;
  /** The same without the platform's `Request` and `Response`, which cost more than most answers. */
  answer(request: Incoming, info: Info): Promise<Wire>;
  /** Requests being answered now. */
  readonly in_flight: number;
}

const edgeMetrics: Record<string, MetricDefinition> = {
  http_request_duration_seconds: {
    kind: "histogram",
    help: "From the request's headers to its answer.",
    labels: ["method", "route", "status"],
  },
  http_limited_total: { kind: "counter", help: "Requests refused by a limit.", labels: ["pool"] },
};

/** @throws Error when two endpoints claim one method of one path. */
export function createApp(options: AppOptions): App {
  const { core, log, metrics } = options;
  metrics.register(edgeMetrics);
  const origins = createOrigins(core);
  const addressOf = clientAddresses(core.trusted_proxies);
  const door = createDoor(core, options.authenticate, options.dpopNonce);
  const fixedHeaders = securityHeaders(core);
  const asset = createAssetServer(options.assets);
  const flood = core.rate_limits ? new MemoryWindows() : null;
  const flood_max = options.requests_per_minute ?? 600;
  let inFlight = 0;

  const { presentation } = options;
  const routes = [...options.core_routes, ...options.plugins.flatMap(({ plugin }) => plugin.routes ?? [])];
  const endpoints = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const pageParts: PageParts | null = presentation && {
    ...options,
    render: (page) => presentation.render(page),
    renderError: (problem, shell) => presentation.renderError(problem, shell),
    door,
    origins,
    pressed: (link_tag) => options.core_ctx.optional("mail_advice")?.pressed(link_tag),
    noticesFor: options.core_ctx.noticesFor,
    account_nav: navOf("account", options.pages),
    operator_nav: navOf("operator", options.pages),
    heldForms: createHeldForms({ keys: options.core_ctx.keys, core }),
    formStamps: createFormStamps(options.core_ctx.keys),
    can: (method, path) => endpoints.has(`${method} ${path}`),
    call: createInnerCall(core.backend_url, (request, info) => respond(request, info).then(({ raw }) => raw)),
  };
  const limits = core.rate_limits && options.limiter
    ? { limiter: options.limiter, refused: (pool: string) => metrics.inc("http_limited_total", { pool }) }
    : null;
  const endpointParts = {
    core,
    door,
    origins,
    limits,
    localeOf: ({ request, cookies }: Exchange) =>
      options.pickLocale(request.headers.get("accept-language"), cookies[languageCookie], undefined),
    isOperator: async (account_id: string) => isOperator(await options.describeAccount(account_id)),
  };
  const hono = createRouting(endpointsOf(options, pageParts, endpointParts), origins, checkFlood);

  function open(request: Incoming, info: Info): Exchange {
    const { path, search } = splitUrl(request.url);
    const id = info.internal?.request_id ?? requestId(request.headers.get("x-request-id"));
    const head = request.method === "HEAD";
    return {
      request,
      method: head ? "GET" : request.method,
      head,
      path,
      search,
      request_id: id,
      ip: info.internal
        ? info.internal.ip
        : addressOf(info.remote_address, request.headers.get("x-forwarded-for")),
      user_agent: request.headers.get("user-agent")?.slice(0, 512) ?? null,
      cookies: readCookies(request.headers.get("cookie")),
      internal: info.internal !== undefined,
      outer: info.internal?.outer ?? null,
      form_signals: null,
      kind: "api",
      cors: "listed",
      errors: "problem",
      route: "",
      log: log.with({ request_id: id }),
      headers: {},
    };
  }

  function checkFlood({ ip, internal }: Exchange): void {
    if (!flood || internal || ip === null) return;
    const count = flood.hit(addressForLimits(ip), 60);
    if (count.consumed <= flood_max) return;
    metrics.inc("http_limited_total", { pool: "address" });
    throw tooManyRequests({
      allowed: false,
      limit: flood_max,
      remaining: 0,
      reset_seconds: Math.max(1, Math.ceil(count.milliseconds_left / 1000)),
    });
  }

  function renderFailure(error: unknown, exchange: Exchange): Rendered {
    const oauth = exchange.errors === "oauth" ? asOAuthError(error) : null;
    const problem = asProblem(error);
    if ((oauth ?? problem).status >= 500) {
      const [problem_code, cause] = oauth ? [oauth.error, oauth.cause] : [problem.code, problem.extra.cause];
      exchange.log.error("request.failed", { route: exchange.route, problem_code, error: cause });
    }
    if (oauth) return renderOAuthError(oauth);
    if (exchange.kind !== "page" || !pageParts) exchange.kind = "api";
    else {
      try {
        const page = renderErrorPage(problem, pageParts, exchange);
        return { ...page, headers: { ...page.headers, ...problemHeaders(problem) } };
      } catch (cause) {
        exchange.log.error("request.error_page_failed", { error: cause });
        exchange.kind = "api";
      }
    }
    return renderProblem(problem, core.backend_url, exchange);
  }

  async function respond(request: Incoming, info: Info): Promise<{ raw: Rendered; exchange: Exchange }> {
    const exchange = open(request, info);
    try {
      const file = asset(exchange);
      if (file) return { raw: await file, exchange };
      // Hono hands on what a handler answers as it is; ours answer plain values.
      const raw = await hono.fetch(exchange as unknown as Request, exchange) as unknown as Rendered;
      return { raw, exchange };
    } catch (error) {
      return { raw: renderFailure(error, exchange), exchange };
    }
  }

  function toWire(raw: Rendered, exchange: Exchange): Wire {
    const { kind, request_id, head, request } = exchange;
    const cors = kind === "api" ? origins.allow(request.headers.get("origin"), exchange.cors) : {};
    const headers = { ...fixedHeaders[kind], ...cors, ...exchange.headers, ...raw.headers };
    headers["x-request-id"] = request_id;
    checkHeaders(headers);
    const set_cookie = raw.cookies.length > 0 ? setCookies(raw.cookies, core) : [];
    const wire: Wire = { status: raw.status, headers, set_cookie, body: raw.body };
    return head ? withoutBody(wire) : wire;
  }

  async function answer(request: Incoming, info: Info): Promise<Wire> {
    const started = performance.now();
    inFlight++;
    try {
      const { raw, exchange } = await respond(request, info);
      let wire: Wire;
      try {
        wire = toWire(raw, exchange);
      } catch (error) {
        wire = toWire(renderFailure(error, exchange), exchange);
      }
      finish(exchange, request.method, wire.status, performance.now() - started);
      return wire;
    } finally {
      inFlight--;
    }
  }

  function finish(exchange: Exchange, method: string, status: number, milliseconds: number): void {
    const route = exchange.route || "(none)";
    metrics.observe("http_request_duration_seconds", milliseconds / 1000, { method, route, status });
    const line = { method, route, status, ms: Math.round(milliseconds * 10) / 10 };
    const quiet = exchange.kind === "asset" || quietRoutes.has(route);
    if (quiet) exchange.log.debug("request.finished", line);
    else exchange.log.info("request.finished", line);
  }

  return {
    answer,
    async fetch(request, info = { remote_address: null }) {
      return toResponse(await answer(request, info));
    },
    get in_flight() {
      return inFlight;
    },
  };
}

/** Asked for every few seconds by machines; at `debug` they do not drown what people do. */
const quietRoutes = new Set(["/health", "/health/live", "/health/ready", "/metrics"]);

function endpointsOf(options: AppOptions, pageParts: PageParts | null, parts: EndpointParts): Endpoint[] {
  const routes = [
    ...options.core_routes.map((route) => ({ route, ctx: options.core_ctx, owner: "the core" })),
    ...options.plugins.flatMap(({ plugin, ctx }) =>
      (plugin.routes ?? []).map((route) => ({ route, ctx, owner: plugin.name }))
    ),
  ];
  return [
    ...routes.map(({ route, ctx, owner }): Endpoint => ({
      method: route.method,
      path: route.path,
      kind: "api",
      cors: route.cors,
      errors: route.errors,
      owner,
      handle: createEndpoint(route, ctx, parts),
    })),
    ...pageParts ? options.pages.flatMap((page) => pageEndpoints(page, pageParts)) : [],
    ...pageParts ? options.plugins.flatMap((one) => crossingEndpoints(one, pageParts, parts)) : [],
    ...(options.plain ?? []).map((one): Endpoint => ({ ...one, method: "GET", owner: "the core" })),
  ];
}

function pageEndpoints(page: Page, parts: PageParts): Endpoint[] {
  const { get, post } = createPage(page, parts);
  const owner = `the page ${page.path}`;
  const endpoint = { path: page.path, kind: "page" as const, owner };
  return [
    { ...endpoint, method: "GET", handle: get },
    ...post ? [{ ...endpoint, method: "POST", handle: post }] : [],
  ];
}

function crossingEndpoints(
  { plugin, ctx }: { plugin: AnyPlugin; ctx: AnyCtx },
  pageParts: PageParts,
  { limits }: EndpointParts,
): Endpoint[] {
  return (plugin.crossings ?? []).flatMap((crossing) => {
    const handle = createCrossing(crossing, ctx, pageParts, limits);
    return crossing.methods.map((method): Endpoint => ({
      method,
      path: crossing.path,
      kind: "page",
      owner: plugin.name,
      handle,
    }));
  });
}

function navOf(section: "account" | "operator", pages: Page[]): NavEntry[] {
  return pages
    .filter((page) => page.nav?.section === section)
    .sort((a, b) => a.nav!.order - b.nav!.order)
    .map((page) => ({ key: page.nav!.key, path: page.path }));
}
