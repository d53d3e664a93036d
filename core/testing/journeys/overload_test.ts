/** More people than can be hashed for, and people who are slow: both are told or cut at once, and nobody else waits. */
import { expect } from "expect";
import { type Answer, Client, goodPassword, newAddress } from "../client.ts";
import { spawnService } from "../service.ts";

const unknown = (i: number) => ({ email: `nobody-${i}@example.com`, password: goodPassword });

Deno.test("an overloaded service", async (t) => {
  await using world = await spawnService({
    env: {
      // About a quarter of a second each: one runs for each processor, one waits.
      PASSWORD_BCRYPT_COST: "12",
      HASH_QUEUE_MAX: "1",
      HEADER_TIMEOUT_SECONDS: "1",
      BODY_TIMEOUT_SECONDS: "1",
    },
  });
  const { client, port } = world;
  const timed = async (call: Promise<Answer>) => {
    const began = performance.now();
    const answer = await call;
    return { ...answer, milliseconds: performance.now() - began };
  };

  await t.step("a full hash queue says 503 and when to come again, at once; health stays quick", async () => {
    await client.call("POST", "/auth/login", unknown(0));
    const crowd = Array.from({ length: 40 }, (_, i) => timed(client.call("POST", "/auth/login", unknown(i))));
    const health: number[] = [];
    for (let i = 0; i < 10; i++) {
      const { status, milliseconds } = await timed(client.call("GET", "/health/live"));
      expect(status).toBe(200);
      health.push(milliseconds);
    }
    const answers = await Promise.all(crowd);
    const refused = answers.filter(({ status }) => status === 503);
    const served = answers.filter(({ status }) => status === 401);
    expect(refused.length + served.length).toBe(40);
    expect(served.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(20);
    for (const { body, retry_after_seconds } of refused) {
      expect(body.code).toBe("hash_queue_full");
      expect(retry_after_seconds).toBeGreaterThan(0);
    }
    // Whoever is turned away does not wait for those before: 40 hashes would be five seconds on two processors.
    expect(median(refused.map(({ milliseconds }) => milliseconds))).toBeLessThan(1_500);
    expect(median(health)).toBeLessThan(500);
  });

  await t.step("the same for a sign-up: nothing is stored, and trying again later works", async () => {
    const email = newAddress("patient");
    const crowd = Array.from({ length: 20 }, (_, i) => client.call("POST", "/auth/login", unknown(100 + i)));
    const first = await client.call("POST", "/auth/register", { email, password: goodPassword });
    if (first.status !== 202) {
      expect(first).toMatchObject({ status: 503, body: { code: "hash_queue_full" } });
      expect(await client.mails(email)).toHaveLength(0);
    }
    await Promise.all(crowd);
    await client.register(email);
    await client.lastMail(email);
    expect(await client.mails(email)).toHaveLength(1);
  });

  const head = "POST /auth/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
  const slow: Record<string, { sent: string; drip: string }> = {
    "its headers": { sent: "POST /auth/login HTTP/1.1\r\n", drip: "x-a: b\r\n" },
    "its body": { sent: `${head}content-length: 1000\r\n\r\n{`, drip: " " },
    "anything at all": { sent: "", drip: "" },
  };
  for (const [what, { sent, drip }] of Object.entries(slow)) {
    await t.step(`a client slow to send ${what} is cut, and others are served`, async () => {
      using socket = await Deno.connect({ hostname: "127.0.0.1", port });
      const write = (text: string) => socket.write(new TextEncoder().encode(text)).catch(() => 0);
      await write(sent);
      const dripping = setInterval(() => drip && write(drip), 200);
      let gaveUp = false;
      const end = (async () => {
        const buffer = new Uint8Array(4_096);
        while (await socket.read(buffer).catch(() => null) !== null);
      })();
      const timer = setTimeout(() => {
        gaveUp = true;
        socket.close();
      }, 20_000);
      const other = new Client(world.url, 5_000);
      expect((await other.call("GET", "/health/live")).status).toBe(200);
      await end;
      clearTimeout(timer);
      clearInterval(dripping);
      expect(gaveUp).toBe(false);
    });
  }
  expect(await world.stop()).toBe(0);
});

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
