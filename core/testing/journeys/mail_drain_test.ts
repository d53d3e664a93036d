/** A queue of mail on the worst day: the mail server goes and comes, and the process is killed in the middle. */
import { Buffer } from "node:buffer";
import { expect } from "expect";
import { connect } from "../../db/postgres.ts";
import { createKeys } from "../../keys/keys.ts";
import { enqueueMail } from "../../mail/mail.ts";
import { testDatabase } from "../postgres.ts";
import { spawnService } from "../service.ts";
import { testSmtp } from "../smtp.ts";
import { eventually } from "./whole.ts";

const mails = 300;
/** So many are on their way at once; see core/mail/transport.ts. */
const onTheWayMax = 3;

Deno.test("three hundred mails survive a mail server that goes and a process that is killed: none lost, none twice but those on their way", async () => {
  await using smtp = await testSmtp();
  await using database = await testDatabase();
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const env = { ...smtp.env(), SECRET_KEYS: Buffer.from(secret).toString("base64url") };
  const keys = createKeys([secret]);
  await using stack = new AsyncDisposableStack();
  const sql = stack.adopt(connect(database.url, { max: 2 }), (pool) => pool.end({ timeout: 1 }));
  for (let i = 0; i < mails; i++) {
    await enqueueMail(sql, keys, {
      kind: "verify_email",
      to: `reader-${i}@drain.example`,
      locale: "en",
      dedupe_key: `drain/${i}`,
      ...{ flow_id: null, account_id: null, request_id: null },
      data: { url: "https://drain.example/verify?token=x", code: "123456" },
      expires_at: new Date(Date.now() + 3_600_000),
    });
  }
  const ids = () => smtp.messages().map(({ message_id }) => message_id);
  const arrived = (count: number) =>
    eventually(
      `${count} mails have arrived`,
      () => Promise.resolve(ids()),
      (all) => new Set(all).size >= count,
    );

  await using first = await spawnService({ env, database });
  await sql`update mail set next_attempt_at = now()`;
  await arrived(30);
  const went_at = Date.now();
  smtp.down();
  await eventually(
    "somebody has noticed",
    () => sql<{ n: number }[]>`select count(*)::int as n from mail where last_error is not null`,
    ([{ n }]) => n > 0,
  );
  smtp.ok();
  await arrived(100);
  const killed_at = Date.now();
  first.kill("SIGKILL");
  await first.exited;
  // Nobody may take those before their lease is over: that clock is moved, not waited for.
  await sql`update mail set lease_until = now(), next_attempt_at = now() where status in ('queued', 'sending')`;

  await using again = await spawnService({ env, database, port: first.port });
  await arrived(mails);
  const [{ unsent }] = await eventually(
    "every mail is said to be sent",
    () => sql<{ unsent: number }[]>`select count(*)::int as unsent from mail where status <> 'sent'`,
    ([{ unsent }]) => unsent === 0,
  );
  expect(unsent).toBe(0);
  // Whether a mail was taken whose answer was lost nobody knows: it is sent again, as the same message. Each of the two
  // bad moments can have met no more than were on their way.
  const twice = ids().filter((id, i, all) => all.indexOf(id) !== i).map((id) => id.slice(1, 37));
  if (twice.length > 2 * onTheWayMax) {
    const when = (id: string) =>
      smtp.messages().filter((mail) => mail.message_id.includes(id)).map((mail) =>
        +mail.received_at - went_at
      );
    throw new Error(
      `${twice.length} copies too many. Milliseconds after the server went (the process: ${
        killed_at - went_at
      }): ` +
        JSON.stringify(twice.map(when)),
    );
  }
  const tried = await sql<
    { attempts: number }[]
  >`select attempts from mail where mail_id = any(${twice}::uuid[])`;
  expect(tried.every(({ attempts }) => attempts > 1)).toBe(true);
  // What was decided for each, and what came of it, is whole as well.
  const [counts] = await sql<{ decided: number; sent: number }[]>`
    select count(*)::int as decided, count(sent_at)::int as sent from email_message`;
  expect(counts).toEqual({ decided: mails, sent: mails });
  expect(await again.stop()).toBe(0);
});
