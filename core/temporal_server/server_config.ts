// What a Temporal server of ours is told: the settings of its makers for development on Postgres, reduced to a small
// machine. Written as JSON, which every YAML reader takes.

/** A Postgres server, as in `DATABASE_URL`. */
export interface DatabaseServer {
  host: string;
  port: number;
  user: string;
  password: string;
  /** "off" without TLS, "on" with TLS, "verified" with TLS and a certificate that names the host. */
  tls: "off" | "on" | "verified";
}

/** The names of the ports a server needs, for `rememberedPorts()`. */
export const serverPortNames = ["frontend", "history", "matching", "worker"].flatMap((service) => [
  `temporal_${service}`,
  `temporal_${service}_membership`,
]);

/**
 * Reads a Postgres URL; `sslmode` require, verify-ca and verify-full are known.
 *
 * @throws TypeError when it is not a URL of Postgres.
 */
export function parseDatabaseUrl(database_url: string): DatabaseServer {
  // The URL holds the password, so it is in no message.
  const url = URL.canParse(database_url) ? new URL(database_url) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname) {
    throw new TypeError("database_url: expected postgres://user:password@host:port/database");
  }
  const mode = url.searchParams.get("sslmode") ?? "disable";
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    tls: mode === "verify-full" ? "verified" : mode === "require" || mode === "verify-ca" ? "on" : "off",
  };
}

/** The server's configuration. It holds the database's password: for a file of mode 0600. */
export function serverConfig(options: {
  server: DatabaseServer;
  databases: { main: string; visibility: string };
  /** By the names in `serverPortNames`. */
  ports: Record<string, number>;
  dynamicConfigFile: string;
}): Record<string, unknown> {
  const { server, databases, ports } = options;
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: "postgres12",
      databaseName,
      connectAddr: `${server.host}:${server.port}`,
      connectProtocol: "tcp",
      user: server.user,
      password: server.password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: "1h",
      ...(server.tls === "off"
        ? {}
        : { tls: { enabled: true, enableHostVerification: server.tls === "verified" } }),
    },
  });
  const service = (name: string) => ({
    rpc: {
      grpcPort: ports[`temporal_${name}`],
      membershipPort: ports[`temporal_${name}_membership`],
      bindOnLocalHost: true,
    },
  });
  return {
    log: { stdout: true, level: "warn" },
    persistence: {
      defaultStore: "main",
      visibilityStore: "visibility",
      numHistoryShards: 4,
      // Each of the four services opens a pool of its own: four times this is what Postgres may see.
      datastores: { main: store(databases.main, 8), visibility: store(databases.visibility, 2) },
    },
    global: { membership: { maxJoinDuration: "30s", broadcastAddress: "127.0.0.1" } },
    services: {
      frontend: service("frontend"),
      history: service("history"),
      matching: service("matching"),
      worker: service("worker"),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: "active",
      currentClusterName: "active",
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: "frontend",
          rpcAddress: `127.0.0.1:${ports.temporal_frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: "noop" },
    archival: { history: { state: "disabled" }, visibility: { state: "disabled" } },
    namespaceDefaults: { archival: { history: { state: "disabled" }, visibility: { state: "disabled" } } },
    dynamicConfigClient: { filepath: options.dynamicConfigFile, pollInterval: "60s" },
  };
}

/** Settings the server reads beside its configuration, as `{key: value}`. */
export const dynamicSettings: Record<string, boolean | number | string> = {
  // The early answer of a workflow needs updates, and a first task handed back with the start.
  "frontend.enableUpdateWorkflowExecution": true,
  "frontend.enableUpdateWorkflowExecutionAsyncAccepted": true,
  "system.enableEagerWorkflowStart": true,
  "system.enableActivityEagerExecution": true,
  // One machine, one partition: a task and its poller always meet without being forwarded.
  "matching.numTaskqueueReadPartitions": 1,
  "matching.numTaskqueueWritePartitions": 1,
  // Sweepers for data that clusters of many years leave behind.
  "worker.taskQueueScannerEnabled": false,
  "worker.historyScannerEnabled": false,
  // Caches sized for thousands of stories, not for hundreds of thousands.
  "history.hostLevelCacheMaxSize": 4096,
};

/** The same in the file format of the server. */
export function dynamicConfig(): Record<string, { value: boolean | number | string }[]> {
  return Object.fromEntries(Object.entries(dynamicSettings).map(([key, value]) => [key, [{ value }]]));
}
