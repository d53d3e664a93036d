/**
 * The yardstick, a process of its own: `yardstick.ts SETTINGS`, with settings in JSON. `oidc-provider` on this Deno, with
 * Postgres, and with its clients in its configuration, where it finds them fastest. It says `ready` once it listens.
 */
import postgres from "postgres";
import { startTheirs } from "../../plugins/oauth2/oracle/theirs.ts";
import { createTable, postgresAdapter } from "./postgres_adapter.ts";

export interface YardstickSettings {
  port: number;
  database_url: string;
  clients: Record<string, unknown>[];
}

/** As many as ours gets. */
export const connectionsMax = 10;

export interface Yardstick extends AsyncDisposable {
  pid: number;
  issuer: string;
}

/** Runs it as a child process. @throws Error with what it said when it does not start */
export async function spawnYardstick(settings: YardstickSettings): Promise<Yardstick> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", new URL(import.meta.url).href, JSON.stringify(settings)],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    env: { NODE_ENV: "production" },
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  for (let said = ""; !said.includes("ready");) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the yardstick did not start: ${said}`);
    said += value;
  }
  const rest = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    pid: child.pid,
    issuer: `http://localhost:${settings.port}`,
    async [Symbol.asyncDispose]() {
      // It ends with its input, so that it never outlives us.
      await child.stdin.close();
      await child.status;
      await rest;
    },
  };
}

if (import.meta.main) {
  const { port, database_url, clients }: YardstickSettings = JSON.parse(Deno.args[0]);
  const sql = postgres(database_url, { max: connectionsMax, onnotice() {} });
  await createTable(sql);
  await startTheirs({ port, adapter: postgresAdapter(sql), clients });
  console.log("ready");
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit(0);
}
