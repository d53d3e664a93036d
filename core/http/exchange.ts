/** One request on its way through the edge, in the shapes the parts of `core/http` pass to each other. */
import type { FormSignals } from "../client_evidence.ts";
import type { HeaderFields } from "./header_fields.ts";
import type { Log } from "../observe/log.ts";
import type { Cookie } from "./route.ts";

/** What a server hands over; a web `Request` is one. */
export interface Incoming {
  method: string;
  /** Absolute; only its path and query are read, never its host. */
  url: string;
  headers: HeaderFields;
  body: ReadableStream<Uint8Array> | Uint8Array | null;
  /**
   * The same bytes at less cost, where a server has them: tells of each chunk until the returned stop is called.
   * Undefined where there is no body. Whoever reads this way leaves `body` alone.
   */
  readonly chunks?: (tell: ChunkTell) => () => void;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

export interface ChunkTell {
  data(chunk: Uint8Array): void;
  end(): void;
  /** It will not become complete. */
  lost(): void;
}

export interface Info {
  /** The peer's address on the socket; null when there is none. */
  remote_address: string | null;
  /** Set by pages, which call the API from inside: already counted, already shown to be from our own origin. */
  internal?: { ip: string | null; request_id: string; outer: Exchange };
}

/** The state of one request. Handlers of Hono receive it as `env`. */
export interface Exchange {
  request: Incoming;
  /** HEAD is answered by the handler of GET; `head` then drops the body. */
  method: string;
  head: boolean;
  path: string;
  /** Without the question mark. */
  search: string;
  request_id: string;
  ip: string | null;
  user_agent: string | null;
  cookies: Record<string, string>;
  internal: boolean;
  /** The page's request that an internal call belongs to: what it shows of its sender holds for the call. */
  outer: Exchange | null;
  /** Of the form that was sent to a page; null without one, or without evidence in it. */
  form_signals: FormSignals | null;
  /** Decides how errors look, and which headers go with the answer. */
  kind: "api" | "page" | "asset";
  /** Whose scripts may read the answer; see Route. */
  cors: "listed" | "any";
  /** How failures look to programs; see Route. */
  errors: "problem" | "oauth";
  /** The pattern that matched, for logs and metrics: raw addresses may carry tokens. */
  route: string;
  log: Log;
  /** Headers that hold for whatever is answered, such as `RateLimit-Remaining`. */
  headers: Record<string, string>;
}

/** An answer before it is put on a wire. Header names are lower case. */
export interface Rendered {
  status: number;
  headers: Record<string, string>;
  cookies: Cookie[];
  body: string | Uint8Array | null;
}

export type Handler = (exchange: Exchange, params: Record<string, string>) => Rendered | Promise<Rendered>;

/** An endpoint that answers by itself: health, metrics, documents. */
export interface Plain {
  path: string;
  kind: Exchange["kind"];
  handle: Handler;
}

export function rendered(status: number, content_type: string, body: string | Uint8Array): Rendered {
  return { status, headers: { "content-type": content_type }, cookies: [], body };
}
