import { execFileSync } from "node:child_process";
import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect } from "expect";
import { createOutgoing, OutgoingError, type OutgoingParts } from "./outgoing.ts";

const outgoing = (parts: Partial<OutgoingParts> = {}) =>
  createOutgoing({ allow_private: [], timeout_seconds: 5, ...parts });

async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "answered";
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    return error.code;
  }
}

interface Place extends AsyncDisposable {
  port: number;
  /** Connections that were opened. */
  seen: Socket[];
}

async function serve(server: http.Server | https.Server | ReturnType<typeof createServer>): Promise<Place> {
  const seen: Socket[] = [];
  server.on("connection", (socket: Socket) => seen.push(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of seen) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

const plain = (handle: http.RequestListener) => serve(http.createServer(handle));
const raw = (handle: (socket: Socket) => void) =>
  serve(createServer((socket) => {
    socket.on("error", () => undefined);
    handle(socket);
  }));

Deno.test("an address of ours is refused in every spelling, and no connection is made", async (t) => {
  await using place = await plain((_request, response) => response.end("secret"));
  const { port } = place;
  const hosts = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0177.0.0.1",
    "2130706433",
    "0x7f000001",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "%6cocalhost",
    "①②⑦.0.0.1",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[fe80::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[100::1]",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
  ];
  for (const host of hosts) {
    await t.step(host, async () => {
      expect(await failure(outgoing().get(`https://${host}:${port}/`, { bytes_max: 100 }))).toBe("address");
    });
  }
  expect(place.seen.length).toBe(0);
});

Deno.test("what is no plain https address is refused before anything is looked up", async (t) => {
  let asked = 0;
  const { get } = outgoing({ resolveHost: () => (asked++, Promise.resolve(["93.184.215.14"])) });
  const refused = [
    "",
    "/jwks",
    "//idp.example/jwks",
    "idp.example/jwks",
    "ftp://idp.example/",
    "file:///etc/passwd",
    "data:application/json,{}",
    "javascript:1",
    "gopher://idp.example:70/",
    "unix:/run/docker.sock",
    "https://user@idp.example/",
    "https://user:password@idp.example/",
    "https://:password@idp.example/",
    "https://[::1",
    "https://idp.example:99999/",
    `https://idp.example/${"a".repeat(2100)}`,
  ];
  for (const url of refused) {
    await t.step(url.slice(0, 60), async () => {
      expect(await failure(get(url, { bytes_max: 100 }))).toBe("scheme");
    });
  }
  expect(asked).toBe(0);
  expect(await failure(get("http://idp.example/", { bytes_max: 100 }))).toBe("scheme");
});

Deno.test("a name is refused when any one of its addresses is ours", async () => {
  for (const addresses of [["93.184.215.14", "127.0.0.1"], ["2606:2800::1", "fd00::1"], ["not an address"]]) {
    const { get } = outgoing({ resolveHost: () => Promise.resolve(addresses) });
    expect(await failure(get("https://idp.example/", { bytes_max: 100 }))).toBe("address");
  }
  const none = outgoing({ resolveHost: () => Promise.resolve([]) });
  expect(await failure(none.get("https://idp.example/", { bytes_max: 100 }))).toBe("unreachable");
  expect(await failure(outgoing().get("https://nobody.invalid/", { bytes_max: 100 }))).toBe("unreachable");
});

Deno.test("the allow-list covers names, ports, addresses and networks, and nothing beside them", async (t) => {
  await using place = await plain((request, response) => response.end(`hello ${request.headers.host}`));
  const { port } = place;
  const resolveHost = () => Promise.resolve(["127.0.0.1"]);
  const cases: [string[], string, string][] = [
    [["idp.internal"], "idp.internal", "answered"],
    [["IDP.internal."], "idp.INTERNAL.", "answered"],
    [[`idp.internal:${port}`], "idp.internal", "answered"],
    [["127.0.0.1"], "idp.internal", "answered"],
    [[`127.0.0.1:${port}`], "idp.internal", "answered"],
    [["127.0.0.0/8"], "idp.internal", "answered"],
    [["10.0.0.0/8", "127.0.0.0/8"], "127.0.0.1", "answered"],
    [["127.0.0.0/8"], "[::ffff:127.0.0.1]", "answered"],
    [[`idp.internal:${port + 1}`], "idp.internal", "address"],
    [[`127.0.0.1:${port + 1}`], "idp.internal", "address"],
    [["internal"], "idp.internal", "address"],
    [["idp.internal"], "evil.idp.internal", "address"],
    [["idp.internal"], "idp.internal.evil.example", "address"],
    [["10.0.0.0/8"], "idp.internal", "address"],
    [["127.0.0.2"], "idp.internal", "address"],
    [["idp.internal"], "127.0.0.1", "address"],
    [["::1"], "127.0.0.1", "address"],
  ];
  for (const [allow_private, host, expected] of cases) {
    await t.step(`${allow_private} for ${host}`, async () => {
      const { get } = outgoing({ allow_private, resolveHost });
      expect(await failure(get(`http://${host}:${port}/`, { bytes_max: 100 }))).toBe(expected);
    });
  }
});

Deno.test("an allow-list that cannot be read is refused when it is made, naming the entry", () => {
  for (
    const bad of [
      "",
      "a b",
      "http://idp.internal",
      "10.0.0.0/33",
      "idp.internal:0",
      "idp:70000",
      "*.internal",
    ]
  ) {
    expect(() => outgoing({ allow_private: ["10.0.0.0/8", bad] })).toThrow(JSON.stringify(bad));
  }
});

Deno.test("a name is looked up once, and connected to where it was checked to lead", async () => {
  await using place = await plain((_request, response) => response.end("right"));
  let asked = 0;
  const { get } = outgoing({
    allow_private: ["127.0.0.1"],
    // A name that leads elsewhere when asked again.
    resolveHost: () => Promise.resolve([asked++ === 0 ? "127.0.0.1" : "127.0.0.2"]),
  });
  const { text } = await get(`http://rebinding.example:${place.port}/`, { bytes_max: 100 });
  expect([text, asked]).toEqual(["right", 1]);
});

Deno.test("the next address is asked when one does not take the connection", async () => {
  await using place = await plain((_request, response) => response.end("right"));
  const { get } = outgoing({
    allow_private: ["127.0.0.0/8"],
    resolveHost: () => Promise.resolve(["127.0.0.9", "127.0.0.1"]),
  });
  expect((await get(`http://idp.example:${place.port}/`, { bytes_max: 100 })).text).toBe("right");
});

Deno.test("TLS is checked against the name, by the certificates that are trusted", async () => {
  const folder = await Deno.makeTempDir();
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
    ...["-subj", "/CN=idp.example", "-addext", "subjectAltName=DNS:idp.example"],
  ], { stdio: "ignore" });
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => Deno.readTextFileSync(join(folder, name)));
  await Deno.remove(folder, { recursive: true });
  await using place = await serve(
    https.createServer({ key, cert }, (request, response) => response.end(`hello ${request.headers.host}`)),
  );
  const parts = { allow_private: ["127.0.0.1"], resolveHost: () => Promise.resolve(["127.0.0.1"]) };
  const ask = (host: string, ca?: string[]) =>
    outgoing({ ...parts, ca }).get(`https://${host}:${place.port}/`, { bytes_max: 100 });
  expect((await ask("idp.example", [cert])).text).toBe(`hello idp.example:${place.port}`);
  expect(await failure(ask("other.example", [cert]))).toBe("unreachable");
  expect(await failure(ask("127.0.0.1", [cert]))).toBe("unreachable");
  expect(await failure(ask("idp.example"))).toBe("unreachable");
});

