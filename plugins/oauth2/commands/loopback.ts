/** Where a browser comes back to on this machine (RFC 8252 §7.3), and how it is sent away. */
import { isLoopback } from "../../../core/config.ts";
import { OperatorError } from "../../../core/operator_error.ts";

export interface Loopback extends AsyncDisposable {
  /** With its real port. */
  redirect_uri: string;
  /** The address the browser came back to, once. @throws OperatorError when nobody comes within the time */
  received(timeout_seconds: number): Promise<URL>;
}

const page = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${text}</title><h1>${text}</h1>` +
  "<p>You can close this window and go back to the terminal.</p>";

/** @throws OperatorError when it is no http address of this device */
export function checkLoopback(wanted: string): URL {
  const url = URL.parse(wanted);
  if (!url || url.protocol !== "http:" || !isLoopback(url.hostname)) {
    throw new OperatorError(
      "--redirect-uri: expected an address of this machine, as http://127.0.0.1:5000/callback",
    );
  }
  return url;
}

/**
 * @param wanted an http address of this device; without a port it gets a free one
 * @throws OperatorError when it is no such address, or its port is taken
 */
export function listenLoopback(wanted: string): Loopback {
  const url = checkLoopback(wanted);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const { promise, resolve } = Promise.withResolvers<URL>();
  const server = serve(hostname === "localhost" ? "127.0.0.1" : hostname, Number(url.port), (request) => {
    const came = new URL(request.url);
    const answers = came.searchParams.has("code") || came.searchParams.has("error");
    if (request.method !== "GET" || came.pathname !== url.pathname || !answers) {
      return new Response("not found", { status: 404 });
    }
    const back = new URL(redirect_uri);
    back.search = came.search;
    resolve(back);
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'",
    };
    return new Response(page(came.searchParams.has("error") ? "It was refused" : "Signed in"), { headers });
  });
  // With a port of its own it is compared letter for letter (RFC 8252 §7.3), so it stays as it was given.
  if (url.port === "") url.port = String(server.addr.port);
  const redirect_uri = wanted.includes(`:${url.port}`) ? wanted : url.href;
  return {
    redirect_uri,
    async received(timeout_seconds) {
      const late = AbortSignal.timeout(timeout_seconds * 1000);
      const { promise: over, reject } = Promise.withResolvers<never>();
      late.addEventListener(
        "abort",
        () =>
          reject(
            new OperatorError(`Nobody came back within ${timeout_seconds} s; --timeout gives more time.`),
          ),
      );
      return await Promise.race([promise, over]);
    },
    // What is under way is the browser's last page.
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function serve(hostname: string, port: number, handler: (request: Request) => Response) {
  try {
    return Deno.serve({ hostname, port, onListen() {} }, handler);
  } catch (cause) {
    throw new OperatorError(`--redirect-uri: port ${port} is taken on this machine`, { cause });
  }
}

/** Opens it where there is a browser; the address is on the terminal anyway. */
export function openBrowser(url: string): void {
  const [command, ...args] = Deno.build.os === "darwin"
    ? ["open"]
    : Deno.build.os === "windows"
    ? ["rundll32", "url.dll,FileProtocolHandler"]
    : ["xdg-open"];
  try {
    const child = new Deno.Command(command, {
      args: [...args, url],
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    child.unref();
  } catch {
    // None here: whoever reads the terminal opens it where they like.
  }
}
