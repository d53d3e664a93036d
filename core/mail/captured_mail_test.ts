import { expect } from "expect";
import { testDatabase } from "../testing/postgres.ts";
import { findCaptured, insertCaptured, listCaptured } from "./captured_mail.ts";
import type { Message } from "./message.ts";

let messages = 0;
const message = (more: Partial<Message> = {}): Message => ({
  message_id: `<${++messages}@test.example>`,
  from: { name: "Flow Shield", address: "no-reply@test.example" },
  to: "ada@example.com",
  subject: "Confirm",
  headers: { "Auto-Submitted": "auto-generated" },
  text: "text",
  html: "<p>html</p>",
  ...more,
});

Deno.test("a captured mail is found again, whole, and with the headers it would have had", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const sent = message({ subject: "Grüße 🦊", text: "ä" });
  await insertCaptured(sql, sent);
  const [listed] = await listCaptured(sql, null, 10);
  expect(await findCaptured(sql, listed.captured_mail_id)).toEqual(listed);
  expect(listed).toMatchObject({
    recipient: "ada@example.com",
    subject: "Grüße 🦊",
    text_body: "ä",
    html_body: "<p>html</p>",
    headers: {
      "Message-ID": sent.message_id,
      From: "Flow Shield <no-reply@test.example>",
      To: "ada@example.com",
      "Auto-Submitted": "auto-generated",
    },
  });
  expect(await findCaptured(sql, crypto.randomUUID())).toBeNull();
});

Deno.test("the same message twice is one", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const sent = message();
  await Promise.all([insertCaptured(sql, sent), insertCaptured(sql, sent), insertCaptured(sql, sent)]);
  expect(await listCaptured(sql, null, 10)).toHaveLength(1);
});

Deno.test("listCaptured() has the newest first, and compares an address without case", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  for (const to of ["ada@example.com", "Bob@example.com", "ADA@example.com"]) {
    await insertCaptured(sql, message({ to }));
  }
  const to = async (address: string | null, limit = 10) =>
    (await listCaptured(sql, address, limit)).map(({ recipient }) => recipient);
  expect(await to(null)).toEqual(["ADA@example.com", "Bob@example.com", "ada@example.com"]);
  expect(await to("ada@EXAMPLE.com")).toEqual(["ADA@example.com", "ada@example.com"]);
  expect(await to("ada@example.com", 1)).toEqual(["ADA@example.com"]);
  expect(await to("%@example.com")).toEqual([]);
});

Deno.test("a thousand are kept: with one more the oldest goes, also of those of one instant", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  await sql`
    insert into captured_mail (message_id, recipient, subject, headers, text_body, html_body, captured_at)
    select 'old ' || n, 'ada@example.com', 'old', '{}', '', '', now() - make_interval(secs => 60 + n / 10)
    from generate_series(0, 999) n`;
  await Promise.all(Array.from({ length: 4 }, () => insertCaptured(sql, message())));
  await insertCaptured(sql, message());
  const [counts] = await sql`
    select count(*)::int as all, count(*) filter (where subject = 'Confirm')::int as new,
           count(*) filter (where captured_at = (select min(captured_at) from captured_mail))::int as of_the_oldest_instant
    from captured_mail`;
  expect(counts).toEqual({ all: 1_000, new: 5, of_the_oldest_instant: 5 });
});
