/** What the database counts is what the simulator counts: a model learns from one and judges by the other. */
import { expect } from "expect";
import { testDatabase } from "../../../core/testing/postgres.ts";
import { type CountedEvent, type EventKind, MemoryCounters } from "../../../ml/fraud/features/counting.ts";
import { random } from "../../../ml/lib/random.ts";
import { insertSignals } from "../signal.ts";
import { queryAll, queryEvidence } from "./evidence_query.ts";

const kinds: EventKind[] = [
  ...["register", "sign_in", "reset_password", "change_email", "password_wrong"] as const,
  ...["unknown_account", "reset_asked", "code_wrong", "register_again"] as const,
];
const accounts = Array.from({ length: 4 }, (_, i) => `00000000-0000-4000-8000-00000000000${i}`);

/** Away from the edges of windows, which the clock passes while the test runs. */
const agesSeconds = [20, 90, 1800, 3000, 4000, 40_000, 80_000, 86_300, 90_000];

Deno.test("queryEvidence() counts what MemoryCounters counts, under every key and in every window", async () => {
  await using database = await testDatabase();
  const luck = random("same meaning");
  const now = Date.now();
  const one = (name: string, of: number): string | null =>
    luck.chance(0.2) ? null : `${name}${luck.whole(0, of)}`;
  const key = (): Omit<CountedEvent, "kind" | "at_ms"> => ({
    ...{
      ip: one("ip", 5),
      block: one("b", 3),
      client: one("c", 3),
      machine: one("m", 5),
      device: one("d", 4),
    },
    account: luck.chance(0.4) ? null : luck.pick(accounts),
    ...{ identifier: one("i", 6), password: one("p", 5), domain: one("g", 2) },
  });
  const events = Array.from({ length: 1500 }, (): CountedEvent => ({
    ...key(),
    at_ms: now - luck.pick(agesSeconds) * 1000 - luck.whole(0, 9000),
    kind: luck.pick(kinds),
  })).sort((a, b) => a.at_ms - b.at_ms);
  const counters = new MemoryCounters();
  for (const event of events) counters.add(event);
  await insertSignals(
    database.sql,
    events.map(({ at_ms, account, ...event }) => ({
      ...event,
      ...{ at: new Date(at_ms), account_id: account, country: null, decision_id: null, local_part: null },
    })),
  );

  for (let i = 0; i < 20; i++) {
    const of = { ...key(), domain: `g${i % 2}` };
    const { account: account_id, ...rest } = of;
    const { counts } = await queryEvidence(database.sql, {
      keys: { ...rest, account_id },
      // However many secrets a browser keeps.
      device_hashes: Array.from({ length: i % 3 }, () => crypto.getRandomValues(new Uint8Array(32))),
      ...{ sign_up: false, except: null, counted: new Set<string>(), counted_domains: [] },
    });
    const { all: _, ...expected } = counters.count({ ...of, at_ms: now });
    for (const [name, counted] of Object.entries(expected)) {
      // Where nothing came under a key, the query leaves it out.
      const nothing = counted !== null && counted.day.tries === 0;
      expect([name, nothing ? counted : counts[name as keyof typeof counts] ?? null]).toEqual([
        name,
        counted,
      ]);
    }
  }
  expect(await queryAll(database.sql)).toEqual(counters.count({ ...key(), at_ms: now }).all);
});
