/**
 * Temporal for tests: a real server that all of a run's tests share, each file in a namespace of its own, so that no
 * worker takes another's work. Tests that kill or stop it bring one of their own.
 */
import { waitForNamespace } from "../temporal_server/namespace.ts";
import { type Lease, leaseKept } from "./kept.ts";
import { type OwnPostgres, ownPostgres } from "./postgres.ts";
import { findForTests, startFoundTemporal, type TemporalServer } from "./temporal_server.ts";

export interface TestTemporal extends Disposable {
  /** `127.0.0.1:port`. */
  address: string;
  /** Yours alone, registered and usable. */
  namespace: string;
  /** The environment that makes the service use it. */
  env(): Record<string, string>;
}

/** Whether tests have to fail rather than be passed over where there is no Temporal. */
export function temporalIsRequired(): boolean {
  return Boolean(Deno.env.get("REQUIRE_TEMPORAL"));
}

/**
 * Whether a test that needs Temporal has to be passed over: for a test's `ignore`. Never where it is required.
 * Says why, once for each file that asks.
 */
export async function withoutTemporal(): Promise<boolean> {
  if (temporalIsRequired() || Deno.env.get("TEST_TEMPORAL_ADDRESS")) return false;
  // "none": the run has looked already.
  const found = Deno.env.get("TEST_TEMPORAL") === "none" ? null : await findForTests();
  if (!found) {
    console.log("skipped: what needs Temporal, for there is none here (deno run -A main.ts doctor)");
  }
  return found === null;
}

/**
 * The shared server and a new namespace on it: about a second.
 *
 * @returns null when there is no Temporal here and REQUIRE_TEMPORAL is not set.
 * @throws Error when REQUIRE_TEMPORAL is set and there is none, or when it does not start.
 */
export async function testTemporal(): Promise<TestTemporal | null> {
  if (await withoutTemporal()) return null;
  const given = Deno.env.get("TEST_TEMPORAL_ADDRESS");
  const lease: Lease | null = given ? null : await leaseKept("temporal");
  const address = given ?? lease!.value;
  const namespace = `test-${crypto.randomUUID()}`;
  try {
    await waitForNamespace({
      address,
      namespace,
      retention_days: 1,
      limit_ms: 30_000,
      signal: new AbortController().signal,
    });
  } catch (error) {
    lease?.[Symbol.dispose]();
    throw error;
  }
  return {
    address,
    namespace,
    env: () => ({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace }),
    [Symbol.dispose]: () => lease?.[Symbol.dispose](),
  };
}

export interface OwnTemporal extends TemporalServer, AsyncDisposable {
  env(): Record<string, string>;
}

/**
 * A whole server for one test, which may kill, freeze, stop and start it: about four seconds.
 *
 * @param postgres where its databases are; a Postgres of its own unless given.
 * @returns null when there is no Temporal here and REQUIRE_TEMPORAL is not set.
 */
export async function ownTemporal(postgres?: { url: string }): Promise<OwnTemporal | null> {
  if (await withoutTemporal()) return null;
  const own: OwnPostgres | null = postgres || Deno.env.get("TEST_DATABASE_URL") ? null : await ownPostgres();
  const data_dir = await Deno.makeTempDir({ prefix: "flow-shield-temporal-" });
  const end = async () => {
    await Deno.remove(data_dir, { recursive: true }).catch(() => {});
    await own?.[Symbol.asyncDispose]();
  };
  const url = postgres?.url ?? own?.url ?? Deno.env.get("TEST_DATABASE_URL")!;
  const server = await startFoundTemporal(url, data_dir).catch(async (error) => {
    await end();
    throw error;
  });
  if (!server) {
    await end();
    throw new Error(
      "REQUIRE_TEMPORAL is set, and there is no Temporal here: run deno task test, which can build it",
    );
  }
  return {
    ...server,
    env: () => ({ TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: server.namespace }),
    async [Symbol.asyncDispose]() {
      await server.remove();
      await end();
    },
  };
}
