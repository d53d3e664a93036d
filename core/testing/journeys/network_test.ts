/** A network that delays, cuts, goes silent and swallows answers, between the service and Postgres or Temporal. */
import { expect } from "expect";
import { type Answer, goodPassword, newAddress } from "../client.ts";
import { testDatabase } from "../postgres.ts";
import { type FaultProxy, faultProxy } from "../proxy.ts";
import { testService } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";
import { stopAt } from "./stops.ts";
import { eventually, expectAccount, expectWhole, mailsTo, told } from "./whole.ts";

const ignore = await withoutTemporal();

const timed = async (call: Promise<Answer>) => {
  const began = performance.now();
  const answer = await call;
  return { ...answer, seconds: (performance.now() - began) / 1000 };
};

Deno.test("a bad network between the service and Postgres", async (t) => {
  await using database = await testDatabase();
  const { sql } = database;
  const { hostname, port } = new URL(database.url);
  await using proxy = await faultProxy({ upstream: { host: hostname, port: Number(port) } });
  await using world = await testService({
    database: { url: proxy.url(database.url) },
    env: { REQUEST_TIMEOUT_SECONDS: "4", DATABASE_TIMEOUT_SECONDS: "2", DATABASE_CONNECTIONS_MAX: "4" },
  });
  const { client } = world;
  await client.register(newAddress("warm"));

  const tryOnce = (email: string) => client.call("POST", "/auth/register", { email, password: goodPassword });
  /** Says 202 at last, and by then there is one account with one mail. */
  const register = async (email: string) => {
    const answer = await eventually("it is taken", () => tryOnce(email), ({ status }) => status === 202);
    await expectWhole(sql);
    await expectAccount(sql, email, "pending_verification");
    expect(await mailsTo(sql, email)).toEqual({ verify_email: 1 });
    expect((await told(client, answer.body.registration_id)).mail.status).toBe("sent");
  };

  await t.step(
    "a commit whose answer is swallowed: done without anybody knowing, and trying again is safe",
    async () => {
      const email = newAddress("commit");
      await using stops = await stopAt(database.url, ["registration/commit"]);
      const answer = timed(tryOnce(email));
      await stops.held(1);
      proxy.swallowAnswers();
      await stops.release();
      await eventually(
        "it is stored",
        () => sql`select 1 from registration where email = ${email}`,
        (rows) => rows.length === 1,
      );
      const { status, retry_after_seconds, seconds } = await answer;
      expect(status).toBe(503);
      expect(retry_after_seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(10);
      proxy.reset();
      proxy.pass();
      await register(email);
      expect(await sql`select 1 from registration where email = ${email}`).toHaveLength(1);
    },
  );

  await t.step("silence: requests end within their limit and say when to come again", async () => {
    const email = newAddress("silence");
    proxy.blackhole();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => timed(tryOnce(email))));
    for (const { status, retry_after_seconds, seconds } of answers) {
      expect(status).toBe(503);
      expect(retry_after_seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(8);
    }
    expect((await timed(client.call("GET", "/health/live"))).status).toBe(200);
    proxy.pass();
    await register(email);
  });

  await t.step("connections reset in the middle of a transaction, early and late", async () => {
    for (const bytes of [1, 300, 900, 1_800, 3_000, 4_500, 6_000]) {
      const email = newAddress("reset");
      proxy.cutAfterBytes(bytes, bytes % 2 ? "down" : "up");
      const { status } = await tryOnce(email);
      expect([202, 503]).toContain(status);
      proxy.pass();
      await eventually("it is taken", () => tryOnce(email), (answer) => answer.status === 202);
    }
    await register(newAddress("after"));
    const rows = await sql`select email from registration group by email having count(*) > 1`;
    expect(rows).toHaveLength(0);
  });
});

Deno.test("a bad network between the service and Temporal", { ignore }, async (t) => {
  using temporal = (await testTemporal())!;
  const [host, port] = temporal.address.split(":");
  await using proxy = await faultProxy({ upstream: { host, port: Number(port) } });
  const env = () => ({ TEMPORAL_ADDRESS: proxy.address, TEMPORAL_NAMESPACE: temporal.namespace });
  await using world = await testService({ temporal: { env } });
  const { client, service } = world;
  const { sql } = service.ctx;
  const ready = () => eventually("Temporal is ready", () => service.temporal.ready());
  await ready();

  const faults: Record<string, (proxy: FaultProxy) => void> = {
    "slower than a request may wait": (proxy) => proxy.delay(1_700),
    "cut": (proxy) => proxy.cut(),
    "silent": (proxy) => proxy.blackhole(),
    "hears and does not answer": (proxy) => proxy.swallowAnswers(),
  };
  for (const [fault, strike] of Object.entries(faults)) {
    await t.step(
      `${fault}: people are served directly, and the story is handed over afterwards`,
      async () => {
        await ready();
        const email = newAddress("network");
        strike(proxy);
        const { body, seconds } = await timed(client.register(email));
        expect(body).toMatchObject({ status: "pending_verification", method: "direct_registration" });
        expect(seconds).toBeLessThan(10);
        await client.lastMail(email);
        // A stream of bytes with a hole in it is of no use to anybody.
        if (fault !== "slower than a request may wait") proxy.reset();
        proxy.pass();
        await ready();
        await expectWhole(sql, { temporal: true });
        expect((await client.verify(email)).body.status).toBe("active");
        await expectWhole(sql, { temporal: true });
        await expectAccount(sql, email, "active");
        expect(await mailsTo(sql, email)).toEqual({ verify_email: 1, welcome: 1 });
      },
    );
  }
});
