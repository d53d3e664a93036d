import { join } from "node:path";
import { expect } from "expect";
import { type EmbeddedPostgres, startEmbedded } from "./embedded.ts";
import { leftOver } from "./left_over.ts";
import { connect, isDatabaseAway } from "./postgres.ts";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A folder below /tmp, which the server's user can reach when the tests run as root. */
async function dataDir() {
  const path = await Deno.makeTempDir({ prefix: "flow-shield-embedded-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A process that has ended but whom nobody waited for is not alive: its command line is empty. */
async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] }).output();
  return /^[^Z\s]/.test(new TextDecoder().decode(stdout));
}

async function answers(server: EmbeddedPostgres): Promise<string> {
  const sql = connect(server.url, { max: 1 });
  try {
    for (let attempt = 0;; attempt++) {
      try {
        const [row] = await sql`select current_database() as name`;
        return row.name;
      } catch (error) {
        if (!isDatabaseAway(error) || attempt > 40) throw error;
        await pause(100);
      }
    }
  } finally {
    await sql.end({ timeout: 1 });
  }
}

Deno.test("a server of our own starts, is stopped in order, and starts again on its port with its data", async () => {
  await using dir = await dataDir();
  const said: string[] = [];
  const first = await startEmbedded({ data_dir: dir.path, onProgress: (line) => said.push(line) });
  const sql = connect(first.url);
  const [row] = await sql`
    select current_setting('fsync') as fsync, current_setting('listen_addresses') as listen,
      current_setting('password_encryption') as passwords, current_setting('max_connections') as max,
      pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, lower('ÄÖ') as lower
    from pg_database where datname = current_database()`;
  expect(row).toEqual({
    fsync: "on",
    listen: "127.0.0.1",
    passwords: "scram-sha-256",
    max: "100",
    encoding: "UTF8",
    provider: "b",
    lower: "äö",
  });
  await sql`create table kept as select 1 as one`;
  await sql.end();
  const started = performance.now();
  await first.stop();
  await first.stop();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(await isAlive(first.pid)).toBe(false);
  expect(said).toEqual(["Initialising Postgres"]);
  expect(((await Deno.stat(join(dir.path, "postgres.password"))).mode ?? 0) & 0o777).toBe(0o600);

  const second = await startEmbedded({ data_dir: dir.path });
  expect([second.port, second.url]).toEqual([first.port, first.url]);
  const again = connect(second.url);
  expect([...await again`select * from kept`]).toEqual([{ one: 1 }]);
  await again.end();
  await expect(async () => {
    const wrong = connect(second.url.replace(/:[^:@]+@/, ":wrong@"), { max: 1 });
    try {
      await wrong`select 1`;
    } finally {
      await wrong.end();
    }
  }).rejects.toThrow(/password authentication failed/);
  await second.stop();
});

Deno.test("a server that is killed is started again, with what was committed", async () => {
  await using dir = await dataDir();
  const said: string[] = [];
  const server = await startEmbedded({ data_dir: dir.path, onProgress: (line) => said.push(line) });
  const sql = connect(server.url, { max: 2 });
  await sql`create table kept as select 1 as one`;
  const before = server.pid;
  Deno.kill(before, "SIGKILL");
  await pause(300);
  expect(await answers(server)).toBe("flow_shield");
  expect(server.pid).not.toBe(before);
  expect([...await sql`select * from kept`]).toEqual([{ one: 1 }]);
  expect(said).toContain("Postgres died; starting it again");
  await sql.end();
  await server.stop();
  expect(await leftOver(server.cluster)).toBeNull();
});

/** Starts a server in another process, which is then killed and leaves it behind. */
async function orphan(data_dir: string): Promise<number> {
  const code = `import { startEmbedded } from ${
    JSON.stringify(new URL("./embedded.ts", import.meta.url).href)
  };
    const server = await startEmbedded({ data_dir: ${JSON.stringify(data_dir)} });
    console.log(server.pid); setTimeout(() => {}, 60_000);`;
  const script = new URL(`./embedded_test_${crypto.randomUUID()}.tmp.ts`, import.meta.url);
  await Deno.writeTextFile(script, code);
  try {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script.href],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    const pid = Number(new TextDecoder().decode((await reader.read()).value));
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    return pid;
  } finally {
    await Deno.remove(script);
  }
}

