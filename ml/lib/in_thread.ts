/** One question to a thread of its own, which ends with the answer: the loop that answers requests goes on meanwhile. */

export class ThreadTimeout extends Error {
  override name = "ThreadTimeout";
}

/**
 * @param transfer what is moved over instead of copied
 * @throws ThreadTimeout, the signal's reason, or Error for what went wrong in the thread
 */
export async function inThread<A>(
  module: URL,
  request: unknown,
  { transfer, seconds_max, signal }: { transfer: ArrayBuffer[]; seconds_max: number; signal?: AbortSignal },
): Promise<A> {
  signal?.throwIfAborted();
  const worker = new Worker(module, { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<A>();
  const timer = setTimeout(
    () => reject(new ThreadTimeout(`it took longer than ${seconds_max} s`)),
    seconds_max * 1000,
  );
  const abort = () => reject(signal!.reason);
  signal?.addEventListener("abort", abort, { once: true });
  worker.onmessage = ({ data }: MessageEvent<A>) => resolve(data);
  worker.onerror = (event) => {
    // Else the error would end this process too.
    event.preventDefault();
    reject(new Error(`the thread failed: ${event.message}`));
  };
  try {
    worker.postMessage(request, transfer);
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    worker.terminate();
  }
}
