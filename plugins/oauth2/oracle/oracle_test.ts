import { expect } from "expect";
import { told } from "./case.ts";
import { startOurs } from "./ours.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Run, table } from "./table.ts";
import { startTheirs } from "./theirs.ts";

/** So many rows are under way at a time. */
const rowsAtOnce = 4;

/** What is wrong with a row; null when it is as it should be. */
async function faultOf(
  { title, row: { differs }, at }: Run,
  ours: Stage,
  theirs: Stage,
): Promise<string | null> {
  const [a, b] = await Promise.all([ours, theirs].map(async (stage) => {
    try {
      return told(await at(stage));
    } catch (error) {
      return `${stage.provider.name} broke off: ${(error as Error).message}`;
    }
  }));
  if (!differs) return a === b ? null : `${title}\n  ours:   ${a}\n  theirs: ${b}`;
  // A difference that is gone is as wrong as one that is new: the list has to stay true.
  if (a === differs.ours && b === differs.theirs && a !== b) return null;
  return `${title} (listed: ${differs.because})\n  ours:   ${a}, listed ${differs.ours}\n  theirs: ${b}, listed ${differs.theirs}`;
}

async function faultsOf(runs: Run[], ours: Stage, theirs: Stage): Promise<string[]> {
  const left = runs.values();
  const faults: string[] = [];
  await Promise.all(Array.from({ length: rowsAtOnce }, async () => {
    for (const run of left) {
      const fault = await faultOf(run, ours, theirs);
      if (fault) faults.push(fault);
    }
  }));
  return faults;
}

Deno.test("the table has at least 150 rows, each said once, each difference with its section", () => {
  const runs = Object.values(table).flat();
  expect(runs.length).toBeGreaterThan(150);
  expect(new Set(runs.map(({ title }) => title)).size).toBe(runs.length);
  for (const { row: { differs }, title } of runs) {
    if (differs) {
      expect([title, differs.because]).toEqual([
        title,
        expect.stringMatching(/(RFC \d+|Core|Registration|OAuth 2.1|Draft|Logout).* §/),
      ]);
    }
  }
});

Deno.test("every request of the table ends with us as with oidc-provider, or as the RFCs say", async (t) => {
  await using ours = await startOurs();
  await using theirs = await startTheirs();
  const [ourStage, theirStage] = await Promise.all([openStage(ours), openStage(theirs)]);
  for (const [about, runs] of Object.entries(table)) {
    await t.step(`${about}: ${runs.length} requests`, async () => {
      const faults = await faultsOf(runs, ourStage, theirStage);
      if (faults.length > 0) throw new Error(`${faults.length} of ${runs.length}\n${faults.join("\n")}`);
    });
  }
});