Deno.test("answers: their status, headers and text; a body that is sent arrives", async () => {
  await using place = await plain(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(request.method === "POST" ? 400 : 200, {
      "x-kind": "test",
      "cache-control": "no-store",
    });
    const { host, accept, "content-type": type, "content-length": length } = request.headers;
    response.end(
      JSON.stringify({ url: request.url, host, accept, type, length, body: String(Buffer.concat(chunks)) }),
    );
  });
  const own = outgoing({ allow_private: ["127.0.0.1"] });
  const origin = `http://127.0.0.1:${place.port}`;
  const got = await own.get(`${origin}/a/b?c=d#e`, { bytes_max: 1000 });
  expect(got.status).toBe(200);
  expect(got.headers).toMatchObject({ "x-kind": "test", "cache-control": "no-store" });
  expect(JSON.parse(got.text)).toEqual({
    url: "/a/b?c=d",
    host: `127.0.0.1:${place.port}`,
    accept: "application/json",
    body: "",
  });
  const posted = await own.post(`${origin}/logout`, {
    body: "logout_token=ä",
    content_type: "application/x-www-form-urlencoded",
    bytes_max: 1000,
  });
  expect(posted.status).toBe(400);
  expect(JSON.parse(posted.text)).toMatchObject({
    type: "application/x-www-form-urlencoded",
    length: "15",
    body: "logout_token=ä",
  });
});

