/** The process that keeps a server for single test runs: `keeper.ts postgres|temporal FOLDER`. See `kept.ts`. */
import { join } from "node:path";
import { keep, type Kind, leaseKept, type Startable } from "./kept.ts";

const starters: Record<Kind, (home: string) => Promise<Startable>> = {
  async postgres(home) {
    const { startPostgres } = await import("./postgres_server.ts");
    const server = await startPostgres(join(home, "postgres"));
    return { host: "127.0.0.1", port: server.port, value: server.url, stop: () => server.remove() };
  },
  async temporal(home) {
    const { startFoundTemporal } = await import("./temporal_server.ts");
    const postgres = await leaseKept("postgres");
    const server = await startFoundTemporal(postgres.value, join(home, "temporal"));
    if (!server) throw new Error("there is none");
    const [host, port] = server.address.split(":");
    return {
      host,
      port: Number(port),
      value: server.address,
      async stop() {
        await server.remove();
        postgres[Symbol.dispose]();
      },
    };
  },
};

const [kind, folder] = Deno.args;
await keep(folder, starters[kind as Kind]);
Deno.exit(0);
