/** What the API says when it does not do what was asked: problem+json (RFC 9457), or no answer at all. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    /** HTTP status; 0 when there was no answer. */
    readonly status: number,
    /** Stable, as in the API's docs; `network_error` and `request_timeout` when there was no answer. */
    readonly code: string,
    readonly detail: string,
    readonly extra: {
      /** Field name → what is wrong with it. */
      fields?: Record<string, string>;
      retry_after_seconds?: number;
      request_id?: string;
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, { cause: extra.cause });
  }

  get fields(): Record<string, string> | undefined {
    return this.extra.fields;
  }

  get retry_after_seconds(): number | undefined {
    return this.extra.retry_after_seconds;
  }
}

/** Reads a problem from any answer, also from one that a proxy made and that is no JSON at all. */
export async function problemFrom(response: Response): Promise<ApiError> {
  const body = await response.json().catch(() => null) as Record<string, unknown> | null;
  const text = (name: string) => typeof body?.[name] === "string" ? body[name] as string : undefined;
  // `type` is the documented address of the problem, and its fragment is the code.
  const code = text("code") ?? text("type")?.split("#")[1] ?? `http_${response.status}`;
  return new ApiError(response.status, code, text("detail") ?? text("title") ?? response.statusText, {
    fields: fieldsFrom(body?.fields),
    retry_after_seconds: secondsFrom(response.headers.get("retry-after")) ??
      numberFrom(body?.retry_after_seconds),
    request_id: text("request_id"),
  });
}

function fieldsFrom(value: unknown): Record<string, string> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string"));
}

function numberFrom(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** `Retry-After` is seconds or a date (RFC 9110 §10.2.3). */
export function secondsFrom(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
