import { expect } from "expect";
import { estimate } from "./meter.ts";

for (
  const [what, parts, expected] of [
    ["a listed one has its rank, whatever it looks like", { model: 20, patterns: 2, rank: 1000 }, [
      3,
      "list",
    ]],
    ["the most common one is the first guess", { model: 9, patterns: 9, rank: 1 }, [0, "list"]],
    ["of the others the least counts: the model", { model: 5, patterns: 7, rank: null }, [5, "model"]],
    ["of the others the least counts: the patterns", { model: 9, patterns: 7, rank: null }, [7, "patterns"]],
    ["without a model the patterns answer", { model: null, patterns: 7, rank: null }, [7, "patterns"]],
    ["no estimate is below one guess", { model: -3, patterns: 7, rank: null }, [0, "model"]],
  ] as const
) {
  Deno.test(`estimate(): ${what}`, () => {
    const [guesses_log10, spoke] = expected;
    expect(estimate(parts)).toEqual({ guesses_log10, spoke });
  });
}
