/** Somebody who visits a running service with one browser from one address: real requests, by page or by API. */
import { evidenceFields } from "../../../core/client_evidence.ts";
import { hiddenValue, type Target, Visiting } from "../../../core/net/visiting.ts";
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

export class Visitor {
  readonly #visiting: Visiting;

  constructor(target: Target, readonly browser: Browser, readonly line: Line) {
    this.#visiting = new Visiting(target);
  }

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

  #ask(method: string, path: string, body: { type: string; text: string } | null) {
    return this.#visiting.ask(method, path, {
      headers: (cookie) => this.#headers(body?.type ?? null, cookie),
      body: body?.text,
    });
  }

  /** In the browser's own order; those that our end writes by itself are left to it. */
  #headers(type: string | null, cookie: string | undefined): [string, string][] {
    const { header_names, headers, user_agent } = this.browser;
    const values: Record<string, string | undefined> = {
      ...headers,
      "user-agent": user_agent ?? "",
      ...type !== null && { "content-type": type, origin: new URL(this.#visiting.target.url).origin },
      cookie,
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
