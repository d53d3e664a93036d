import { expect } from "expect";
import { ownPostgres, testDatabase } from "../testing/postgres.ts";
import { listen } from "./listen.ts";
import { connect } from "./postgres.ts";

async function until(what: () => boolean, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!what()) {
    if (Date.now() > end) throw new Error("it did not happen in time");
    await new Promise((done) => setTimeout(done, 20));
  }
}

Deno.test("listen() hears what is said on its channel only", async () => {
  await using db = await testDatabase({ migrated: false });
  const heard: string[] = [];
  const listener = listen(db.sql, "outbox", (payload) => heard.push(payload));
  await until(() => heard.length === 1);
  await db.sql`select pg_notify('outbox', 'a'), pg_notify('Outbox', 'b'), pg_notify('outbox', 'c')`;
  await until(() => heard.length === 3);
  expect(heard).toEqual(["", "a", "c"]);
  await listener.stop();
});

Deno.test("listen() comes back after its connection was killed, and says that it did", async () => {
  await using db = await testDatabase({ migrated: false });
  const heard: string[] = [];
  const listener = listen(db.sql, "outbox", (payload) => heard.push(payload));
  await until(() => heard.length === 1);
  await db.sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen%'`;
  await until(() => heard.length === 2);
  await db.sql`select pg_notify('outbox', 'x')`;
  await until(() => heard.length === 3);
  expect(heard).toEqual(["", "", "x"]);
  await listener.stop();
});

Deno.test("listen() comes back after a server that was away for a while", async () => {
  await using server = await ownPostgres();
  const sql = connect(server.url, { max: 1 });
  const heard: string[] = [];
  const listener = listen(sql, "outbox", (payload) => heard.push(payload));
  await until(() => heard.length === 1);
  await server.kill();
  await new Promise((done) => setTimeout(done, 1500));
  await server.start();
  await until(() => heard.length === 2);
  await sql`select pg_notify('outbox', 'x')`;
  await until(() => heard.length === 3);
  await listener.stop();
  await sql.end();
});

Deno.test("a listener that throws is not deaf afterwards, and stop() ends one that never connected", async () => {
  await using db = await testDatabase({ migrated: false });
  let calls = 0;
  const listener = listen(db.sql, "outbox", () => {
    calls++;
    throw new Error("no");
  });
  await until(() => calls === 1);
  await db.sql`select pg_notify('outbox', 'a')`;
  await until(() => calls === 2);
  await listener.stop();
  const nowhere = connect("postgres://u:p@127.0.0.1:1/x");
  const lost = listen(nowhere, "outbox", () => {});
  await new Promise((done) => setTimeout(done, 300));
  await lost.stop();
  await nowhere.end();
});
