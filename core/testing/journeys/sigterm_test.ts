/** SIGTERM under load, with everything of its own: answered is what was accepted, and nothing is left running. */
import { expect } from "expect";
import { connect } from "../../db/postgres.ts";
import { goodPassword, newAddress } from "../client.ts";
import { spawnService } from "../service.ts";
import { withoutTemporal } from "../temporal.ts";
import { eventually, expectAccount, expectWhole, mailsTo } from "./whole.ts";

const temporal = await withoutTemporal() ? null : "found";

/** Processes that know this folder: by their arguments, their environment or where they stand. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    const read = (file: string) => Deno.readTextFile(`/proc/${name}/${file}`).catch(() => "");
    const where = await Deno.readLink(`/proc/${name}/cwd`).catch(() => "");
    const command = await read("cmdline");
    if ([command, await read("environ"), where].some((text) => text.includes(folder))) {
      found.push(`${name} ${command.replaceAll("\0", " ").slice(0, 120)}`);
    }
  }
  return found;
}

interface Sent {
  email: string;
  /** Milliseconds, as `performance.now()` tells them. */
  at: number;
  /** Null when there was none. */
  status: number | null;
}

/** One POST over a connection of its own, so that "accepted" means what it says. */
async function post(port: number, email: string): Promise<Sent | null> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null);
  if (!socket) return null;
  const at = performance.now();
  const body = JSON.stringify({ email, password: goodPassword });
  let text = "";
  try {
    await socket.write(new TextEncoder().encode(
      `POST /auth/register HTTP/1.1\r\nhost: localhost:${port}\r\ncontent-type: application/json\r\n` +
        `connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    ));
    for await (const part of socket.readable) text += new TextDecoder().decode(part);
  } catch {
    // Reset: what was read so far counts.
  }
  const status = /^HTTP\/1\.1 (\d+)/.exec(text);
  return { email, at, status: status ? Number(status[1]) : null };
}

Deno.test("SIGTERM under load: every accepted POST is answered, and nothing is left running", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const data_dir = await Deno.makeTempDir({ prefix: "flow-shield-sigterm-" });
  await Deno.chmod(data_dir, 0o755);
  try {
    const own = { database: "embedded", temporal, data_dir } as const;
    const sent: Sent[] = [];
    {
      // Real hashing, so that a request takes longer than what comes in while the port closes.
      const env = { PASSWORD_BCRYPT_COST: "12" };
      await using first = await spawnService({ ...own, env, start_timeout_ms: 120_000 });
      expect((await processesOf(data_dir)).length).toBeGreaterThan(temporal ? 2 : 1);
      let over = false;
      const crowd = Array.from({ length: 8 }, async () => {
        while (!over) {
          const one = await post(first.port, newAddress("crowd"));
          if (!one) break;
          sent.push(one);
        }
      });
      await eventually("the load is on", () => sent.length, (n) => n >= 24);
      const asked = performance.now();
      const code = await first.stop();
      over = true;
      await Promise.all(crowd);
      expect(code).toBe(0);
      expect(await processesOf(data_dir)).toEqual([]);
      const wrong = sent.filter(({ status }) => ![202, 503, null].includes(status));
      expect(wrong).toEqual([]);
      // What was still in the system's hands when the port closed is turned away; see below that it left no trace.
      expect(sent.filter(({ at, status }) => at < asked - 5_000 && status !== 202)).toEqual([]);
      expect(sent.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(16);
    }

    await using second = await spawnService({ ...own, start_timeout_ms: 120_000 });
    const sql = connect(await embeddedUrl(data_dir), { max: 2 });
    try {
      await expectWhole(sql, { temporal: temporal !== null });
      for (const { email } of sent.filter(({ status }) => status === 202)) {
        await expectAccount(sql, email, "pending_verification");
        expect(await mailsTo(sql, email)).toEqual({ verify_email: 1 });
      }
      // Taken is what is stored, and whoever was not answered was not taken.
      const unanswered = sent.filter(({ status }) => status === null).map(({ email }) => email);
      expect(await sql`select email from registration where email = any(${unanswered})`).toHaveLength(0);
    } finally {
      await sql.end({ timeout: 1 });
    }
    expect(await second.stop()).toBe(0);
    expect(await processesOf(data_dir)).toEqual([]);
  } finally {
    await Deno.remove(data_dir, { recursive: true });
  }
});

/** As the service itself reaches the server it brings. */
async function embeddedUrl(data_dir: string): Promise<string> {
  const password = (await Deno.readTextFile(`${data_dir}/postgres.password`)).trim();
  const { postgres } = JSON.parse(await Deno.readTextFile(`${data_dir}/ports.json`));
  return `postgres://postgres:${password}@127.0.0.1:${postgres}/flow_shield`;
}
