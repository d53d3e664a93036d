/** The service dies when the mail server has taken a mail and nobody has heard of it: was it sent, or not? */
import { expect } from "expect";
import { connect } from "../../db/postgres.ts";
import { spawnService } from "../service.ts";
import { testSmtp } from "../smtp.ts";
import { confirm, deliveries, mailIsToldToBe, signUp } from "./mail_world.ts";
import { expectWhole } from "./whole.ts";

Deno.test("a mail whose sender was killed before it heard the answer is sent again, as the same message", async () => {
  await using smtp = await testSmtp();
  const env = { ...smtp.env(), LOG_LEVEL: "debug" };
  await using first = await spawnService({ env });
  await using stack = new AsyncDisposableStack();
  const sql = stack.adopt(connect(first.database_url!, { max: 1 }), (pool) => pool.end({ timeout: 1 }));
  smtp.muteAfterData();
  const { email, registration_id } = await signUp(first.client, "ambiguous");
  await smtp.waitFor(email);
  expect(await deliveries(sql, registration_id)).toMatchObject([{ status: "sending", attempts: 1 }]);
  first.kill("SIGKILL");
  await first.exited;
  smtp.ok();

  // Nobody may take it before the lease is over: that clock is moved, not waited for.
  await sql`update mail set lease_until = now(), next_attempt_at = now() where status = 'sending'`;
  await using again = await spawnService({ env, database: { url: first.database_url! }, port: first.port });
  const [one, other] = await smtp.waitFor(email, 2, 20_000);
  expect(one.message_id).toMatch(/^<[\w-]{36}@flow-shield\.test>$/);
  expect(other.message_id).toBe(one.message_id);
  await mailIsToldToBe(again.client, registration_id, "sent");
  expect(await deliveries(sql, registration_id)).toMatchObject([{ attempts: 2, last_error: null }]);
  await confirm(again.client, other);
  await smtp.waitFor(email, 3);
  await expectWhole(sql);
  expect(await again.stop()).toBe(0);
  const [local] = email.split("@");
  expect(again.output()).toContain("mail.sent");
  for (const { output } of [first, again]) expect(output()).not.toContain(local);
});