Deno.test("a redirect is never followed", async () => {
  await using place = await plain((_request, response) => {
    response.writeHead(302, { location: "https://idp.example/" });
    response.end();
  });
  const own = outgoing({ allow_private: ["127.0.0.1"] });
  expect(await failure(own.get(`http://127.0.0.1:${place.port}/`, { bytes_max: 100 }))).toBe("redirect");
  expect(place.seen.length).toBe(1);
});

Deno.test("an answer that is too long is cut off while it is read, whatever it said of its length", async (t) => {
  const asked = async (answer: (socket: Socket) => void) => {
    const own = outgoing({ allow_private: ["127.0.0.1"] });
    await using place = await raw((socket) => socket.once("data", () => answer(socket)));
    return await failure(own.get(`http://127.0.0.1:${place.port}/`, { bytes_max: 10_000 }));
  };
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
  await t.step("announced", async () => {
    expect(
      await asked((socket) => {
        socket.write(`${head}content-length: 10001\r\n\r\n`);
      }),
    ).toBe("too_large");
  });
  await t.step("in chunks without end", async () => {
    expect(
      await asked((socket) => {
        socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
        const timer = setInterval(() => socket.write(`1000\r\n${"a".repeat(4096)}\r\n`), 1);
        socket.on("close", () => clearInterval(timer));
      }),
    ).toBe("too_large");
  });
  await t.step("cut short", async () => {
    expect(
      await asked((socket) => {
        socket.end(`${head}content-length: 100\r\n\r\nshort`);
      }),
    ).toBe("unreachable");
  });
  await t.step("no HTTP at all", async () => {
    expect(
      await asked((socket) => {
        socket.end("220 mail.example ESMTP\r\n");
      }),
    ).toBe("unreachable");
  });
});

Deno.test("the time limit holds for the whole request: name, connection, headers and a dripping body", async (t) => {
  const brief = { allow_private: ["127.0.0.1"], timeout_seconds: 0.2 };
  await t.step("the name", async () => {
    const own = outgoing({ ...brief, resolveHost: () => new Promise(() => undefined) });
    expect(await failure(own.get("https://idp.example/", { bytes_max: 100 }))).toBe("timeout");
  });
  for (
    const [what, first] of [
      ["no answer", ""],
      ["headers that do not end", "HTTP/1.1 200 OK\r\nx-a: 1\r\n"],
      ["a body that drips", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"],
    ]
  ) {
    await t.step(what, async () => {
      await using place = await raw((socket) => {
        if (first) socket.write(first);
        const timer = setInterval(() => first.includes("length") && socket.write("a"), 20);
        socket.on("close", () => clearInterval(timer));
      });
      const own = outgoing(brief);
      expect(await failure(own.get(`http://127.0.0.1:${place.port}/`, { bytes_max: 1000 }))).toBe("timeout");
    });
  }
});

Deno.test("nobody listens: unreachable", async () => {
  const place = await raw(() => undefined);
  await place[Symbol.asyncDispose]();
  const own = outgoing({ allow_private: ["127.0.0.1"] });
  expect(await failure(own.get(`http://127.0.0.1:${place.port}/`, { bytes_max: 100 }))).toBe("unreachable");
  await new Promise<void>((done) => connect(place.port, "127.0.0.1").on("error", () => done()));
});
