/**
 * Ten thousand mails that wait, and a mail server that takes them: how fast they go, what deciding costs, and whether
 * memory grows. `deno run -A bench/mail_drain.ts [mails]`
 */
import { startPump } from "../core/mail/pump.ts";
import { createMailer } from "../core/mail/mailer.ts";
import { testSmtp } from "../core/testing/smtp.ts";
import { testEmail } from "../core/testing/email.ts";
import { coreConfig } from "../core/config.ts";
import { createMetrics } from "../core/observe/metrics.ts";
import type { MailAdvice } from "../core/services/mod.ts";
import { insertExperiment } from "../plugins/email-optimization/experiments/experiment.ts";

const mails = Number(Deno.args[0] ?? 10_000);

await using smtp = await testSmtp();
await using service = await testEmail();
const { sql, email: ctx } = service;
const core = coreConfig({
  smtp_server: smtp.host,
  smtp_port: smtp.port,
  smtp_from: "Flow Shield <no-reply@flow-shield.test>",
});
const deciding: number[] = [];
const advice: MailAdvice = {
  ...service.advice,
  async prepare(mail) {
    const began = performance.now();
    const plan = await service.advice.prepare(mail);
    deciding.push(performance.now() - began);
    return plan;
  },
};
const mailer = createMailer({
  ...{ sql, core, keys: ctx.keys, log: ctx.log, metrics: createMetrics() },
  advice: () => advice,
});
await insertExperiment(sql, {
  ...{ kind: "verify_email", goal: "verified", window_hours: 24, variants: ["standard", "code_first"] },
  ...{ hold_out: 0.1, floor: 0.1, loss_max: 0.005, stop: "manual", created_by: null },
});
for (let i = 0; i < mails; i++) {
  await mailer.enqueue(sql, {
    kind: "verify_email",
    to: `reader-${i}@drain.example`,
    locale: i % 2 ? "en" : "de",
    dedupe_key: `drain/${i}`,
    ...{ flow_id: crypto.randomUUID(), account_id: null, request_id: null },
    data: {
      url: `${core.frontend_url}/verify?token=${i}`,
      code: "123456",
      expires_at: "2099-01-01T00:00:00Z",
    },
    expires_at: new Date(Date.now() + 86_400_000),
  });
}
await sql`update mail set next_attempt_at = now()`;

/** In MB, after what is rubbish has gone. */
const memory = () => Math.round(Deno.memoryUsage().rss / 1e6);
const at: Record<string, number> = { before: memory() };
const unsent = async () =>
  Number((await sql`select count(*) as n from mail where status in ('queued', 'sending')`)[0].n);
const began = performance.now();
const pump = startPump({ sql, mailer, log: ctx.log });
let received = 0;
for (let left = mails; left > 0;) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  left = await unsent();
  // What was received is only counted: it is the test server's memory, not the service's.
  received += smtp.messages().length;
  smtp.clear();
  if (!at.middle && left < mails / 2) at.middle = memory();
}
const seconds = (performance.now() - began) / 1000;
at.after = memory();
received += smtp.messages().length;
await pump.stop();
mailer.close();
deciding.sort((a, b) => a - b);
const ms = (share: number) => deciding[Math.floor(share * (deciding.length - 1))].toFixed(2);
console.log(
  `${mails} mails in ${seconds.toFixed(0)} s (${
    (mails / seconds).toFixed(0)
  }/s), ${received} received; deciding p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, p99 ${
    ms(0.99)
  } ms; memory ${at.before} MB before, ${at.middle} MB halfway, ${at.after} MB after`,
);
