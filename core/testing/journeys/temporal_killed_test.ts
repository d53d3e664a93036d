/** Temporal dies, freezes, comes back, and swallows its answers: nobody who signs up notices more than a word. */
import { expect } from "expect";
import { newAddress } from "../client.ts";
import { faultProxy } from "../proxy.ts";
import { testService } from "../service.ts";
import { ownTemporal, withoutTemporal } from "../temporal.ts";
import { eventually, expectAccount, expectWhole, flowOf, mailsTo, told } from "./whole.ts";

const ignore = await withoutTemporal();

/** The service with a worker, and a proxy before a Temporal of its own. */
async function makeWorld() {
  await using stack = new AsyncDisposableStack();
  const temporal = stack.use((await ownTemporal())!);
  const [host, port] = temporal.address.split(":");
  const proxy = stack.use(await faultProxy({ upstream: { host, port: Number(port) } }));
  const env = () => ({ TEMPORAL_ADDRESS: proxy.address, TEMPORAL_NAMESPACE: temporal.namespace });
  const world = stack.use(
    await testService({
      temporal: { env },
      // A busy machine is not a dead Temporal.
      env: { TEMPORAL_REQUEST_MILLISECONDS: "6000" },
    }),
  );
  const { sql } = world.service.ctx;
  const ready = () => eventually("Temporal is ready", () => world.service.temporal.ready());
  await ready();
  const ending = stack.move();
  return {
    temporal,
    proxy,
    client: world.client,
    sql,
    ready,
    /** `RUNNING`, `COMPLETED` … as Temporal itself sees it; null when it knows no such workflow. */
    async statusThere(flow_id: string): Promise<string | null> {
      const { workflow_id } = await flowOf(sql, flow_id);
      const handle = world.service.temporal.client()!.workflow.getHandle(workflow_id);
      return await handle.describe().then(({ status }) => status.name, () => null);
    },
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

Deno.test("Temporal's bad days", { ignore }, async (t) => {
  await using world = await makeWorld();
  const { temporal, proxy, client, sql, statusThere } = world;
  const [before, during, verified] = [newAddress("before"), newAddress("during"), newAddress("verified")];

  /** Confirms, and holds that the story ends in Temporal, with its history; answers who carried it. */
  const finishThere = async (email: string, registration_id: string): Promise<string> => {
    const { body } = await client.verify(email);
    expect(body.status).toBe("active");
    await eventually("the story ends there", () => statusThere(registration_id), (is) => is === "COMPLETED");
    expect((await flowOf(sql, registration_id)).status).toBe("completed");
    expect((await told(client, registration_id)).status).toBe("active");
    await expectAccount(sql, email, "active");
    expect(await mailsTo(sql, email)).toEqual({ verify_email: 1, welcome: 1 });
    await client.login(email);
    return body.method;
  };

  await t.step("killed: a sign-up goes the direct way, a verification too, and sign-in works", async () => {
    const member = await client.newMember(verified);
    const { body: first } = await client.register(before);
    expect(first.method).toBe("temporal_workflow");
    await client.lastMail(before);
    await temporal.kill();

    const { body } = await client.register(during);
    expect(body).toMatchObject({ status: "pending_verification", method: "direct_registration" });
    expect((await told(client, body.registration_id)).mail.status).toMatch(/queued|sent/);
    await client.lastMail(during);
    expect((await client.verify(before)).body).toMatchObject({
      status: "active",
      method: "direct_verification",
    });
    await client.login(before);
    expect((await client.me(member.access_token)).status).toBe(200);
    await expectWhole(sql);

    await temporal.start();
    await world.ready();
    await eventually(
      "the story is handed over",
      () => flowOf(sql, body.registration_id),
      ({ executor }) => executor === "temporal",
    );
    expect(await finishThere(during, body.registration_id)).toBe("temporal_workflow");
    expect((await flowOf(sql, body.registration_id)).executor).toBe("temporal");
    await expectWhole(sql, { temporal: true });
    await eventually(
      "the story that was ended directly is over there too",
      () => statusThere(first.registration_id),
      (is) => is === "COMPLETED",
    );
    expect(await mailsTo(sql, before)).toEqual({ verify_email: 1, welcome: 1 });
  });

  await t.step("killed right after it took a story: the answer stands, and the story goes on", async () => {
    const email = newAddress("after");
    const { body } = await client.register(email);
    expect(body.method).toBe("temporal_workflow");
    await temporal.kill();
    await client.lastMail(email);
    expect((await told(client, body.registration_id)).status).toBe("pending_verification");
    await temporal.start();
    await world.ready();
    await finishThere(email, body.registration_id);
    await expectWhole(sql, { temporal: true });
  });

  await t.step("its answer swallowed: both tell the story, and everything happens once", async () => {
    const email = newAddress("swallowed");
    const start = new TextEncoder().encode("AuthenticationSagaWorkflow/");
    proxy.swallowAnswersAfter((chunk) => indexOf(chunk, start) >= 0);
    const { body } = await client.register(email);
    expect(body.method).toBe("direct_registration");
    expect(proxy.struck()).toBe(1);
    // It has arrived there all the same.
    await eventually("the other executor tells it too", async () => {
      proxy.reset();
      return await statusThere(body.registration_id);
    }, (is) => is === "RUNNING");
    await world.ready();
    await finishThere(email, body.registration_id);
    await expectWhole(sql, { temporal: true });
  });

  await t.step("frozen: handled like its death", async () => {
    const email = newAddress("frozen");
    temporal.freeze();
    const began = performance.now();
    const { body } = await client.register(email);
    expect(body.method).toBe("direct_registration");
    expect(performance.now() - began).toBeLessThan(15_000);
    // Known to be away now: nobody waits for it again.
    const again = performance.now();
    expect((await client.register(newAddress())).body.method).toBe("direct_registration");
    expect(performance.now() - again).toBeLessThan(5_000);
    const health = await client.call("GET", "/health");
    expect(health.status).toBe(200);
    temporal.thaw();
    await world.ready();
    await finishThere(email, body.registration_id);
    await expectWhole(sql, { temporal: true });
  });
});

function indexOf(chunk: Uint8Array, wanted: Uint8Array): number {
  return new TextDecoder("latin1").decode(chunk).indexOf(new TextDecoder("latin1").decode(wanted));
}
