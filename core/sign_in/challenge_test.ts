import { expect } from "expect";
import { testCore } from "../testing/core.ts";
import { closeChallenge, endChallenges, findOpen, insertChallenge } from "./challenge.ts";

Deno.test("endChallenges() ends an account's sign-ins, also for who has one in hand; step-ups and others' go on", async () => {
  await using h = await testCore();
  const request = { amr: ["pwd"], auth_time: new Date(), transport: "token" as const };
  const caller = { ip: null, user_agent: null, request_id: "r" };
  const [account_id, other] = [await h.account(), await h.account()];
  const started = await h.sign_in.complete({ ...request, ...caller, account_id });
  if (started.kind !== "session") throw new Error("a session was expected");
  const challenge = async (of: string, session_id: string | null = null) =>
    await insertChallenge(h.sql, {
      ...request,
      ...{ challenge_id: crypto.randomUUID(), account_id: of, requirements: [["totp"]], attempts_max: 10 },
      ...{ lifetime_seconds: 600, dpop_jkt: null, session_id },
    });
  const mine = await challenge(account_id);
  const closed = await challenge(account_id);
  expect(await closeChallenge(h.sql, closed)).toBe(true);
  const stepUp = await challenge(account_id, started.session.session_id);
  const theirs = await challenge(other);
  await h.sql.begin(async (late) => {
    // Begun before the end, so that its own clock stands still before it.
    await late`select now()`;
    expect(await endChallenges(h.sql, account_id)).toEqual([mine.challenge_id]);
    expect(await closeChallenge(late, mine)).toBe(false);
    expect(await findOpen(late, mine.challenge_id)).toBeNull();
  });
  expect(await endChallenges(h.sql, account_id)).toEqual([]);
  for (const going of [stepUp, theirs]) expect(await closeChallenge(h.sql, going)).toBe(true);
});
