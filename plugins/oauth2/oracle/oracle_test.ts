import { expect } from "expect";
import { type Difference, told } from "./case.ts";
import { differences } from "./differences.ts";
import { startOurs } from "./ours.ts";
import { openStage, type Stage } from "./stage.ts";
import { type Run, table } from "./table.ts";
import { startTheirs } from "./theirs.ts";

/** So many rows are under way at a time. */
const rowsAtOnce = 4;

const listed = new Map<string, Difference>(differences.flatMap((one) => one.of.map((title) => [title, one])));

/** What is wrong with a row; null when it is as it should be. */
async function faultOf({ title, at }: Run, ours: Stage, theirs: Stage): Promise<string | null> {
  const [a, b] = await Promise.all([ours, theirs].map(async (stage) => {
    try {
      return told(await at(stage));
    } catch (error) {
      return `${stage.provider.name} broke off: ${(error as Error).message}`;
    }
  }));
  const difference = listed.get(title);
  if (!difference) return a === b ? null : `${title}\n  ours:   ${a}\n  theirs: ${b}`;
  // A difference that is gone is as wrong as one that is new: the list has to stay true.
  if (a === difference.ours && b === difference.theirs) return null;
  const { ours: ourOutcome, theirs: theirOutcome, because } = difference;
  return `${title} (${because})\n  ours:   ${a}, listed ${ourOutcome}\n  theirs: ${b}, listed ${theirOutcome}`;
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

Deno.test("the table has at least 150 rows, each said once, and each difference has a row and a section", () => {
  const titles = Object.values(table).flat().map(({ title }) => title);
  expect(titles.length).toBeGreaterThan(150);
  expect(new Set(titles).size).toBe(titles.length);
  for (const { because, ours, theirs, of } of differences) {
    expect(because).toMatch(/^(RFC \d+|OpenID Connect \w+|OAuth [\w .]+|FAPI 2.0) §[\d.A-Z]+/);
    expect(ours).not.toBe(theirs);
    for (const title of of) expect(titles).toContain(title);
  }
  expect(listed.size).toBe(differences.flatMap(({ of }) => of).length);
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
