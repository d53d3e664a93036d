import { expect } from "expect";
import { testMailer } from "../testing/mail.ts";
import { testSmtp } from "../testing/smtp.ts";
import { MailDelayed } from "./mailer.ts";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Deno.test("a process killed while it sends leaves its mail leased; another sends it when the lease ends", async () => {
  await using smtp = await testSmtp();
  const core = {
    smtp_server: smtp.host,
    smtp_port: smtp.port,
    smtp_from: "no-reply@mail.example.org",
    smtp_timeout_seconds: 30,
  };
  await using mail = await testMailer(core);
  const { mail_id, flow_id } = await mail.enqueue();
  // The server has taken the mail, and the process dies before it hears so.
  smtp.muteAfterData();
  const settings = { url: mail.url, secret: mail.secret.toHex(), core, flow_id };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("../testing/mail_child.ts", import.meta.url).href],
    env: { SETTINGS: JSON.stringify(settings) },
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await smtp.waitFor("ada@example.com", 1, 20_000);
    await pause(100);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
  expect(await mail.row(mail_id)).toMatchObject({ status: "sending", attempts: 1 });
  await expect(mail.mailer.deliver(flow_id)).rejects.toThrow(MailDelayed);
  smtp.ok();
  const [{ seconds }] = await mail.sql`
    select extract(epoch from lease_until - now())::float8 as seconds from mail where mail_id = ${mail_id}`;
  expect(seconds).toBeGreaterThan(60);
  expect(seconds).toBeLessThan(91);
  await mail.sql`update mail set lease_until = now(), next_attempt_at = now()`;
  await mail.mailer.deliver(flow_id);
  expect(await mail.row(mail_id)).toMatchObject({ status: "sent", attempts: 2, data_sealed: null });
  // Nobody can know that the first one arrived; whoever reads it can, by its id.
  expect(new Set(smtp.messages().map(({ message_id }) => message_id))).toEqual(
    new Set([`<${mail_id}@mail.example.org>`]),
  );
});
