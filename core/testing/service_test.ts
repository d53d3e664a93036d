import { expect } from "expect";
import { newAddress } from "./client.ts";
import { spawnService, testService } from "./service.ts";
import { testTemporal, withoutTemporal } from "./temporal.ts";

const ignore = await withoutTemporal();

Deno.test("testService() answers in this process, and a person can sign up and in", async () => {
  await using world = await testService();
  const member = await world.client.newMember();
  const { body } = await world.client.me(member.access_token);
  expect(body.email).toBe(member.email);
  const [row] = await world.service.ctx.sql`select status from account where email = ${member.email}`;
  expect(row.status).toBe("active");
});

Deno.test("spawnService() is the service as an operator starts it, and can be stopped in order", async () => {
  await using world = await spawnService();
  const answer = await world.client.register(newAddress());
  expect(answer.body.method).toBe("direct_registration");
  expect(await world.stop()).toBe(0);
  await expect(world.client.call("GET", "/health")).rejects.toThrow();
});

Deno.test("spawnService() that is killed can be started again on its database and its port", async () => {
  await using first = await spawnService();
  const member = await first.client.newMember();
  first.kill("SIGKILL");
  await first.exited;
  await using again = await spawnService({ database: { url: first.database_url! }, port: first.port });
  expect((await again.client.me(member.access_token)).status).toBe(200);
});

Deno.test("spawnService() tells how it failed", async () => {
  await expect(spawnService({ env: { PORT: "not a port" } })).rejects.toThrow(/PORT/);
});

Deno.test(
  "spawnService() runs an API and a worker as two processes on one Temporal",
  { ignore },
  async () => {
    using temporal = await testTemporal();
    await using worker = await spawnService({ command: "worker", temporal });
    await using api = await spawnService({
      command: "api",
      temporal,
      database: { url: worker.database_url! },
      until: "durable",
    });
    const { body } = await api.client.register(newAddress());
    expect(body.method).toBe("temporal_workflow");
  },
);
