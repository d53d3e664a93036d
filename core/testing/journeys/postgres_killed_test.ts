/** Postgres dies and is restarted under load: requests end with 503 and when to come again, or they are done whole. */
import { expect } from "expect";
import { type Answer, type Client, goodPassword, newAddress } from "../client.ts";
import { ownPostgres, testDatabase } from "../postgres.ts";
import { testService } from "../service.ts";
import { testTemporal } from "../temporal.ts";
import { eventually, expectAccount, expectWhole, mailsTo } from "./whole.ts";

interface Seen {
  statuses: Record<number, number>;
  unfit: unknown[];
}

/** As a patient program does it: whatever is not done now is asked for again. */
async function insist(client: Client, seen: Seen, path: string, body: unknown, done: (a: Answer) => boolean) {
  for (const end = Date.now() + 120_000; Date.now() < end;) {
    const answer = await client.call("POST", path, body);
    seen.statuses[answer.status] = (seen.statuses[answer.status] ?? 0) + 1;
    if (done(answer)) return;
    // Confirmed, "and the account opens in a moment": that moment is not over.
    if (
      answer.body.code !== "email_unverified" && (answer.status !== 503 || !(answer.retry_after_seconds! > 0))
    ) {
      seen.unfit.push([path, answer.status, answer.body]);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${path} was not done within a minute`);
}

async function person(client: Client, seen: Seen): Promise<string> {
  const email = newAddress("steadfast");
  await insist(
    client,
    seen,
    "/auth/register",
    { email, password: goodPassword },
    ({ status }) => status === 202,
  );
  const { token } = await eventually(
    "a mail",
    () =>
      client.lastMail(email, 0, 1_000).catch((error) => {
        // Everybody may be waiting for a mail when Postgres goes: that it is away is said here, too.
        if (/answered 503/.test(String(error))) seen.statuses[503] = (seen.statuses[503] ?? 0) + 1;
        return null;
      }),
    (mail) => mail !== null,
  ) as { token: string };
  await insist(
    client,
    seen,
    "/auth/verify-email",
    { token },
    // Done, but nobody was there to say so: the next attempt hears that.
    ({ status, body }) => status === 200 || status === 202 || body.code === "token_used",
  );
  await insist(
    client,
    seen,
    "/auth/login",
    { email, password: goodPassword },
    ({ status }) => status === 200,
  );
  return email;
}

Deno.test("Postgres killed and restarted under load: the pool heals, and nothing is half done", async () => {
  await using postgres = await ownPostgres();
  await using database = await testDatabase({ server_url: postgres.url });
  using temporal = await testTemporal();
  await using world = await testService({ database, temporal });
  const { client, service } = world;
  if (temporal) await eventually("Temporal is ready", () => service.temporal.ready());

  const seen: Seen = { statuses: {}, unfit: [] };
  let over = false;
  const emails: string[] = [];
  const crowd = Array.from({ length: 4 }, async () => {
    while (!over) emails.push(await person(client, seen));
  });
  // Heard in the end; until then a failure is not nobody's.
  for (const one of crowd) one.catch(() => {});
  const served = (more: number) => {
    const before = emails.length;
    return eventually("people are served", () => emails.length - before, (n) => n >= more);
  };
  const refused = () => {
    const before = seen.statuses[503] ?? 0;
    return eventually("it is said", () => (seen.statuses[503] ?? 0) - before, (n) => n >= 4);
  };
  await served(2);
  await postgres.kill();
  await refused();
  expect((await client.call("GET", "/health/live")).status).toBe(200);
  expect((await client.call("GET", "/health/ready")).status).toBe(503);
  await postgres.start();
  await served(4);
  await postgres.stop();
  await refused();
  await postgres.start();
  await served(4);
  over = true;
  await Promise.all(crowd);

  expect(seen.unfit).toEqual([]);
  await expectWhole(database.sql, { temporal: temporal !== null });
  for (const email of emails) {
    await expectAccount(database.sql, email, "active");
    expect(await mailsTo(database.sql, email)).toEqual({ verify_email: 1, welcome: 1 });
  }
  // A connection that is still waiting for its next attempt may make one look too slow.
  await eventually(
    "it is ready again",
    async () => (await client.call("GET", "/health/ready")).status === 200,
  );
});
