import { expect } from "expect";
import { createKeys } from "../../core/keys/keys.ts";
import { testDatabase } from "../../core/testing/postgres.ts";
import {
  addressTags,
  countSuppressions,
  isSuppressed,
  lift,
  listSuppressions,
  noteArrived,
  noteBounce,
  noteComplaint,
  suppress,
  suppressionsOf,
  sweepSuppressions,
} from "./suppression.ts";

const keys = createKeys([crypto.getRandomValues(new Uint8Array(32))]);
const tagOf = (address: string) => addressTags(keys, address)![0];
const soft = (tag: Uint8Array) => ({ tag, hard: false, detail: "452 4.2.2 full", mail_id: null });
const hard = (tag: Uint8Array) => ({ tag, hard: true, detail: "550 5.1.1", mail_id: crypto.randomUUID() });

Deno.test("an address goes by one tag however it is written, and by one for each secret", () => {
  const [old, young] = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
  const rotated = createKeys([young, old]);
  expect(addressTags(keys, " Ann@Example.ORG. ")).toEqual(addressTags(keys, "ann@example.org"));
  expect(addressTags(rotated, "ann@example.org")).toHaveLength(2);
  expect(addressTags(rotated, "ann@example.org")![1]).toEqual(
    addressTags(createKeys([old]), "ann@example.org")![0],
  );
  expect(addressTags(keys, "ann")).toBeNull();
});

Deno.test("a hard bounce stops all mail for 90 days or until it is lifted, and a wish outlives it", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const [ann, bob] = ["ann@example.org", "bob@example.org"].map(tagOf);
  await suppress(sql, { tag: ann, reason: "unsubscribed", scope: "optional", detail: "" });
  expect(await isSuppressed(sql, ann, false)).toBeNull();
  expect(await isSuppressed(sql, ann, true)).toMatchObject({ reason: "unsubscribed" });
  await noteBounce(sql, hard(ann));
  await noteBounce(sql, hard(ann));
  expect(await isSuppressed(sql, ann, false)).toMatchObject({
    reason: "hard_bounce",
    strikes: 2,
  });
  // Under whichever secret it was noted.
  expect(await isSuppressed(sql, [bob, ann], false)).toMatchObject({ reason: "hard_bounce" });
  expect(await isSuppressed(sql, bob, true)).toBeNull();
  expect((await suppressionsOf(sql, ann)).map(({ reason }) => reason)).toEqual([
    "hard_bounce",
    "unsubscribed",
  ]);
  expect(await countSuppressions(sql)).toEqual({ hard_bounce: 1, unsubscribed: 1 });
  expect(await lift(sql, ann, ["hard_bounce"])).toBe(1);
  expect(await lift(sql, ann, ["hard_bounce"])).toBe(0);
  expect(await isSuppressed(sql, ann, false)).toBeNull();
  expect(await isSuppressed(sql, ann, true)).toMatchObject({ reason: "unsubscribed" });
  await noteBounce(sql, hard(ann));
  expect(await isSuppressed(sql, ann, false)).toMatchObject({ strikes: 1, lifted_at: null });
  const [{ days }] = await sql`
    select round(extract(epoch from until - now()) / 86400)::int as days from email_suppression
    where reason = 'hard_bounce'`;
  expect(days).toBe(90);
  await sql`update email_suppression set until = now() where reason = 'hard_bounce'`;
  expect(await isSuppressed(sql, ann, false)).toBeNull();
});

Deno.test("the third soft bounce within a week begins a rest that grows, and holds back only what one may do without", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const ann = tagOf("ann@example.org");
  const hours = async () => {
    const [{ hours }] = await sql`
      select round(extract(epoch from until - now()) / 3600)::int as hours from email_suppression`;
    return hours;
  };
  for (let strike = 1; strike <= 2; strike++) {
    await noteBounce(sql, soft(ann));
    expect(await isSuppressed(sql, ann, true)).toBeNull();
  }
  for (const expected of [6, 12, 24, 48, 96, 168, 168]) {
    await noteBounce(sql, soft(ann));
    expect(await hours()).toBe(expected);
  }
  expect(await isSuppressed(sql, ann, true)).toMatchObject({ reason: "soft_bounce", strikes: 9 });
  expect(await isSuppressed(sql, ann, false)).toBeNull();
  await sql`update email_suppression set until = now()`;
  expect(await isSuppressed(sql, ann, true)).toBeNull();
  await sql`update email_suppression set created_at = now() - interval '8 days'`;
  await noteBounce(sql, soft(ann));
  expect(await isSuppressed(sql, ann, true)).toBeNull();
  await noteBounce(sql, soft(ann));
  await noteArrived(sql, [ann]);
  await noteBounce(sql, soft(ann));
  expect(await isSuppressed(sql, ann, true)).toBeNull();
  // Twenty at once are twenty strikes, and one row.
  await Promise.all(Array.from({ length: 20 }, () => noteBounce(sql, soft(ann))));
  expect(await isSuppressed(sql, ann, true)).toMatchObject({ strikes: 21 });
});

