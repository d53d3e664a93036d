/** Reads a request's body: counted while it comes, and only as long as a client may take. */
import type { HeaderFields } from "./header_fields.ts";
import type { Incoming } from "./exchange.ts";
import { Problem } from "./problem.ts";

export const bodyBytesMax = 65_536;
const nothing = new Uint8Array();

/**
 * @throws Problem 413 `payload_too_large`, before the rest is read
 * @throws Problem 408 `body_timeout`
 * @throws Problem 400 `body_incomplete` when the client goes away in the middle
 */
export async function readBody(
  request: Incoming,
  limits: { bytes_max: number; timeout_seconds: number },
): Promise<Uint8Array> {
  // A promise of too much is refused at its word; what comes is counted all the same.
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > limits.bytes_max) throw tooLarge(limits.bytes_max);
  if (request.chunks) return await readChunks(request.chunks, limits);
  const { body } = request;
  if (body === null) return nothing;
  if (body instanceof Uint8Array) {
    if (body.length > limits.bytes_max) throw tooLarge(limits.bytes_max);
    return body;
  }
  return await readStream(body, limits);
}

/** As they come, and only as many as are wanted: what is left stays in the kernel. */
function readChunks(
  chunks: NonNullable<Incoming["chunks"]>,
  limits: { bytes_max: number; timeout_seconds: number },
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const read: Uint8Array[] = [];
    let size = 0;
    let over = false;
    let stop = () => {};
    const finish = (how: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      stop();
      how();
    };
    const timer = setTimeout(() => finish(() => reject(tooSlow())), limits.timeout_seconds * 1000);
    stop = chunks({
      data(chunk) {
        size += chunk.length;
        if (size > limits.bytes_max) finish(() => reject(tooLarge(limits.bytes_max)));
        else read.push(chunk);
      },
      end: () => finish(() => resolve(read.length === 1 ? read[0] : concat(read, size))),
      lost: () => finish(() => reject(incomplete())),
    });
    // It may have been over before there was anything to stop.
    if (over) stop();
  });
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  limits: { bytes_max: number; timeout_seconds: number },
): Promise<Uint8Array> {
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel().catch(() => {});
  }, limits.timeout_seconds * 1000);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late) throw tooSlow();
      if (done) break;
      size += value.length;
      if (size > limits.bytes_max) throw tooLarge(limits.bytes_max);
      chunks.push(value);
    }
  } catch (error) {
    void reader.cancel().catch(() => {});
    if (error instanceof Problem) throw error;
    throw incomplete(error);
  } finally {
    clearTimeout(timer);
  }
  return chunks.length === 1 ? chunks[0] : concat(chunks, size);
}

const tooSlow = () => new Problem(408, "body_timeout", "The body did not arrive in time.");
const incomplete = (cause?: unknown) =>
  new Problem(400, "body_incomplete", "The body ended before it was complete.", { cause });

function concat(chunks: Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function tooLarge(bytes_max: number): Problem {
  return new Problem(413, "payload_too_large", `The body is larger than ${bytes_max} bytes.`, {
    // What is left of the body is not read, so the connection cannot be used again.
    headers: { connection: "close" },
  });
}

/**
 * The media type without its parameters, in lower case; null when there is none.
 *
 * @throws Problem 415 `unsupported_media_type` for two types at once, another charset than UTF-8, or a coded body
 */
export function mediaType(headers: HeaderFields): string | null {
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    throw new Problem(
      415,
      "unsupported_media_type",
      "Bodies are read as they are, without Content-Encoding.",
    );
  }
  const given = headers.get("content-type");
  if (given === null || given === "") return null;
  const match = /^([\w.+-]+\/[\w.+-]+)\s*(?:;\s*charset="?([\w-]+)"?\s*)?;?\s*$/i.exec(given);
  if (!match || match[2] && !/^utf-?8$/i.test(match[2])) {
    throw new Problem(415, "unsupported_media_type", "The Content-Type is not one that is read here.");
  }
  return match[1].toLowerCase();
}
