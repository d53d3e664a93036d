import { expect } from "expect";
import { connect, createServer, type Socket } from "node:net";
import { type FaultProxy, faultProxy } from "./proxy.ts";

/** An upstream that answers every chunk with itself, and remembers what it was told. */
async function echoServer() {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      heard.push(chunk.toString());
      socket.write(chunk);
    });
    socket.on("end", () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    heard: () => heard.join(""),
    connections: () => sockets.size,
    hangUp: () => sockets.forEach((socket) => socket.end()),
    async [Symbol.asyncDispose]() {
      sockets.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A client that collects what it is told. */
function client(proxy: FaultProxy) {
  const socket = connect({ host: proxy.host, port: proxy.port });
  let received = "";
  let error: string | null = null;
  let ended = false;
  socket.on("data", (chunk) => received += chunk.toString());
  socket.on("error", (cause) => error = (cause as { code?: string }).code ?? cause.message);
  socket.on("end", () => ended = true);
  return {
    socket,
    say: (text: string) => socket.write(text),
    received: () => received,
    error: () => error,
    ended: () => ended,
    closed: () => socket.destroyed,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

async function until(condition: () => boolean, limit_ms = 3_000): Promise<void> {
  for (const end = Date.now() + limit_ms; !condition();) {
    if (Date.now() > end) throw new Error(`not within ${limit_ms} ms: ${condition}`);
    await pause(5);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function setUp() {
  const echo = await echoServer();
  const proxy = await faultProxy({ upstream: { host: "127.0.0.1", port: echo.port } });
  return {
    echo,
    proxy,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await echo[Symbol.asyncDispose]();
    },
  };
}

Deno.test("faultProxy() hands everything on, both ways, and counts it", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  const text = "x".repeat(300_000);
  one.say(text);
  await until(() => one.received().length === text.length);
  expect(one.received()).toBe(text);
  expect(world.proxy.stats()).toMatchObject({ accepted: 1, open: 1, bytes_up: 300_000, bytes_down: 300_000 });
});

Deno.test("faultProxy() hands on the end of a connection, from either side, after the last byte", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  const text = "y".repeat(500_000);
  one.socket.end(text);
  await until(() => one.ended());
  expect(one.received()).toBe(text);
  using two = client(world.proxy);
  two.say("hello");
  await until(() => two.received() === "hello");
  world.echo.hangUp();
  await until(() => two.closed());
  await until(() => world.proxy.stats().open === 0);
  expect(two.error()).toBe(null);
});

Deno.test("faultProxy() resets the client when there is no upstream", async () => {
  await using proxy = await faultProxy({ upstream: { host: "127.0.0.1", port: 1 } });
  using one = client(proxy);
  await until(() => one.closed());
  expect(one.received()).toBe("");
  expect(proxy.stats().open).toBe(0);
});

Deno.test("delay() holds answers back, keeps their order, and pass() lets them out", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  world.proxy.delay(150, 50);
  const start = performance.now();
  for (let n = 0; n < 10; n++) {
    one.say(String(n));
    await pause(5);
  }
  await until(() => one.received().length === 10);
  const took = performance.now() - start;
  expect(one.received()).toBe("0123456789");
  expect(took).toBeGreaterThan(290);
  // Latency, not a queue: ten chunks take little longer than one.
  expect(took).toBeLessThan(1_200);
  world.proxy.delay(60_000);
  one.say("!");
  await pause(50);
  world.proxy.pass();
  await until(() => one.received().endsWith("!"));
});

Deno.test("cut() closes what is open and turns new connections away until pass()", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  one.say("a");
  await until(() => one.received() === "a");
  world.proxy.cut();
  await until(() => one.closed());
  using two = client(world.proxy);
  two.say("b");
  await until(() => two.closed());
  expect(two.received()).toBe("");
  await until(() => world.echo.connections() === 0);
  expect(world.echo.heard()).toBe("a");
  expect(world.proxy.stats()).toMatchObject({ refused: 1, open: 0 });
  world.proxy.pass();
  using three = client(world.proxy);
  three.say("c");
  await until(() => three.received() === "c");
});

Deno.test("blackhole() is silent: nothing arrives, nothing is closed, and the lost stays lost", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  one.say("a");
  await until(() => one.received() === "a");
  world.proxy.blackhole();
  one.say("lost");
  using two = client(world.proxy);
  two.say("lost too");
  await pause(150);
  expect([one.closed(), two.closed(), two.socket.connecting]).toEqual([false, false, false]);
  world.proxy.pass();
  one.say("b");
  await until(() => one.received() === "ab");
  expect(world.echo.heard()).toBe("ab");
  expect(world.proxy.stats().swallowed_up).toBe("lost".length + "lost too".length);
});