Deno.test("a complaint stops all mail to a stranger, and to the holder of an account what may be done without", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const [ann, bob] = ["ann@example.org", "bob@example.org"].map(tagOf);
  await noteComplaint(sql, { tag: ann, stranger: true, detail: "", mail_id: null });
  await noteComplaint(sql, { tag: bob, stranger: false, detail: "", mail_id: null });
  expect(await isSuppressed(sql, ann, false)).toMatchObject({ reason: "complaint" });
  expect(await isSuppressed(sql, bob, false)).toBeNull();
  expect(await isSuppressed(sql, bob, true)).toMatchObject({ reason: "complaint" });
  // What was wider stays so.
  await noteComplaint(sql, { tag: ann, stranger: false, detail: "x".repeat(5_000), mail_id: null });
  expect(await isSuppressed(sql, ann, false)).toMatchObject({ scope: "all", detail: "x".repeat(300) });
});

Deno.test("an operator's stop ends when it says, and pages of the list meet without a gap", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const tags = Array.from({ length: 7 }, (_, n) => tagOf(`a${n}@example.org`));
  const until = new Date(Date.now() + 60_000);
  for (const tag of tags) {
    await suppress(sql, { tag, reason: "operator", scope: "all", detail: "asked for", until });
  }
  expect(await isSuppressed(sql, tags[0], false)).toMatchObject({ until });
  await suppress(sql, { tag: tags[0], reason: "operator", scope: "optional", detail: "", until: new Date() });
  expect(await isSuppressed(sql, tags[0], false)).toMatchObject({ until, scope: "all" });
  await sql`update email_suppression set created_at = '2026-01-01', until = '2026-01-01' where address_tag = ${
    tags[1]
  }`;
  expect(await isSuppressed(sql, tags[1], false)).toBeNull();
  const seen = [];
  for (let before = null;;) {
    const page = await listSuppressions(sql, { limit: 2, before, reason: "operator" });
    if (page.length === 0) break;
    seen.push(...page);
    before = page[page.length - 1];
  }
  expect(new Set(seen.map(({ address_tag }) => String(address_tag))).size).toBe(7);
  expect(await listSuppressions(sql, { limit: 10, reason: "complaint" })).toEqual([]);
});

Deno.test("sweepSuppressions() takes what is long over, and nothing that still holds mail back", async () => {
  await using db = await testDatabase();
  const { sql } = db;
  const tags = ["unsubscribed", "lifted", "over", "soft", "still"].map((name) =>
    tagOf(`${name}@example.org`)
  );
  const [unsubscribed, lifted, over, full, still] = tags;
  await suppress(sql, { tag: unsubscribed, reason: "unsubscribed", scope: "optional", detail: "" });
  await suppress(sql, { tag: lifted, reason: "complaint", scope: "all", detail: "" });
  await lift(sql, lifted);
  for (const tag of [over, still]) await noteBounce(sql, hard(tag));
  await noteBounce(sql, soft(full));
  await sql`update email_suppression set created_at = '2026-01-01',
    lifted_at = case when lifted_at is not null then '2026-01-02'::timestamptz end,
    until = case when address_tag = ${still} then now() + interval '1 day' when until is not null then '2026-01-02' end`;
  expect(await sweepSuppressions(sql, 36_500)).toBe(0);
  expect(await sweepSuppressions(sql, 180)).toBe(3);
  const left = await listSuppressions(sql, { limit: 10 });
  expect(left.map(({ reason }) => reason).sort()).toEqual(["hard_bounce", "unsubscribed"]);
  expect(await sweepSuppressions(sql, 180)).toBe(0);
});
