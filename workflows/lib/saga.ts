import type { Teller } from "./story.ts";

/** Collects undo steps as the story advances; on a failure runs them last to first, each retried to its end. */
export async function saga<T>(
  tell: Teller,
  body: (undoWith: (step: string) => void) => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; error: unknown }> {
  const undo: string[] = [];
  try {
    return { ok: true, value: await body((step) => void undo.push(step)) };
  } catch (error) {
    if (tell.isPause(error)) throw error;
    for (const step of undo.reverse()) await tell.step(step);
    return { ok: false, error };
  }
}