Deno.test("blackhole() does not tell the upstream that the client has gone; pass() does", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  one.say("a");
  await until(() => one.received() === "a");
  world.proxy.blackhole();
  one.socket.resetAndDestroy();
  await pause(100);
  expect(world.echo.connections()).toBe(1);
  world.proxy.pass();
  await until(() => world.echo.connections() === 0);
});

Deno.test("reset() ends open connections with ECONNRESET and lets new ones through at once", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  one.say("a");
  await until(() => one.received() === "a");
  world.proxy.reset();
  await until(() => one.closed());
  expect(one.error()).toBe("ECONNRESET");
  using two = client(world.proxy);
  two.say("b");
  await until(() => two.received() === "b");
});

Deno.test("throttle() lets through no more than its rate", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  world.proxy.throttle(100_000);
  const start = performance.now();
  one.say("z".repeat(40_000));
  await until(() => one.received().length === 40_000);
  expect(performance.now() - start).toBeGreaterThan(300);
  expect(() => world.proxy.throttle(0)).toThrow(RangeError);
});

Deno.test("swallowAnswers() lets the question through and loses the answer", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  world.proxy.swallowAnswers();
  one.say("pay");
  await until(() => world.echo.heard() === "pay");
  await pause(50);
  expect(one.received()).toBe("");
  expect(one.closed()).toBe(false);
});

Deno.test("swallowAnswersAfter() strikes one connection, from the fitting chunk on", async () => {
  await using world = await setUp();
  using one = client(world.proxy);
  using two = client(world.proxy);
  world.proxy.swallowAnswersAfter((chunk) => new TextDecoder().decode(chunk).includes("commit"));
  one.say("begin;");
  await until(() => one.received() === "begin;");
  expect(world.proxy.struck()).toBe(0);
  one.say("commit;");
  await until(() => world.echo.heard().includes("commit;"));
  two.say("commit;");
  await until(() => two.received() === "commit;");
  expect(one.received()).toBe("begin;");
  expect(world.proxy.struck()).toBe(1);
});

for (const direction of ["up", "down"] as const) {
  Deno.test(`cutAfterBytes() lets exactly that many bytes ${direction}, then resets, once`, async () => {
    await using world = await setUp();
    using one = client(world.proxy);
    one.say("before");
    await until(() => one.received() === "before");
    world.proxy.cutAfterBytes(3, direction);
    one.say("12345");
    await until(() => one.closed());
    await until(() => world.echo.connections() === 0);
    if (direction === "up") expect(world.echo.heard()).toBe("before123");
    else expect(one.received()).toBe("before123");
    expect(world.proxy.struck()).toBe(1);
    using two = client(world.proxy);
    two.say("67890");
    await until(() => two.received() === "67890");
  });
}

Deno.test("url() puts the proxy into a database's address and changes nothing else", async () => {
  await using world = await setUp();
  const url = new URL(world.proxy.url("postgres://user:pass@db.example:5432/name?x=1"));
  expect([url.username, url.password, url.pathname, url.search]).toEqual(["user", "pass", "/name", "?x=1"]);
  expect(url.host).toBe(world.proxy.address);
});
