/**
 * An HTTP/1.1 client that costs next to nothing: one request at a time over one kept-alive connection, and only what
 * our own server answers with. The generator shares two cores with the service, so what it costs, the service lacks.
 */

export interface RawAnswer {
  status: number;
  retry_after_seconds: number | null;
  /** Where it leads to, as it was written; null when it leads nowhere. */
  location: string | null;
  body: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const answerBytesMax = 1_048_576;

/** The bytes of a request. Made once where it is sent often. */
export function requestBytes(
  method: string,
  path: string,
  { host, body, token }: { host: string; body?: unknown; token?: string },
): Uint8Array {
  const json = body === undefined ? "" : JSON.stringify(body);
  return encoder.encode(
    `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n` +
      (token ? `authorization: Bearer ${token}\r\n` : "") +
      (body === undefined
        ? ""
        : `content-type: application/json\r\ncontent-length: ${encoder.encode(json).length}\r\n`) +
      `\r\n${json}`,
  );
}

export class RawConnection {
  #socket: Deno.TcpConn | null = null;
  #buffer = new Uint8Array(65_536);
  #used = 0;

  constructor(private readonly hostname: string, private readonly port: number) {}

  /** @throws when the connection breaks, the answer is not understood, or it takes longer than `timeout_ms` */
  async send(request: Uint8Array, timeout_ms = 30_000): Promise<RawAnswer> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await Promise.race([
        this.#exchange(request),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new Error(`no answer within ${timeout_ms} ms`)), timeout_ms);
        }),
      ]);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
    this.#used = 0;
  }

  async #exchange(request: Uint8Array): Promise<RawAnswer> {
    if (!this.#socket) {
      this.#socket = await Deno.connect({ hostname: this.hostname, port: this.port });
      this.#socket.setNoDelay();
    }
    const socket = this.#socket;
    for (let sent = 0; sent < request.length;) sent += await socket.write(request.subarray(sent));
    let headEnd = -1;
    while ((headEnd = this.#find()) < 0) await this.#more(socket);
    const head = decoder.decode(this.#buffer.subarray(0, headEnd));
    const status = Number(head.slice(9, 12));
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? (status === 204 ? 0 : NaN));
    if (!(length <= answerBytesMax)) {
      throw new Error(`an answer that this client does not know: ${head.slice(0, 300)}`);
    }
    const end = headEnd + 4 + length;
    while (this.#used < end) await this.#more(socket);
    const body = decoder.decode(this.#buffer.subarray(headEnd + 4, end));
    this.#used = 0;
    if (/\r\nconnection: *close/i.test(head)) this.close();
    const retryAfter = /\r\nretry-after: *(\d+)/i.exec(head)?.[1];
    return {
      status,
      retry_after_seconds: retryAfter === undefined ? null : Number(retryAfter),
      location: /\r\nlocation: *([^\r]+)/i.exec(head)?.[1] ?? null,
      body,
    };
  }

  /** Where the head ends; -1 while it has not come whole. */
  #find(): number {
    const bytes = this.#buffer;
    for (let at = 3; at < this.#used; at++) {
      if (bytes[at] === 10 && bytes[at - 1] === 13 && bytes[at - 2] === 10 && bytes[at - 3] === 13) {
        return at - 3;
      }
    }
    return -1;
  }

  async #more(socket: Deno.TcpConn): Promise<void> {
    if (this.#used === this.#buffer.length) {
      if (this.#used >= 2 * answerBytesMax) throw new Error("an answer without an end");
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    const read = await socket.read(this.#buffer.subarray(this.#used));
    if (read === null) throw new Error("the connection was closed");
    this.#used += read;
  }
}
