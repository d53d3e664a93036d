/** Ports for servers that tests start: on 127.0.0.1, and unlikely to be anybody else's a moment later. */

// Below the range that systems lend to outgoing connections: a port that was free stays free for its server.
const lowestPort = 12_000;
const highestPort = 19_999;

/** A TCP port on 127.0.0.1 that nobody listens on now. @throws Error when none of 500 tries is free. */
export function freePort(): number {
  for (let attempt = 0; attempt < 500; attempt++) {
    const port = lowestPort + Math.floor(Math.random() * (highestPort - lowestPort + 1));
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error(`no free port on 127.0.0.1 between ${lowestPort} and ${highestPort}`);
}
