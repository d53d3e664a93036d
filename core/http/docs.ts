/** `/openapi.json`, `/docs` (Scalar, served from here, so that it works offline) and `/docs/problems`. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { h } from "preact";
import type { Assets } from "./assets.ts";
import { themeCookie } from "./cookies.ts";
import { type Plain, rendered } from "./exchange.ts";
import { createOpenApi, type OpenApiInput, problemsOf } from "./openapi.ts";
import { edgeProblems, titleOf } from "./problem_codes.ts";
import type { Page } from "./route.ts";

export interface Docs {
  plain: Plain[];
  pages: Page[];
  /** To be added to the assets of the pages. */
  assets: Assets;
}

/**
 * Scalar writes styles into the page, and shows what our own API answers. Nothing may be loaded from elsewhere: no
 * fonts, no proxy, no telemetry. This policy holds on this one page, which knows no visitor.
 */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const scalarSettings = {
  url: "/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  defaultOpenAllTags: false,
  documentDownloadType: "json",
};

export async function createDocs(
  input: OpenApiInput & {
    /** Pages of plugins; those that are documentation are linked to. */
    pages: Page[];
  },
): Promise<Docs> {
  const assets: Assets = new Map();
  const add = (name: string, body: Uint8Array): string => {
    const hash = createHash("sha256").update(body).digest("hex").slice(0, 12);
    const path = `/assets/${name}-${hash}.js`;
    assets.set(path, { body, content_type: "text/javascript; charset=utf-8", immutable: true });
    return path;
  };
  const scalar = add("scalar", await readFile(scalarFile()));
  const starter = add("docs", new TextEncoder().encode(starterScript()));
  const more = input.pages.flatMap(({ docs, path }) => docs ? [{ docs, path }] : []);
  // Computed when somebody asks, once: it takes a moment, and starting should not.
  let openapi: string | null = null;
  return {
    assets,
    plain: [
      {
        path: "/openapi.json",
        kind: "api",
        handle: () => {
          const answer = rendered(200, "application/json", openapi ??= JSON.stringify(createOpenApi(input)));
          // Public, and read by tools that run in other origins.
          answer.headers["access-control-allow-origin"] = "*";
          return answer;
        },
      },
      {
        path: "/docs",
        kind: "page",
        handle: ({ cookies }) => {
          const chosen = cookies[themeCookie];
          const theme = chosen === "light" || chosen === "dark" ? ` data-theme="${chosen}"` : "";
          const html = docsHtml(input.core.site_name, { scalar, starter, theme, more });
          const answer = rendered(200, "text/html; charset=utf-8", html);
          answer.headers["content-security-policy"] = docsPolicy;
          return answer;
        },
      },
    ],
    pages: [problemsPage(input)],
  };
}

function scalarFile(): URL {
  return new URL("./browser/standalone.js", import.meta.resolve("@scalar/api-reference"));
}

/** The appearance chosen on the other pages holds here too; else the system's does, and Scalar's own switch. */
function starterScript(): string {
  return `const { theme } = document.documentElement.dataset;
Scalar.createApiReference("#docs", {
  ...${JSON.stringify(scalarSettings)},
  ...(theme ? { forceDarkModeState: theme, hideDarkModeToggle: true } : {}),
});
`;
}

/** A bar that leads back, which Scalar leaves room for; and our colours. */
const docsStyle = `
:root { --scalar-custom-header-height: 3rem; }
body { margin: 0; }
.bar { position: sticky; top: 0; z-index: 20; display: flex; gap: 1.5rem; align-items: center; height: 3rem;
  box-sizing: border-box; padding: 0 1.25rem; font: 500 0.9375rem system-ui, sans-serif;
  background: var(--scalar-background-1, Canvas); border-bottom: 1px solid var(--scalar-border-color, GrayText); }
.bar a { color: var(--scalar-color-1, CanvasText); text-underline-offset: 0.2em; }
.bar a:focus-visible { outline: 3px solid var(--scalar-color-accent, Highlight); outline-offset: 3px; }
html .light-mode { --scalar-color-accent: #00626d; }
html .dark-mode { --scalar-color-accent: #6fddd3; }
`;

const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

function docsHtml(
  site_name: string,
  { scalar, starter, theme, more }: {
    scalar: string;
    starter: string;
    theme: string;
    more: { docs: string; path: string }[];
  },
): string {
  const name = escaped(site_name);
  const links = [...more, { docs: "Problems", path: "/docs/problems" }]
    .map(({ docs, path }) => `<a href="${path}">${escaped(docs)}</a>`).join(" ");
  return `<!doctype html>
<html lang="en"${theme}>
<head>
<meta charset="utf-8">
<title>API · ${name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<style>${docsStyle}</style>
</head>
<body>
<nav class="bar"><a href="/">← ${name}</a> ${links}</nav>
<noscript><p>This page needs JavaScript. The same is in <a href="/openapi.json">openapi.json</a>.</p></noscript>
<div id="docs"></div>
<script src="${scalar}"></script>
<script src="${starter}"></script>
</body>
</html>
`;
}

interface Listed {
  code: string;
  status: number;
  title: string;
  about: string | null;
  calls: string[];
}

/** Every problem there is, by code: those of the edge, and those the routes state. */
export function listProblems(input: Pick<OpenApiInput, "routes">): Listed[] {
  const listed = new Map<string, Listed>(
    Object.entries(edgeProblems).map(([code, { status, title, about }]) => [code, {
      code,
      status,
      title,
      about,
      calls: [],
    }]),
  );
  for (const route of input.routes) {
    for (const [status, codes] of problemsOf(route)) {
      for (const code of codes) {
        if (Object.hasOwn(edgeProblems, code)) continue;
        const about = route.answers[status]?.description ?? null;
        const one = listed.get(code) ?? { code, status, title: titleOf(code), about, calls: [] };
        one.calls.push(`${route.method} ${route.path}`);
        listed.set(code, one);
      }
    }
  }
  return [...listed.values()].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}

/** Where the `type` of every problem leads. */
function problemsPage(input: OpenApiInput): Page {
  return {
    path: "/docs/problems",
    access: "public",
    get: () =>
      Promise.resolve({
        title: "Problems",
        nav: "docs",
        view: h(
          "article",
          { class: "prose", lang: "en" },
          h("h1", null, "Problems"),
          h("p", null, h("a", { href: "/docs" }, "← API docs")),
          h(
            "p",
            null,
            "Every error of the API is problem+json (RFC 9457). Its ",
            h("code", null, "code"),
            " is one of these.",
          ),
          ...listProblems(input).map((one) =>
            h(
              "section",
              { id: one.code, key: one.code },
              h("h2", null, h("code", null, one.code)),
              h("p", null, h("strong", null, `${one.status} · ${one.title}.`), " ", one.about ?? ""),
              one.calls.length > 0 ? h("p", null, "Answered by ", one.calls.join(", "), ".") : null,
            )
          ),
        ),
      }),
  };
}
