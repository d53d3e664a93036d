/** Somebody who visits a running service with one browser from one address: real requests, by page or by API. */
import { evidenceFields } from "../../../core/client_evidence.ts";
import type { FormSignals } from "../../../ml/fraud/features/evidence.ts";
import type { Browser } from "../../../ml/fraud/simulator/browsers.ts";
import type { Line } from "../../../ml/fraud/simulator/places.ts";

/** What came of one act. */
export interface Seen {
  what:
    | "accepted"
    | "session"
    | "challenge"
    | "denied"
    | "wrong"
    | "unverified"
    | "limited"
    | "refused"
    | "unreachable";
  /** `allow`, `challenge`, `review` or `deny`, where the answer tells it: the API's does in development. */
  decision: string | null;
  fraud_score: number | null;
}

export interface Target {
  /** Without a slash at the end. */
  url: string;
  timeout_ms: number;
}

/** Of a page; what is longer is none of ours. */
const bytesMax = 2_000_000;

export class Visitor {
  readonly #jar = new Map<string, string>();

  constructor(readonly target: Target, readonly browser: Browser, readonly line: Line) {}

  /** Sends a page's form, as the page has it, after as long as its signals say that it was looked at. */
  async form(path: string, fields: Record<string, string>, signals: FormSignals | null): Promise<Seen> {
    const page = await this.#ask("GET", path, null);
    if (page === null) return nothing("unreachable");
    const stamp = hiddenValue(page.text, evidenceFields.stamp);
    // The stamp tells the service's own time: whoever wants to look slow has to be.
    await new Promise((resolve) => setTimeout(resolve, Math.min(15_000, signals?.shown_ms ?? 0)));
    const body = new URLSearchParams({
      ...fields,
      ...stamp !== null && { [evidenceFields.stamp]: stamp },
      ...signals?.script && { [evidenceFields.signals]: JSON.stringify(signals.script) },
      ...signals?.trap_filled && { [evidenceFields.trap]: "https://example.com" },
    });
    const answer = await this.#ask("POST", path, {
      type: "application/x-www-form-urlencoded",
      text: `${body}`,
    });
    return answer === null ? nothing("unreachable") : seenOnPage(answer);
  }

  /** Ends the session of this browser, which keeps what it is known by. */
  async leave(): Promise<void> {
    await this.#ask("POST", "/sign-out", { type: "application/x-www-form-urlencoded", text: "" });
  }

  async api(path: string, body: Record<string, unknown>): Promise<Seen> {
    const answer = await this.#ask("POST", path, { type: "application/json", text: JSON.stringify(body) });
    return answer === null ? nothing("unreachable") : seenByApi(answer);
  }

  /** Null when there is no answer within the time limit. */
  async #ask(method: string, path: string, body: { type: string; text: string } | null) {
    try {
      const response = await fetch(this.target.url + path, {
        method,
        redirect: "manual",
        headers: this.#headers(body?.type ?? null),
        body: body?.text,
        signal: AbortSignal.timeout(this.target.timeout_ms),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [pair] = cookie.split(";");
        const at = pair.indexOf("=");
        this.#jar.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
      }
      const text = (await response.text()).slice(0, bytesMax);
      return { status: response.status, location: response.headers.get("location") ?? "", text };
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) return null;
      throw error;
    }
  }

  /** In the browser's own order; those that our end writes by itself are left to it. */
  #headers(type: string | null): [string, string][] {
    const { header_names, headers, user_agent } = this.browser;
    const values: Record<string, string | undefined> = {
      ...headers,
      "user-agent": user_agent ?? "",
      ...type !== null && { "content-type": type, origin: new URL(this.target.url).origin },
      cookie: [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ") || undefined,
    };
    const named = type === null ? header_names : [...new Set([...header_names, "origin", "content-type"])];
    const sent = named.flatMap((name): [string, string][] => values[name] ? [[name, values[name]]] : []);
    return [...sent, ["x-forwarded-for", this.line.ip]];
  }
}

const nothing = (what: Seen["what"]): Seen => ({ what, decision: null, fraud_score: null });

/** Pages tell people where they are led, and nothing of what was decided. */
function seenOnPage({ status, location }: { status: number; location: string }): Seen {
  if (status >= 300 && status < 400) {
    const { pathname, searchParams } = new URL(location, "http://page.invalid");
    if (searchParams.has("unverified")) return nothing("unverified");
    if (pathname === "/check-your-mail") return nothing("accepted");
    return nothing(pathname === "/challenge" ? "challenge" : "session");
  }
  return nothing(refusalOf(status));
}

function seenByApi({ status, text }: { status: number; text: string }): Seen {
  const body = readJson(text);
  const told = {
    decision: typeof body.decision === "string" ? body.decision : null,
    fraud_score: typeof body.fraud_score === "number" ? body.fraud_score : null,
  };
  if (status === 202) return { what: "accepted", ...told };
  if (status === 200) return { what: body.kind === "challenge" ? "challenge" : "session", ...told };
  if (body.code === "email_unverified") return { what: "unverified", ...told };
  return { what: refusalOf(status), ...told };
}

const refusalOf = (status: number): Seen["what"] =>
  status === 403 ? "denied" : status === 401 ? "wrong" : status === 429 ? "limited" : "refused";

function readJson(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // A page where an answer of the API was expected: its status says what there is to say.
    return {};
  }
}

/** Null: the page has no such field. */
export function hiddenValue(html: string, name: string): string | null {
  const input = new RegExp(`<input[^>]*\\bname="${name}"[^>]*>`).exec(html)?.[0];
  const value = input && /\bvalue="([^"]*)"/.exec(input)?.[1];
  return value ? value.replaceAll("&quot;", '"').replaceAll("&amp;", "&") : null;
}
