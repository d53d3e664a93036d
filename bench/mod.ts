/**
 * `deno task bench`: what the service does on this machine, beside what its design asks for. Starts its own services,
 * with their own Postgres and Temporal, and takes them down again; about ten minutes.
 *
 * `--only=start,oauth,mfa,passwords,fraud,sign-up,sign-in,tokens,memory,idle` runs some parts;
 * `--quick` makes all of them short and their numbers coarse; `--strict` fails when something asked for is missed.
 */
import { goodPassword } from "../core/testing/client.ts";
import { type SpawnedService, spawnService } from "../core/testing/service.ts";
import { bareBcrypt } from "./bare_bcrypt.ts";
import { measureFraud } from "./fraud.ts";
import { load, type Result } from "./load.ts";
import { measureMfa } from "./mfa.ts";
import { measureOAuth } from "./oauth.ts";
import { measurePasswords } from "./passwords.ts";
import { cpuPercent, descendants, memoryMegabytes } from "./process.ts";
import { markdown, number, type Row, thisMachine } from "./report.ts";

const quick = Deno.args.includes("--quick");
const only = Deno.args.find((arg) => arg.startsWith("--only="))?.slice("--only=".length).split(",") ?? null;
const wants = (part: string) => only === null || only.includes(part);

const rows: Row[] = [];
const say = (text: string) => console.error(`bench: ${text}`);
function told(what: string, measured: string) {
  rows.push({ what, measured, must: "", good: null });
}
function asked(what: string, measured: string, must: string, good: boolean) {
  rows.push({ what, measured, must, good });
}

const run = crypto.randomUUID().slice(0, 8);
const addresses = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}-${run}@example.com`);

function startService(env: Record<string, string | undefined> = {}, durable = true): Promise<SpawnedService> {
  return spawnService({
    database: "embedded",
    temporal: durable ? "found" : null,
    // The real cost: the other settings are those of a fresh copy, but for the limits on one address.
    env: {
      PASSWORD_BCRYPT_COST: undefined,
      DATABASE_CONNECTIONS_MAX: undefined,
      SECRET_KEYS: undefined,
      ...env,
    },
    until: "spawned",
  });
}

/** Polls until an answer says so. Seconds since `began`. */
async function secondsUntil(
  began: number,
  limit_seconds: number,
  isSo: () => Promise<boolean>,
): Promise<number> {
  while (true) {
    if (await isSo().catch(() => false)) return (performance.now() - began) / 1000;
    if (performance.now() - began > limit_seconds * 1000) {
      throw new Error(`not ready within ${limit_seconds} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const answers = (service: SpawnedService) => async () =>
  (await service.client.call("GET", "/health/ready")).status === 200;
const isDurable = (service: SpawnedService) => async () =>
  (await service.client.call("GET", "/temporal-status")).body.temporal_connected === true;

/** From the command to readiness, in a new folder: Postgres is initialised and Temporal's tables are made. */
async function measureStart(): Promise<void> {
  for (const durable of [false, true]) {
    // The first one fills the caches of modules and workflows.
    const times: number[] = [];
    for (let round = 0; round < (quick ? 2 : 3); round++) {
      const began = performance.now();
      await using service = await startService({}, durable);
      const seconds = await secondsUntil(began, 600, durable ? isDurable(service) : answers(service));
      if (round > 0) times.push(seconds);
      await service.stop();
    }
    const worst = Math.max(...times);
    const [what, limit] = durable ? ["Start to ready, durable", 15] : ["Start to ready, direct", 4];
    asked(`${what}, new folder`, `${number(worst, 1)} s`, `< ${limit} s`, worst < (limit as number));
  }
}

