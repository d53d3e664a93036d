/** What an answer of the API means for the form that led to it. */
import type { ApiAnswer } from "../core/http/route.ts";
import type { FormState, Strings } from "./types.ts";

/** In the visitor's words; the API's own where the catalogue knows no better. */
export function problemText(
  t: Strings,
  code: string,
  detail: string,
  retry_after_seconds: number | null,
): string {
  const known: Record<string, string | ((seconds?: number) => string)> = t.problems;
  const words = Object.hasOwn(known, code) ? known[code] : detail;
  return typeof words === "function" ? words(retry_after_seconds ?? undefined) : words;
}

/** What a refusal says of itself to whoever was refused: with the code by which an operator finds it, if it has one. */
function refusalText(t: Strings, code: string, reference: unknown): string | null {
  if (typeof reference !== "string" || !Object.hasOwn(t.refused, code)) return null;
  return t.refused[code as keyof Strings["refused"]](reference);
}

/** Passwords and codes never come back into a page. */
const secret = /password|code|token/;

/**
 * @param answer a problem
 * @param form what was sent; its secrets are left out
 */
export function formState(t: Strings, answer: ApiAnswer, form: Record<string, string>): FormState {
  const { code = "internal_error", detail = "", fields = {}, reference } = answer.body ?? {};
  const text = refusalText(t, code, reference) ?? problemText(t, code, detail, answer.retry_after_seconds);
  const names = Object.keys(fields);
  const values = Object.fromEntries(Object.entries(form).filter(([name]) => !secret.test(name)));
  if (names.length === 0) return { values, problem: text };
  // A code that is about one field says it better than the field's technical note, which is for programmers.
  const wants: Record<string, string> = t.field_problems;
  const errors = Object.fromEntries(names.map((name) => {
    if (code !== "invalid_request") return [name, text];
    return [name, Object.hasOwn(wants, name) ? wants[name] : fields[name]];
  }));
  return { values, errors };
}

/** Fields of a form that were filled in; an empty one was left out by whoever sent it. */
export function filled(form: Record<string, string>, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (form[name] ?? "") === "" ? [] : [[name, form[name]]]));
}

/** A field that holds JSON; undefined for what no script of ours has written: the API then says that it is missing. */
export function sentJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

/** Words for what the service may answer when a passkey's options are asked for. */
export const passkeyProblems = (t: Strings): Record<string, string> => ({
  challenge_invalid: t.problems.challenge_invalid,
  too_many_requests: t.problems.too_many_requests(),
  service_unavailable: t.problems.service_unavailable(),
  internal_error: t.problems.internal_error,
});
