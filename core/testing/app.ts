/** The edge by itself, with routes and pages of a test's own and nothing behind them. */
import { type App, type AppOptions, createApp } from "../http/app.ts";
import type { Visitor } from "../http/route.ts";
import { type Locale, pickLocale, stringsFor } from "../i18n/mod.ts";
import { silentLog } from "../observe/log.ts";
import { createMetrics } from "../observe/metrics.ts";
import type { AnyCtx, Route } from "../plugin.ts";

export const testCore: AppOptions["core"] = {
  backend_url: "http://localhost:8000",
  frontend_url: "http://localhost:8000",
  cors_origins: [],
  trusted_proxies: [],
  rate_limits: false,
  production: false,
  smtp_server: null,
  request_timeout_seconds: 5,
  body_timeout_seconds: 5,
};

export const goodCookie = "cookie-of-a-live-session";
export const goodToken = "token.of.a-live-session";

export interface TestAppOptions extends Omit<Partial<AppOptions>, "core"> {
  core?: Partial<AppOptions["core"]>;
}

/** Knows one visitor, by `goodCookie` and by `goodToken`. Views are shown as they are, errors as `code: detail`. */
export function testApp(options: TestAppOptions = {}): App {
  return createApp({
    plugins: [],
    core_routes: [],
    core_ctx: {
      optional: () => null,
      noticesFor: () => Promise.resolve([]),
      tipsFor: () => Promise.resolve([]),
    } as unknown as AnyCtx,
    pages: [],
    assets: new Map(),
    authenticate: ({ bearer, cookie }) =>
      Promise.resolve(
        bearer === goodToken
          ? testVisitor("bearer")
          : bearer === null && cookie === goodCookie
          ? testVisitor("cookie")
          : null,
      ),
    limiter: null,
    log: silentLog,
    metrics: createMetrics(),
    presentation: {
      render: ({ title, view, locale, theme, account }) =>
        `<html lang="${locale}" data-theme="${theme}"><title>${title}</title>${view}|${
          account?.email ?? "nobody"
        }`,
      renderError: ({ code, detail }) => `<html><h1>${code}</h1><p>${detail}</p>`,
    },
    interactionOf: () => Promise.resolve(null),
    describeAccount: () =>
      Promise.resolve({ email: "ada@example.com", first_name: "Ada", last_name: null, roles: [] }),
    pickLocale,
    stringsFor: (locale) => stringsFor(locale as Locale),
    ...options,
    core: { ...testCore, ...options.core },
  });
}

export function testVisitor(via: Visitor["via"]): Visitor {
  const now = new Date();
  return {
    account_id: "2b0ffb34-8bb3-4c7a-9a04-6d3b0e0b8f10",
    session_id: "57f2c1a9-2f0c-4d8e-8a52-6f1f5f9b7a11",
    via,
    session: {
      session_id: "57f2c1a9-2f0c-4d8e-8a52-6f1f5f9b7a11",
      account_id: "2b0ffb34-8bb3-4c7a-9a04-6d3b0e0b8f10",
      amr: ["pwd"],
      acr: "1",
      auth_time: now,
      ip: null,
      user_agent: null,
      created_at: now,
      last_used_at: now,
      last_used_ip: null,
      device_id: null,
      expires_at: new Date(now.getTime() + 3_600_000),
      dpop_jkt: null,
    },
  };
}

export function testRoute(route: Partial<Route> & Pick<Route, "method" | "path">): Route {
  return {
    summary: "For a test",
    access: "public",
    answers: { 200: { description: "Done" } },
    handle: () => Promise.resolve({ status: 200, body: { ok: true } }),
    ...route,
  };
}
