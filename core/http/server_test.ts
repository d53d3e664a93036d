import { expect } from "expect";
import { z } from "zod";
import { testApp, testRoute } from "../testing/app.ts";
import { listen, type Listening } from "./server.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** `POST /wait` answers after as many milliseconds as its body says. */
function serveTest(options: { header?: number; body?: number } = {}): Promise<Listening> {
  const app = testApp({
    core: { body_timeout_seconds: options.body ?? 5 },
    core_routes: [
      testRoute({ method: "GET", path: "/x" }),
      testRoute({
        method: "POST",
        path: "/wait",
        body: z.object({ ms: z.number(), pad: z.string().optional() }),
        handle: async (call) => {
          await sleep(call.body.ms);
          return { status: 200, body: { waited: call.body.ms } };
        },
      }),
    ],
  });
  return listen(app, {
    host: "127.0.0.1",
    port: 0,
    header_timeout_seconds: options.header ?? 5,
    body_timeout_seconds: options.body ?? 5,
  });
}

interface Heard {
  text: string;
  /** `open` when the server has not closed within the time given. */
  end: "closed" | "open";
  milliseconds: number;
}

/** Says pieces, with pauses between, and hears until the server closes or `patience` is over. */
async function talk(
  port: number,
  pieces: (string | number)[],
  { patience = 8000, halfClose = false } = {},
): Promise<Heard> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const started = performance.now();
  let text = "";
  const hearing = (async () => {
    const buffer = new Uint8Array(65_536);
    try {
      for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
        text += decoder.decode(buffer.subarray(0, n));
      }
    } catch {
      // A reset is an end too.
    }
    return "closed" as const;
  })();
  const saying = (async () => {
    try {
      for (const piece of pieces) {
        if (typeof piece === "number") await sleep(piece);
        else await connection.write(encoder.encode(piece));
      }
      if (halfClose) await connection.closeWrite();
    } catch {
      // The server has closed; `hearing` tells.
    }
  })();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"open">((resolve) => timer = setTimeout(() => resolve("open"), patience));
  const end = await Promise.race([hearing, late]);
  const milliseconds = performance.now() - started;
  clearTimeout(timer);
  try {
    connection.close();
  } catch {
    // Closed already.
  }
  await Promise.all([hearing, saying]);
  return { text, end, milliseconds };
}

const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));
const post = (body: string, headers = "", length = body.length) =>
  `POST /wait HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`;
const get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
const drip = (piece: string, times: number) => Array.from({ length: times }, () => [piece, 100]).flat();

Deno.test("a client that sends too slowly is cut, wherever it dawdles", async () => {
  const server = await serveTest({ header: 1, body: 1 });
  const rows: [string, (string | number)[], number][] = [
    ["says nothing", [], 408],
    ["half a header", ["GET /x HTTP/1.1\r\nHo"], 408],
    ["drips headers", ["GET /x HTTP/1.1\r\nHost: a\r\n", ...drip("X-A: b\r\n", 60)], 408],
    ["no body", [post("", "", 50)], 408],
    ["half a body", [post('{"ms":', "", 50)], 408],
    ["drips a body", [post("", "", 1000), ...drip(" ", 60)], 408],
    ["drips chunks", [
      "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
      ...drip("1\r\n \r\n", 60),
    ], 408],
  ];
  await Promise.all(rows.map(async ([what, pieces, status]) => {
    const heard = await talk(server.port, pieces);
    expect([what, heard.end, statuses(heard.text)]).toEqual([what, "closed", [status]]);
    expect(heard.milliseconds).toBeLessThan(6000);
  }));
  await server.close(1000);
});

Deno.test("bytes that are not one clear request are refused, and nothing waits for them", async () => {
  const server = await serveTest();
  const chunked =
    "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
  const rows: [string, (string | number)[], number[]][] = [
    ["garbage", ["\x16\x03\x01\x02\x00\r\n\r\n"], [400]],
    ["length and chunks", [`${chunked}Content-Length: 3\r\n\r\n0\r\n\r\n`], [400]],
    ["two lengths", [post('{"ms":0}', "Content-Length: 9\r\n")], [400]],
    ["a negative length", [post("", "", -5)], [400]],
    ["a bad chunk", [`${chunked}\r\nzz\r\n`], [400]],
    ["a line break in a header", ["GET /x HTTP/1.1\r\nHost: a\r\nX: a\nb: c\r\r\n\r\n"], [400]],
    ["a NUL in a header", ["GET /x HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"], [400]],
    ["headers without end", [`GET /x HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(40_000)}\r\n\r\n`], [431]],
    ["two content types", [post('{"ms":0}', "Content-Type: text/plain\r\nConnection: close\r\n")], [415]],
  ];
  await Promise.all(rows.map(async ([what, pieces, expected]) => {
    const heard = await talk(server.port, pieces, { patience: 3000 });
    expect([what, heard.end, statuses(heard.text)]).toEqual([what, "closed", expected]);
  }));
  await server.close(1000);
});

