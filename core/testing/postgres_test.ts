import { expect } from "expect";
import { ownPostgres, testDatabase } from "./postgres.ts";

Deno.test("testDatabase() gives each caller a migrated database of its own", async () => {
  await using one = await testDatabase();
  await using other = await testDatabase();
  await one.sql`insert into outbox (kind, payload) values ('event', '{}')`;
  expect((await one.sql`select 1 from outbox`).length).toBe(1);
  expect((await other.sql`select 1 from outbox`).length).toBe(0);
});

Deno.test("testDatabase() removes its database, even while somebody is connected", async () => {
  await using watcher = await testDatabase({ migrated: false });
  let name: string;
  {
    await using database = await testDatabase({ migrated: false });
    name = database.name;
    await database.sql`select 1`;
  }
  expect(await watcher.sql`select 1 from pg_database where datname = ${name}`).toHaveLength(0);
});

Deno.test("testDatabase({migrated: false}) is empty", async () => {
  await using database = await testDatabase({ migrated: false });
  const tables = await database.sql`select 1 from information_schema.tables where table_schema = 'public'`;
  expect(tables).toHaveLength(0);
});

Deno.test("ownPostgres() can be killed and started again, and keeps what was committed", async () => {
  await using server = await ownPostgres();
  await using database = await testDatabase({ server_url: server.url, migrated: false });
  await database.sql`create table kept (n integer)`;
  await database.sql`insert into kept values (1)`;
  await server.kill();
  // Those of its processes that serve a connection notice a moment later.
  const ask = () => database.sql<{ n: number }[]>`select n from kept`.catch(() => []);
  for (let tries = 0; tries < 50 && (await ask()).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await ask()).toHaveLength(0);
  await server.start();
  let rows = await ask();
  for (let tries = 0; tries < 50 && rows.length === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    rows = await ask();
  }
  expect([...rows]).toEqual([{ n: 1 }]);
});
