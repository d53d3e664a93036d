import { ButtonLink, DefinitionList } from "../components/basics.tsx";
import { LonePage } from "../components/layouts.tsx";
import { paths } from "../paths.ts";
import type { Strings } from "../types.ts";

export interface ErrorPageProps {
  t: Strings;
  status: number;
  /** What it means and what to do, in words. */
  text: string;
  request_id: string | null;
  /** Where trying again makes sense: the path of a page that was asked for with GET. */
  again_href?: string | null;
}

type Title = keyof Strings["error_page"]["titles"];

const titles: Record<number, Title> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "not_found",
  408: "timeout",
  410: "gone",
  413: "too_large",
  415: "unsupported",
  429: "too_many",
  503: "unavailable",
  504: "timeout",
};

export function ErrorPage({ t, status, text, request_id, again_href }: ErrorPageProps) {
  const e = t.error_page;
  const passing = status === 408 || status === 429 || status >= 500;
  return (
    <LonePage title={errorTitle(t, status)} lead={text}>
      <div class="row">
        {status === 401
          ? <ButtonLink href={paths.sign_in}>{t.shell.sign_in}</ButtonLink>
          : passing && again_href
          ? <ButtonLink href={again_href}>{e.again}</ButtonLink>
          : <ButtonLink href={paths.home}>{e.home}</ButtonLink>}
        {passing ? <a href={paths.status}>{e.status}</a> : null}
      </div>
      {request_id
        ? (
          <div class="stack stack--tight">
            <DefinitionList facts={{ [e.request_id]: <span class="mono">{request_id}</span> }} />
            <p class="small muted">{e.request_id_why}</p>
          </div>
        )
        : null}
    </LonePage>
  );
}

/** Also the title of the document. */
export function errorTitle(t: Strings, status: number): string {
  return t.error_page.titles[titles[status] ?? (status >= 500 ? "internal" : "bad_request")];
}
