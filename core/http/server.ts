/**
 * The socket side. Deno's own server has no time limit for headers or bodies and loses the bodies of requests in
 * flight when it drains; `node:http` has the limits, so it listens, and draining is done here.
 */
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { CoreConfig } from "../config.ts";
import { type Log, silentLog } from "../observe/log.ts";
import { OperatorError } from "../operator_error.ts";
import type { App } from "./app.ts";
import { breakBody, createIncoming, isBroken } from "./node_request.ts";
import type { Wire } from "./wire.ts";

export interface ListenOptions
  extends Pick<CoreConfig, "host" | "port" | "header_timeout_seconds" | "body_timeout_seconds"> {
  ssl_cert_path?: string | null;
  ssl_key_path?: string | null;
  /** Connections at once; more are closed as they come. Default 4,096. */
  connections_max?: number;
  log?: Log;
}

export interface Listening {
  /** Where it is reached from this machine. */
  url: string;
  port: number;
  /**
   * Takes no more connections, answers what is in flight with `Connection: close`, and ends within `grace_ms`.
   * Answers how many requests had to be cut.
   */
  close(grace_ms: number): Promise<{ cut: number }>;
}

/** What we know of a connection. */
interface Connection {
  /** Requests that are not yet answered. */
  busy: number;
  /** The newest of them. */
  request: http.IncomingMessage | null;
  /** What came after its last request was not HTTP: it ends with the answer in flight. */
  broken: boolean;
}

const headerBytesMax = 16_384;
/** Longer than proxies in front of us keep theirs open, so that it is they who close first. */
const keepAliveMilliseconds = 65_000;
/** A client that does not take its answer is cut after this. */
const sendMillisecondsMax = 30_000;
/** What a client still sends after it was refused is read, so that it sees the answer and not a reset. */
const drainBytesMax = 4_194_304;
const drainMillisecondsMax = 2000;
/** Requests that were on their way when draining began are still answered. */
const lingerMilliseconds = 400;

/** @throws Error when the port is taken or the certificate cannot be read */
export async function listen(app: Pick<App, "answer">, options: ListenOptions): Promise<Listening> {
  const log = options.log ?? silentLog;
  const connections = new Map<Socket, Connection>();
  const sending = new Map<http.ServerResponse, number>();
  const { server, scheme } = await createServer(options);
  const base = `${scheme}://local.invalid`;
  let draining = false;

  const track = (socket: Socket) => {
    connections.set(socket, { busy: 0, request: null, broken: false });
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  server.on(scheme === "https" ? "secureConnection" : "connection", track);
  server.on("clientError", (error: Error & { code?: string }, socket: Socket) => {
    refuseBytes(error, socket, connections.get(socket));
  });

  server.on("request", async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const connection = connections.get(request.socket as Socket);
    if (connection) {
      connection.busy++;
      connection.request = request;
      response.once("close", () => connection.busy--);
    }
    try {
      const incoming = createIncoming(request, response, base);
      const wire = await app.answer(incoming, { remote_address: request.socket.remoteAddress ?? null });
      sending.set(response, performance.now() + sendMillisecondsMax);
      response.once("close", () => sending.delete(response));
      await send(request, response, wire, draining || connection?.broken === true);
    } catch (error) {
      log.error("http.answer_failed", { error });
      request.socket.destroy();
    }
  });

  const watch = setInterval(() => {
    const now = performance.now();
    for (const [response, until] of sending) if (until < now) response.destroy();
  }, 5000);
  Deno.unrefTimer(watch);
  await start(server, options);
  const { port } = server.address() as AddressInfo;

  return {
    url: `${scheme}://${shownHost(options.host)}:${port}`,
    port,
    async close(grace_ms) {
      draining = true;
      const ends = performance.now() + grace_ms;
      // `server.close()` would end idle connections at once, with whatever is on its way to us.
      server.closeIdleConnections = () => {};
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await pause(Math.min(lingerMilliseconds, grace_ms / 4));
      let cut = 0;
      while (connections.size > 0 && performance.now() < ends) {
        for (const [socket, { busy }] of connections) if (busy === 0) socket.destroy();
        if (connections.size > 0) await pause(20);
      }
      for (const [socket, { busy }] of connections) {
        cut += busy;
        socket.destroy();
      }
      clearInterval(watch);
      await Promise.race([closed, pause(500)]);
      return { cut };
    },
  };
}

