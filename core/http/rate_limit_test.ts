import { expect } from "expect";
import { z } from "zod";
import { connect } from "../db/postgres.ts";
import { createKeys } from "../keys/keys.ts";
import { testApp, testRoute } from "../testing/app.ts";
import { testDatabase } from "../testing/postgres.ts";
import { createLimiter, type Limiter, type RateLimit } from "./rate_limit.ts";

const keys = createKeys([new Uint8Array(32).fill(7)]);
const pool = { pool: "test_calls", points: 3, per_seconds: 60 };

Deno.test("a limit in Postgres counts for all replicas together", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [one, two] = [createLimiter({ sql, keys }), createLimiter({ sql, keys })];
  const states = [];
  for (const limiter of [one, two, one, two, one]) states.push(await limiter.consume(pool, "198.51.100.7"));
  expect(states.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
    [true, 2],
    [true, 1],
    [true, 0],
    [false, 0],
    [false, 0],
  ]);
  expect(states[4].reset_seconds).toBeGreaterThan(55);
  expect((await two.consume(pool, "198.51.100.8")).allowed).toBe(true);
  expect((await two.consume({ ...pool, pool: "test_other" }, "198.51.100.7")).allowed).toBe(true);

  // Neither the address nor a plain hash of it is stored.
  const rows = await sql<{ key: string; points: number }[]>`select key, points from rate_limit order by key`;
  expect(rows.length).toBe(3);
  expect(JSON.stringify(rows)).not.toContain("198.51");

  await one.reset(pool, "198.51.100.7");
  expect((await one.check(pool, "198.51.100.7")).remaining).toBe(2);
  expect((await one.consume(pool, "198.51.100.7")).remaining).toBe(2);
  for (const limiter of [one, two]) limiter.close();
});

Deno.test("fifty at once spend a limit exactly once", async () => {
  await using database = await testDatabase();
  const limiter = createLimiter({ sql: database.sql, keys });
  const states = await Promise.all(Array.from({ length: 50 }, () => limiter.consume(pool, "x")));
  expect(states.filter((state) => state.allowed).length).toBe(3);
  limiter.close();
});

Deno.test("a key that went over is refused from memory, and for as long as its block says", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const limiter = createLimiter({ sql, keys });
  const blocking = { pool: "test_block", points: 1, per_seconds: 1, block_seconds: 300 };
  await limiter.consume(blocking, "x");
  expect(await limiter.consume(blocking, "x")).toMatchObject({ allowed: false, reset_seconds: 300 });
  const [before] = await sql`select points from rate_limit`;
  for (let i = 0; i < 20; i++) expect((await limiter.consume(blocking, "x")).allowed).toBe(false);
  const [after] = await sql`select points from rate_limit`;
  expect(after.points).toBe(before.points);
  limiter.close();
});

Deno.test("while Postgres is away limits hold in memory, without making anybody wait", async () => {
  const nobody = connect("postgres://x@127.0.0.1:1/x", { connect_timeout_seconds: 1 });
  const limiter = createLimiter({ sql: nobody, keys });
  const started = performance.now();
  const allowed = [];
  for (let i = 0; i < 5; i++) allowed.push((await limiter.consume(pool, "x")).allowed);
  expect(allowed).toEqual([true, true, true, false, false]);
  expect(performance.now() - started).toBeLessThan(3000);
  limiter.close();
  await nobody.end({ timeout: 0 });
});

Deno.test("what is over is swept away, and nothing else", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const limiter = createLimiter({ sql, keys });
  await limiter.consume(pool, "live");
  await sql`insert into rate_limit select 'old:' || i, 1, 5 from generate_series(1, 6000) i`;
  expect(await limiter.sweep()).toBe(5000);
  expect(await limiter.sweep()).toBe(1000);
  expect(await limiter.sweep()).toBe(0);
  expect((await limiter.consume(pool, "live")).remaining).toBe(1);
  limiter.close();
});

/** Counts in a map: what a route does with its limits needs no database. */
function countingLimiter(): { limiter: Limiter; keys: string[] } {
  const counts = new Map<string, number>();
  const keys: string[] = [];
  const limiter: Partial<Limiter> = {
    consume(limit, key) {
      keys.push(`${limit.pool} ${key}`);
      const used = (counts.get(`${limit.pool} ${key}`) ?? 0) + 1;
      counts.set(`${limit.pool} ${key}`, used);
      return Promise.resolve({
        allowed: used <= limit.points,
        limit: limit.points,
        remaining: Math.max(0, limit.points - used),
        reset_seconds: limit.per_seconds,
      });
    },
  };
  return { limiter: limiter as Limiter, keys };
}

Deno.test("a route's limits are told in headers, the nearest first, and end in 429 with Retry-After", async () => {
  const limits: RateLimit[] = [
    { pool: "per_ip", points: 10, per_seconds: 60, by: "ip" },
    { pool: "per_mail", points: 2, per_seconds: 3600, by: { body_field: "email" } },
    { pool: "per_account", points: 5, per_seconds: 60, by: "account" },
  ];
  const { limiter, keys } = countingLimiter();
  const body = z.object({ email: z.string().optional() });
  const core_routes = [testRoute({ method: "POST", path: "/mail", body, limits })];
  const app = testApp({ core: { rate_limits: true }, limiter, core_routes });
  const post = (email: string, remote_address = "2001:db8::1") =>
    app.fetch(
      new Request("http://localhost/mail", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email }),
      }),
      { remote_address },
    );
  const first = await post("Ada@Example.com");
  expect(first.status).toBe(200);
  expect(["limit", "remaining", "reset"].map((name) => first.headers.get(`ratelimit-${name}`))).toEqual([
    "2",
    "1",
    "3600",
  ]);
  expect(keys).toEqual(["per_ip 2001:db8::/64", "per_mail ada@example.com", "per_account 2001:db8::/64"]);
  await post(" ada@example.com ");
  const third = await post("ADA@example.com", "2001:db8::2");
  expect([third.status, (await third.json()).code]).toEqual([429, "too_many_requests"]);
  expect(third.headers.get("retry-after")).toBe("3600");
  expect(third.headers.get("ratelimit-remaining")).toBe("0");
  expect((await post("bob@example.com")).status).toBe(200);
});

Deno.test("RATE_LIMITS=off counts nothing", async () => {
  const { limiter, keys } = countingLimiter();
  const limits: RateLimit[] = [{ pool: "per_ip", points: 1, per_seconds: 60, by: "ip" }];
  const app = testApp({ limiter, core_routes: [testRoute({ method: "GET", path: "/x", limits })] });
  for (let i = 0; i < 3; i++) {
    const answer = await app.fetch(new Request("http://localhost/x"), { remote_address: "192.0.2.1" });
    expect([answer.status, answer.headers.get("ratelimit-limit")]).toEqual([200, null]);
  }
  expect(keys).toEqual([]);
});
