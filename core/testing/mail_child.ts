/** A process that delivers one flow's mail, to be killed while it does. Takes its settings as JSON in `SETTINGS`. */
import { coreConfig } from "../config.ts";
import { connect } from "../db/postgres.ts";
import { createKeys } from "../keys/keys.ts";
import { createMailer } from "../mail/mailer.ts";
import { silentLog } from "../observe/log.ts";
import { createMetrics } from "../observe/metrics.ts";

const { url, secret, core, flow_id } = JSON.parse(Deno.env.get("SETTINGS") ?? "{}");
const mailer = createMailer({
  sql: connect(url, { max: 2 }),
  core: coreConfig(core),
  keys: createKeys([Uint8Array.fromHex(secret)]),
  log: silentLog,
  metrics: createMetrics(),
});
await mailer.deliver(flow_id);