Deno.test("a length that is not true never hangs: too short a body ends with the client, too long a one is not believed", async () => {
  const server = await serveTest();
  const short = await talk(server.port, [post('{"ms":0}', "", 500)], { halfClose: true, patience: 3000 });
  expect(short.end).toBe("closed");
  expect(statuses(short.text)).not.toContain(200);
  // Eight bytes are the body; what follows is no request, so it is answered with the end of the connection.
  const long = await talk(server.port, [post('{"ms":0}' + "and more", "", 8)], { patience: 3000 });
  expect(long.end).toBe("closed");
  expect(statuses(long.text).length).toBeLessThanOrEqual(1);
  // What is smuggled behind a body is a request of its own, and is answered as one.
  const two = await talk(server.port, [post('{"ms":0}') + get], { patience: 500 });
  expect(statuses(two.text)).toEqual([200, 200]);
  await server.close(1000);
});

Deno.test("requests sent without waiting are answered in their order, on one connection", async () => {
  const server = await serveTest();
  const heard = await talk(server.port, [post('{"ms":150}') + get + post('{"ms":1}') + get], {
    patience: 1500,
  });
  expect(statuses(heard.text)).toEqual([200, 200, 200, 200]);
  expect(heard.text.indexOf('{"waited":150}')).toBeLessThan(heard.text.indexOf('{"waited":1}'));
  expect(heard.end).toBe("open");
  await server.close(1000);
});

Deno.test("one that sends too much is told so, and sees it", async () => {
  const server = await serveTest();
  const large = JSON.stringify({ ms: 0, pad: "a".repeat(1_000_000) });
  const heard = await talk(server.port, [post(large)]);
  expect([heard.end, statuses(heard.text)]).toEqual(["closed", [413]]);
  expect(heard.text).toContain("payload_too_large");
  expect(heard.text.toLowerCase()).toContain("connection: close");
  const chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
  const chunked = await talk(server.port, [
    "POST /wait HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    chunk.repeat(40),
    "0\r\n\r\n",
  ]);
  expect(statuses(chunked.text)).toEqual([413]);
  const waiting = await talk(server.port, [
    post("", "Expect: 100-continue\r\nConnection: close\r\n", 8),
    200,
    '{"ms":0}',
  ]);
  expect(statuses(waiting.text)).toEqual([100, 200]);
  await server.close(1000);
});