async function measureSignUp(service: SpawnedService): Promise<void> {
  say("sign-up, one at a time");
  const single = await load({
    port: service.port,
    connections: 1,
    seconds: 120,
    work: { kind: "register", emails: addresses("single", quick ? 15 : 60), password: goodPassword },
  });
  const throughTemporal = single.methods.temporal_workflow ?? 0;
  asked(
    "Sign-up through Temporal, one at a time, p50",
    `${number(single.p50_ms)} ms (p99 ${
      number(single.p99_ms)
    } ms; ${throughTemporal} of ${single.done} by Temporal)`,
    "< 450 ms",
    single.p50_ms < 450 && throughTemporal === single.done,
  );

  say("300 sign-ups at once");
  const emails = addresses("crowd", 300);
  const crowd = await load({
    port: service.port,
    connections: 300,
    seconds: 300,
    work: { kind: "register", emails, password: goodPassword },
  });
  const { right, wrong } = await endedRight(service, emails);
  const methods = Object.entries(crowd.methods).map(([method, count]) => `${count} ${method}`).join(", ");
  asked(
    "300 sign-ups at once end right",
    `${right} of 300 in ${number(crowd.seconds)} s (${methods}; told ${crowd.retries} times to come again)`,
    "300, one mail each",
    right === 300,
  );
  if (right < 300) say(`first failure: ${crowd.first_failure ?? wrong}`);
}

/** Each has exactly one mail, with a link. Waits for mails that are under way. */
async function endedRight(
  { client }: SpawnedService,
  emails: string[],
): Promise<{ right: number; wrong: string | null }> {
  const limit = Date.now() + 120_000;
  let right = 0;
  let wrong: string | null = null;
  for (const email of emails) {
    let mails = await client.mails(email);
    while (mails.length === 0 && Date.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      mails = await client.mails(email);
    }
    if (mails.length === 1 && mails[0].token) right++;
    else wrong ??= `${mails.length} mails to one address`;
  }
  return { right, wrong };
}

async function measureMemory(service: SpawnedService, already: number): Promise<void> {
  const missing = Math.max(0, (quick ? 400 : 1000) - already);
  say(`${missing} more sign-ups, eight at a time`);
  const more = await load({
    port: service.port,
    connections: 8,
    seconds: 900,
    work: { kind: "register", emails: addresses("more", missing), password: goodPassword },
  });
  if (missing > 0) told("Sign-ups, eight at a time", `${number(more.per_second, 1)} per second`);
  const count = already + more.done;
  // What was freed is seen only after a while.
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const megabytes = memoryMegabytes(service.pid);
  if (megabytes === null) return told("Memory", "known on Linux only");
  asked(`Our own process after ${count} sign-ups`, `${number(megabytes)} MB`, "< 450 MB", megabytes < 450);
  const others = descendants(service.pid).map((pid) => memoryMegabytes(pid) ?? 0).reduce((a, b) => a + b, 0);
  told("Its children (Postgres counts shared pages once for each of its processes)", `${number(others)} MB`);
}

async function measureIdle(service: SpawnedService): Promise<void> {
  say("idle");
  await new Promise((resolve) => setTimeout(resolve, quick ? 3_000 : 15_000));
  const children = descendants(service.pid);
  const seconds = quick ? 10 : 30;
  const [own, ...others] = await Promise.all(
    [service.pid, ...children].map((pid) => cpuPercent(pid, seconds)),
  );
  if (own === null) return told("Idle", "known on Linux only");
  asked("Our own process when idle", `${number(own, 1)} % of a core`, "< 2 %", own < 2);
  const sum = others.reduce<number>((total, one) => total + (one ?? 0), 0);
  told("Its children when idle", `${number(sum, 1)} % of a core`);
}

/** Accounts that can sign in, and their tokens. */
async function members(service: SpawnedService, count: number) {
  say(`${count} members`);
  const emails = addresses("member", count);
  await load({
    port: service.port,
    connections: 4,
    seconds: 300,
    work: { kind: "register", emails, password: goodPassword },
  });
  const tokens: { access_token: string; refresh_token: string }[] = [];
  for (const email of emails) {
    await service.client.verify(email);
    tokens.push(await service.client.login(email));
  }
  return { emails, tokens };
}

