import { join } from "node:path";
import { expect } from "expect";
import { lockDataDir } from "../data_dir.ts";
import { startEmbedded } from "../db/embedded.ts";
import { type AnyCtx, type AnyPlugin, type Command, definePlugin } from "../plugin.ts";
import type { Made } from "./mod.ts";
import { commandTools } from "./tools.ts";

const plugin = definePlugin({
  name: "greeter",
  about: "Greets",
  config: {},
  commands: {
    greet: { about: "says hello", usage: "greet NAME", run: () => Promise.resolve() } satisfies Command,
  },
}) as AnyPlugin;
const made: Made = {
  config: { plugins: [plugin] },
  journeys: () => definePlugin({ name: "journeys", about: "None", config: {} }) as AnyPlugin,
  presentation: null,
};

async function dataDir() {
  const path = await Deno.makeTempDir({ prefix: "flow-shield-commands-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
const tools = (DATA_DIR: string) => commandTools(made, plugin, { DATA_DIR });
const database = async ({ sql }: AnyCtx) => {
  const [row] =
    await sql`select current_setting('port')::int as port, to_regclass('session') is not null as made`;
  return row;
};

Deno.test("a command works where no service runs, and where one does with the Postgres of that one", async () => {
  await using dir = await dataDir();
  const alone = await tools(dir.path).withCtx(async (ctx) => ({
    ...await database(ctx),
    sealed: ctx.keys.seal(new TextEncoder().encode("kept"), "test"),
    core: ctx.core.data_dir,
  }));
  expect(alone).toMatchObject({ made: true, core: dir.path });

  // The folder is free again, so a service may start on it.
  const lock = lockDataDir(dir.path);
  const server = await startEmbedded({ data_dir: dir.path });
  try {
    const beside = await tools(dir.path).withCtx(async (ctx) => ({
      ...await database(ctx),
      opened: new TextDecoder().decode(ctx.keys.open(alone.sealed, "test")!),
    }));
    expect(beside).toEqual({ port: server.port, made: true, opened: "kept" });
    // It was joined, not taken over, and what a command throws is what its caller sees.
    await expect(tools(dir.path).withCtx(() => Promise.reject(new Error("of the command"))))
      .rejects.toThrow("of the command");
    expect(server.pid).toBeGreaterThan(0);
    expect(await tools(dir.path).withCtx(database)).toEqual({ port: server.port, made: true });
  } finally {
    await server.stop();
  }
  // Somebody holds the folder, but there is no Postgres.
  await expect(tools(dir.path).withCtx(database)).rejects.toThrow(/DATA_DIR .* is in use, but its Postgres/);
  await Deno.remove(join(dir.path, "postgres.password"));
  await expect(tools(dir.path).withCtx(database)).rejects.toThrow(/is in use by process/);
  lock.release();
});

const typed: [string[], number, RegExp, RegExp][] = [
  [[], 0, /Commands:\n/, /^$/],
  [["help"], 0, /migrate status +\S/, /^$/],
  [["--help"], 0, /keys +\S/, /^$/],
  [["start", "--help"], 0, /Commands:\n/, /^$/],
  [["migrate", "help"], 0, /migrate status/, /^$/],
  [["keys", "help"], 0, /^keys list/, /^$/],
  [["user", "roles", "help"], 0, /^user roles EMAIL /, /^$/],
  [["user", "mfa", "--help"], 0, /list EMAIL/, /^$/],
  [["user"], 2, /^$/, /There is no command "user"\./],
  [["user", "nonsense"], 2, /^$/, /There is no command "user nonsense"/],
  [["setup", "link", "now"], 1, /^$/, /^setup link takes no arguments/],
  [["user", "roles"], 1, /^$/, /^That is no command of user roles/],
  [["user", "roles", "ada@example.com", "add"], 1, /^$/, /^That is no command of user roles/],
  [["user", "roles", "ada@example.com", "add", "Operator!"], 1, /^$/, /^ROLE: expected/],
  [["nonsense"], 2, /^$/, /There is no command "nonsense"\.[\s\S]*Commands:/],
  [["start", "now"], 2, /^$/, /There is no command "start now"/],
  [["toString"], 2, /^$/, /There is no command "toString"/],
  [["migrate", "now"], 1, /^$/, /^migrate takes nothing/],
  [["keys", "turn"], 1, /^$/, /^There is no command "keys turn"/],
];
for (const [args, code, out, err] of typed) {
  Deno.test(`main.ts ${args.join(" ") || "alone"} → ${code}`, async () => {
    await using dir = await dataDir();
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", new URL("../../main.ts", import.meta.url).href, ...args],
      cwd: dir.path,
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH")!,
        HOME: Deno.env.get("HOME")!,
        DATA_DIR: dir.path,
        NO_COLOR: "1",
        ...Deno.env.has("DENO_DIR") ? { DENO_DIR: Deno.env.get("DENO_DIR")! } : {},
      },
    }).output();
    const [stdout, stderr] = [output.stdout, output.stderr].map((one) => new TextDecoder().decode(one));
    expect([output.code, stdout, stderr])
      .toEqual([code, expect.stringMatching(out), expect.stringMatching(err)]);
  });
}
