/** What a workflow does while a sign-in is open, against a real Temporal. */
import { expect } from "expect";
import { type TOTP, URI } from "otpauth";
import { type Client, goodPassword } from "../client.ts";
import { testService } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !await holds();) {
    if (Date.now() > end) throw new Error(`not within 20 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function withApp(client: Client, email: string): Promise<TOTP> {
  const { body: { access_token } } = await client.call("POST", "/auth/login", {
    email,
    password: goodPassword,
  });
  const bearer = { token: access_token };
  const { body } = await client.call("POST", "/mfa/totp", {}, bearer);
  const app = URI.parse(body.otpauth_uri) as TOTP;
  const confirm = { code: app.generate() };
  const { status } = await client.call("POST", `/mfa/totp/${body.authenticator_id}/confirm`, confirm, bearer);
  expect(status).toBe(200);
  return app;
}

Deno.test({
  name: "a login's workflow holds its challenge, raises it by update and by signal, and ends when it is met",
  ignore: await withoutTemporal(),
  // The native runtime behind the worker lives as long as the process.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    using temporal = await testTemporal();
    await using app = await testService({ temporal });
    const { client, service } = app;
    await until(() => Promise.resolve(service.temporal.ready()));
    const email = "ada@example.com";
    await client.register(email);
    await client.verify(email);
    const own = await withApp(client, email);
    await service.ctx.sql`update totp set last_step = 0`;
    const { body: asked } = await client.call("POST", "/auth/login", { email, password: goodPassword });
    expect(asked).toMatchObject({ kind: "challenge", methods: ["totp", "recovery_code"] });
    const { challenge_id } = asked;

    const workflows = service.temporal.client()!.workflow;
    const handle = workflows.getHandle(`UserLoginWorkflow/${challenge_id}`);
    await until(() => handle.describe().then(({ status }) => status.name === "RUNNING", () => false));
    expect(await handle.executeUpdate("require_factors", { args: [{ methods: ["device_verification"] }] }))
      .toBe(true);
    const path = `/auth/challenge/${challenge_id}`;
    expect((await client.call("GET", path)).body.methods)
      .toEqual(["totp", "recovery_code", "device_verification"]);
    // Asked for already: nothing is asked twice.
    await handle.signal("risk_changed", { methods: ["mfa"] });

    expect((await client.call("POST", path, { method: "totp", code: own.generate() })).body).toMatchObject({
      kind: "challenge",
      methods: ["device_verification"],
    });
    const begun = await client.call("POST", `${path}/begin`, { method: "device_verification" });
    expect(begun.body).toEqual({ sent_to: "a…@example.com" });
    let code: string | null | undefined;
    await until(async () => {
      const mail = (await client.mails(email)).findLast(({ subject }) => subject.includes("Is it you"));
      code = mail?.code;
      return code !== undefined;
    });
    const answer = { method: "device_verification", code };
    const { body: session } = await client.call("POST", path, answer);
    expect(session).toMatchObject({
      kind: "session",
      method: "temporal_workflow",
      acr: "urn:flowshield:acr:2",
    });

    expect(await handle.result()).toBe("completed");
    const monitor = workflows.getHandle(`SessionMonitorWorkflow/${session.session_id}`);
    await until(() => monitor.describe().then(({ status }) => status.name === "RUNNING", () => false));
    await client.call("POST", "/auth/logout", { refresh_token: session.refresh_token });
    expect(await monitor.result()).toBe("completed");
    expect(
      await handle.executeUpdate("require_factors", { args: [{ methods: ["totp"] }] }).catch(() => "over"),
    )
      .toBe("over");
  },
});
