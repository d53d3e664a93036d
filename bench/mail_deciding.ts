/**
 * What deciding on one mail costs, with its statements, while an experiment runs: one after another, as fast as they go.
 * `deno run -A bench/mail_deciding.ts [mails]`
 */
import { mailToPrepare, testEmail } from "../core/testing/email.ts";
import { insertExperiment } from "../plugins/email-optimization/experiments/experiment.ts";

const mails = Number(Deno.args[0] ?? 5_000);

await using service = await testEmail();
await insertExperiment(service.sql, {
  ...{ kind: "verify_email", goal: "verified", window_hours: 24, variants: ["standard", "code_first"] },
  ...{ hold_out: 0.1, floor: 0.1, loss_max: 0.005, stop: "manual", created_by: null },
});
const took: number[] = [];
for (let i = -500; i < mails; i++) {
  const mail = mailToPrepare({ recipient: `reader-${i}@deciding.example` });
  const began = performance.now();
  await service.advice.prepare(mail);
  if (i >= 0) took.push(performance.now() - began);
}
took.sort((a, b) => a - b);
const ms = (share: number) => took[Math.floor(share * (took.length - 1))].toFixed(2);
console.log(`${mails} mails: deciding p50 ${ms(0.5)} ms, p95 ${ms(0.95)} ms, p99 ${ms(0.99)} ms`);
