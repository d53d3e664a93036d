/** A request of `node:http` in the shape the app reads; what is costly is made when it is asked for. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ChunkTell, Incoming } from "./exchange.ts";
import { RawHeaders } from "./header_fields.ts";

const brokenBody = "flow-shield.broken-body";
const broken = new WeakSet<IncomingMessage>();

/** Says that a body turned out not to be HTTP, such as a chunk without a length: who reads it is told at once. */
export function breakBody(request: IncomingMessage): void {
  broken.add(request);
  request.emit(brokenBody);
}

export function isBroken(request: IncomingMessage): boolean {
  return broken.has(request);
}

/** @param base scheme and host to complete the target with; nothing reads the host */
export function createIncoming(request: IncomingMessage, response: ServerResponse, base: string): Incoming {
  const target = request.url ?? "/";
  const headers = new RawHeaders(request.rawHeaders);
  let body: ReadableStream<Uint8Array> | null = null;
  let gone: AbortController | null = null;
  return {
    method: request.method ?? "GET",
    // The absolute form is for proxies, but has to be understood (RFC 9112 §3.2.2).
    url: target.startsWith("/") ? base + target : target,
    headers,
    get body() {
      if (!hasBody(request)) return null;
      return body ??= streamOf(request);
    },
    get chunks() {
      return hasBody(request) ? (tell: ChunkTell) => tellChunks(request, tell) : undefined;
    },
    get signal() {
      if (gone === null) {
        const controller = gone = new AbortController();
        if (response.destroyed) controller.abort();
        else response.once("close", () => response.writableFinished || controller.abort());
      }
      return gone.signal;
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

const lost = ["error", "close", brokenBody];

function tellChunks(request: IncomingMessage, { data, end, lost: onLost }: ChunkTell): () => void {
  request.on("data", data).on("end", end);
  for (const event of lost) request.on(event, onLost);
  if (broken.has(request)) onLost();
  return () => {
    request.off("data", data).off("end", end);
    for (const event of lost) request.off(event, onLost);
    // It may fail later, when nobody reads it any more.
    request.on("error", () => {});
    request.pause();
  };
}

/** Reads on only when it is asked to, so that a large body waits in the kernel and not in our memory. */
function streamOf(request: IncomingMessage): ReadableStream<Uint8Array> {
  let detach = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const onData = (chunk: Uint8Array) => {
        request.pause();
        controller.enqueue(chunk);
      };
      const onEnd = () => {
        detach();
        controller.close();
      };
      const onLost = () => {
        detach();
        controller.error(new Error("the client went away before its body was complete"));
      };
      detach = () => {
        request.off("data", onData).off("end", onEnd);
        for (const event of lost) request.off(event, onLost);
        // It may fail later, when nobody reads it any more.
        request.on("error", () => {});
      };
      request.on("data", onData).on("end", onEnd);
      for (const event of lost) request.on(event, onLost);
      request.pause();
      if (broken.has(request)) onLost();
    },
    pull() {
      request.resume();
    },
    cancel() {
      detach();
      request.pause();
    },
  });
}
