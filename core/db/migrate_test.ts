import { expect } from "expect";
import { testDatabase } from "../testing/postgres.ts";
import { migrate, MigrationError, type MigrationOwner, migrationStatus, readMigrations } from "./migrate.ts";
import { connectLike } from "./postgres.ts";

/** A folder with these files, gone with the test. */
async function folder(files: Record<string, string>) {
  const path = await Deno.makeTempDir();
  const owner = (name: string): MigrationOwner => ({ owner: name, folder: new URL(`file://${path}/`) });
  const write = (changed: Record<string, string>) => {
    for (const [name, content] of Object.entries(changed)) Deno.writeTextFileSync(`${path}/${name}`, content);
  };
  write(files);
  return {
    owner,
    write,
    remove: (name: string) => Deno.removeSync(`${path}/${name}`),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

async function problems(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no problem";
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return error.problems.join("\n");
  }
}

const two = {
  "0001_first.sql": "create table a (i integer);",
  "0002_second.sql": "create table b (i integer);",
};

Deno.test("migrate() applies every file once, in order, and says which", async () => {
  await using db = await testDatabase({ migrated: false });
  using core = await folder({ ...two, "schema.sql": "not a migration", "notes.md": "nor this" });
  using plugin = await folder({ "0001_other.sql": "create table c (i integer); create index c_i on c (i);" });
  const owners = [core.owner("core"), plugin.owner("plugin")];
  const done = await migrate(db.sql, owners);
  expect(done.map((file) => `${file.owner}/${file.name}`)).toEqual([
    "core/first",
    "core/second",
    "plugin/other",
  ]);
  expect(await migrate(db.sql, owners)).toEqual([]);
  core.write({ "0004_gap.sql": "create table d (i integer);" });
  expect((await migrate(db.sql, owners)).map((file) => file.version)).toEqual([4]);
});

Deno.test("migrationStatus() tells applied, pending, changed and missing, and changes nothing", async () => {
  await using db = await testDatabase({ migrated: false });
  using core = await folder(two);
  const owners = [core.owner("core")];
  const states = async () => (await migrationStatus(db.sql, owners)).map((one) => one.state);
  expect(await states()).toEqual(["pending", "pending"]);
  expect([...await db.sql`select to_regclass('schema_migration') as there`]).toEqual([{ there: null }]);
  await migrate(db.sql, owners);
  core.write({ "0002_second.sql": "create table b (j integer);", "0003_third.sql": "select 1;" });
  core.remove("0001_first.sql");
  expect(await states()).toEqual(["missing", "changed", "pending"]);
});

Deno.test("eight replicas that start at once apply each file once", async () => {
  await using db = await testDatabase({ migrated: false });
  using core = await folder({
    "0001_slow.sql": "create table a (i integer); select pg_sleep(0.2); insert into a values (1);",
    "0002_second.sql": "insert into a values (2);",
  });
  const pools = Array.from({ length: 8 }, () => connectLike(db.sql, { max: 1 }));
  const done = await Promise.all(pools.map((sql) => migrate(sql, [core.owner("core")])));
  expect(done.flat().map((file) => file.version).sort()).toEqual([1, 2]);
  expect([...await db.sql`select i from a order by i`]).toEqual([{ i: 1 }, { i: 2 }]);
  await Promise.all(pools.map((sql) => sql.end()));
});

Deno.test("a file that fails leaves nothing behind, keeps what came before, and can be mended", async () => {
  await using db = await testDatabase({ migrated: false });
  using core = await folder({ ...two, "0002_second.sql": "create table b (i integer); select nonsense;" });
  const owners = [core.owner("core")];
  expect(await problems(migrate(db.sql, owners))).toMatch(
    /^0002_second of core failed, and left nothing behind: .*nons/,
  );
  expect([...await db.sql`select to_regclass('a') is null as a, to_regclass('b') is null as b`])
    .toEqual([{ a: false, b: true }]);
  core.write(two);
  expect((await migrate(db.sql, owners)).map((file) => file.version)).toEqual([2]);
});

const refused: [string, (core: Awaited<ReturnType<typeof folder>>) => void, RegExp][] = [
  [
    "a changed file",
    (core) => core.write({ "0001_first.sql": "select 2;" }),
    /0001_first of core was changed.*restore/,
  ],
  [
    "a missing file",
    (core) => core.remove("0002_second.sql"),
    /0002_second of core was applied.*is missing: start the/,
  ],
  [
    "a number that comes too late",
    (core) => core.write({ "0000_zero.sql": "select 1;" }),
    /too late.*give it a new number/,
  ],
  ["a number used twice", (core) => core.write({ "0002_again.sql": "select 1;" }), /is used twice/],
  [
    "a name that is no migration's",
    (core) => core.write({ "3_third.sql": "select 1;" }),
    /expected a name like 0001/,
  ],
  [
    "a name in capitals",
    (core) => core.write({ "0003_Third.sql": "select 1;" }),
    /expected a name like 0001/,
  ],
  [
    "a transaction within",
    (core) => core.write({ "0003_c.sql": "BEGIN;\nselect 1;\nCOMMIT;" }),
    /a transaction of its own/,
  ],
];
for (const [what, change, expected] of refused) {
  Deno.test(`migrate() refuses ${what}, and applies nothing`, async () => {
    await using db = await testDatabase({ migrated: false });
    using core = await folder(two);
    await migrate(db.sql, [core.owner("core")]);
    change(core);
    core.write({ "0009_last.sql": "create table last (i integer);" });
    expect(await problems(migrate(db.sql, [core.owner("core")]))).toMatch(expected);
    expect([...await db.sql`select to_regclass('last') as there`]).toEqual([{ there: null }]);
  });
}

Deno.test("line ends of another system do not change a checksum", async () => {
  using lf = await folder({ "0001_a.sql": "select 1;\nselect 2;\n" });
  using crlf = await folder({ "0001_a.sql": "select 1;\r\nselect 2;\r\n" });
  const [a] = await readMigrations(lf.owner("core"));
  const [b] = await readMigrations(crlf.owner("core"));
  expect(a.checksum).toBe(b.checksum);
});

Deno.test("a plugin that was taken out does not stand in the way", async () => {
  await using db = await testDatabase({ migrated: false });
  using core = await folder(two);
  using plugin = await folder({ "0001_other.sql": "create table c (i integer);" });
  await migrate(db.sql, [core.owner("core"), plugin.owner("plugin")]);
  expect(await migrate(db.sql, [core.owner("core")])).toEqual([]);
});