Deno.test("other forms of HTTP are understood or refused, and lead nowhere else", async () => {
  const server = await serveTest();
  const rows: [string, number[]][] = [
    ["GET http://evil.example/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", [200]],
    ["GET /x HTTP/1.1\r\nConnection: close\r\n\r\n", [400]],
    ["GET //evil.example/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [404]],
    ["GET x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [400]],
    ["BREW /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [400]],
    ["HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", [200]],
    ["GET /x HTTP/1.1\r\nHost: a\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n", [200]],
  ];
  for (const [request, expected] of rows) {
    const heard = await talk(server.port, [request], { patience: 1500 });
    expect([request, statuses(heard.text)]).toEqual([request, expected]);
  }
  const tunnel = await talk(
    server.port,
    ["CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
    {
      patience: 1500,
    },
  );
  expect([tunnel.end, statuses(tunnel.text).includes(200)]).toEqual(["closed", false]);
  await server.close(1000);
});

Deno.test("close() answers what was accepted, bodies still on their way included, and says that it is over", async () => {
  const server = await serveTest();
  const body = '{"ms":400}';
  const talks = [
    talk(server.port, [post(body)]),
    talk(server.port, [post(body.slice(0, 4), "", body.length), 300, body.slice(4)]),
    talk(server.port, [get, 200, post(body)]),
    talk(server.port, []),
  ];
  await sleep(100);
  const started = performance.now();
  const { cut } = await server.close(5000);
  expect(performance.now() - started).toBeLessThan(3000);
  const [whole, halved, late, idle] = await Promise.all(talks);
  for (const heard of [whole, halved, late]) {
    expect(heard.end).toBe("closed");
    expect(statuses(heard.text).at(-1)).toBe(200);
    expect(heard.text).toContain('{"waited":400}');
    expect(heard.text.slice(heard.text.lastIndexOf("HTTP/1.1")).toLowerCase()).toContain("connection: close");
  }
  expect([idle.end, statuses(idle.text), cut]).toEqual(["closed", [], 0]);
  await expect(Deno.connect({ hostname: "127.0.0.1", port: server.port })).rejects.toThrow();
});

Deno.test("close() under load loses no request that was sent on an open connection", async () => {
  const server = await serveTest();
  let sent = 0, answered = 0, stopped = false;
  const clients = Array.from({ length: 20 }, async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const buffer = new Uint8Array(65_536);
    try {
      for (let last = false; !last;) {
        await connection.write(encoder.encode(post('{"ms":5}')));
        sent++;
        let text = "";
        while (!text.includes('{"waited":5}')) {
          const n = await connection.read(buffer);
          if (n === null) return;
          text += decoder.decode(buffer.subarray(0, n));
        }
        answered++;
        last = /connection: close/i.test(text);
      }
    } finally {
      connection.close();
      stopped = true;
    }
  });
  // Every connection has had an answer and asks again.
  while (sent < 60) await sleep(10);
  expect(stopped).toBe(false);
  const { cut } = await server.close(5000);
  await Promise.all(clients);
  expect([answered, cut]).toEqual([sent, 0]);
});

Deno.test("close() ends within its grace, and says what it had to cut", async () => {
  const server = await serveTest();
  const stuck = talk(server.port, [post('{"ms":3000}')]);
  await sleep(100);
  const started = performance.now();
  expect(await server.close(300)).toEqual({ cut: 1 });
  expect(performance.now() - started).toBeLessThan(2500);
  expect(statuses((await stuck).text)).toEqual([]);
  await sleep(3000);
});

Deno.test("a port that is taken is named", async () => {
  const server = await serveTest();
  const again = listen(testApp(), {
    host: "127.0.0.1",
    port: server.port,
    header_timeout_seconds: 1,
    body_timeout_seconds: 1,
  });
  await expect(again).rejects.toThrow(`PORT ${server.port} on 127.0.0.1 is taken`);
  await server.close(100);
});

const withoutOpenssl = await new Deno.Command("openssl", { args: ["version"], stdout: "null" }).output()
  .then(({ success }) => !success, () => true);

Deno.test({
  name: "the same over TLS: answers, limits for slow clients, and an end in order",
  ignore: withoutOpenssl,
  async fn() {
    const folder = await Deno.makeTempDir();
    const [ssl_key_path, ssl_cert_path] = [`${folder}/key.pem`, `${folder}/cert.pem`];
    const made = await new Deno.Command("openssl", {
      args: [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
          .split(" "),
        ...[
          "-addext",
          "subjectAltName=DNS:localhost",
          "-addext",
          "basicConstraints=critical,CA:FALSE",
          "-keyout",
          ssl_key_path,
          "-out",
          ssl_cert_path,
        ],
      ],
      stderr: "null",
    }).output();
    expect(made.success).toBe(true);
    const app = testApp({ core_routes: [testRoute({ method: "GET", path: "/x" })] });
    const server = await listen(app, {
      host: "127.0.0.1",
      port: 0,
      header_timeout_seconds: 1,
      body_timeout_seconds: 1,
      ssl_cert_path,
      ssl_key_path,
    });
    expect(server.url).toBe(`https://localhost:${server.port}`);
    const client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(ssl_cert_path)] });
    const answer = await fetch(`https://localhost:${server.port}/x`, { client });
    expect([answer.status, await answer.text()]).toEqual([200, '{"ok":true}']);
    client.close();
    // Neither plain HTTP nor a handshake that never comes gets anywhere.
    const [plain, silent] = await Promise.all([talk(server.port, [get]), talk(server.port, [])]);
    expect([plain.end, statuses(plain.text)]).toEqual(["closed", []]);
    expect([silent.end, silent.text]).toEqual(["closed", ""]);
    expect((await server.close(1000)).cut).toBe(0);
    await Deno.remove(folder, { recursive: true });
  },
});
