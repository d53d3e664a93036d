/**
 * `deno task test`: one Postgres and one Temporal for the whole run, the tests, and everything taken down again, also
 * after Ctrl-C. What follows on the command line goes to `deno test`: paths, `--filter` …
 */
import { delimiter, dirname, join } from "node:path";
import { findChromium } from "../testing/browser.ts";
import { temporaryFolder } from "../testing/memory_folder.ts";
import { startPostgres } from "../testing/postgres_server.ts";
import { startFoundTemporal } from "../testing/temporal_server.ts";

const say = (text: string) => console.error(`test: ${text}`);

/** What has to be ended, the newest first. */
const endings: (() => Promise<void>)[] = [];

async function tearDown(): Promise<void> {
  while (endings.length > 0) {
    await endings.pop()!().catch((error) => say(`not ended in order: ${(error as Error).message}`));
  }
}

let interrupted: Deno.Signal | null = null;
let tests: Deno.ChildProcess | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, async () => {
    const first = interrupted === null;
    interrupted ??= signal;
    // The second time, or when nothing runs yet: no waiting for the tests.
    if (first && tests) tests.kill(signal);
    else {
      tests?.kill("SIGKILL");
      await tearDown();
      Deno.exit(130);
    }
  });
}

async function setUp(): Promise<Record<string, string>> {
  // Not below the home folder: as root, Postgres runs as another user, who has to get there.
  const root = await temporaryFolder("flow-shield-test-run-");
  await Deno.chmod(root, 0o755);
  endings.push(() => Deno.remove(root, { recursive: true }));
  // A test file that broke off could not tidy up: what it started and what it wrote are found by this folder.
  const temporary = join(root, "tmp");
  await Deno.mkdir(temporary);
  endings.push(() => endProcessesIn(temporary));

  const postgres = await startPostgres(join(root, "postgres"));
  endings.push(() => postgres.remove());
  say(`Postgres: embedded, in ${root}`);

  const env: Record<string, string> = { TEST_DATABASE_URL: postgres.url, TMPDIR: temporary };
  const temporal = await startFoundTemporal(postgres.url, join(root, "temporal"), {
    mayBuild: true,
    onProgress: say,
  });
  if (temporal) {
    endings.push(() => temporal.remove());
    env.TEST_TEMPORAL_ADDRESS = temporal.address;
    say(`Temporal: ${temporal.source}`);
  } else if (Deno.env.get("REQUIRE_TEMPORAL")) {
    throw new Error("REQUIRE_TEMPORAL is set, and no Temporal was found or could be built");
  } else {
    env.TEST_TEMPORAL = "none";
    say("Temporal: none, so what needs it is skipped");
  }
  const chromium = findChromium();
  if (!chromium && Deno.env.get("REQUIRE_BROWSER")) {
    throw new Error("REQUIRE_BROWSER is set, and there is no Chromium");
  }
  say(chromium ? `Browser: ${chromium}` : "Browser: none, so what needs one is skipped");
  return env;
}

/** Ends whatever runs in or on a folder that only this run knows. Linux only; elsewhere tests tidy up by themselves. */
async function endProcessesIn(folder: string): Promise<void> {
  if (Deno.build.os !== "linux") return;
  for await (const { name } of Deno.readDir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === Deno.pid) continue;
    const command = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
    const home = await Deno.readLink(`/proc/${pid}/cwd`).catch(() => "");
    if (!command.includes(folder) && !home.startsWith(folder)) continue;
    say(`ended what a test left running: ${command.replaceAll("\0", " ").slice(0, 120)}`);
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
}

async function runTests(env: Record<string, string>): Promise<number> {
  // Two more than there are processors, since journeys wait for what they have killed. With a third, two processors had
  // nothing left to give, and what is told within a second came late.
  const jobs = Math.max(2, Math.min(6, navigator.hardwareConcurrency + 2));
  const child = new Deno.Command(Deno.execPath(), {
    // `deno task check` looks at the types, once for all files.
    args: ["test", "-A", "--no-check", "--parallel", ...Deno.args],
    env: {
      DENO_JOBS: String(jobs),
      // Started by `npx`, `deno` itself is not on it.
      PATH: `${dirname(Deno.execPath())}${delimiter}${Deno.env.get("PATH") ?? ""}`,
      ...env,
    },
    stdin: "null",
    // In a group of its own: a Ctrl-C in the terminal comes from us, once.
    detached: true,
  }).spawn();
  tests = child;
  const { code } = await child.status;
  tests = null;
  return interrupted ? 130 : code;
}

let code = 1;
try {
  const env = await setUp();
  if (!interrupted) code = await runTests(env);
} catch (error) {
  say((error as Error).message);
} finally {
  await tearDown();
}
Deno.exit(code);
