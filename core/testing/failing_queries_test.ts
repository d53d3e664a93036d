import { expect } from "expect";
import { isDatabaseAway } from "../db/postgres.ts";
import { failingQueries, type QueryFault } from "./failing_queries.ts";
import { testDatabase } from "./postgres.ts";

const failure = (work: Promise<unknown>) => work.then(() => null, (error: Error) => error);

Deno.test("failingQueries() fails the n-th query of the pool or of its transaction, and no other", async () => {
  await using database = await testDatabase({ migrated: false });
  await database.sql`create table t (n int)`;
  const queries = failingQueries(database.sql);
  const { sql } = queries;
  const act = async () => {
    await sql`select 1`;
    await sql.begin(async (tx) => {
      const part = tx`where false`;
      await tx`insert into t select 1 ${part}`;
      await tx`insert into t values (${2})`;
    });
  };
  const asked = ["select 1", "begin", "insert into t select 1 ?", "insert into t values (?)", "commit", null];
  for (const fault of ["refused", "away"] satisfies QueryFault[]) {
    for (const [i, what] of asked.entries()) {
      queries.fail(i + 1, fault);
      const error = await failure(act());
      expect([queries.stop(), error === null]).toEqual([what, what === null]);
      if (error) expect(isDatabaseAway(error)).toBe(fault === "away");
      const [{ n }] = await database.sql`select count(*)::int as n from t`;
      expect([what, n]).toEqual([what, what === null ? 1 : 0]);
      if (what === null) await database.sql`delete from t`;
    }
  }
});

Deno.test("failingQueries() leaves a transaction broken: what goes on in it fails, and nothing of it is kept", async () => {
  await using database = await testDatabase({ migrated: false });
  await database.sql`create table t (n int)`;
  const queries = failingQueries(database.sql);
  queries.fail(2, "refused");
  const error = await failure(queries.sql.begin(async (tx) => {
    await tx`insert into t values (1)`.catch(() => {});
    await tx`insert into t values (2)`;
  }));
  expect(error).toMatchObject({ code: "XX000" });
  expect(await database.sql`select n from t`).toHaveLength(0);
});
