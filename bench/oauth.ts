/**
 * OAuth, beside the yardstick: our service and `oidc-provider`, each a process of its own on the same Deno and the same
 * Postgres, in turns, through HTTP at 64 connections.
 */
import { goodPassword } from "../core/testing/client.ts";
import { freePort } from "../core/testing/ports.ts";
import { ownPostgres, testDatabase } from "../core/testing/postgres.ts";
import { spawnService } from "../core/testing/service.ts";
import type { Provider, Registered } from "../plugins/oauth2/oracle/stage.ts";
import type { Result } from "./load.ts";
import { type Clients, lanesOf, type Measure, measureNames, measures, registrations } from "./oauth/lanes.ts";
import { type Lane, loadOAuth } from "./oauth/load.ts";
import { connectionsMax, spawnYardstick } from "./oauth/yardstick.ts";
import { cpuSeconds } from "./process.ts";
import { number, type Row } from "./report.ts";

const connections = 64;

/** A provider under load. */
interface Side {
  pid: number;
  port: number;
  lanes: Record<Measure, Lane[]>;
}

interface Measured extends Result {
  /** Of the service's own process, for 1,000 requests; null where it is not known. */
  cpu_seconds: number | null;
}

export interface OAuthBench {
  quick: boolean;
  say(text: string): void;
}

/** The rows of the report. */
export async function measureOAuth({ quick, say }: OAuthBench): Promise<Row[]> {
  say("oauth: Postgres, our service and oidc-provider");
  await using postgres = await ownPostgres();
  await using ourDatabase = await testDatabase({ server_url: postgres.url });
  await using theirDatabase = await testDatabase({ server_url: postgres.url, migrated: false });
  await using service = await spawnService({
    database: { url: ourDatabase.url },
    env: { DATABASE_CONNECTIONS_MAX: String(connectionsMax), SECRET_KEYS: undefined },
  });
  const theirClients = staticClients();
  const port = freePort();
  await using yardstick = await spawnYardstick({
    port,
    database_url: theirDatabase.url,
    clients: Object.entries(theirClients).map(([name, client]) => ({
      ...registrations[name as keyof Clients],
      ...client,
    })),
  });

  say(`oauth: ${connections} sessions with each`);
  const { email } = await service.client.newMember();
  const ourSide = await sideOf(
    "ours",
    service.url,
    service.pid,
    { email, password: goodPassword },
    await register(service.url),
  );
  const theirSide = await sideOf(
    "theirs",
    yardstick.issuer,
    yardstick.pid,
    { email, password: "none" },
    theirClients,
  );
  const rows: Row[] = [];
  for (const measure of measures) {
    say(`oauth: ${measureNames[measure]}`);
    rows.push(rowOf(measure, ...await inTurns(measure, ourSide, theirSide, quick, say)));
  }
  await service.stop();
  return rows;
}

async function sideOf(
  name: Provider["name"],
  issuer: string,
  pid: number,
  person: Provider["person"],
  clients: Clients,
): Promise<Side> {
  const provider: Provider = { name, issuer, person, async [Symbol.asyncDispose]() {} };
  return { pid, port: Number(new URL(issuer).port), lanes: await lanesOf(provider, clients, connections) };
}

function staticClients(): Clients {
  const client = (client_id: string): Registered => ({ client_id, client_secret: crypto.randomUUID() });
  return { web: client("web"), machine: client("machine") };
}

async function register(issuer: string): Promise<Clients> {
  const one = async (metadata: unknown): Promise<Registered> => {
    const response = await fetch(`${issuer}/oauth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(metadata),
    });
    if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`);
    return await response.json();
  };
  return { web: await one(registrations.web), machine: await one(registrations.machine) };
}

/** In turns, and the middle one of each, for a machine has other things to do as well. */
async function inTurns(
  measure: Measure,
  ours: Side,
  theirs: Side,
  quick: boolean,
  say: (text: string) => void,
): Promise<[Measured, Measured]> {
  const seconds = quick ? 3 : 6;
  const done: Record<"ours" | "theirs", Measured[]> = { ours: [], theirs: [] };
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const [name, side] of [["ours", ours], ["theirs", theirs]] as const) {
      const measured = await measureOne(side, measure, seconds);
      if (measured.first_failure) say(`not all went well (${name}, ${measure}): ${measured.first_failure}`);
      done[name].push(measured);
    }
  }
  const middle = (all: Measured[]) =>
    all.toSorted((a, b) => a.per_second - b.per_second)[Math.floor(all.length / 2)];
  return [middle(done.ours), middle(done.theirs)];
}

async function measureOne(side: Side, measure: Measure, seconds: number): Promise<Measured> {
  await loadOnce(side, measure, 1);
  const before = cpuSeconds(side.pid);
  const result = await loadOnce(side, measure, seconds);
  const after = cpuSeconds(side.pid);
  const used = before === null || after === null ? null : after - before;
  return { ...result, cpu_seconds: used === null ? null : used / result.done * 1000 };
}

/** A refresh token is good once, so each load goes on where the last one ended. */
async function loadOnce(side: Side, measure: Measure, seconds: number): Promise<Result> {
  const lanes = side.lanes[measure];
  const result = await loadOAuth({ port: side.port, seconds, lanes });
  side.lanes[measure] = lanes.flatMap<Lane>((lane, index) => {
    if (lane.kind !== "refresh") return [lane];
    const refresh_token = result.refresh_tokens[index];
    return refresh_token === null ? [] : [{ ...lane, refresh_token }];
  });
  return result;
}

function rowOf(measure: Measure, ours: Measured, theirs: Measured): Row {
  const one = ({ per_second, p50_ms, p99_ms, cpu_seconds }: Measured) =>
    `${number(per_second)}/s, p50 ${number(p50_ms, 1)} ms, p99 ${number(p99_ms, 1)} ms, ` +
    (cpu_seconds === null ? "CPU known on Linux only" : `${number(cpu_seconds, 2)} CPU s per 1,000`);
  const times = ours.per_second / theirs.per_second;
  const cpu = ours.cpu_seconds === null || theirs.cpu_seconds === null
    ? null
    : ours.cpu_seconds / theirs.cpu_seconds;
  return {
    what: `OAuth: ${measureNames[measure]}`,
    measured: `${number(times, 2)}× (${one(ours)}; oidc-provider ${one(theirs)}; CPU ${number(cpu, 2)}×)`,
    must: ">= 2×, CPU <= 0.5×",
    good: times >= 2 && (cpu === null || cpu <= 0.5),
  };
}
