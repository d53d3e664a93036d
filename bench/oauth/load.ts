/**
 * The load generator for OAuth, a process of its own: reads a job in JSON from its input, writes its result as one line
 * of JSON. Closed loops, one a connection, as in `../load.ts`.
 */
import type { Result } from "../load.ts";
import { type RawAnswer, RawConnection } from "../raw_http.ts";

/** What one connection does, again and again. */
export type Lane =
  /** The same request. */
  | { kind: "same"; request: Request }
  /** A refresh token for the next one. */
  | { kind: "refresh"; path: string; headers: Record<string, string>; refresh_token: string }
  /** A whole flow, which counts as one: authorize, then the code for tokens. */
  | {
    kind: "code";
    authorize: Request;
    token: { path: string; headers: Record<string, string>; form: Record<string, string> };
  };

export interface Request {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  form?: Record<string, string>;
}

export interface Job {
  port: number;
  seconds: number;
  /** One for each connection. */
  lanes: Lane[];
}

export interface OAuthResult extends Result {
  /** What each lane of refreshing ended with, for the next job; null of other lanes, and where it broke. */
  refresh_tokens: (string | null)[];
}

const encoder = new TextEncoder();

function bytesOf({ method, path, headers, form }: Request, host: string): Uint8Array {
  const body = form ? new URLSearchParams(form).toString() : "";
  const all = {
    host,
    ...headers,
    ...(form
      ? { "content-type": "application/x-www-form-urlencoded", "content-length": `${body.length}` }
      : {}),
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return encoder.encode(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

/** One turn of a lane; answers its refresh token. @throws Error with what was answered in place of what should be */
function turnOf(lane: Lane, host: string): (connection: RawConnection) => Promise<string | null> {
  switch (lane.kind) {
    case "same": {
      const bytes = bytesOf(lane.request, host);
      return async (connection) => {
        good(await connection.send(bytes), [200]);
        return null;
      };
    }
    case "refresh": {
      let { refresh_token } = lane;
      return async (connection) => {
        const form = { grant_type: "refresh_token", refresh_token };
        const answer = await connection.send(bytesOf({ method: "POST", ...lane, form }, host));
        refresh_token = JSON.parse(good(answer, [200]).body).refresh_token;
        return refresh_token;
      };
    }
    case "code": {
      const authorize = bytesOf(lane.authorize, host);
      return async (connection) => {
        const { location } = good(await connection.send(authorize), [302, 303]);
        const code = location && new URL(location, `http://${host}`).searchParams.get("code");
        if (!code) throw new Error(`no code, but ${location?.slice(0, 200)}`);
        const form = { ...lane.token.form, code };
        good(await connection.send(bytesOf({ method: "POST", ...lane.token, form }, host)), [200]);
        return null;
      };
    }
  }
}

function good(answer: RawAnswer, statuses: number[]): RawAnswer {
  if (!statuses.includes(answer.status)) throw new Error(`${answer.status} ${answer.body.slice(0, 300)}`);
  return answer;
}

async function run({ port, seconds, lanes }: Job): Promise<OAuthResult> {
  const began = performance.now();
  const until = began + seconds * 1000;
  const latencies: number[] = [];
  let failures = 0;
  let first_failure: string | null = null;
  const refresh_tokens = await Promise.all(lanes.map(async (lane) => {
    let refresh_token: string | null = lane.kind === "refresh" ? lane.refresh_token : null;
    const connection = new RawConnection("127.0.0.1", port);
    const turn = turnOf(lane, `localhost:${port}`);
    while (performance.now() < until) {
      const at = performance.now();
      try {
        refresh_token = await turn(connection);
        latencies.push(performance.now() - at);
      } catch (error) {
        failures++;
        first_failure ??= String(error);
        // A lane whose token is gone would only fail faster and faster.
        if (lane.kind === "refresh") {
          refresh_token = null;
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    connection.close();
    return refresh_token;
  }));
  const took = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? NaN;
  return {
    done: latencies.length,
    seconds: took,
    per_second: latencies.length / took,
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    max_ms: latencies.at(-1) ?? NaN,
    statuses: failures > 0 ? { error: failures } : {},
    methods: {},
    retries: 0,
    first_failure,
    refresh_tokens,
  };
}

/** Runs a job in a child process. */
export async function loadOAuth(job: Job): Promise<OAuthResult> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", new URL(import.meta.url).href],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    signal: AbortSignal.timeout(job.seconds * 1000 + 120_000),
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(encoder.encode(JSON.stringify(job)));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("the load generator failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  console.log(JSON.stringify(await run(JSON.parse(await new Response(Deno.stdin.readable).text()))));
  Deno.exit(0);
}