for (const frozen of [false, true]) {
  const what = frozen ? "stopped by a signal" : "running";
  Deno.test(`a server that a killed process left ${what} is ended, and its data is kept`, () =>
    leaveBehind(frozen));
}

async function leaveBehind(frozen: boolean) {
  await using dir = await dataDir();
  const first = await orphan(dir.path);
  if (frozen) Deno.kill(first, "SIGSTOP");
  expect(await isAlive(first)).toBe(true);
  const said: string[] = [];
  const server = await startEmbedded({ data_dir: dir.path, onProgress: (line) => said.push(line) });
  expect(said).toEqual([`Stopping a Postgres that was left running (process ${first})`]);
  expect(await isAlive(first)).toBe(false);
  expect(await answers(server)).toBe("flow_shield");
  await server.stop();
}

Deno.test("a process that only has the number of an old server is left alone", async () => {
  await using dir = await dataDir();
  const stranger = new Deno.Command("sleep", { args: ["60"] }).spawn();
  await Deno.writeTextFile(join(dir.path, "postmaster.pid"), `${stranger.pid}\n${dir.path}\n`);
  expect(await leftOver(dir.path)).toBeNull();
  await Deno.writeTextFile(join(dir.path, "postmaster.pid"), "nonsense\n");
  expect(await leftOver(dir.path)).toBeNull();
  stranger.kill();
  await stranger.status;
});

Deno.test("initialising that was cut short is done anew", async () => {
  await using dir = await dataDir();
  const first = await startEmbedded({ data_dir: dir.path });
  await first.stop();
  await Deno.rename(first.cluster, `${first.cluster}.new`);
  await Deno.remove(join(`${first.cluster}.new`, "global"), { recursive: true });
  const second = await startEmbedded({ data_dir: dir.path });
  expect(await answers(second)).toBe("flow_shield");
  await second.stop();
});

Deno.test("a cluster of another version is refused, and not touched", async () => {
  await using dir = await dataDir();
  const first = await startEmbedded({ data_dir: dir.path });
  await first.stop();
  await Deno.writeTextFile(join(first.cluster, "PG_VERSION"), "15\n");
  await expect(startEmbedded({ data_dir: dir.path })).rejects.toThrow(
    /was made by Postgres 15, and this is 18/,
  );
});

Deno.test("a lost password file is explained", async () => {
  await using dir = await dataDir();
  const first = await startEmbedded({ data_dir: dir.path });
  await first.stop();
  await Deno.remove(join(dir.path, "postgres.password"));
  await expect(startEmbedded({ data_dir: dir.path })).rejects.toThrow(
    /does not accept the password in DATA_DIR/,
  );
  expect(await leftOver(first.cluster)).toBeNull();
});

Deno.test("a port that somebody took is given up for another", async () => {
  await using dir = await dataDir();
  const first = await startEmbedded({ data_dir: dir.path });
  await first.stop();
  using _taken = Deno.listen({ hostname: "127.0.0.1", port: first.port });
  const second = await startEmbedded({ data_dir: dir.path });
  expect(second.port).not.toBe(first.port);
  await second.stop();
});

Deno.test({
  name: "as root, below a home that only root may enter, the data goes elsewhere, and it is said where",
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  async fn() {
    await using dir = await dataDir();
    await Deno.chmod(dir.path, 0o700);
    const data_dir = join(dir.path, "closed", "data");
    const said: string[] = [];
    const first = await startEmbedded({ data_dir, onProgress: (line) => said.push(line) });
    expect(said[0]).toMatch(/^Postgres keeps its data in .*flow-shield.*, as its user cannot reach .*closed/);
    await first.stop();
    const second = await startEmbedded({ data_dir });
    expect(second.cluster).toBe(first.cluster);
    expect(first.cluster.startsWith(dir.path)).toBe(false);
    await second.stop();
    await Deno.remove(join(first.cluster, ".."), { recursive: true });
  },
});
