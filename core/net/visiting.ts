/** A browser that a program plays: cookies, forms and a time limit, against a service that is tried. */

export interface Target {
  /** Without a slash at the end. */
  url: string;
  timeout_ms: number;
}

export interface Answered {
  status: number;
  location: string;
  text: string;
}

/** Of a page; what is longer is none of ours. */
const bytesMax = 2_000_000;

export class Visiting {
  readonly #jar = new Map<string, string>();

  constructor(readonly target: Target) {}

  /**
   * @param headers made of what the jar holds, in the order in which they go
   * @returns null when there is no answer within the time limit
   */
  async ask(
    method: string,
    path: string,
    { headers, body }: { headers(cookie: string | undefined): [string, string][]; body?: string },
  ): Promise<Answered | null> {
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ") || undefined;
    try {
      const response = await fetch(this.target.url + path, {
        ...{ method, body, redirect: "manual", headers: headers(cookie) },
        signal: AbortSignal.timeout(this.target.timeout_ms),
      });
      for (const set of response.headers.getSetCookie()) {
        const [pair] = set.split(";");
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
}

/** Null: the page has no such field. */
export function hiddenValue(html: string, name: string): string | null {
  const input = new RegExp(`<input[^>]*\\bname="${name}"[^>]*>`).exec(html)?.[0];
  const value = input && /\bvalue="([^"]*)"/.exec(input)?.[1];
  return value ? value.replaceAll("&quot;", '"').replaceAll("&amp;", "&") : null;
}

/** @throws Error with what is wrong with it */
export function readTarget(against: string, timeout_ms: number): Target {
  const url = URL.parse(against);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new Error(`expected an address such as http://localhost:8000, got ${against.slice(0, 80)}`);
  }
  return { url: url.href.replace(/\/+$/, ""), timeout_ms };
}
