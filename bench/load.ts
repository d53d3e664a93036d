/**
 * The load generator, a process of its own: `load.ts JOB`, with a job in JSON; its result is one line of JSON. Closed
 * loops: each connection sends its next request when the last was answered, for so many seconds or so many requests.
 */
import { type RawAnswer, RawConnection, requestBytes } from "./raw_http.ts";

export interface Job {
  port: number;
  connections: number;
  /** Ends after this long, or when every item of a list has been used. */
  seconds: number;
  /** Pause of each connection between an answer and its next request. */
  pause_ms?: number;
  work:
    | { kind: "get"; path: string; token?: string }
    /** Each account in turn, again and again. */
    | { kind: "login"; emails: string[]; password: string }
    /** One token for each connection, exchanged for the next one each time. */
    | { kind: "refresh"; tokens: string[] }
    /** Each address once. A 503 or 429 is heeded and tried again, as a good client does. */
    | { kind: "register"; emails: string[]; password: string };
}

export interface Result {
  /** Requests answered as they should be. */
  done: number;
  /** From the first request to the last answer. */
  seconds: number;
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  max_ms: number;
  /** How often each status came, and `error` for no answer. */
  statuses: Record<string, number>;
  /** How often each `method` was named in an answer. */
  methods: Record<string, number>;
  /** How often somebody was told to come again later. */
  retries: number;
  first_failure: string | null;
}

const triesMax = 60;

class Load {
  readonly latencies: number[] = [];
  readonly statuses: Record<string, number> = {};
  readonly methods: Record<string, number> = {};
  retries = 0;
  first_failure: string | null = null;
  readonly #until: number;
  readonly #began = performance.now();
  #next = 0;

  constructor(readonly job: Job) {
    this.#until = this.#began + job.seconds * 1000;
  }

  async run(): Promise<Result> {
    await Promise.all(Array.from({ length: this.job.connections }, (_, index) => this.#connection(index)));
    const seconds = (performance.now() - this.#began) / 1000;
    const sorted = this.latencies.sort((a, b) => a - b);
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
    return {
      done: sorted.length,
      seconds,
      per_second: sorted.length / seconds,
      p50_ms: at(0.5),
      p99_ms: at(0.99),
      max_ms: sorted.at(-1) ?? NaN,
      statuses: this.statuses,
      methods: this.methods,
      retries: this.retries,
      first_failure: this.first_failure,
    };
  }

  async #connection(index: number): Promise<void> {
    const connection = new RawConnection("127.0.0.1", this.job.port);
    const step = this.#stepper(index);
    while (performance.now() < this.#until) {
      if (!await step(connection)) break;
      if (this.job.pause_ms) await pause(this.job.pause_ms);
    }
    connection.close();
  }

  /** What a connection does once; false when there is nothing left to do. */
  #stepper(index: number): (connection: RawConnection) => Promise<boolean> {
    const { work, port } = this.job;
    const host = `localhost:${port}`;
    switch (work.kind) {
      case "get": {
        const bytes = requestBytes("GET", work.path, { host, token: work.token });
        return async (connection) => await this.#timed(connection, bytes, [200]) !== null || true;
      }
      case "login":
        return async (connection) => {
          const email = work.emails[this.#next++ % work.emails.length];
          const bytes = requestBytes("POST", "/auth/login", {
            host,
            body: { email, password: work.password },
          });
          const answer = await this.#timed(connection, bytes, [200]);
          if (answer?.retry_after_seconds) await pause(answer.retry_after_seconds * 1000);
          return true;
        };
      case "refresh": {
        let token = work.tokens[index];
        return async (connection) => {
          const bytes = requestBytes("POST", "/auth/refresh", { host, body: { refresh_token: token } });
          const answer = await this.#timed(connection, bytes, [200]);
          if (answer?.status !== 200) return false;
          token = JSON.parse(answer.body).refresh_token;
          return true;
        };
      }
      case "register":
        return (connection) => {
          const email = work.emails[this.#next++];
          return email === undefined
            ? Promise.resolve(false)
            : this.#register(connection, email, work.password);
        };
    }
  }

  /** One person who wants in: their time is from the first try to the answer that says yes. */
  async #register(connection: RawConnection, email: string, password: string): Promise<boolean> {
    const host = `localhost:${this.job.port}`;
    const bytes = requestBytes("POST", "/auth/register", { host, body: { email, password } });
    const began = performance.now();
    for (let tries = 0; tries < triesMax; tries++) {
      const answer = await this.#ask(connection, bytes);
      if (answer?.status === 202) {
        this.latencies.push(performance.now() - began);
        const { method } = JSON.parse(answer.body);
        this.methods[method] = (this.methods[method] ?? 0) + 1;
        return true;
      }
      if (answer && answer.retry_after_seconds === null) break;
      this.retries++;
      // Not all at the same moment again.
      await pause((answer?.retry_after_seconds ?? 1) * 1000 * (1 + Math.random() * 0.5));
    }
    return true;
  }

  async #timed(connection: RawConnection, bytes: Uint8Array, good: number[]): Promise<RawAnswer | null> {
    const began = performance.now();
    const answer = await this.#ask(connection, bytes);
    if (answer && good.includes(answer.status)) this.latencies.push(performance.now() - began);
    return answer;
  }

  async #ask(connection: RawConnection, bytes: Uint8Array): Promise<RawAnswer | null> {
    try {
      const answer = await connection.send(bytes);
      this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
      if (answer.status >= 400) this.first_failure ??= `${answer.status} ${answer.body.slice(0, 300)}`;
      return answer;
    } catch (error) {
      this.statuses.error = (this.statuses.error ?? 0) + 1;
      this.first_failure ??= String(error);
      await pause(50);
      return null;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs a job in a child process. */
export async function load(job: Job): Promise<Result> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", new URL(import.meta.url).href, JSON.stringify(job)],
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(job.seconds * 1000 + 120_000),
  }).output();
  if (!success) {
    throw new Error(`the load generator failed: ${new TextDecoder().decode(stderr).slice(-2_000)}`);
  }
  return JSON.parse(new TextDecoder().decode(stdout));
}

if (import.meta.main) {
  console.log(JSON.stringify(await new Load(JSON.parse(Deno.args[0])).run()));
  Deno.exit(0);
}
