/** What a workflow does while a sign-in is open, against a real Temporal. */
import { expect } from "expect";
import { codeFactor } from "../factor.ts";
import type { AnyPlugin, Verdict } from "../../plugin.ts";
import { goodPassword } from "../client.ts";
import { testService } from "../service.ts";
import { testTemporal, withoutTemporal } from "../temporal.ts";

/** Asks everybody for a code, and knows two kinds. */
function twoFactors(): AnyPlugin {
  const factor = (method: string) => codeFactor(method, method);
  return {
    name: "two-factors",
    about: "for a test",
    config: {},
    gates: [{
      act: "sign_in",
      phase: "factor",
      name: "always",
      decide: () => Promise.resolve<Verdict>({ kind: "require", methods: ["totp"] }),
    }],
    factors: [factor("totp"), factor("device_verification")],
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !await holds();) {
    if (Date.now() > end) throw new Error(`not within 20 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test({
  name: "a login's workflow holds its challenge, raises it by update and by signal, and ends when it is met",
  ignore: await withoutTemporal(),
  // The native runtime behind the worker lives as long as the process.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    using temporal = await testTemporal();
    await using app = await testService({ temporal, plugins: [twoFactors()] });
    const { client, service } = app;
    await until(() => Promise.resolve(service.temporal.ready()));
    const email = "ada@example.com";
    await client.register(email);
    await client.verify(email);
    const { body: asked } = await client.call("POST", "/auth/login", { email, password: goodPassword });
    expect(asked).toMatchObject({ kind: "challenge", methods: ["totp"] });
    const { challenge_id } = asked;

    const workflows = service.temporal.client()!.workflow;
    const handle = workflows.getHandle(`UserLoginWorkflow/${challenge_id}`);
    await until(() => handle.describe().then(({ status }) => status.name === "RUNNING", () => false));
    expect(await handle.executeUpdate("require_factors", { args: [{ methods: ["device_verification"] }] }))
      .toBe(true);
    const open = async () => (await client.call("GET", `/auth/challenge/${challenge_id}`)).body.methods;
    expect(await open()).toEqual(["totp", "device_verification"]);
    await handle.signal("risk_changed", { methods: ["totp", "device_verification"] });

    const answer = (method: string) =>
      client.call("POST", `/auth/challenge/${challenge_id}`, { method, code: method });
    expect((await answer("totp")).body).toMatchObject({
      kind: "challenge",
      methods: ["device_verification"],
    });
    const { body: session } = await answer("device_verification");
    expect(session).toMatchObject({ kind: "session", method: "temporal_workflow" });

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