/** In turns, and the middle one of each, for a machine has other things to do as well. */
async function measureSignIn(service: SpawnedService, emails: string[]): Promise<void> {
  const seconds = quick ? 6 : 12;
  const bare: number[] = [];
  const logins: Result[] = [];
  const health: Result[] = [];
  for (let round = 1; round <= 3; round++) {
    say(`bare bcrypt and sign-in in turns, ${round} of 3`);
    bare.push(await bareBcrypt(seconds));
    const [login, probe] = await Promise.all([
      load({
        port: service.port,
        connections: 8,
        seconds,
        work: { kind: "login", emails, password: goodPassword },
      }),
      load({
        port: service.port,
        connections: 1,
        seconds: seconds - 1,
        pause_ms: 20,
        work: { kind: "get", path: "/health" },
      }),
    ]);
    logins.push(login);
    health.push(probe);
  }
  const middle = (values: number[]) => values.toSorted((a, b) => a - b)[1];
  const [signIns, hashes] = [middle(logins.map(({ per_second }) => per_second)), middle(bare)];
  asked(
    "Sign-in, of the bare bcrypt rate",
    `${number(signIns / hashes, 2)} (${number(signIns, 1)} of ${number(hashes, 1)} per second)`,
    ">= 0.9",
    signIns / hashes >= 0.9,
  );
  const p99 = middle(health.map(({ p99_ms }) => p99_ms));
  asked("/health meanwhile, p99", `${number(p99)} ms`, "< 100 ms", p99 < 100);
  warn(...logins, ...health);
}

async function measureTokens(
  service: SpawnedService,
  tokens: { access_token: string; refresh_token: string }[],
) {
  const seconds = quick ? 4 : 12;
  say("refresh");
  const refresh = await load({
    port: service.port,
    connections: tokens.length,
    seconds,
    work: { kind: "refresh", tokens: tokens.map(({ refresh_token }) => refresh_token) },
  });
  warn(refresh);
  asked(
    "Refresh",
    `${number(refresh.per_second)} per second (p99 ${number(refresh.p99_ms)} ms)`,
    "> 400 per second",
    refresh.per_second > 400,
  );
  say("/users/me");
  const me = await load({
    port: service.port,
    connections: 16,
    seconds,
    work: { kind: "get", path: "/users/me", token: tokens[0].access_token },
  });
  warn(me);
  asked(
    "GET /users/me",
    `${number(me.per_second)} per second (p99 ${number(me.p99_ms)} ms)`,
    "> 1,500 per second",
    me.per_second > 1500,
  );
}

/** What was answered otherwise than it should be. */
function warn(...results: Result[]): void {
  for (const { first_failure, statuses } of results) {
    if (first_failure) say(`not all went well: ${JSON.stringify(statuses)} ${first_failure}`);
  }
}

async function main(): Promise<void> {
  if (wants("start")) {
    say("start");
    await measureStart();
  }
  if (wants("oauth")) rows.push(...await measureOAuth({ quick, say }));
  if (wants("mfa")) rows.push(...await measureMfa({ quick, say }));
  if (wants("passwords")) rows.push(...await measurePasswords({ quick, say }));
  if (wants("fraud")) rows.push(...await measureFraud({ quick, say }));
  if (!["sign-up", "memory", "idle", "sign-in", "tokens"].some(wants)) return;
  say("one service for the rest");
  const began = performance.now();
  await using service = await startService();
  await secondsUntil(began, 600, isDurable(service));
  // The first requests compile what all later ones use.
  const { emails, tokens } = await members(service, 16);
  if (wants("sign-up")) await measureSignUp(service);
  if (wants("sign-in")) await measureSignIn(service, emails);
  if (wants("tokens")) await measureTokens(service, tokens);
  if (wants("memory")) await measureMemory(service, 16 + (wants("sign-up") ? (quick ? 15 : 60) + 300 : 0));
  if (wants("idle")) await measureIdle(service);
  say("stopping");
  await service.stop();
}

let failed = false;
try {
  await main();
} catch (error) {
  say(`broken off: ${(error as Error).stack}`);
  failed = true;
}
console.log(markdown(rows, thisMachine()));
const missed = rows.some(({ good }) => good === false);
Deno.exit(failed || (missed && Deno.args.includes("--strict")) ? 1 : 0);
