/** An app is told of a sign-out by a workflow, through the app's bad day and through Temporal's. */
import { expect } from "expect";
import { goodPassword } from "../client.ts";
import { clientServer, newClient } from "../provider.ts";
import { hashSecret } from "../../session/session.ts";
import { joinSession } from "../../../plugins/oauth2/client_session.ts";
import { type TestService, testService } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !await holds();) {
    if (Date.now() > end) throw new Error(`not within 30 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Signs in with a browser that an app knows, and out again. */
async function signInAndOut({ client, service, url }: TestService, client_id: string): Promise<void> {
  const { sql } = service.ctx;
  const { email } = await client.newMember();
  const signedIn = await client.call("POST", "/auth/login", {
    email,
    password: goodPassword,
    transport: "cookie",
  });
  const cookie = signedIn.headers.get("set-cookie")!.split(";")[0];
  const [session] = await sql<{ session_id: string; account_id: string }[]>`
    select session_id, account_id from session where cookie_hash = ${hashSecret(cookie.split("=")[1])}`;
  await joinSession(sql, { ...session, client_id });
  const { status } = await client.call("POST", "/auth/logout", {}, { headers: { cookie, origin: url } });
  expect(status).toBe(204);
}

const env = { OAUTH2_OUTGOING_PRIVATE: "127.0.0.1" };

Deno.test({
  name: "an app that answers 500 is told again by its workflow, until it knows",
  ignore: await withoutTemporal(),
  // The native runtime behind the worker lives as long as the process.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    using temporal = await testTemporal();
    await using app = await testService({ temporal, env });
    await using server = clientServer();
    const { service } = app;
    const { sql } = service.ctx;
    await until(() => service.temporal.ready());
    server.answers(() => new Response(null, { status: server.received.length === 1 ? 500 : 200 }));
    const { client_id } = await newClient({ sql }, { backchannel_logout_uri: `${server.url}/out` });
    await signInAndOut(app, client_id);
    await until(() => server.received.length === 2);
    const ended = () =>
      sql`
      select flow_id from flow where workflow = 'BackChannelLogoutWorkflow' and status = 'completed'`;
    await until(async () => (await ended()).length === 1);
    const [{ flow_id }] = await ended();
    const handle = service.temporal.client()!.workflow.getHandle(`BackChannelLogoutWorkflow/${flow_id}`);
    // The step that ends the flow comes before the workflow's own end.
    await until(async () => (await handle.describe()).status.name === "COMPLETED");
    const [delivery] = await sql`select state, attempts, last_error from logout_delivery`;
    expect(delivery).toEqual({ state: "delivered", attempts: 2, last_error: null });
  },
});

Deno.test("an app is told in direct mode just as well", async () => {
  await using app = await testService({ env });
  await using server = clientServer();
  const { client_id } = await newClient(app.service.ctx, { backchannel_logout_uri: `${server.url}/out` });
  await signInAndOut(app, client_id);
  await until(() => server.received.length === 1);
  await until(async () =>
    (await app.service.ctx.sql`select 1 from logout_delivery where state = 'delivered'`).length === 1
  );
});