async function createServer(
  options: ListenOptions,
): Promise<{ server: http.Server | https.Server; scheme: "http" | "https" }> {
  const headers = options.header_timeout_seconds * 1000;
  const limits = {
    headersTimeout: headers,
    // From the first byte to the last; the app answers a slow body with a problem before this cuts it.
    requestTimeout: headers + options.body_timeout_seconds * 1000 + 1000,
    connectionsCheckingInterval: 500,
    keepAliveTimeout: keepAliveMilliseconds,
    maxHeaderSize: headerBytesMax,
  };
  const { ssl_cert_path, ssl_key_path } = options;
  let server: http.Server | https.Server;
  if (ssl_cert_path && ssl_key_path) {
    const [cert, key] = await Promise.all([readFile(ssl_cert_path), readFile(ssl_key_path)]);
    server = https.createServer({ ...limits, cert, key, minVersion: "TLSv1.2", handshakeTimeout: headers });
  } else {
    server = http.createServer(limits);
  }
  server.maxConnections = options.connections_max ?? 4096;
  return { server, scheme: ssl_cert_path && ssl_key_path ? "https" : "http" };
}

function start(server: http.Server | https.Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: Error & { code?: string }) => {
      reject(
        error.code === "EADDRINUSE"
          ? new OperatorError(`PORT ${port} on ${host} is taken: PORT=${port + 1} deno task start`, {
            cause: error,
          })
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
}

function shownHost(host: string): string {
  if (host === "0.0.0.0" || host === "::" || host === "127.0.0.1" || host === "::1") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

async function send(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  wire: Wire,
  last: boolean,
): Promise<void> {
  if (response.destroyed) return;
  const headers: Record<string, string | string[]> = { ...wire.headers };
  if (wire.set_cookie.length > 0) headers["set-cookie"] = wire.set_cookie;
  const body = typeof wire.body === "string" ? Buffer.from(wire.body) : wire.body;
  if (body !== null) headers["content-length"] = String(body.length);
  else if (wire.status >= 200 && wire.status !== 204 && wire.status !== 304) {
    headers["content-length"] ??= "0";
  }
  const unread = !request.complete;
  if (last || unread) headers.connection = "close";
  response.writeHead(wire.status, headers);
  if (!unread) {
    if (body === null) response.end();
    else response.end(body);
    return;
  }
  // Closing with bytes unread resets the connection, and the client would not see why.
  if (body !== null) response.write(body);
  else response.flushHeaders();
  if (!isBroken(request)) await drain(request);
  response.end();
}

function drain(request: http.IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, drainMillisecondsMax);
    request.on("data", (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > drainBytesMax) done();
    });
    for (const event of ["end", "close", "error"]) request.once(event, done);
    request.resume();
  });
}

/** Bytes that are no request of HTTP/1.1, or are too many, or come too slowly. */
function refuseBytes(
  error: Error & { code?: string },
  socket: Socket,
  connection: Connection | undefined,
): void {
  if (connection && connection.busy > 0 && error.code !== "ECONNRESET") {
    // An answer is being made: nothing may be written in its place, and nothing after it.
    connection.broken = true;
    if (connection.request?.complete === false) breakBody(connection.request);
    return;
  }
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const line = error.code === "HPE_HEADER_OVERFLOW"
    ? "431 Request Header Fields Too Large"
    : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
    ? "408 Request Timeout"
    : "400 Bad Request";
  socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), 1000);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
