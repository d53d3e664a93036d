/** What the service stands on: its folder, its secrets, Postgres, and where Temporal is. Ours where none is given. */
import { join } from "node:path";
import type { CoreConfig } from "./config.ts";
import { type DataDirLock, lockDataDir } from "./data_dir.ts";
import { type EmbeddedPostgres, startEmbedded } from "./db/embedded.ts";
import { loadSecrets } from "./keys/secrets.ts";
import type { Log } from "./observe/log.ts";
import { OperatorError } from "./operator_error.ts";
import type { Located } from "./temporal/link.ts";
import type { TemporalChild } from "./temporal_server/child.ts";
import { findTemporal, userCacheFolder } from "./temporal_server/find.ts";
import { superviseTemporal } from "./temporal_server/supervise.ts";

export interface Ground {
  database_url: string;
  /** Where Postgres came from, for people. */
  database_source: "configured" | "embedded";
  secrets: Uint8Array[];
  /** Finds or starts a Temporal server; null when none is wanted in this process. */
  locateTemporal: (() => Promise<Located>) | null;
  /** What is being done about Temporal just now. */
  temporalProgress(): string | null;
  stop(): Promise<void>;
}

export interface GroundOptions {
  core: CoreConfig;
  log: Log;
  /** Sentences for the console. */
  say(line: string): void;
  /** Whether children may be started here: `start` does, `api` and `worker` join what there is. */
  children: boolean;
}

/** @throws what stands in the way, with what to do about it; nothing is left running then */
export async function layGround({ core, log, say, children }: GroundOptions): Promise<Ground> {
  // A process that owns nothing in the folder shares it: replicas beside each other are the point of `api`.
  const lock: DataDirLock | null = children ? lockDataDir(core.data_dir) : null;
  let embedded: EmbeddedPostgres | null = null;
  try {
    if (!children && (!core.database_url || !core.secret_keys)) {
      const missing = [core.database_url ? [] : "DATABASE_URL", core.secret_keys ? [] : "SECRET_KEYS"].flat();
      throw new OperatorError(
        `Set ${missing.join(" and ")}: only \`start\` brings its own. Replicas need the same ones.`,
      );
    }
    const secrets = loadSecrets(core);
    embedded = core.database_url ? null : await startEmbedded({
      data_dir: core.data_dir,
      onProgress: say,
      // Requests fail with 503 from here on, and `/health` says why; what was written is on disk.
      onLost: (error) => log.error("postgres.lost", { error }),
    });
    const database_url = core.database_url ?? embedded!.url;
    const server = temporalServer({ core, log, say, children, database_url });
    return {
      database_url,
      database_source: embedded ? "embedded" : "configured",
      secrets,
      locateTemporal: server.locate,
      temporalProgress: server.progress,
      async stop() {
        await server.stop();
        await embedded?.stop();
        lock?.release();
      },
    };
  } catch (error) {
    await embedded?.stop();
    lock?.release();
    throw error;
  }
}

const NOTHING_FOUND_SECONDS = 60;

function temporalServer(
  { core, log, say, children, database_url }: GroundOptions & { database_url: string },
) {
  const stopping = new AbortController();
  let child: TemporalChild | null = null;
  let progress: string | null = null;
  let starting: Promise<Located> | null = null;
  let notBefore = 0;

  const tell = (line: string) => {
    if (line !== progress) say(line);
    progress = line;
  };

  async function start(): Promise<Located> {
    if (Date.now() < notBefore) throw new Error(progress ?? "no Temporal was found");
    const found = await findTemporal({
      env: { address: core.temporal_address ?? undefined, namespace: core.temporal_namespace },
      cacheFolder: userCacheFolder(),
      onProgress: tell,
      signal: stopping.signal,
      allowBuild: true,
    });
    if (!found) {
      // Somebody may install one while we run, so it is looked for again, but not every second.
      notBefore = Date.now() + NOTHING_FOUND_SECONDS * 1000;
      throw new Error("no Temporal was found; the service works in direct mode");
    }
    if (found.kind === "address") return { address: found.address, source: found.source };
    tell(`Starting Temporal ${found.version} (${found.source})`);
    child = await superviseTemporal(found, {
      database_url,
      data_dir: core.data_dir,
      namespace: core.temporal_namespace,
      onProgress: tell,
      log: (event, fields) => log.info(event, fields),
      signal: stopping.signal,
    });
    progress = null;
    const ours = child;
    return { address: ours.address, source: found.source, pid: () => ours.pid };
  }

  const locate = () => starting ??= start().finally(() => starting = null);
  const wanted = core.temporal === "auto" && (children || core.temporal_address !== null);
  return {
    locate: wanted ? locate : null,
    progress: () => progress,
    async stop() {
      stopping.abort(new Error("the service stops"));
      await starting?.catch(() => undefined);
      await child?.stop();
    },
  };
}

/** Where what can be made again is kept. */
export const cacheFolder = (): string => join(userCacheFolder(), "bundles");
