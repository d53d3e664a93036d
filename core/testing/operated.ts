/** An operator's pages by themselves, before an API that answers what a test says and writes down what it is asked. */
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { z } from "zod";
import type { Problem } from "../http/problem.ts";
import type { Page } from "../http/route.ts";
import type { Route } from "../plugin.ts";
import { goodCookie, testApp, testRoute } from "./app.ts";

export interface ApiRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

export interface OperatedOptions {
  pages: Page[];
  /** What the API answers, by `METHOD path` with its names in braces. */
  api: Record<string, (request: ApiRequest) => unknown>;
  /** Of the visitor. Default `["operator"]`. */
  roles?: string[];
  /** What every POST to the API ends with. */
  refuse?: Problem;
}

export interface Operated {
  /** Opens a page, or sends its form. */
  browse(
    path: string,
    form?: Record<string, string>,
  ): Promise<{ status: number; location: string | null; text: string }>;
  /** What the API was asked, in order: the key in `api`, and the query of a GET or the body of a POST. */
  asked: [string, unknown][];
}

export function operated({ pages, api, roles = ["operator"], refuse }: OperatedOptions): Operated {
  const asked: Operated["asked"] = [];
  const route = (endpoint: string): Route => {
    const [method, path] = endpoint.split(" ") as [Route["method"], string];
    const names = path.match(/(?<={)\w+/g) ?? [];
    const writes = method === "POST";
    return testRoute({
      ...{ method, path, access: "operator", query: z.record(z.string(), z.string()) },
      ...names.length > 0
        ? { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }
        : {},
      ...writes ? { body: z.unknown() } : {},
      handle({ params, query, body }) {
        asked.push([endpoint, writes ? body : query]);
        if (writes && refuse) throw refuse;
        const answer = api[endpoint]({ params, query, body } as ApiRequest);
        return Promise.resolve({ status: 200, body: answer });
      },
    });
  };
  const app = testApp({
    core_routes: Object.keys(api).map(route),
    pages,
    describeAccount: () =>
      Promise.resolve({ email: "ada@example.com", first_name: null, last_name: null, roles }),
    presentation: {
      render: ({ view }) => renderToString(view as VNode),
      renderError: ({ code }) => code,
    },
  });
  return {
    asked,
    async browse(path, form) {
      const answer = await app.fetch(
        new Request(`http://localhost:8000${path}`, {
          method: form ? "POST" : "GET",
          headers: {
            accept: "text/html",
            cookie: `fs_session=${goodCookie}`,
            "sec-fetch-site": "same-origin",
          },
          body: form && new URLSearchParams(form),
        }),
      );
      return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
    },
  };
}
