/** The answer to a client, by way of the browser (RFC 6749 §4.1.2, §4.1.2.1; RFC 9207; Form Post Response Mode). */
import { createHash } from "node:crypto";
import type { OAuthError } from "../../../core/http/oauth_error.ts";
import { printable } from "../../../core/http/oauth_error.ts";
import type { CrossingAnswer } from "../../../core/http/route.ts";
import type { Strings } from "../../../core/i18n/mod.ts";
import { formPost, formPostScript } from "../pages/form_post.tsx";
import type { ReturnTo } from "./parameters.ts";

const script_source = `'sha256-${createHash("sha256").update(formPostScript).digest("base64")}'`;

export interface Answering {
  /** RFC 9207 §2: goes with every answer, so that a client that uses several servers knows whose it is. */
  issuer: string;
  client_name: string;
  t: Strings;
}

export function answerCode(to: ReturnTo, code: string, answering: Answering): CrossingAnswer {
  return answer(to, { code }, answering);
}

export function answerError(
  to: ReturnTo,
  { error, error_description }: Pick<OAuthError, "error" | "error_description">,
  answering: Answering,
): CrossingAnswer {
  return answer(to, { error, error_description: printable(error_description) }, answering);
}

function answer(
  { redirect_uri, response_mode, state }: ReturnTo,
  result: Record<string, string>,
  { issuer, client_name, t }: Answering,
): CrossingAnswer {
  const fields = { ...result, ...state === null ? {} : { state }, iss: issuer };
  if (response_mode === "form_post") {
    return formPost({ t, client_name, redirect_uri, fields, script_source });
  }
  const query = new URLSearchParams(fields).toString();
  if (response_mode === "fragment") return { location: `${redirect_uri}#${query}` };
  // RFC 6749 §3.1.2: the query it has MUST be retained.
  const joint = !redirect_uri.includes("?") ? "?" : /[?&]$/.test(redirect_uri) ? "" : "&";
  return { location: `${redirect_uri}${joint}${query}` };
}
