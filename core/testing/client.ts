/** A stranger's client: knows the service by its HTTP contract alone. For journeys, tests of bad days, and the bench. */

/** JSON of whatever endpoint is asked. */
// deno-lint-ignore no-explicit-any -- a test reads the fields it speaks of
export type Json = any;

export interface Answer {
  status: number;
  body: Json;
  headers: Headers;
  /** `Retry-After`, when the answer has one. */
  retry_after_seconds: number | null;
}

export interface CapturedMail {
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  /** The link that carries a token, and that token; null when there is none. */
  link: string | null;
  token: string | null;
  /** Six digits; null when there are none. */
  code: string | null;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

export const goodPassword = "correct horse battery staple";

let addresses = 0;

/** An address that nobody has used. */
export function newAddress(name = "person"): string {
  return `${name}-${++addresses}-${crypto.randomUUID().slice(0, 8)}@example.com`;
}

export class Client {
  constructor(readonly url: string, private readonly timeout_ms = 20_000) {}

  /** Any call. A redirect is an answer like any other. @throws when there is no answer within the limit */
  async call(
    method: string,
    path: string,
    body?: unknown,
    { token, headers = {} }: { token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(this.timeout_ms),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get("content-type") ?? "");
    const retryAfter = response.headers.get("retry-after");
    return {
      status: response.status,
      body: json && text ? JSON.parse(text) : text,
      headers: response.headers,
      retry_after_seconds: retryAfter === null ? null : Number(retryAfter),
    };
  }

  /** As `call()`, but the answer must have one of these statuses. @throws Error with what came instead */
  async expect(statuses: number | number[], method: string, path: string, body?: unknown, token?: string) {
    const answer = await this.call(method, path, body, { token });
    if (![statuses].flat().includes(answer.status)) {
      throw new Error(
        `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body).slice(0, 500)}`,
      );
    }
    return answer;
  }

  register(email: string, password = goodPassword, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.expect(202, "POST", "/auth/register", { email, password, ...more });
  }

  /** The captured mails to an address, oldest first. */
  async mails(to: string): Promise<CapturedMail[]> {
    const { body } = await this.expect(200, "GET", `/dev/mailbox.json?to=${encodeURIComponent(to)}`);
    return (body.mails as Json[]).map(readMail).reverse();
  }

  /**
   * The newest mail to an address, waited for.
   * @param after how many there were before it
   * @throws Error when there is none within `timeout_ms`
   */
  async lastMail(to: string, after = 0, timeout_ms = 15_000): Promise<CapturedMail> {
    for (const end = Date.now() + timeout_ms;;) {
      const mails = await this.mails(to);
      if (mails.length > after) return mails.at(-1)!;
      if (Date.now() > end) {
        throw new Error(`${mails.length} mails within ${timeout_ms} ms, wanted more than ${after}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Confirms an address with the token in its newest mail. */
  async verify(email: string): Promise<Answer> {
    const { token } = await this.lastMail(email);
    return await this.expect(200, "POST", "/auth/verify-email", { token });
  }

  async login(email: string, password = goodPassword): Promise<Tokens> {
    const { body } = await this.expect(200, "POST", "/auth/login", { email, password });
    if (body.kind !== "session") throw new Error(`a ${body.kind} in place of a session`);
    return body;
  }

  refresh(refresh_token: string): Promise<Answer> {
    return this.call("POST", "/auth/refresh", { refresh_token });
  }

  me(token: string): Promise<Answer> {
    return this.call("GET", "/users/me", undefined, { token });
  }

  /** Signs up, confirms and signs in. */
  async newMember(email = newAddress(), password = goodPassword): Promise<Tokens & { email: string }> {
    await this.register(email, password);
    await this.verify(email);
    return { email, ...await this.login(email, password) };
  }
}

function readMail({ subject, text, html, links, code, headers }: Json): CapturedMail {
  const link = (links as string[]).find((one) => one.includes("token=")) ?? null;
  return { subject, text, html, code, headers, link, token: link && new URL(link).searchParams.get("token") };
}
