import { Connection } from "@temporalio/client";
import { expect } from "expect";
import { ownTemporal, testTemporal, withoutTemporal } from "./temporal.ts";

const ignore = await withoutTemporal();

async function answers(address: string, namespace: string, limit_ms = 3_000): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: limit_ms });
    const service = connection.workflowService;
    await connection.withDeadline(Date.now() + limit_ms, () => service.describeNamespace({ namespace }));
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

Deno.test("testTemporal() gives each caller a namespace of its own on one server", { ignore }, async () => {
  using one = await testTemporal();
  using other = await testTemporal();
  if (!one || !other) throw new Error("there is no Temporal");
  expect(one.address).toBe(other.address);
  expect(one.namespace).not.toBe(other.namespace);
  expect(await answers(one.address, one.namespace)).toBe(true);
  expect(await answers(one.address, "never-registered")).toBe(false);
});

Deno.test("ownTemporal() can be killed, frozen and started again on its address", { ignore }, async () => {
  await using server = await ownTemporal();
  if (!server) throw new Error("there is no Temporal");
  const { address, namespace } = server;
  expect(await answers(address, namespace)).toBe(true);
  server.freeze();
  expect(await answers(address, namespace, 700)).toBe(false);
  server.thaw();
  expect(await answers(address, namespace)).toBe(true);
  await server.kill();
  expect(await answers(address, namespace, 700)).toBe(false);
  await server.start();
  expect(await answers(address, namespace)).toBe(true);
});
