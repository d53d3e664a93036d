/** The direct executor: tells a story in this process, as far as it goes now. Done steps answer at once. */
import { isWaiting, type Outcome, type Story, type Teller } from "../../workflows/lib/story.ts";
import type { StepRunner } from "./step.ts";

/** Stops a telling until the story has something new to tell. */
export class Pause extends Error {
  constructor(readonly until: Date) {
    super("the story waits");
  }
}

export interface Telling {
  flow_id: string;
  workflow: string;
  stories: Map<string, Story>;
  run: StepRunner;
  /** Takes work that is not waited for. */
  background(what: string, work: () => Promise<void>): void;
  onReached?(milestone: string): void;
}

/** @throws {Pause} when the story waits; whatever a step throws otherwise, `StepRefused` for a final no. */
export async function tell(telling: Telling): Promise<Outcome> {
  const story = telling.stories.get(telling.workflow);
  if (!story) throw new Error(`no plugin that is on tells ${telling.workflow}`);
  return await story(directTeller(telling));
}

function directTeller(telling: Telling): Teller {
  const { flow_id } = telling;
  const run = (name: string) => telling.run(name, { flow_id, executor: "direct" });
  return {
    flow_id,
    step: async <T>(name: string) => await run(name) as T,
    meanwhile: (name) => telling.background(name, async () => void await run(name)),
    async until<T>(name: string) {
      const answer = await run(name);
      if (isWaiting(answer)) throw new Pause(new Date(answer.wait_until));
      return answer as T;
    },
    child: (workflow) => tell({ ...telling, workflow }),
    async all(parts) {
      const ends = await Promise.allSettled(parts.map((part) => part()));
      const failures = ends.filter((end) => end.status === "rejected").map((end) => end.reason);
      // A failure speaks before a pause: there is nothing left to wait for once a part has failed.
      const failure = failures.find((error) => !(error instanceof Pause));
      if (failure) throw failure;
      if (failures.length > 0) throw failures.reduce((a, b) => (a.until < b.until ? a : b));
      return ends.map((end) => (end as PromiseFulfilledResult<Awaited<ReturnType<typeof parts[0]>>>).value);
    },
    reached: (milestone) => telling.onReached?.(milestone),
    // Anything but a final no is tried again by telling the story again, so nothing is undone for it.
    isPause: (error) => !(error instanceof Error && error.name === "StepRefused"),
  };
}
