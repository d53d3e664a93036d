import { expect } from "expect";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { load } from "./load.ts";
import { RawConnection, requestBytes } from "./raw_http.ts";
import { markdown } from "./report.ts";

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void;

async function server(handle: Handler) {
  const http = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    handle(request, body, response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    port: (http.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-length": new TextEncoder().encode(text).length, ...headers }).end(
    text,
  );
}

Deno.test("RawConnection sends several requests over one connection, and reads large answers whole", async () => {
  const ports = new Set<number | undefined>();
  const large = "ä".repeat(200_000);
  await using http = await server((request, body, response) => {
    ports.add(request.socket.remotePort);
    json(response, 200, { path: request.url, body, authorization: request.headers.authorization, large });
  });
  const connection = new RawConnection("127.0.0.1", http.port);
  for (const path of ["/one", "/two"]) {
    const bytes = requestBytes("POST", path, { host: "h", body: { text: "ü" }, token: "t" });
    const { status, body } = await connection.send(bytes);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({ path, body: `{"text":"ü"}`, authorization: "Bearer t", large });
  }
  expect(ports.size).toBe(1);
  connection.close();
});

const broken: [string, Handler, RegExp][] = [
  ["a connection that breaks", (_, __, response) => response.destroy(), /closed|reset/i],
  ["an answer that never comes", () => {}, /no answer within/],
  ["an answer without a length", (_, __, response) => void response.write("x"), /does not know/],
];
for (const [what, handle, says] of broken) {
  Deno.test(`RawConnection throws on ${what}, and can be used again`, async () => {
    let bad = true;
    await using http = await server((request, body, response) => {
      if (bad) handle(request, body, response);
      else json(response, 200, {});
    });
    const connection = new RawConnection("127.0.0.1", http.port);
    const bytes = requestBytes("GET", "/", { host: "h" });
    await expect(connection.send(bytes, 300)).rejects.toThrow(says);
    bad = false;
    expect((await connection.send(bytes)).status).toBe(200);
    connection.close();
  });
}

Deno.test("load() registers each address once, and comes again when it was told to", async () => {
  const registered: string[] = [];
  let refused = 0;
  await using http = await server((_, body, response) => {
    if (refused < 2) {
      refused++;
      return json(response, 503, {}, { "retry-after": "1" });
    }
    registered.push(JSON.parse(body).email);
    json(response, 202, { method: "temporal_workflow" });
  });
  const emails = ["a@example.com", "b@example.com", "c@example.com"];
  const work = { kind: "register" as const, emails, password: "password" };
  const result = await load({ port: http.port, connections: 2, seconds: 10, work });
  expect(registered.sort()).toEqual(emails);
  expect(result).toMatchObject({ done: 3, retries: 2, methods: { temporal_workflow: 3 } });
  expect(result.max_ms).toBeGreaterThan(900);
});

Deno.test("load() refreshes with the token it was given last, and stops when it is refused", async () => {
  const seen: string[] = [];
  await using http = await server((_, body, response) => {
    seen.push(JSON.parse(body).refresh_token);
    if (seen.length > 3) json(response, 401, { code: "token_reused" });
    else json(response, 200, { refresh_token: `t${seen.length}` });
  });
  const work = { kind: "refresh" as const, tokens: ["t0"] };
  const result = await load({ port: http.port, connections: 1, seconds: 5, work });
  expect(seen).toEqual(["t0", "t1", "t2", "t3"]);
  expect(result).toMatchObject({ done: 3, statuses: { 200: 3, 401: 1 } });
  expect(result.first_failure).toContain("token_reused");
});

Deno.test("markdown() says of each row whether it is met", () => {
  const text = markdown([
    { what: "fast", measured: "1 s", must: "< 2 s", good: true },
    { what: "slow", measured: "3 s", must: "< 2 s", good: false },
    { what: "told", measured: "4", must: "", good: null },
  ], { cores: 2, os: "linux x86_64", deno: "2.9.6" });
  expect(text).toContain("2 cores");
  expect(text).toMatch(/\| fast +\| 1 s +\| < 2 s +\| yes +\|/);
  expect(text).toMatch(/\| slow +\| 3 s +\| < 2 s +\| \*\*no\*\* +\|/);
  expect(text).toMatch(/\| told +\| 4 +\| +\| +\|/);
});
